"""Reading the whole roster, and proving that it is whole (iml.md, sections 4 and 5).

A proof is: every page starts where it was asked to, ends where it must, counts the same total, and
no booking comes twice. A list that moved is read again from the start; after five tries what was
seen is put together by booking number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from resilience.faults import Fault, RosterMoved
from resilience.retry import again, wait_fault
from scrapers.jail.lookup import Lookup
from scrapers.jail.parse import Listing
from scrapers.roster import Roster, RosterProof, RosterRow, people_of

ROWS_ON_A_PAGE = 30
TRIES = 5
_PAUSE_IN_STARTS = 10
"""The first pause before another try, in intervals of the site's pace; each further one is twice as
long."""
_LONGEST_PAUSE = 60.0


class Scan:
    """One reading of the roster; ``now`` is the aware clock for ``read_at``."""

    def __init__(self, lookup: Lookup, now: Callable[[], dt.datetime]) -> None:
        self._lookup = lookup
        self._session = lookup.session
        self._now = now
        self._seen: dict[str, RosterRow] = {}
        self._total = 0
        self._pages = 0
        interval = self._session.pace.seconds_between_starts
        self._pause = wait_fault(max(0.1, _PAUSE_IN_STARTS * interval), _LONGEST_PAUSE)

    def read(self) -> Roster:
        """The roster, exact, or not exact with the reasons. Raises the Fault that a page's own
        tries could not cure."""
        reasons: list[str] = []
        for number in range(1, TRIES + 1):
            try:
                rows = self._once()
            except RosterMoved as moved:
                self._session.note(moved)
                reasons.append(f"try {number}: {moved}")
                if number < TRIES:
                    self._session.pace.nap(
                        self._pause.after(moved, number), stop=self._session.stop
                    )
            else:
                return self._roster(rows, number, reasons, exact=True)
        return self._roster(self._seen.values(), TRIES, reasons, exact=False)

    def _roster(
        self, rows: Iterable[RosterRow], tries: int, reasons: list[str], *, exact: bool
    ) -> Roster:
        listed = tuple(rows)
        proof = RosterProof(
            total=self._total,
            pages=self._pages,
            exact=exact,
            tries=tries,
            reasons=tuple(reasons),
            read_at=self._now(),
        )
        return Roster(rows=listed, people=people_of(listed), proof=proof)

    def _once(self) -> list[RosterRow]:
        rows: dict[str, RosterRow] = {}
        self._pages = 0
        page = self._page(1)
        self._total = total = page.total
        for start in range(1, max(total, 1) + 1, ROWS_ON_A_PAGE):
            if start > 1:
                page = self._page(start)
            self._pages += 1
            self._seen.update((row.booking_number, row) for row in page.rows)
            check(page, start, total)
            for row in page.rows:
                if rows.setdefault(row.booking_number, row) is not row:
                    raise RosterMoved(f"booking {row.booking_number} stands on two pages")
        return list(rows.values())

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


def check(page: Listing, start: int, total: int) -> None:
    """Raises RosterMoved unless the page is what a list that holds still shows from ``start``
    on."""
    if page.total != total:
        raise RosterMoved(f"the total went from {total} to {page.total} on the page from {start}")
    if total == 0:
        return
    end = min(start + ROWS_ON_A_PAGE - 1, total)
    if (page.start, page.end) != (start, end):
        raise RosterMoved(f"asked for rows {start} to {end}, got {page.start} to {page.end}")
    if len(page.rows) != end - start + 1:
        raise RosterMoved(f"{len(page.rows)} rows where the counter says {start} to {end}")
