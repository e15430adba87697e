"""The pool: what set-up refuses, and what a chunk refuses at run time before it asks anything."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scrapers.sites import site_of

pytestmark = pytest.mark.airflow


def instance(running: int) -> Any:
    """A task instance beside which so many run, itself among them."""

    def count(**asked: Any) -> int:
        assert asked == {"dag_id": "jail", "task_ids": ["odyssey_scraper"], "states": ["running"]}
        return running

    return SimpleNamespace(dag_id="jail", task_id="odyssey_scraper", get_ti_count=count)


def test_set_up_refuses_a_pool_above_what_the_site_bears() -> None:
    from dags.pool import slots_allowed
    from dags.settings import SettingError

    assert slots_allowed("shelby-tn", 2) == 2
    assert slots_allowed("practice", 12) == 12
    for slots in (0, 3):
        with pytest.raises(SettingError, match="shelby-tn bears 2 sessions"):
            slots_allowed("shelby-tn", slots)


def test_a_chunk_refuses_to_be_one_more_than_the_site_bears() -> None:
    from dags.pool import PoolTooLarge, within_what_it_bears

    within_what_it_bears(site_of("shelby-tn"), instance(2))
    with pytest.raises(PoolTooLarge, match="3 chunks run at once, and shelby-tn bears 2 sessions"):
        within_what_it_bears(site_of("shelby-tn"), instance(3))


def test_portals_of_this_machine_bear_any_number() -> None:
    from dags.pool import within_what_it_bears

    within_what_it_bears(site_of("practice"), instance(50))
