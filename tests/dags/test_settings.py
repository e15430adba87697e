"""What a run is asked: param, then Variable, then default; settled once."""

from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scrapers.sites import SiteError

LATE = dt.datetime(2026, 1, 6, 4, 30, tzinfo=dt.timezone.utc)


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The Variables that stand, by name; there are none at first."""
    from airflow.sdk import Variable

    known: dict[str, Any] = {}
    monkeypatch.setattr(Variable, "get", lambda name, default=None: known.get(name, default))
    monkeypatch.setenv("CJ_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CJ_SITE", raising=False)
    return known


def run(run_id: str = "manual/1") -> Any:
    return SimpleNamespace(run_id=run_id, run_after=LATE)


@pytest.mark.airflow
def test_a_param_goes_before_a_variable_and_that_before_the_default(
    variables: dict[str, Any],
) -> None:
    from dags.settings import settled

    variables |= {"cj_site": "practice", "cj_scrapes_per_worker": "9", "cj_limit": "7"}
    found = settled({"limit": 3, "site": None}, run())
    assert (found.site, found.limit, found.scrapes_per_worker, found.refresh_after_days) == (
        "practice",
        3,
        9,
        7,
    )
    assert found.sources == {
        "site": "variable",
        "limit": "param",
        "scrapes_per_worker": "variable",
        "refresh_after_days": "default",
        "minimum_coverage": "default",
        "keep_pages": "default",
    }
    assert found.keep_pages is False


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("standing", "given", "kept"), [("yes", None, True), ("true", False, False), ("0", True, True)]
)
def test_pages_are_kept_where_that_is_asked_for(
    variables: dict[str, Any], standing: str, given: bool | None, kept: bool
) -> None:
    from dags.settings import settled

    variables |= {"cj_site": "practice", "cj_keep_pages": standing}
    assert settled({"keep_pages": given}, run()).keep_pages is kept


@pytest.mark.airflow
def test_the_day_is_the_countys_when_the_run_was_due(variables: dict[str, Any]) -> None:
    from dags.settings import settled

    assert settled({"site": "practice"}, run()).day == dt.date(2026, 1, 5)


@pytest.mark.airflow
def test_a_variable_changed_in_mid_run_concerns_the_next_run(
    variables: dict[str, Any], tmp_path: Path
) -> None:
    from dags.settings import place, settled

    variables["cj_site"] = "practice"
    before = place({}, run())
    variables |= {"cj_site": "shelby-tn", "cj_limit": "2"}
    assert place({}, run()) == before
    assert settled({}, run("manual/2")).site == "shelby-tn"
    (kept, _) = sorted((tmp_path / "data" / "runs").iterdir())
    assert kept.name == "manual%2F1.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["site"] == "practice"


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ({}, "which county"),
        ({"cj_site": "nowhere"}, "unknown site"),
        ({"cj_site": "practice", "cj_limit": "many"}, "limit is 'many' by the Variable cj_limit"),
        ({"cj_site": "practice", "cj_minimum_coverage": "95"}, "from 0 to 1"),
        ({"cj_site": "practice", "cj_keep_pages": "maybe"}, "true or false is possible"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    variables: dict[str, Any], standing: dict[str, str], said: str
) -> None:
    from dags.settings import SettingError, settled

    variables |= standing
    with pytest.raises((SettingError, SiteError), match=said):
        settled({}, run())


@pytest.mark.airflow
def test_data_in_a_store_is_named_by_its_address_and_needs_a_database_of_its_own(
    variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dags import credentials
    from dags.settings import SettingError, data_folder, mode

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.setattr(credentials, "_connection", lambda name: None)
    assert mode() == 0o600
    assert credentials.database() == f"sqlite:///{tmp_path}/data/cj.sqlite"
    monkeypatch.setenv("CJ_DATA", "s3://lab@bucket/data/")
    assert (data_folder(), mode()) == ("s3://lab@bucket/data", None)
    with pytest.raises(SettingError, match="set CJ_DATABASE"):
        credentials.database()
    monkeypatch.setenv("CJ_DATABASE", "postgresql://somebody@127.0.0.1/cj")
    assert credentials.database() == "postgresql://somebody@127.0.0.1/cj"
