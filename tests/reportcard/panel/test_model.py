from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from reportcard.panel.check import PanelError, rows_hash
from reportcard.panel.model import Panel
from tests.reportcard.panel.lists import Row, day, panel_of


def nights(panel: Panel) -> list[tuple[int | None, int | None, int | None]]:
    """(first day, release, last day listed of one who vanished) of each stay, from day 0."""
    start = day(0).toordinal()

    def number(value: int | None) -> int | None:
        return None if value is None else value - start

    return [
        (number(stay.start), number(stay.release), number(stay.vanished)) for stay in panel.stays
    ]


def test_a_stay_ends_by_the_release_date_that_was_listed() -> None:
    panel = panel_of([(1, [Row("1")]), (2, [Row("1")]), (3, [Row("1", release=2)]), (4, [])])
    assert nights(panel) == [(0, 2, None)]


def test_gone_from_the_list_is_not_released() -> None:
    panel = panel_of([(1, [Row("1"), Row("2")]), (2, [Row("1"), Row("2")]), (3, [Row("2")])])
    assert nights(panel) == [(0, None, 2), (0, None, None)]


def test_who_is_missing_on_a_list_that_moved_is_not_gone() -> None:
    crawls = [(1, [Row("1")]), (2, [])]
    assert nights(panel_of(crawls, inexact=[2])) == [(0, None, None)]
    assert nights(panel_of(crawls)) == [(0, None, 1)]


def test_a_release_date_that_was_withdrawn_is_no_event() -> None:
    panel = panel_of([(2, [Row("1", release=2)]), (3, [Row("1")]), (4, [Row("1")])])
    assert nights(panel) == [(0, None, None)]


def test_a_release_date_in_the_future_is_no_event_until_it_has_passed() -> None:
    crawls = [(1, [Row("1", release=3)]), (2, [Row("1", release=3)])]
    assert nights(panel_of(crawls)) == [(0, None, None)]
    assert nights(panel_of([*crawls, (3, [])])) == [(0, None, 2)]
    assert nights(panel_of([*crawls, (4, [Row("1", release=3)])])) == [(0, 3, None)]


def test_bookings_that_overlap_or_touch_are_one_stay_and_others_two() -> None:
    def pair(second: int) -> Panel:
        one = Row("1", since=0, release=3, permanent_id="x")
        other = Row("2", since=second, permanent_id="x")
        return panel_of([(5, [one, other]), (6, [other])])

    assert nights(pair(2)) == [(0, None, None)]
    assert nights(pair(3)) == [(0, None, None)]
    assert nights(pair(4)) == [(0, 3, None), (4, None, None)]


def test_a_booking_inside_another_one_does_not_end_the_stay() -> None:
    outer = Row("1", since=0, permanent_id="x")
    inner = Row("2", since=1, release=3, permanent_id="x")
    panel = panel_of([(4, [outer, inner]), (5, [outer])])
    assert nights(panel) == [(0, None, None)]
    assert panel.stays[0].last_booking.number == "1"


def test_a_booking_without_a_commitment_date_begins_when_it_is_first_listed() -> None:
    (stay,) = panel_of([(3, [Row("1", since=None)]), (4, [Row("1", since=None)])]).stays
    assert (stay.start, stay.start_known) == (day(3).toordinal(), False)


def test_late_is_who_was_not_on_the_first_complete_list_after_the_booking() -> None:
    late = panel_of([(1, []), (2, [Row("1", since=0)])]).stays[0]
    punctual = panel_of([(1, []), (2, [Row("1", since=1)])]).stays[0]
    missed_by_a_moving_list = panel_of([(1, []), (2, [Row("1", since=0)])], inexact=[1]).stays[0]
    assert [one.late for one in (late, punctual, missed_by_a_moving_list)] == [True, False, False]


def test_people_are_joined_by_every_id_they_were_listed_with() -> None:
    first = Row("1", release=1, permanent_id="a")
    changed = Row("1", release=1, permanent_id="b")
    back = Row("2", since=5, permanent_id="b")
    panel = panel_of([(2, [first]), (3, [changed]), (6, [back])])
    assert [sorted(b.number for b in person.bookings) for person in panel.people] == [["1", "2"]]


def test_one_id_with_two_birth_dates_is_two_people() -> None:
    one = Row("1", permanent_id="a", born=dt.date(1990, 1, 1))
    other = Row("2", permanent_id="a", born=dt.date(1991, 1, 1))
    assert len(panel_of([(1, [one, other])]).people) == 2


def test_blank_ids_join_nobody_in_the_low_linkage_but_name_and_birth_date_do_in_the_high() -> None:
    rows = [Row("1", permanent_id=None), Row("2", permanent_id=None)]
    people = panel_of([(1, rows)]).people
    assert len({person.key for person in people}) == 2
    assert len({person.high for person in people}) == 1
    stranger = Row("3", permanent_id=None, born=dt.date(1991, 1, 1))
    assert len({person.high for person in panel_of([(1, [*rows, stranger])]).people}) == 2


def test_versions_of_a_page_are_kept_with_the_crawl_that_saw_them() -> None:
    pages = [Row("1", page={"total_cents": cents}) for cents in (5, 5, 7)]
    booking = panel_of([(place, [row]) for place, row in enumerate(pages)]).bookings["1"]
    assert [(place, page.total_cents) for place, page in booking.pages] == [(0, 5), (2, 7)]
    first, last = booking.page_on(1), booking.page_on(2)
    assert first is not None
    assert last is not None
    assert (first.total_cents, last.total_cents) == (5, 7)


CRAWLS = [
    (1, [Row("1"), Row("2")]),
    (2, [Row("1", release=2)]),
    (3, [Row("1", release=2), Row("2"), Row("3", since=2)]),
    (3, [Row("3", since=2, handle="other")]),
]


def test_the_rows_of_every_crawl_come_out_of_the_panel_again() -> None:
    panel = panel_of(CRAWLS, inexact=[2])
    panel.check()
    seen = [
        {
            (row.booking, row.handle or f"h{row.booking}", row.release and day(row.release))
            for row in rows
        }
        for _, rows in CRAWLS
    ]
    assert [set(rows) for _, rows in panel.rows()] == seen


def test_a_panel_that_lost_or_invented_a_row_is_refused_and_the_row_is_named() -> None:
    panel = panel_of(CRAWLS)
    seen = {mark.crawl_id: rows for mark, rows in panel.rows()}
    lost = panel.bookings["2"].runs.pop()
    with pytest.raises(PanelError, match="2026-01-08-sample-2: the list had 3 rows"):
        panel.check()
    with pytest.raises(PanelError, match="lost booking 2"):
        panel.check(seen)
    panel.bookings["2"].runs += [lost, dataclasses.replace(lost, first=1, last=1)]
    with pytest.raises(PanelError, match="invented booking 2"):
        panel.check(seen)


def test_a_fingerprint_tells_sets_apart_and_not_orders() -> None:
    rows = [("1", None, None), ("1", "", None), ("2", "h", day(3))]
    assert rows_hash(rows) == rows_hash(reversed(rows)) == rows_hash(rows * 2)
    assert len({rows_hash(rows[:count]) for count in range(4)}) == 4


def test_a_crawl_of_a_list_of_ones_own_says_nothing_of_the_jail() -> None:
    panel = panel_of([(1, [Row("1")])], kind="list")
    assert (panel.newest, panel.complete, len(panel.bookings)) == (None, (), 0)
    panel.check()
