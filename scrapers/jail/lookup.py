"""One session of the portal: its three pages, and whether a search stands in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from resilience.faults import Busy, Fault
from resilience.session import Session
from scrapers.jail.pages.portal import DetailPage, RosterPage, SearchPage
from scrapers.jail.parse import Detail, Listing
from scrapers.record import Seen
from scrapers.roster import RosterRow
from scrapers.sites import Site


class Lookup:
    """The inmate lookup in one session. It shows details and list pages only after a search in the
    same portal session.

    That search is made when it is needed: at first, with a new browser, after a change of fetch
    mode, and after every fault that may have lost it. It is made in the fetch mode in which what
    hangs on it can be read."""

    def __init__(self, session: Session, site: Site) -> None:
        self.session = session
        self.search_for = None if site.jail is None else site.jail.search
        self._search = SearchPage(session, site)
        self._roster = RosterPage(session, site)
        self._detail = DetailPage(session, site)
        self._armed_in: int | None = None

    def search(self) -> Listing:
        """A new search for everyone; page 1 of the list."""
        self.session.enter("search", "list")
        return self._searched()

    def list_from(self, start: int) -> Listing:
        """The list from that row on."""
        self._arm("list")
        with self._careful():
            return self._roster.at(start)

    def detail(self, row: RosterRow) -> tuple[Detail, Seen]:
        """What the booking's page says, and its text."""
        self._arm("detail")
        with self._careful():
            return self._detail.of(row)

    def _arm(self, kind: str) -> None:
        self.session.enter("search", kind)
        if self._armed_in != self.session.generation:
            self._searched()

    def _searched(self) -> Listing:
        with self._careful():
            self._search.open()
            listing = self._search.search()
        self._armed_in = self.session.generation
        return listing

    @contextlib.contextmanager
    def _careful(self) -> Iterator[None]:
        try:
            yield
        except Busy:
            raise  # the portal still knows the search
        except Fault:
            self._armed_in = None
            raise
