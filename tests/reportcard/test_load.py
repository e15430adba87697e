from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from reportcard.database import engine_of
from reportcard.load import OtherCrawlError, load
from reportcard.load_files import BadFolderError, InvalidFilesError
from reportcard.load_rows import case_family
from scrapers.jail.records import Bond, Hearing
from scrapers.odyssey.records import CourtCharge, CourtHearing
from tests.reportcard import folders
from tests.reportcard.conftest import Tables
from tests.reportcard.rebuilt import Database, told

Everything = Callable[[str], Tables]
MONDAY, TUESDAY = dt.date(2026, 1, 5), dt.date(2026, 1, 6)


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]
    finally:
        engine.dispose()


def test_the_database_equals_the_truth(practice_county: tuple[Path, list[Any]], url: str) -> None:
    folder, truth = practice_county
    receipt = load(folder, url)
    assert receipt.files == {"jail": 120, "odyssey": 120}
    assert receipt.rows["people"] == len(truth) == 120
    assert receipt.rows["bookings"] == sum(len(line["jail"]["bookings"]) for line in truth)
    numbers = {
        case["case_number"]
        for line in truth
        if line["odyssey"]
        for case in line["odyssey"]["cases"]
    }
    assert receipt.rows["cases"] == len(numbers)
    engine = engine_of(url)
    with engine.connect() as connection:
        database = Database(connection)
        for line in truth:
            assert database.jail_record(line["key"]) == told(line["jail"])
            assert database.court_record(line["key"]) == told(line["odyssey"])
    engine.dispose()
    outcomes = dict(rows(url, "SELECT key, court_outcome FROM people"))
    assert outcomes == {line["key"]: line["outcome"] for line in truth}


def test_every_row_names_a_file_that_holds_it(few: tuple[Path, list[Any]], url: str) -> None:
    folder, _ = few
    receipt = load(folder, url)
    unsourced = {"crawls", "sightings", "crawl_listings", "case_readings"}
    for table in set(receipt.rows) - unsourced:
        for source_file, crawl_id in rows(
            url, f"SELECT DISTINCT source_file, crawl_id FROM {table}"
        ):
            assert (folder.parent / source_file).is_file()
            assert crawl_id == folder.name


def test_loading_twice_changes_nothing(
    few: tuple[Path, list[Any]], url: str, everything: Everything
) -> None:
    folder, _ = few
    first = load(folder, url, clock=lambda: 0.0)
    before = everything(url)
    assert load(folder, url, clock=lambda: 0.0) == first
    assert everything(url) == before


def test_three_days_in_any_order_give_one_database(
    data: Path, tmp_path: Path, everything: Everything
) -> None:
    days = [folders.county(data, 40, day=day)[0] for day in (0, 7, 30)]
    forward, backward = f"sqlite:///{tmp_path / 'a.sqlite'}", f"sqlite:///{tmp_path / 'b.sqlite'}"
    for folder in days:
        load(folder, forward)
    for folder in (days[2], days[0], days[1], days[0]):
        load(folder, backward)
    one, other = everything(forward), everything(backward)
    # Which people's ids were given first depends on the order; what is said of them does not.
    for table in (
        "bookings",
        "bonds",
        "jail_charges",
        "cases",
        "court_charges",
        "dispositions",
        "parties",
    ):
        assert len(one[table]) > 0
        assert len(one[table]) == len(other[table])
    assert one["cases"] == other["cases"]
    assert one["bonds"] == other["bonds"]
    assert len(one["people"]) == len(other["people"])


def test_the_newest_day_is_the_truth_after_many(data: Path, url: str) -> None:
    for day in (0, 7):
        folder, truth = folders.county(data, 40, day=day)
        load(folder, url)
    engine = engine_of(url)
    with engine.connect() as connection:
        database = Database(connection)
        for line in truth:
            assert database.court_record(line["key"]) == told(line["odyssey"])
            bookings = told(line["jail"])["bookings"]
            newest = {booking["booking_number"]: booking for booking in bookings}
            kept = {b["booking_number"]: b for b in database.jail_record(line["key"])["bookings"]}
            assert {number: kept[number] for number in newest} == newest
    engine.dispose()


def test_a_later_crawl_updates_and_replaces_what_belongs_to_a_booking(data: Path, url: str) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    two = (Bond(case_number="26000001", amount_cents=100_00), Bond(case_number="26000002"))
    folders.put_jail(first, folders.person("1", "b1", bonds=two), folders.moment(MONDAY))
    one = (Bond(case_number="26000002", amount_cents=5),)
    record = folders.person("1", "b1", bonds=one, custody="unresolved", released=True)
    folders.put_jail(second, record, folders.moment(TUESDAY))
    load(first, url)
    assert rows(url, "SELECT case_number, amount_cents FROM bonds ORDER BY position") == [
        ("26000001", 10000),
        ("26000002", None),
    ]
    load(second, url)
    assert rows(url, "SELECT case_number, amount_cents FROM bonds") == [("26000002", 5)]
    assert rows(url, "SELECT released, crawl_id FROM bookings") == [(1, second.name)]
    assert rows(url, "SELECT custody_answer FROM people") == [("unresolved",)]
    assert rows(url, "SELECT crawl_id, custody_answer FROM sightings ORDER BY crawl_id") == [
        (first.name, "pretrial_by_label"),
        (second.name, "unresolved"),
    ]
    load(first, url)
    assert rows(url, "SELECT case_number, amount_cents FROM bonds") == [("26000002", 5)]


