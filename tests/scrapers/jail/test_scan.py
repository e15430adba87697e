from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from resilience.faults import Blocked, Busy, Fault, LayoutChanged, SearchLost
from scrapers.jail.parse import Listing
from scrapers.jail.scan import TRIES, Scan
from scrapers.record import Unread
from scrapers.roster import Roster, RosterRow
from tests.scrapers.jail.plain import PlainSession

READ_AT = dt.datetime(2026, 9, 20, 12, tzinfo=dt.timezone.utc)
Change = Callable[[Listing], Listing]


def row(number: int, *, permanent_id: str | None = None, name: str = "SAMPLE, JORDAN") -> RosterRow:
    return RosterRow(
        name=name,
        booking_number=f"26{number:06d}",
        permanent_id=permanent_id,
        date_of_birth=None,
        release_date=None,
        handle=f"{number} 0",
    )


class FakeLookup:
    """A list of so many rows; ``troubles`` are what happens instead at the n-th page that is asked
    for (from 1)."""

    def __init__(
        self, total: int, troubles: dict[int, Fault | Change] | None = None, size: int = 30
    ) -> None:
        self.session = PlainSession()
        self.search_for = "all"
        self.rows = [row(number, permanent_id=f"{number}") for number in range(total)]
        self.troubles = troubles or {}
        self.asked: list[int] = []
        self.size = size

    def search(self) -> Listing:
        return self.list_from(1)

    def list_from(self, start: int) -> Listing:
        self.asked.append(start)
        total = len(self.rows)
        shown = tuple(self.rows[start - 1 : start - 1 + self.size])
        page = (
            Listing(start, start + len(shown) - 1, total, shown) if total else Listing(0, 0, 0, ())
        )
        trouble = self.troubles.get(len(self.asked))
        if isinstance(trouble, Fault):
            raise trouble
        return trouble(page) if trouble else page


def read(lookup: FakeLookup) -> Roster:
    return Scan(lookup, lambda: READ_AT).read()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("total", "starts"), [(1, [1]), (30, [1]), (31, [1, 31]), (60, [1, 31]), (95, [1, 31, 61, 91])]
)
def test_every_page_is_asked_for_once_and_the_roster_is_exact(
    total: int, starts: list[int]
) -> None:
    lookup = FakeLookup(total)
    roster = read(lookup)
    assert lookup.asked == starts
    assert [one.booking_number for one in roster.rows] == [
        one.booking_number for one in lookup.rows
    ]
    assert roster.proof.model_dump() == {
        "total": total,
        "pages": len(starts),
        "exact": True,
        "tries": 1,
        "reasons": (),
        "read_at": READ_AT,
        "unlisted": 0,
        "search": "all",
        "unread": (),
        "doubts": (),
    }


def test_the_page_size_is_the_first_page_s_own() -> None:
    lookup = FakeLookup(25, size=10)
    roster = read(lookup)
    assert lookup.asked == [1, 11, 21]
    assert (roster.proof.exact, len(roster.rows)) == (True, 25)


def test_empty_list_is_an_exact_roster_of_nobody() -> None:
    roster = read(FakeLookup(0))
    assert (roster.rows, roster.people, roster.proof.exact, roster.proof.total) == ((), (), True, 0)


def grown(page: Listing) -> Listing:
    return Listing(page.start, page.end, page.total + 1, page.rows)


def shifted(page: Listing) -> Listing:
    return Listing(page.start + 1, page.end + 1, page.total, page.rows)


def short(page: Listing) -> Listing:
    return Listing(page.start, page.end, page.total, page.rows[:-3])


def doubled(page: Listing) -> Listing:
    return Listing(page.start, page.end, page.total, (row(0, permanent_id="0"), *page.rows[1:]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (grown, "the total went from 95 to 96 on the page from 31"),
        (shifted, "asked for rows 31 to 60, got 32 to 61"),
        (short, "27 rows where the counter says 31 to 60"),
        (doubled, "booking 26000000 stands on two pages"),
    ],
)
def test_roster_that_moved_is_read_again_from_the_start(change: Change, reason: str) -> None:
    lookup = FakeLookup(95, {2: change})
    roster = read(lookup)
    assert roster.proof.exact
    assert roster.proof.tries == 2
    assert roster.proof.reasons == (f"try 1: {reason}",)
    assert len(roster.rows) == 95
    assert lookup.asked == [1, 31, 1, 31, 61, 91]
    assert lookup.session.statistics == {"RosterMoved": 1}
    assert len(lookup.session.naps) == 1


