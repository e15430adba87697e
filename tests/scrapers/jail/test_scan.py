from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from resilience.faults import Busy, Fault, LayoutChanged, SearchLost
from scrapers.jail.parse import Listing
from scrapers.jail.scan import TRIES, Scan
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

    def __init__(self, total: int, troubles: dict[int, Fault | Change] | None = None) -> None:
        self.session = PlainSession()
        self.rows = [row(number, permanent_id=f"{number}") for number in range(total)]
        self.troubles = troubles or {}
        self.asked: list[int] = []

    def search(self) -> Listing:
        return self.list_from(1)

    def list_from(self, start: int) -> Listing:
        self.asked.append(start)
        total = len(self.rows)
        shown = tuple(self.rows[start - 1 : start + 29])
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
    }


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


def test_roster_that_never_holds_still_is_the_union_and_not_exact() -> None:
    lookup = FakeLookup(65, dict.fromkeys(range(2, 12, 2), grown))
    newcomer = row(900, permanent_id="900")

    def with_newcomer(page: Listing) -> Listing:
        return Listing(page.start, page.end, page.total + 1, (*page.rows[:-1], newcomer))

    lookup.troubles[4] = with_newcomer
    roster = read(lookup)
    assert lookup.asked == [1, 31] * TRIES
    assert not roster.proof.exact
    assert len(roster.proof.reasons) == roster.proof.tries == TRIES
    assert {one.booking_number for one in roster.rows} == {
        one.booking_number for one in (*lookup.rows[:60], newcomer)
    }


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


def test_page_that_stays_lost_ends_the_scan_with_its_fault() -> None:
    lookup = FakeLookup(95, {number: SearchLost("gone") for number in range(2, 30)})
    with pytest.raises(SearchLost):
        read(lookup)
    assert lookup.asked == [1, *[31] * 5]


def test_changed_layout_is_not_tried_again() -> None:
    lookup = FakeLookup(95, {2: LayoutChanged("url", "header", "x", "y")})
    with pytest.raises(LayoutChanged):
        read(lookup)
    assert lookup.asked == [1, 31]
