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
"""Still the fifth in Memphis."""


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The Variables that stand, by name; there are none at first."""
    from airflow.sdk import Variable

    known: dict[str, Any] = {}
    monkeypatch.setattr(Variable, "get", lambda name, default=None: known.get(name, default))
    monkeypatch.setenv("CJ_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CJ_SITE", raising=False)
    at(monkeypatch, LATE)
    return known


def at(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    """The clock stands there."""
    monkeypatch.setattr("dags.settings._now", lambda: now)


def run(run_id: str = "manual/1", **more: Any) -> Any:
    told = {"dag_id": "jail_scraper_dag", "run_after": LATE, "conf": {}, **more}
    return SimpleNamespace(run_id=run_id, **told)


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
    ("standing", "given", "kept"), [("yes", None, True), ("true", "no", False), ("0", "yes", True)]
)
def test_pages_are_kept_where_that_is_asked_for(
    variables: dict[str, Any], standing: str, given: str | None, kept: bool
) -> None:
    from dags.settings import settled

    variables |= {"cj_site": "practice", "cj_keep_pages": standing}
    assert settled({"keep_pages": given}, run()).keep_pages is kept


@pytest.mark.airflow
def test_the_day_is_the_countys_when_its_first_task_looks(
    variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags.settings import settled

    assert settled({"site": "shelby-tn"}, run()).day == dt.date(2026, 1, 5)
    at(monkeypatch, LATE + dt.timedelta(hours=20))  # queued for hours
    assert settled({"site": "shelby-tn"}, run("manual/2")).day == dt.date(2026, 1, 6)
    assert settled({"site": "shelby-tn"}, run()).day == dt.date(2026, 1, 5), "stored with the run"


@pytest.mark.airflow
def test_a_backfill_is_refused_and_a_run_that_waited_is_not(variables: dict[str, Any]) -> None:
    from dags.settings import SettingError, settled

    hour = dt.timedelta(hours=1)
    assert settled({"site": "shelby-tn"}, run("late", run_after=LATE - 35 * hour))
    with pytest.raises(SettingError, match="a past day cannot be read"):
        settled({"site": "shelby-tn"}, run("backfill", run_after=LATE - 37 * hour))


@pytest.mark.airflow
def test_conf_keys_that_nobody_asks_for_are_refused(variables: dict[str, Any]) -> None:
    from dags.settings import SettingError, settled

    with pytest.raises(SettingError, match="'limt', which is not asked for; did you mean limit"):
        settled({"site": "practice", "limt": 3}, run(conf={"limt": 3}))


@pytest.mark.airflow
def test_again_begins_another_crawl_of_today_and_the_next_run_goes_on_with_it(
    variables: dict[str, Any], tmp_path: Path
) -> None:
    from dags.settings import settled

    def name(run_id: str, **params: Any) -> str:
        found = settled({"site": "shelby-tn", **params}, run(run_id)).folder
        Path(found).mkdir(parents=True, exist_ok=True)
        return Path(found).name

    assert name("a") == name("b") == "2026-01-05-shelby-tn"
    assert name("c", again=True) == name("c", again=True) == "2026-01-05-shelby-tn-2"
    assert name("d") == "2026-01-05-shelby-tn-2"
    assert name("e", again=True) == "2026-01-05-shelby-tn-3"
    assert name("a") == "2026-01-05-shelby-tn", "a cleared run keeps what it was asked"


@pytest.mark.airflow
def test_the_folder_of_a_county_whose_name_ends_in_a_number_is_not_taken_for_a_second_crawl(
    variables: dict[str, Any], tmp_path: Path
) -> None:
    from dags.settings import settled
    from scrapers.crawl import CrawlFolder, CrawlInfo, Identity

    def begun(name: str, site: str) -> None:
        folder, identity = CrawlFolder(tmp_path / "data" / name), Identity(site=site)
        folder.make()
        day = dt.date(2026, 1, 5)
        told = {"hash": identity.short_hash, "version": "0", "created_at": LATE, "as_of": day}
        folder.write_info(CrawlInfo(identity=identity, **told))

    begun("2026-01-05-shelby-tn-2", "shelby-tn-2")
    begun("2026-01-05-shelby-tn", "shelby-tn")
    name = Path(settled({"site": "shelby-tn"}, run("a")).folder).name
    assert name == "2026-01-05-shelby-tn"
    begun("2026-01-05-salt-lake-ut", "another")
    name = Path(settled({"site": "salt-lake-ut"}, run("b")).folder).name
    assert name == "2026-01-05-salt-lake-ut-2"


@pytest.mark.airflow
def test_settings_that_cannot_be_fail_for_good_inside_jinja_too(variables: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from dags.settings import place

    with pytest.raises(AirflowFailException, match="unknown site"):
        place({"site": "nowhere"}, run())


@pytest.mark.airflow
def test_runs_of_two_dags_with_one_id_are_two(variables: dict[str, Any]) -> None:
    from dags.settings import running_site, settled

    for dag, site in (("one", "shelby-tn"), ("two", "salt-lake-ut")):
        assert settled({"site": site}, run("scheduled", dag_id=dag)).site == site
        assert running_site(dag) == site
    assert running_site("nobody") is None


@pytest.mark.airflow
def test_a_dry_run_keeps_nothing(variables: dict[str, Any], tmp_path: Path) -> None:
    from dags.settings import settled

    settled({"site": "shelby-tn"}, run("dry-run"))
    assert not (tmp_path / "data").exists()


@pytest.mark.airflow
def test_the_form_suggests_sites_and_has_no_switch_for_three_states() -> None:
    from dags.settings import params

    form = params(known_sites=["a", "b"])
    assert form["site"].schema["examples"] == ["a", "b"]
    assert form["keep_pages"].schema["enum"] == [None, "yes", "no"]
    assert all("Empty: Variable cj_" in str(form[name].description) for name in list(form)[:6])
    assert "a past day is refused" in str(form["again"].description).replace("A run for ", "")
    fixed = params("shelby-tn")["site"]
    assert fixed.schema["const"] == fixed.value == "shelby-tn"


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
    (kept, _) = sorted((tmp_path / "data" / "runs" / "jail_scraper_dag").glob("*.json"))
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