def test_a_case_that_the_newest_history_lacks_goes_with_all_that_belongs_to_it(
    data: Path, url: str
) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    charges = (CourtCharge(number="1", description="JAYWALKING"),)
    kept, gone = folders.case("C1", charges=charges), folders.case("C2", charges=charges)
    folders.put_court(first, "1", folders.history("1", kept, gone), folders.moment(MONDAY))
    folders.put_court(first, "2", folders.history("2", kept), folders.moment(MONDAY))
    folders.put_court(second, "1", folders.history("1", kept), folders.moment(TUESDAY))
    assert load(first, url).cases_gone == 0
    assert load(second, url).cases_gone == 1
    assert rows(url, "SELECT case_number FROM cases") == [("C1",)]
    assert rows(url, "SELECT case_number FROM court_charges") == [("C1",)]
    assert rows(url, "SELECT count(*) FROM person_cases") == [(2,)]
    assert load(first, url).cases_gone == 0
    assert rows(url, "SELECT case_number FROM cases") == [("C1",)]


@pytest.mark.parametrize("outcome", ["not_found", "unverified"])
def test_an_answer_without_a_history_leaves_the_earlier_one(
    data: Path, url: str, outcome: str
) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    folders.put_court(first, "1", folders.history("1", folders.case("C1")), folders.moment(MONDAY))
    folders.put_court(second, "1", None, folders.moment(TUESDAY), outcome=outcome)
    load(first, url)
    load(second, url)
    assert rows(url, "SELECT court_outcome, court_crawl_id FROM people") == [(outcome, second.name)]
    assert rows(url, "SELECT case_number FROM person_cases") == [("C1",)]


def test_a_case_of_two_people_stands_once(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    for key in ("1", "2"):
        folders.put_court(
            folder, key, folders.history(key, folders.case("C1")), folders.moment(MONDAY)
        )
    load(folder, url)
    assert rows(url, "SELECT count(*) FROM cases") == [(1,)]
    assert len(rows(url, "SELECT person_id FROM person_cases WHERE case_number = 'C1'")) == 2


def test_invalid_files_are_all_named_and_nothing_is_loaded(
    data: Path, url: str, everything: Everything
) -> None:
    folder, later = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    folders.put_jail(folder, folders.person("1", "b1"), folders.moment(MONDAY))
    load(folder, url)
    before = everything(url)
    for key in ("1", "2"):
        folders.put_jail(later, folders.person(key, f"b{key}"), folders.moment(TUESDAY))
    (later / "jail" / "3.json").write_text("{", encoding="utf-8")
    wrong = json.loads((later / "jail" / "1.json").read_text(encoding="utf-8"))
    (later / "odyssey" / "4.json").write_text(json.dumps(wrong), encoding="utf-8")
    with pytest.raises(InvalidFilesError) as refused:
        load(later, url)
    assert set(refused.value.files) == {f"{later.name}/jail/3.json", f"{later.name}/odyssey/4.json"}
    assert "jail/3.json" in str(refused.value)
    assert everything(url) == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "something else"}, "format"),
        ({"schema_version": 99}, "newer"),
        ({"key": "2"}, "about '2'"),
        ({"record": None}, "if and only if"),
        ({"outcome": "not_found"}, "does not exist"),
        ({"surprise": 1}, "surprise"),
        (
            {
                "provenance": {
                    "site": "elsewhere",
                    "fetched_at": "2026-01-05T09:00:00Z",
                    "version": "1",
                }
            },
            "elsewhere",
        ),
        (
            {
                "provenance": {
                    "site": "practice",
                    "fetched_at": "2026-01-05T09:00:00",
                    "version": "1",
                }
            },
            "offset",
        ),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    data: Path, url: str, change: dict[str, Any], why: str
) -> None:
    folder = folders.folder_of(data, MONDAY)
    path = folders.put_jail(folder, folders.person("1", "b1"), folders.moment(MONDAY))
    file = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(file), encoding="utf-8")
    with pytest.raises(InvalidFilesError, match=why):
        load(folder, url)
    assert rows(url, "SELECT count(*) FROM people") == [(0,)]


