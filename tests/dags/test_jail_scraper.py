"""The whole DAG by `dag.test()`, with real browsers, against the practice portals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from practice.truth import truth
from reportcard.database import engine_of
from tests.dags.conftest import PEOPLE, Driver, Lab, lab, tasks
from tests.reportcard.rebuilt import Database, told

pytestmark = [pytest.mark.airflow, pytest.mark.browser]
FOLDER = "2026-01-05-practice"


def check_database(county: Lab) -> None:
    world = county.portals.world
    engine = engine_of(f"sqlite:///{county.data / 'cj.sqlite'}")
    with engine.connect() as connection:
        database = Database(connection)
        lines = list(truth(world.people, world.today, outcomes=True))
        assert len(lines) == county.query("select count(*) from people")[0][0]
        for line in lines:
            assert database.jail_record(line["key"]) == told(line["jail"])
            assert database.court_record(line["key"]) == told(line["odyssey"])
    engine.dispose()


def searches(county: Lab) -> int:
    return len(county.requests())


def test_a_limit_then_all_then_again_without_a_request_and_nobody_due(county: Lab) -> None:
    conf = {"scrapes_per_worker": 5, "minimum_coverage": 1}
    (some,) = county.run({"conf": {**conf, "limit": 4}})
    assert some["state"] == "success", county.said[-8000:]
    assert len(list((county.data / FOLDER / "jail").glob("*.json"))) == 4
    before = {
        path: path.stat().st_mtime_ns for path in (county.data / FOLDER / "odyssey").glob("*.json")
    }
    assert len(before) == 4

    (full,) = county.run({"conf": conf})
    assert full["state"] == "success", county.said[-8000:]
    assert tasks(full)["odyssey_scraper"] == {"success": 2}, "eight people in chunks of five"
    assert {path: path.stat().st_mtime_ns for path in before} == before, (
        "who was done was not asked again"
    )
    check_database(county)
    place = county.data / FOLDER / "tasks" / "everybody-fresh-7-days"
    page = (place / "report_card.html").read_text(encoding="utf-8")
    assert f"{PEOPLE} of {PEOPLE} asked" in page
    assert all(path.stat().st_mode & 0o077 == 0 for path in county.data.rglob("*"))

    asked = len(county.requests())
    (again,) = county.run({"conf": conf})
    county.days_later(1)
    (tomorrow,) = county.run({"conf": conf})
    assert again["state"] == "success", county.said[-8000:]
    assert tasks(again)["odyssey_scraper"] == {"success": 2}
    assert tomorrow["state"] == "success", county.said[-8000:]
    assert tasks(tomorrow)["odyssey_scraper"] == {"skipped": 1}, (
        "nobody is due, and it still loads and reports"
    )
    new = county.requests()[asked:]
    assert {each["portal"] for each in new} == {"iml"}, "all are carried"
    summary = json.loads(
        (county.data / "2026-01-06-practice" / "summary.json").read_text(encoding="utf-8")
    )
    assert summary["halves"]["odyssey"]["counts"]["carried"] == PEOPLE
    assert county.portals.password not in county.said


def test_wrong_settings_and_a_backfill_fail_every_task_at_once(county: Lab) -> None:
    past = "2026-01-05T18:00:00+00:00"
    wrong, late = county.run({"conf": {"limt": 4}}, {"conf": {}, "at": past})
    for run in (wrong, late):
        assert run["state"] == "failed"
        assert tasks(run)["scrape_jail"] == tasks(run)["upload_data"] == {"failed": 1}
        assert tasks(run)["report_card"] == {"failed": 1}
    assert "did you mean limit" in county.said
    assert "a past day cannot be read" in county.said
    assert "up_for_retry" not in county.said
    assert county.requests() == []
    assert not list(county.data.glob("20*"))


def test_another_crawl_of_the_same_day_stands_beside_the_first_and_logs_name_nobody(
    county: Lab,
) -> None:
    conf = {"scrapes_per_worker": 2, "limit": 2, "minimum_coverage": 1}
    first, second = county.run({"conf": conf}, {"conf": {**conf, "again": True}})
    assert first["state"] == second["state"] == "success", county.said[-8000:]
    assert sorted(path.name for path in county.data.glob("20*")) == [FOLDER, f"{FOLDER}-2"]
    lines = [line for line in county.said.splitlines() if "dags." in line or "scrapers." in line]
    assert any("people settled" in line or "people to ask about" in line for line in lines)
    assert "Court histories: 2 people" in county.said
    roster = json.loads((county.data / FOLDER / "roster.json").read_text(encoding="utf-8"))
    names = {row["name"] for person in roster["people"] for row in person["rows"]}
    assert len(names) >= PEOPLE
    assert not [name for name in names if name in county.said]
    assert "PersonDone(" not in county.said
    (row,) = county.query("select count(*) from crawls")
    assert row[0] == 2


def test_a_finished_run_cleared_makes_no_request(county: Lab) -> None:
    conf = {"scrapes_per_worker": 3, "limit": 3}
    county.run({"conf": conf})
    asked = len(county.requests())
    (again,) = county.run({"conf": conf})
    assert again["state"] == "success"
    assert len(county.requests()) == asked


def test_the_same_people_are_due_again_after_refresh_after_days(county: Lab) -> None:
    conf = {"scrapes_per_worker": 2, "limit": 2, "refresh_after_days": 7, "minimum_coverage": 1}
    county.run({"conf": conf})
    asked = len(county.requests())
    county.days_later(6)
    (fresh,) = county.run({"conf": conf})
    assert tasks(fresh)["odyssey_scraper"] == {"skipped": 1}, county.said[-8000:]
    assert {each["portal"] for each in county.requests()[asked:]} == {"iml"}

    asked = len(county.requests())
    county.days_later(7)
    (due,) = county.run({"conf": conf})
    assert due["state"] == "success", county.said[-8000:]
    assert tasks(due)["odyssey_scraper"] == {"success": 1}
    assert "odyssey" in {each["portal"] for each in county.requests()[asked:]}
    assert len(list((county.data / "2026-01-12-practice" / "odyssey").glob("*.json"))) == 2


def test_a_chunk_that_fails_for_good_costs_only_itself_and_the_leaf_names_who(county: Lab) -> None:
    conf = {"scrapes_per_worker": 2, "limit": 6, "minimum_coverage": 0.5}
    keys = sorted(
        line["key"] for line in truth(county.portals.world.people, county.portals.world.today)
    )
    (first,) = county.run({"conf": {**conf, "limit": 2}})
    assert first["state"] == "success", county.said[-8000:]
    done = {path.stem for path in (county.data / FOLDER / "odyssey").glob("*.json")}
    roster = json.loads((county.data / FOLDER / "roster.json").read_text(encoding="utf-8"))
    bad = next(person["key"] for person in roster["people"] if person["key"] not in done)
    assert bad in keys

    (failed,) = county.run({"conf": conf, "broken": bad})
    assert failed["state"] == "failed"
    assert tasks(failed)["odyssey_scraper"] == {"success": 1, "failed": 1}
    assert tasks(failed)["upload_data"] == {"success": 1}
    assert tasks(failed)["report_card"] == {"failed": 1}
    assert f"odyssey {bad} (failed)" in county.said
    assert county.query("select count(*) from sightings where court_outcome is not null")[0][0] == 5
    place = county.data / FOLDER / "tasks" / "first-6-fresh-7-days"
    assert (place / "report_card-incomplete.html").exists()

    (mended,) = county.run({"conf": conf})
    assert mended["state"] == "success", county.said[-8000:]
    assert county.query("select count(*) from sightings where court_outcome is not null")[0][0] == 6
    assert (place / "report_card.html").exists()
    assert not (place / "report_card-incomplete.html").exists()


def test_a_refused_password_is_submitted_once_however_many_chunks(
    tmp_path: Path, driver: Driver
) -> None:
    with lab(tmp_path, driver, password="wrong-on-purpose") as county:
        (run,) = county.run({"conf": {"scrapes_per_worker": 1, "limit": 10}})
        assert run["state"] == "failed"
        assert tasks(run)["odyssey_scraper"] == {"failed": 10}
        submitted = [
            each
            for each in county.requests()
            if each["method"] == "POST" and "signin" in json.dumps(each)
        ]
        assert len(submitted) == 1, submitted
        assert "wrong-on-purpose" not in county.said
