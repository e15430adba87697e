from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from reportcard.load import load
from tests.reportcard import folders
from tests.reportcard.folders import case, history, moment, person, put_court, put_jail, put_roster
from tests.reportcard.test_load import rows

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 1, day) for day in (5, 6, 7))
BORN, OTHER = dt.date(1990, 1, 2), dt.date(1991, 3, 4)


def people(url: str) -> list[tuple[Any, ...]]:
    return rows(
        url,
        "SELECT person_id, key, date_of_birth, birth_date_conflict FROM people ORDER BY person_id",
    )


def kinds(url: str) -> list[Any]:
    return [kind for (kind,) in rows(url, "SELECT kind FROM conflicts ORDER BY kind")]


class Days:
    """One crawl a day, each loaded when it is complete."""

    def __init__(self, data: Path, url: str) -> None:
        self.data, self.url = data, url

    def crawl(self, day: dt.date, *records: Any, **courts: Any) -> Path:
        folder = folders.folder_of(self.data, day)
        for record in records:
            put_jail(folder, record, moment(day))
        load(folder, self.url)
        return folder


@pytest.fixture
def days(data: Path, url: str) -> Days:
    return Days(data, url)


def test_a_permanent_id_given_later_joins_on_the_booking(days: Days, url: str) -> None:
    days.crawl(MONDAY, person("booking-b1", "b1"))
    days.crawl(TUESDAY, person("400", "b1"))
    assert people(url) == [("practice:b1", "400", "1990-01-02", 0)]
    days.crawl(WEDNESDAY, person("401", "b1"))
    ids = rows(
        url,
        "SELECT permanent_id, first_seen_at, last_seen_at, crawl_id FROM permanent_ids ORDER BY 1",
    )
    assert [(row[0], row[1][:10], row[2][:10]) for row in ids] == [
        ("400", "2026-01-06", "2026-01-06"),
        ("401", "2026-01-07", "2026-01-07"),
    ]
    assert kinds(url) == []


def test_dated_attributes_span_from_the_first_to_the_last_sight_in_any_order(
    data: Path, url: str
) -> None:
    made = []
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        folder = folders.folder_of(data, day)
        put_jail(folder, person("400", "b1"), moment(day))
        made.append(folder)
    for index in (1, 0, 2):
        load(made[index], url)
    assert rows(
        url,
        "SELECT substr(first_seen_at, "
        "1, 10), substr(last_seen_at, 1, 10), crawl_id FROM birth_dates",
    ) == [("2026-01-05", "2026-01-07", made[2].name)]


def test_two_birth_dates_on_one_booking_are_kept_and_flagged(days: Days, url: str) -> None:
    days.crawl(MONDAY, person("400", "b1", born=BORN))
    days.crawl(TUESDAY, person("400", "b1", born=OTHER))
    assert people(url) == [("practice:b1", "400", "1991-03-04", 1)]
    assert rows(url, "SELECT date_of_birth FROM birth_dates ORDER BY 1") == [
        ("1990-01-02",),
        ("1991-03-04",),
    ]
    assert rows(url, "SELECT kind, detail FROM conflicts") == [
        ("two_birth_dates", "1990-01-02, 1991-03-04")
    ]


def test_a_masked_birth_date_keeps_the_one_known(days: Days, url: str) -> None:
    days.crawl(MONDAY, person("400", "b1", born=BORN))
    days.crawl(TUESDAY, person("400", "b1", born=None))
    assert people(url) == [("practice:b1", "400", "1990-01-02", 0)]


def test_a_new_booking_under_a_known_permanent_id_is_the_same_person(days: Days, url: str) -> None:
    days.crawl(MONDAY, person("400", "b1"))
    days.crawl(TUESDAY, person("400", "b2", born=None))
    days.crawl(WEDNESDAY, person("400", "b3"))
    assert people(url) == [("practice:b1", "400", "1990-01-02", 0)]
    assert rows(url, "SELECT count(DISTINCT person_id), count(*) FROM bookings") == [(1, 3)]


def test_a_permanent_id_with_another_birth_date_and_no_shared_booking_is_somebody_else_and_flagged(
    days: Days, url: str
) -> None:
    days.crawl(MONDAY, person("400", "b1", born=BORN))
    days.crawl(TUESDAY, person("400", "b2", born=OTHER))
    assert people(url) == [
        ("practice:b1", "400", "1990-01-02", 0),
        ("practice:b2", "400", "1991-03-04", 0),
    ]
    assert kinds(url) == ["shared_permanent_id", "shared_permanent_id"]