def test_a_time_without_offset_is_refused_by_name(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    naive = dt.datetime(2026, 1, 9, 9)
    record = folders.person("1", "b1", hearings=(Hearing(date=naive.date(), starts_at=naive),))
    folders.put_jail(folder, record, folders.moment(MONDAY))
    hearing = CourtHearing(date=naive.date(), type="ARRAIGNMENT", starts_at=naive)
    history = folders.history("1", folders.case("C1", hearings=(hearing,)))
    folders.put_court(folder, "1", history, folders.moment(MONDAY))
    with pytest.raises(InvalidFilesError, match="offset") as refused:
        load(folder, url)
    assert len(refused.value.files) == 2


def test_a_crash_in_the_middle_leaves_nothing(
    few: tuple[Path, list[Any]], url: str, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = few
    calls: list[Any] = []

    def failing(*args: Any) -> Any:
        calls.append(args)
        if len(calls) > 40:
            raise KeyboardInterrupt
        return case_family(*args)

    monkeypatch.setattr("reportcard.load.case_family", failing)
    with pytest.raises(KeyboardInterrupt):
        load(folder, url)
    assert all(not found for name, found in everything(url).items() if name != "database_info")
    monkeypatch.undo()
    assert load(folder, url).rows["people"] == 30


_KILLED = """
import os, signal, sys
from pathlib import Path
from reportcard import load as module
module.Load._drop_forgotten_cases = lambda self: os.kill(os.getpid(), signal.SIGKILL)
module.load(Path(sys.argv[1]), sys.argv[2])
"""


def test_a_kill_before_the_end_leaves_nothing_and_the_next_load_works(
    few: tuple[Path, list[Any]], url: str
) -> None:
    folder, _ = few
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), url], check=False, timeout=120
    )
    assert killed.returncode == -9
    assert rows(url, "SELECT count(*) FROM people") == [(0,)]
    assert load(folder, url).rows["people"] == 30


def test_times_keep_their_offset(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    chicago = dt.timezone(-dt.timedelta(hours=6))
    at = dt.datetime(2026, 1, 9, 9, 30, tzinfo=chicago)
    record = folders.person("1", "b1", hearings=(Hearing(date=at.date(), starts_at=at),))
    folders.put_jail(folder, record, folders.moment(MONDAY).astimezone(chicago))
    load(folder, url)
    assert rows(url, "SELECT date, starts_at FROM jail_hearings") == [
        ("2026-01-09", "2026-01-09T09:30:00-06:00")
    ]
    assert rows(url, "SELECT jail_fetched_at FROM people") == [
        ("2026-01-05T09:00:00.000000+00:00",)
    ]


def test_temporaries_and_strangers_in_the_folder_are_not_read(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    folders.put_jail(folder, folders.person("1", "b1"), folders.moment(MONDAY))
    (folder / "jail" / ".2.json.invalid").write_text("{", encoding="utf-8")
    (folder / "jail" / ".3.json").write_text("{", encoding="utf-8")
    writing = folder / "jail" / ".writing-x" / "output"
    writing.mkdir(parents=True)
    (writing / "4.json").write_text("{", encoding="utf-8")
    assert load(folder, url).files == {"jail": 1, "odyssey": 0}


def test_another_crawl_under_the_same_name_is_refused(data: Path, tmp_path: Path, url: str) -> None:
    load(folders.folder_of(data, MONDAY, name="mine"), url)
    with pytest.raises(OtherCrawlError, match="mine"):
        load(folders.folder_of(tmp_path / "elsewhere", TUESDAY, name="mine"), url)


def test_a_folder_without_crawl_json_is_known_by_its_name_and_files(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    folders.put_jail(folder, folders.person("1", "b1"), folders.moment(TUESDAY))
    (folder / "crawl.json").unlink()
    receipt = load(folder, url)
    assert (receipt.site, receipt.day) == ("practice", MONDAY)


def test_what_is_no_crawl_folder_is_refused_before_a_database_is_made(
    data: Path, tmp_path: Path, url: str
) -> None:
    with pytest.raises(BadFolderError, match="no crawl folder"):
        load(tmp_path, url)
    assert not data.exists()


def test_the_database_is_private_under_any_umask(data: Path) -> None:
    folder = folders.folder_of(data, MONDAY)
    before = os.umask(0)
    try:
        load(folder, f"sqlite:///{data / 'deep' / 'cj.sqlite'}")
    finally:
        os.umask(before)
    assert (data / "deep").stat().st_mode & 0o777 == 0o700
    assert (data / "deep" / "cj.sqlite").stat().st_mode & 0o777 == 0o600


def test_foreign_keys_are_enforced(data: Path, url: str) -> None:
    load(folders.folder_of(data, MONDAY), url)
    engine = engine_of(url)
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(
            text(
                "INSERT INTO bonds (site, "
                "booking_number, position, crawl_id, source_file) VALUES ('a','b',0,'c','d')"
            )
        )
    engine.dispose()


def test_loading_needs_neither_airflow_nor_a_browser_nor_the_practice_portals() -> None:
    code = (
        "import sys, reportcard.load, reportcard.freshness, reportcard.page, reportcard.load_csv\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'airflow', "
        "'selenium', 'practice', 'starlette'}))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert printed.strip() == "[]"
