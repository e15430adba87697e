"""Two readings compared: each field that differs, once, by a path that a reader can follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scrapers.crawl.differences import ABSENT, Change, differences
from scrapers.odyssey.records import (
    COURT_FORMAT,
    Case,
    CaseEvent,
    CasePretrial,
    CourtFile,
    CourtRecord,
)
from scrapers.record import Provenance, Reparsed, SearchAttempt

DAY = dt.date(2026, 1, 5)
NOW = dt.datetime(2026, 1, 5, tzinfo=dt.timezone.utc)


def event(name: str) -> CaseEvent:
    return CaseEvent(date=DAY, name=name)


def case(number: str, **more: Any) -> Case:
    return Case(
        case_number=number, style="State v. Doe", pretrial=CasePretrial(answer="unknown"), **more
    )


def file(*cases: Case, **more: Any) -> CourtFile:
    record = CourtRecord(key="1", names=("DOE, JO",), cases=cases) if cases else None
    provenance = more.pop("provenance", Provenance(site="practice", fetched_at=NOW, version="1"))
    outcome: Any = "found" if cases else "not_found"
    return CourtFile(
        format=COURT_FORMAT, key="1", outcome=outcome, record=record, provenance=provenance, **more
    )


def told(before: CourtFile, after: CourtFile) -> list[tuple[str, Any, Any]]:
    return [(change.path, change.before, change.after) for change in differences(before, after)]


def test_the_same_reading_differs_in_nothing_whatever_its_provenance() -> None:
    again = Provenance(
        site="x", fetched_at=NOW, version="2", reparsed=Reparsed(at=NOW, version="2")
    )
    assert differences(file(case("C1")), file(case("C1"), provenance=again)) == ()


def test_a_case_is_named_by_its_number_wherever_it_stands() -> None:
    before = file(case("C1"), case("C2", status="Open"))
    assert told(before, file(case("C0"), case("C1"), case("C2", status="Closed")))[:1] == [
        ("record.cases[C2].status", "Open", "Closed")
    ]


def test_a_new_case_is_one_difference() -> None:
    (change,) = differences(file(case("C1")), file(case("C1"), case("C2")))
    assert (change.path, change.before) == ("record.cases[C2]", ABSENT)
    assert change.after["case_number"] == "C2"


def test_an_event_in_between_does_not_shift_the_others() -> None:
    before = file(case("C1", events=(event("A"), event("C"))))
    after = file(case("C1", events=(event("A"), event("B"), event("C"))))
    (change,) = differences(before, after)
    assert (change.path, change.before, change.after["name"]) == (
        "record.cases[C1].events[1]",
        ABSENT,
        "B",
    )


def test_an_event_that_reads_otherwise_is_one_field() -> None:
    before = file(case("C1", events=(event("A"), event("B"))))
    after = file(case("C1", events=(event("A"), event("X"))))
    assert told(before, after) == [("record.cases[C1].events[1].name", "B", "X")]


def test_another_order_is_one_difference() -> None:
    before = file(case("C1", events=(event("A"), event("B"))))
    after = file(case("C1", events=(event("B"), event("A"))))
    assert [change.path for change in differences(before, after)] == ["record.cases[C1].events"]


def test_outcome_record_searches_and_extra_are_compared() -> None:
    tried = (SearchAttempt(search="DOE, JO", hits=1),)
    paths = [path for path, _, _ in told(file(case("C1")), file(tried=tried, extra={"a": 1}))]
    assert paths == ["outcome", "record", "extra.a", "tried[DOE, JO]"]


def test_a_row_that_came_or_went_is_no_null() -> None:
    assert Change("extra.a", ABSENT, None).told() == {"path": "extra.a", "after": None}


def test_the_field_is_the_path_without_its_rows() -> None:
    assert (
        Change("record.cases[C1].charges[2].degree", None, "A").field
        == "record.cases[].charges[].degree"
    )