def test_bookings_grouped_later_make_two_people_one(data: Path, url: str) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    for key in ("b1", "b2"):
        put_jail(first, person(f"booking-{key}", key), moment(MONDAY))
    put_court(first, "booking-b2", history("booking-b2", case("C1")), moment(MONDAY))
    put_jail(second, person("400", "b1", "b2"), moment(TUESDAY))
    load(first, url)
    assert len(people(url)) == 2
    load(second, url)
    assert people(url) == [("practice:b1", "400", "1990-01-02", 0)]
    assert rows(url, "SELECT person_id, case_number FROM person_cases") == [("practice:b1", "C1")]
    assert rows(url, "SELECT court_outcome FROM people") == [("found",)]
    assert rows(url, "SELECT kind, detail FROM conflicts") == [("merged", "practice:b2")]
    load(first, url)
    load(second, url)
    assert len(people(url)) == 1


def test_people_of_two_birth_dates_made_one_by_their_bookings_are_flagged(
    days: Days, url: str
) -> None:
    days.crawl(
        MONDAY, person("booking-b1", "b1", born=BORN), person("booking-b2", "b2", born=OTHER)
    )
    days.crawl(TUESDAY, person("400", "b1", "b2", born=OTHER))
    assert people(url) == [("practice:b1", "400", "1991-03-04", 1)]
    assert kinds(url) == ["merged", "two_birth_dates"]


def test_bookings_parted_later_make_one_person_two(data: Path, url: str) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    put_jail(first, person("400", "b1", "b2"), moment(MONDAY))
    put_jail(second, person("400", "b1"), moment(TUESDAY))
    put_jail(second, person("500", "b2", born=OTHER), moment(TUESDAY))
    for folder in (first, second, first):
        load(folder, url)
        if folder is first:
            continue
    assert rows(url, "SELECT booking_number, person_id FROM bookings ORDER BY 1") == [
        ("b1", "practice:b1"),
        ("b2", "practice:b2"),
    ]
    assert people(url) == [
        ("practice:b1", "400", "1990-01-02", 0),
        ("practice:b2", "500", "1991-03-04", 0),
    ]
    assert kinds(url) == ["split"]


def test_two_sites_share_nothing(data: Path, url: str) -> None:
    for site in ("practice", "practice-roa"):
        folder = folders.folder_of(data, MONDAY, site=site)
        put_jail(folder, person("400", "b1"), moment(MONDAY), site=site)
        put_court(folder, "400", history("400", case("C1")), moment(MONDAY), site=site)
        load(folder, url)
    assert [row[0] for row in people(url)] == ["practice-roa:b1", "practice:b1"]
    assert rows(url, "SELECT count(*) FROM cases") == [(2,)]


def test_a_history_without_jail_file_finds_its_person_by_the_roster(data: Path, url: str) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    put_jail(first, person("booking-b1", "b1"), moment(MONDAY))
    load(first, url)
    row = {"booking_number": "b1", "permanent_id": "400"}
    put_roster(
        second,
        [{"key": "400", "name": "SAMPLE, JORDAN", "date_of_birth": "1990-01-02", "rows": [row]}],
    )
    put_court(second, "400", history("400", case("C1")), moment(TUESDAY))
    load(second, url)
    assert rows(url, "SELECT person_id, name, court_outcome FROM people") == [
        ("practice:b1", "SAMPLE, JORDAN", "found")
    ]


@pytest.mark.parametrize("key", ["400", "booking-b1"])
def test_a_history_without_jail_file_and_roster_finds_its_person_by_the_key(
    data: Path, url: str, key: str
) -> None:
    first, second = folders.folder_of(data, MONDAY), folders.folder_of(data, TUESDAY)
    put_jail(first, person("400", "b1"), moment(MONDAY))
    put_court(second, key, history(key, case("C1")), moment(TUESDAY))
    load(first, url)
    load(second, url)
    assert rows(url, "SELECT person_id FROM person_cases") == [("practice:b1",)]


def test_a_jail_file_that_comes_later_in_the_same_crawl_is_the_same_person(
    data: Path, url: str
) -> None:
    folder = folders.folder_of(data, MONDAY)
    put_court(folder, "400", history("400", case("C1")), moment(MONDAY))
    load(folder, url)
    assert rows(url, "SELECT name, custody_answer FROM people") == [("SAMPLE, JORDAN", None)]
    put_jail(folder, person("400", "b1", name="SAMPLE, JORDAN LEE"), moment(MONDAY, 10))
    load(folder, url)
    assert rows(url, "SELECT name, custody_answer, court_outcome FROM people") == [
        ("SAMPLE, JORDAN LEE", "pretrial_by_label", "found")
    ]
    sighted = rows(url, "SELECT jail_outcome, court_outcome FROM sightings")
    assert sighted == [("found", "found")]
