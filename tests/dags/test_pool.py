"""The pool: what set-up refuses, and what a chunk refuses at run time before it asks anything."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scrapers.sites import site_of

pytestmark = pytest.mark.airflow


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CJ_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CJ_SITES", str(tmp_path / "sites.toml"))
    (tmp_path / "sites.toml").write_text("")


def instance(running: int, **beside: int) -> Any:
    """A task instance beside which so many run, itself among them; and those of other DAGs."""

    def count(**asked: Any) -> int:
        assert asked["task_ids"] == ["odyssey_scraper"]
        assert asked["states"] == ["running"]
        return running if asked["dag_id"] == "jail" else beside.get(asked["dag_id"], 0)

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


SAME_HOST = """
[shelby-tn]
schedule = "30 4 * * *"
[shelby-north]
name = "A second address of the same court"
time_zone = "America/Chicago"
schedule = "0 5 * * *"
[shelby-north.court]
url = "{court}"
[elsewhere]
name = "Another court"
time_zone = "America/Chicago"
schedule = "0 5 * * *"
[elsewhere.court]
url = "https://elsewhere.invalid/CJS"
"""


def test_sessions_are_counted_over_all_dags_of_a_host(tmp_path: Path) -> None:
    from dags.pool import PoolTooLarge, slots_of_counties, within_what_it_bears
    from dags.settings import data_folder

    site = site_of("shelby-tn")
    assert site.court is not None
    (tmp_path / "sites.toml").write_text(SAME_HOST.format(court=site.court.url))
    within_what_it_bears(site, instance(1, jail_scraper_shelby_north=1, jail_scraper_elsewhere=5))
    with pytest.raises(PoolTooLarge, match="3 chunks"):
        within_what_it_bears(site, instance(1, jail_scraper_shelby_north=2))
    within_what_it_bears(site, instance(1, jail_scraper_dag=2))
    runs = Path(data_folder()) / "runs" / "jail_scraper_dag"
    runs.mkdir(parents=True)
    (runs / "r.json").write_text('{"site": "shelby-tn", "began": "2026-01-01"}')
    with pytest.raises(PoolTooLarge, match="3 chunks"):
        within_what_it_bears(site, instance(1, jail_scraper_dag=2))
    assert slots_of_counties() == {
        "odyssey_shelby_tn": 2,
        "odyssey_shelby_north": 2,
        "odyssey_elsewhere": 2,
    }