def test_the_last_try_reads_to_the_end_and_keeps_what_all_tries_saw() -> None:
    newcomer = row(900, permanent_id="900")

    def with_newcomer(page: Listing) -> Listing:
        return Listing(page.start, page.end, page.total + 1, (*page.rows[:-1], newcomer))

    lookup = FakeLookup(65, {2: grown, 4: with_newcomer, 6: grown, 8: grown, 10: grown})
    roster = read(lookup)
    assert lookup.asked == [*[1, 31] * (TRIES - 1), 1, 31, 61]
    assert not roster.proof.exact
    assert roster.proof.tries == TRIES
    assert roster.proof.reasons[-2:] == (
        "try 5: the total went from 65 to 66 on the page from 31",
        "try 5: the total went from 66 to 65 on the page from 61",
    )
    assert {one.booking_number for one in roster.rows} == {
        one.booking_number for one in (*lookup.rows, newcomer)
    }
    assert roster.proof.unlisted == 0


def test_what_the_counter_announced_and_nobody_saw_is_unlisted() -> None:
    troubles: dict[int, Fault | Change] = dict.fromkeys(range(2, 9, 2), short)
    roster = read(FakeLookup(65, {**troubles, 10: short}))
    assert (roster.proof.exact, len(roster.rows), roster.proof.unlisted) == (False, 62, 3)


def test_a_list_that_holds_still_at_last_is_exact() -> None:
    roster = read(FakeLookup(65, dict.fromkeys(range(2, 9, 2), grown)))
    assert (roster.proof.exact, roster.proof.tries, roster.proof.unlisted) == (True, TRIES, 0)


def test_the_list_may_grow_while_the_last_try_reads_it() -> None:
    lookup = FakeLookup(60, dict.fromkeys(range(2, 9, 2), grown))

    def one_page_more(page: Listing) -> Listing:
        lookup.rows.append(row(901))
        return Listing(page.start, page.end, 61, page.rows)

    lookup.troubles[10] = one_page_more
    roster = read(lookup)
    assert lookup.asked[-3:] == [1, 31, 61]
    assert len(roster.rows) == 61


def test_one_number_with_two_inner_ids_is_two_rows_and_a_doubt() -> None:
    lookup = FakeLookup(3)
    twin = lookup.rows[0].model_copy(update={"handle": "777 0"})
    lookup.rows[2] = twin
    roster = read(lookup)
    assert roster.proof.exact
    assert [one.identity for one in roster.rows] == [
        ("26000000", "0 0"),
        ("26000001", "1 0"),
        ("26000000", "777 0"),
    ]
    (doubt,) = roster.proof.doubts
    assert (doubt.kind, doubt.found) == ("duplicate", "26000000")


def test_rows_that_cannot_be_read_leave_the_others_and_are_told() -> None:
    def spoiled(page: Listing) -> Listing:
        lost = Unread(section="Roster", text="SAMPLE, JORDAN")
        return replace(page, rows=page.rows[1:], unreadable=1, unread=(lost,))

    roster = read(FakeLookup(31, {2: spoiled}))
    proof = roster.proof
    assert (proof.exact, proof.tries, proof.unlisted, len(roster.rows)) == (False, 1, 1, 30)
    assert proof.reasons == ("1 rows could not be read",)
    assert [one.text for one in proof.unread] == ["SAMPLE, JORDAN"]


def test_pauses_double_from_try_to_try() -> None:
    lookup = FakeLookup(65, dict.fromkeys(range(2, 12, 2), grown))
    read(lookup)
    longest = 0.1 + 0.2 + 0.4 + 0.8
    assert longest / 2 <= sum(lookup.session.naps) <= longest


@pytest.mark.parametrize("fault", [SearchLost("gone"), Busy("503", retry_after=3.0)])
def test_page_that_is_lost_is_asked_for_again_without_starting_anew(fault: Fault) -> None:
    lookup = FakeLookup(95, {3: fault})
    roster = read(lookup)
    assert lookup.asked == [1, 31, 61, 61, 91]
    assert (roster.proof.exact, roster.proof.tries) == (True, 1)


def test_first_page_that_stays_lost_ends_the_scan_with_its_fault() -> None:
    lookup = FakeLookup(95, {number: SearchLost("gone") for number in range(1, 30)})
    with pytest.raises(SearchLost):
        read(lookup)
    assert lookup.asked == [1] * 5


@pytest.mark.parametrize(
    ("fault", "times"), [(SearchLost("gone"), 5), (LayoutChanged("url", "header", "x", "y"), 1)]
)
def test_a_page_that_stays_lost_loses_its_rows_and_no_others(fault: Fault, times: int) -> None:
    troubles = dict.fromkeys(range(2, 2 + times), fault)
    troubles |= dict.fromkeys(range(3 + times, 3 + 2 * times), fault)
    lookup = FakeLookup(95, {**troubles})
    roster = read(lookup)
    assert lookup.asked == [1, *[31] * times, 1, *[31] * times, 61, 91]
    assert not roster.proof.exact
    assert all("the list from 31" in reason for reason in roster.proof.reasons)
    assert (len(roster.rows), roster.proof.unlisted) == (65, 30)


def test_a_block_page_stops_the_scan_wherever_it_comes() -> None:
    lookup = FakeLookup(95, {2: Blocked("a person must look")})
    with pytest.raises(Blocked):
        read(lookup)
    assert lookup.asked == [1, 31]
