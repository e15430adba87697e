"""The same on a PostgreSQL server of our own."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from reportcard import tables as t
from reportcard.database import engine_of, exists
from reportcard.freshness import due, people_of
from reportcard.load import LoadReceipt, load
from reportcard.load_csv import write_csv
from reportcard.load_rows import case_family
from tests.reportcard import folders
from tests.reportcard.cluster import cluster
from tests.reportcard.conftest import everything_in
from tests.reportcard.folders import case, history, moment, person, put_court, put_jail
from tests.reportcard.rebuilt import Database, told
from tests.reportcard.test_load import rows

pytestmark = pytest.mark.airflow
MONDAY, TUESDAY = dt.date(2026, 1, 5), dt.date(2026, 1, 6)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as address:
        yield address


@pytest.fixture
def url(server: str) -> str:
    """The server's database, empty."""
    engine = engine_of(server)
    with engine.begin() as connection:
        t.metadata.drop_all(connection)
    engine.dispose()
    return server


def test_the_database_equals_the_truth_and_a_second_load_changes_nothing(
    practice_county: tuple[Path, list[Any]], url: str, tmp_path: Path
) -> None:
    folder, truth = practice_county
    people = list(people_of(folder))
    assert len(due(people, url, 7, MONDAY)) == 120
    receipt = load(folder, url, clock=lambda: 0.0)
    assert receipt.rows["people"] == 120
    engine = engine_of(url)
    with engine.connect() as connection:
        database = Database(connection)
        for line in truth:
            assert database.jail_record(line["key"]) == told(line["jail"])
            assert database.court_record(line["key"]) == told(line["odyssey"])
    engine.dispose()
    before = everything_in(url)
    assert load(folder, url, clock=lambda: 0.0) == receipt
    assert everything_in(url) == before
    assert due(people, url, 7, MONDAY) == []
    assert write_csv(url, tmp_path / "sheets")["people.csv"] == 120


def test_it_holds_the_same_rows_as_sqlite(
    few: tuple[Path, list[Any]], url: str, tmp_path: Path
) -> None:
    other = f"sqlite:///{tmp_path / 'cj.sqlite'}"
    load(few[0], url)
    load(few[0], other)
    assert everything_in(url) == everything_in(other)


def test_a_crash_leaves_nothing(
    few: tuple[Path, list[Any]], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def failing(*args: Any) -> Any:
        calls.append(args)
        if len(calls) > 40:
            raise KeyboardInterrupt
        return case_family(*args)

    monkeypatch.setattr("reportcard.load.case_family", failing)
    with pytest.raises(KeyboardInterrupt):
        load(few[0], url)
    assert exists(url)
    assert all(not found for name, found in everything_in(url).items() if name != "database_info")


def test_people_become_one_and_two_as_on_sqlite(data: Path, url: str) -> None:
    first, second, third = (folders.folder_of(data, MONDAY + dt.timedelta(day)) for day in range(3))
    for key in ("b1", "b2"):
        put_jail(first, person(f"booking-{key}", key), moment(MONDAY))
    put_court(first, "booking-b2", history("booking-b2", case("C1")), moment(MONDAY))
    put_jail(second, person("400", "b1", "b2"), moment(TUESDAY))
    wednesday = MONDAY + dt.timedelta(2)
    put_jail(third, person("400", "b1"), moment(wednesday))
    put_jail(third, person("500", "b2", born=dt.date(1991, 3, 4)), moment(wednesday))
    load(first, url)
    load(second, url)
    assert rows(url, "SELECT person_id FROM person_cases") == [("practice:b1",)]
    load(third, url)
    assert rows(url, "SELECT person_id FROM people ORDER BY 1") == [
        ("practice:b1",),
        ("practice:b2",),
    ]
    assert rows(url, "SELECT kind FROM conflicts ORDER BY 1") == [("merged",), ("split",)]


def test_loads_at_one_time_wait_for_each_other(data: Path, url: str) -> None:
    made = []
    for day in (MONDAY, TUESDAY):
        folder, _ = folders.county(data, 20, day=(day - MONDAY).days)
        made.append(folder)
    receipts: list[LoadReceipt] = []
    threads = [
        threading.Thread(target=lambda place=folder: receipts.append(load(place, url)))
        for folder in made * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(receipts) == 4
    assert rows(url, "SELECT count(*) FROM crawls") == [(2,)]


def test_local_times_can_be_compared_as_moments(few: tuple[Path, list[Any]], url: str) -> None:
    load(few[0], url)
    engine = engine_of(url)
    with engine.connect() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM court_hearings WHERE starts_at::timestamptz < '2100-01-01'")
        ).scalar_one()
    engine.dispose()
    assert count > 0
