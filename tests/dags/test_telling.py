"""What the DAG's pages and logs tell: sentences and counts, buttons, what events carry; nobody's
name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scrapers.crawl.events import (
    Expected,
    HalfExpected,
    Message,
    PersonDone,
    Reached,
    Resettled,
    RosterFrozen,
)
from scrapers.crawl.outcomes import Outcome
from scrapers.halves import COURT, JAIL

pytestmark = pytest.mark.airflow


def told(caplog: pytest.LogCaptureFixture, *events: object) -> list[str]:
    from dags.telling import Teller

    caplog.set_level("INFO")
    teller = Teller()
    for event in events:
        teller(event)
    return [record.getMessage() for record in caplog.records]


def test_a_crawl_is_told_in_sentences(caplog: pytest.LogCaptureFixture) -> None:
    people = [
        PersonDone(JAIL, f"0040000{n}", Outcome.FOUND, detail="DOE, JANE") for n in range(9)
    ] + [PersonDone(JAIL, "00400099", Outcome.FAILED, detail="Slow: DOE, JANE")]
    lines = told(
        caplog,
        RosterFrozen(12, False, ("a", "b"), True),
        Expected((HalfExpected(JAIL, 12, {Outcome.FOUND: 2}, 11, 3.2),)),
        *people,
        Resettled(COURT, ("00400001",), Outcome.FAILED),
        Reached(COURT, 120.4, 400.0, 2),
        Message("The portal asked us to wait."),
    )
    assert lines == [
        "The roster has 12 people; it is not exact (2 reasons).",
        "10 people to ask about, 2 done before; about 11 pages, about 3 minutes.",
        "10 of 10 people settled: 1 failed, 9 found.",
        "A control search was made: 1 people not found are now failed.",
        "odyssey: 120 pages a minute, 400 permitted, by 2 sessions.",
        "The portal asked us to wait.",
    ]
    assert "DOE" not in " ".join(lines)


def test_the_closing_counts_are_one_sentence() -> None:
    from dags.telling import closing

    rows = [SimpleNamespace(outcome=Outcome.FOUND)] * 2 + [
        SimpleNamespace(outcome=Outcome.NOT_FOUND)
    ]
    receipt: Any = SimpleNamespace(people=rows)
    assert closing(receipt, "Jail pages") == "Jail pages: 3 people, 2 found, 1 not found."


# --- buttons


def test_a_button_opens_the_final_path_and_the_incomplete_page_of_a_failed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags.links import OutcomesLink, ReportLink

    def link(kind: Any, path: str) -> str:
        told: str = kind().get_link(SimpleNamespace(output_pattern=path), ti_key=None)
        return told

    monkeypatch.setenv("CJ_DATA", str(tmp_path))
    page = tmp_path / "2026-01-05-x" / "report_card.html"
    assert link(ReportLink, str(page)) == f"file://{page}"
    page.parent.mkdir()
    page.with_name("report_card-incomplete.html").touch()
    assert link(ReportLink, str(page)).endswith("/report_card-incomplete.html")
    monkeypatch.setenv("CJ_FILES_URL", "http://127.0.0.1:8000/data/")
    chunk = str(tmp_path / "2026-01-05-x/chunks/a b.json")
    assert link(OutcomesLink, chunk) == "http://127.0.0.1:8000/data/2026-01-05-x/chunks/a%20b.json"
    assert link(OutcomesLink, "{{ place() }}/{chunk}.json") == ""
    assert link(OutcomesLink, "s3://bucket/chunk.json") == "s3://bucket/chunk.json"


# --- events


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    import datetime as dt

    from airflow.sdk import Variable

    monkeypatch.setattr(Variable, "get", lambda name, default=None: default)
    monkeypatch.setenv("CJ_DATA", str(tmp_path))
    now = dt.datetime(2026, 1, 6, 12, tzinfo=dt.timezone.utc)
    monkeypatch.setattr("dags.settings._now", lambda: now)
    run = SimpleNamespace(dag_id="jail_scraper_dag", run_id="r", run_after=now, conf={})
    return {"params": {"site": "shelby-tn"}, "dag_run": run}


def test_events_carry_folder_counts_and_database_and_no_key(
    context: dict[str, Any], tmp_path: Path
) -> None:
    from dags import events

    receipt, load = tmp_path / "jail.json", tmp_path / "upload_data.json"
    rows = [{"key": "00400001", "outcome": "found"}, {"key": "00400002", "outcome": "failed"}]
    receipt.write_text(json.dumps({"people": rows}))
    load.write_text(json.dumps({"database": "postgresql://cj@host/cj", "rows": {"people": 2}}))
    about = {
        "folder": f"{tmp_path}/2026-01-06-shelby-tn",
        "site": "shelby-tn",
        "day": "2026-01-06",
    }
    jail = events.of_the_jail(str(receipt), context)
    assert jail == {**about, "people": 2, "outcomes": {"failed": 1, "found": 1}}
    assert events.of_a_chunk(str(receipt), context) == jail
    assert events.of_the_load(str(load), context) == {
        **about,
        "database": "postgresql://cj@host/cj",
        "rows": {"people": 2},
    }
    assert events.county_day(context) == "shelby-tn|2026-01-06"


# --- whose folder


def test_a_second_dag_on_one_folder_fails_naming_the_first(context: dict[str, Any]) -> None:
    from dags.settings import SettingError, settled
    from dags.tasks import _claim

    run = settled(context["params"], context["dag_run"])
    _claim(run, context["dag_run"])
    _claim(run, SimpleNamespace(dag_id="jail_scraper_dag", run_id="another"))
    with pytest.raises(SettingError, match=r"is the crawl of the DAG jail_scraper_dag \(run r\)"):
        _claim(run, SimpleNamespace(dag_id="jail_scraper_shelby_tn", run_id="r"))


def test_a_roster_is_not_read_for_a_day_that_is_over(
    context: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    from dags.settings import SettingError, settled
    from dags.tasks import _in_time

    run = settled(context["params"], context["dag_run"])
    for hours, refused in ((35, False), (37, True)):
        now = dt.datetime(2026, 1, 6, 12, tzinfo=dt.timezone.utc) + dt.timedelta(hours=hours)
        monkeypatch.setattr("scrapers.clock.utc_now", lambda now=now: now)
        if refused:
            with pytest.raises(SettingError, match="what is read now is of today"):
                _in_time(run)
        else:
            _in_time(run)


def test_what_an_error_advises_can_be_done_where_it_is_shown() -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from dags.tasks import failing
    from scrapers.crawl import CrawlUsageError

    with pytest.raises(AirflowFailException, match="trigger a new run with again"), failing():
        raise CrawlUsageError("the folder is another crawl's: give another --out")


def test_every_task_has_words_for_its_reader() -> None:
    from dags import reading

    pages = [text for name, text in vars(reading).items() if re.fullmatch("[A-Z_]+", name)]
    assert len(pages) == 7
    assert all(len(text) > 40 and "TODO" not in text for text in pages)
