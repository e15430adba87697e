"""Reading the whole roster, and proving that it is whole (docs/portals/iml.md, 4 and 5).

A proof is: every page starts where it was asked to, ends where it must, counts the same total, and
no row comes twice. A list that moved is read again from the start. The last try reads to the end
whatever it meets, and what all tries saw is put together, with the reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from resilience.faults import Cure, Fault, LayoutChanged, RosterMoved
from resilience.retry import again, wait_fault
from scrapers.jail.lookup import Lookup
from scrapers.jail.parse import Listing
from scrapers.record import Doubt, Unread
from scrapers.roster import Roster, RosterProof, RosterRow, people_of

TRIES = 5
_PAUSE_IN_STARTS = 10
"""The first pause before another try, in intervals of the site's pace; each further one is twice as
long."""
_LONGEST_PAUSE = 60.0


class _PageLostError(Exception):
    """A page behind the first could not be read with all its tries."""


class Scan:
    """One reading of the roster; ``now`` is the aware clock for ``read_at``."""

    def __init__(self, lookup: Lookup, now: Callable[[], dt.datetime]) -> None:
        self._lookup = lookup
        self._session = lookup.session
        self._now = now
        self._seen: dict[tuple[str, str], RosterRow] = {}
        self._unread: dict[Unread, None] = {}
        self._doubts: dict[Doubt, None] = {}
        self._total = 0
        self._pages = 0
        interval = self._session.pace.seconds_between_starts
        self._pause = wait_fault(max(0.1, _PAUSE_IN_STARTS * interval), _LONGEST_PAUSE)

    def read(self) -> Roster:
        """The roster, exact, or not exact with the reasons. Raises the Fault that the tries of the
        first page could not cure, or that stops everybody."""
        reasons: list[str] = []
        number = 0
        while number < TRIES - 1:
            number += 1
            try:
                found = self._once()
            except RosterMoved as moved:
                self._session.note(moved)
                reasons.append(f"try {number}: {moved}")
                self._session.pace.nap(self._pause.after(moved, number), stop=self._session.stop)
            except _PageLostError as lost:
                reasons.append(f"try {number}: {lost}")
                break  # its tries are spent: only a reading that goes on without it helps
            else:
                return self._roster(found, number, reasons, not self._unreadable)
        number += 1
        met = self._to_the_end()
        reasons.extend(f"try {number}: {reason}" for reason in met)
        exact = not met and not self._unreadable
        rows = self._last if exact else self._seen
        return self._roster(rows.values(), number, reasons, exact)

    def _roster(
        self, rows: Iterable[RosterRow], tries: int, reasons: list[str], exact: bool
    ) -> Roster:
        listed = tuple(rows)
        if self._unreadable:
            reasons.append(f"{self._unreadable} rows could not be read")
        proof = RosterProof(
            total=self._total,
            pages=self._pages,
            exact=exact,
            tries=tries,
            reasons=tuple(reasons),
            read_at=self._now(),
            unlisted=max(0, self._total - len(listed)),
            search=self._lookup.search_for,
            unread=tuple(self._unread),
            doubts=tuple(self._doubts),
        )
        return Roster(rows=listed, people=people_of(listed), proof=proof)

    def _once(self) -> list[RosterRow]:
        """The rows of a list that holds still. Raises RosterMoved, or _PageLostError."""
        self._begin()
        page = self._page(1)
        size, total = _size(page), page.total
        for start in range(1, max(total, 1) + 1, size):
            if start > 1:
                try:
                    page = self._page(start)
                except Fault as fault:
                    if _stops(fault):
                        raise
                    raise _PageLostError(f"the list from {start}: {fault}") from fault
            again_there = self._take(page)
            check(page, start, size, total)
            if again_there:
                raise RosterMoved(f"booking {again_there[0]} stands on two pages")
        return list(self._last.values())

    def _to_the_end(self) -> list[str]:
        """Reads every page there is; gives what it met that a list that holds still does not
        show."""
        self._begin()
        met: list[str] = []
        page = self._page(1)
        size, total, start = _size(page), page.total, 1
        while start <= max(self._total, 1):
            try:
                if start > 1:
                    page = self._page(start)
                for number in self._take(page):
                    met.append(f"booking {number} stands on two pages")
                check(page, start, size, total)
            except RosterMoved as moved:
                self._session.note(moved)
                met.append(str(moved))
                total = page.total
            except Fault as fault:
                if _stops(fault):
                    raise
                met.append(f"the list from {start}: {fault}")
            start += size
        return met

    def _begin(self) -> None:
        self._pages = 0
        self._unreadable = 0
        self._last: dict[tuple[str, str], RosterRow] = {}
        self._numbers: dict[str, str] = {}

    def _take(self, page: Listing) -> list[str]:
        """Keeps a page's rows; gives the numbers of those that stood on a page before."""
        self._pages += 1
        self._total = page.total
        self._unreadable += page.unreadable
        self._unread.update(dict.fromkeys(page.unread))
        self._doubts.update(dict.fromkeys(page.doubts))
        twice = [row.booking_number for row in page.rows if row.identity in self._last]
        rows = {row.identity: row for row in page.rows}
        if len(rows) < len(page.rows):
            marks = [row.identity for row in page.rows]
            twice.extend(number for number, _ in {one for one in marks if marks.count(one) > 1})
        for number, handle in rows:
            if self._numbers.setdefault(number, handle) != handle:
                self._doubts[
                    Doubt(
                        field="booking_number", expected="one row", found=number, kind="duplicate"
                    )
                ] = None
        self._last.update(rows)
        self._seen.update(rows)
        return twice

    def _page(self, start: int) -> Listing:
        """One page with its own tries: what the portal lost is searched for again, and the scan
        goes on where it was."""
        found: Listing | None = None
        for attempt in again(self._session):
            with attempt:
                found = self._lookup.search() if start == 1 else self._lookup.list_from(start)
        if found is None:
            raise Fault(f"the list from {start} was never read")
        return found


def _stops(fault: Fault) -> bool:
    """Whether a fault of one page stops everybody."""
    return fault.cure is Cure.STOP and not isinstance(fault, LayoutChanged)


def _size(page: Listing) -> int:
    """The rows that a page of this portal holds, as its first page's counter says."""
    return max(1, page.end - page.start + 1)


def check(page: Listing, start: int, size: int, total: int) -> None:
    """Raises RosterMoved unless the page is what a list that holds still shows from ``start`` on,
    with ``size`` rows a page."""
    if page.total != total:
        raise RosterMoved(f"the total went from {total} to {page.total} on the page from {start}")
    if total == 0:
        return
    end = min(start + size - 1, total)
    if (page.start, page.end) != (start, end):
        raise RosterMoved(f"asked for rows {start} to {end}, got {page.start} to {page.end}")
    shown = len(page.rows) + page.unreadable
    if shown != end - start + 1:
        raise RosterMoved(f"{shown} rows where the counter says {start} to {end}")
