"""Measures of small panels written by hand: what each number counts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from reportcard.measures import Measure, Options, measure
from reportcard.measures.options import options_of, residents_of
from reportcard.measures.returns import releases, return_curve
from reportcard.measures.spells import by_group, spells_of
from reportcard.measures.ways import way_out
from reportcard.panel.facts import BondFacts, ChargeFacts
from reportcard.panel.model import Panel
from tests.reportcard.panel.lists import Row, day, panel_of

COURT_SET, FREE = "Bond Assessed - Courts", "Released on own Recognizance"


def told(measures: list[Measure], part: str) -> Measure:
    (found,) = [one for one in measures if one.part == part and one.day is None]
    return found


def bonds(*entries: BondFacts) -> dict[str, Any]:
    return {"bonds": entries}


def watched(rows: dict[int, list[Row]], last: int) -> Panel:
    """A panel with a list every day from 1 to ``last``; it keeps releases two days, by twenty
    others who come and go."""
    crawls = []
    for number in range(1, last + 1):
        others = [
            Row(f"x{n}", since=n - 1, release=n if n <= number else None, born=None)
            for n in range(1, last + 1)
            if n - 1 < number <= n + 2
        ]
        crawls.append((number, rows.get(number, []) + others))
    return panel_of(crawls)


def test_who_was_here_counts_from_the_first_day_and_who_stays_to_the_last_complete_one() -> None:
    rows = {number: [Row("1", since=-10)] for number in range(1, 20)}
    panel = watched(rows, 19)
    (stay,) = [stay for stay in panel.stays if stay.bookings[0].number == "1"]
    assert [(one.entry, one.exit, one.event) for one in spells_of(panel, stay)] == [(11, 28, None)]


def test_a_gap_cuts_everybody_and_an_end_inside_it_is_not_counted() -> None:
    rows = {number: [Row("1", since=-1)] for number in range(1, 20)}
    whole = watched(rows, 19)
    crawls = [
        (number, [Row("1", since=-1, release=9 if number > 9 else None)])
        for number in range(1, 20)
        if number not in range(7, 13)
    ]
    gap = panel_of(crawls)
    gap.__dict__["watch"] = type(whole.watch)(((whole.watch.runs[0][0], day(5).toordinal()),), 2)
    (stay,) = gap.stays
    assert [(one.entry, one.exit, one.event) for one in spells_of(gap, stay)] == [(2, 6, None)]


def test_a_group_that_is_known_later_counts_from_the_day_after() -> None:
    unknown, known = Row("1"), Row("1", page={"charges": (ChargeFacts(grade="FC"),)})
    rows = {n: [unknown if n < 3 else known] for n in range(1, 20)}
    found = by_group(watched(rows, 19), "grade")["felony"]
    assert [(one.entry, one.exit) for one in found] == [(4, 18)]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (bonds(BondFacts(status="Paid"), BondFacts(status="Paid")), "bond"),
        (bonds(BondFacts(status="Paid"), BondFacts(type=FREE)), "bond"),
        (bonds(BondFacts(type=FREE), BondFacts(type=FREE)), "recognizance"),
        (bonds(BondFacts(status="Paid"), BondFacts(status="Open")), "unknown"),
        ({"bonds": (BondFacts(status="Paid"),), "detainers": 1}, "transfer"),
        (bonds(BondFacts("C1", status="Sentenced")), "unknown"),
        ({}, "unknown"),
    ],
)
def test_how_a_stay_ended_is_told_by_its_last_page_or_not_at_all(
    page: dict[str, Any], expected: str
) -> None:
    panel = panel_of([(3, [Row("1", release=2, page=page)])])
    assert way_out(panel, panel.stays[0]) == expected


def test_held_counts_people_and_bookings_apart() -> None:
    rows = [Row("1", permanent_id="a"), Row("2", permanent_id="a"), Row("3", release=1)]
    found = measure(panel_of([(2, rows)]), "held")
    assert told(found, "people").value == 1
    assert told(found, "bookings").value == 2


def test_a_list_that_moved_is_marked_in_its_numbers() -> None:
    panel = panel_of([(1, [Row("1")]), (2, [Row("1")])], inexact=[1])
    notes = [one.note for one in measure(panel, "held") if one.day is not None]
    assert [bool(note) for note in notes] == [True, False]


def test_time_held_so_far_is_counted_from_the_first_commitment_of_the_custody() -> None:
    rows = [Row("1", since=-600, permanent_id="a"), Row("2", since=-9, permanent_id="a")]
    found = measure(panel_of([(1, [*rows, Row("3", since=-29)])]), "held_so_far")
    assert told(found, "at_least_500").value == 1
    assert told(found, "at_least_30").value == 2
    assert told(found, "quarter").value == 30


UNPAID = BondFacts("A", total_cents=500_00, type=COURT_SET, status="Open")


@pytest.mark.parametrize(
    ("page", "low", "high"),
    [
        (bonds(UNPAID), 0, 1),
        ({**bonds(UNPAID), "detainers": 1}, 0, 0),
        ({**bonds(UNPAID), "charges": (ChargeFacts(grade="I"),)}, 0, 0),
        (bonds(UNPAID, BondFacts("B", type="No Bond Set", status="Open")), 0, 0),
        (bonds(BondFacts("A", total_cents=500_00, type=COURT_SET, status="Paid")), 0, 0),
        (bonds(BondFacts("A", total_cents=0, type=COURT_SET, status="Open")), 0, 0),
        (bonds(BondFacts("A", status=None)), 0, 1),
    ],
)
def test_an_unpaid_bond_is_sure_only_with_the_courts_word(
    page: dict[str, Any], low: int, high: int
) -> None:
    found = told(measure(panel_of([(1, [Row("1", page=page)])]), "unpaid_bond"), "to_1000")
    assert (found.low, found.high) == (low, high)


def test_nominal_bonds_are_told_apart() -> None:
    page = bonds(BondFacts("A", total_cents=1_00, type=COURT_SET, status="Open"))
    rows = {n: [Row("1", since=1, page=page)] for n in range(2, 20)}
    panel = watched(rows, 19)
    assert told(measure(panel, "bond_amount"), "share_nominal").value == pytest.approx(1 / 20, 0.1)


def back(*stays: tuple[int, int], ids: str = "aa") -> Panel:
    """Somebody with two bookings, each (first day, release), listed every day of a hundred."""
    crawls = []
    for number in range(1, 100):
        rows = [
            Row(str(place), since=start, release=end if end <= number else None, permanent_id=name)
            for place, ((start, end), name) in enumerate(zip(stays, ids, strict=True))
            if start < number <= end + 3
        ]
        crawls.append((number, rows))
    return panel_of(crawls)


def test_a_return_is_the_next_booking_after_a_release() -> None:
    (first, second) = releases(back((2, 5), (15, 20)))
    assert (first.back or 0) - first.day == 10
    assert second.back is None


def test_a_lost_id_loses_the_return_in_the_low_linkage_and_not_in_the_high() -> None:
    panel = back((2, 5), (15, 20), ids="ab")
    assert [one.back for one in releases(panel)] == [None, None]
    assert [one.back is not None for one in releases(panel, high=True)] == [True, False]


def test_of_people_each_is_counted_once() -> None:
    panel = back((2, 5), (15, 20))
    some = releases(panel)
    assert len({spell.person for spell in return_curve(panel, some, once=True).spells}) == 1
    assert return_curve(panel, some, once=True).events[-1] == 1
    assert len(return_curve(panel, some, once=False).spells) == 2


def test_a_figure_that_was_not_followed_long_enough_says_when_it_will_be() -> None:
    found = measure(back((2, 5), (15, 20)), "returns")
    early = told(found, "people_365")
    assert early.value is None
    assert early.note == "too early: first figure on 2027-02-01"
    assert told(found, "people_30").value == pytest.approx(1.0)


def test_rates_need_residents_and_eleven_people_on_both_sides() -> None:
    rows = [Row(str(n), born=dt.date(1990 if n < 12 else 1950, 1, 1)) for n in range(24)]
    panel = panel_of([(1, rows), (2, rows), (3, rows)], search="in-custody")
    assert measure(panel, "disparity", "age") == []
    residents = {("age", "35-44"): 1000, ("age", "65+"): 3000}
    found = measure(panel, "disparity", "age", Options(residents=residents))
    ratio = next(one for one in found if one.part == "held_ratio" and one.group == "35-44")
    assert ratio.value == pytest.approx(3.0)
    few = panel_of([(1, rows[:14]), (2, rows[:14]), (3, rows[:14])], search="in-custody")
    found = measure(few, "disparity", "age", Options(residents=residents))
    assert {one.value for one in found if one.part == "held_ratio"} == {None}


def test_a_population_file_is_read_or_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("by,group,residents\nsex,F,1000\nage,65+,7\n", encoding="utf-8")
    assert residents_of(path) == {("sex", "F"): 1000, ("age", "65+"): 7}
    path.write_text("by,group,residents\nsex,F,many\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        residents_of(path)
    path.write_text("group,residents\n", encoding="utf-8")
    with pytest.raises(ValueError, match="columns by, group and residents"):
        residents_of(path)


@pytest.mark.parametrize(("text", "cents"), [("85", 8500), ("85.2", 8520), ("0.05", 5)])
def test_dollars_a_night_become_cents(text: str, cents: int) -> None:
    assert options_of(night_cost=text).night_cents == cents


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.234", "²", "x"])
def test_other_dollars_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="dollars a night"):
        options_of(night_cost=text)
