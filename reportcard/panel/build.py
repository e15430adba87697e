"""From crawls, in the order in which their lists were read, to a `Panel`.

    builder = Builder("shelby-tn")
    for mark, rows in crawls:
        builder.crawl(mark, rows)
    panel = builder.panel()

Rows and pages that did not change are the same object, or equal by ``key``, so that a year of a
county is some tens of megabytes: what is kept is when each began and ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable

from reportcard.panel.facts import CaseFacts, CourtFile, CrawlMark, Listing, PageFacts, Reading
from reportcard.panel.model import Booking, Case, Panel, Run
from reportcard.panel.words import SHELBY, Words

Seen = tuple[Hashable, Listing, Hashable, "PageFacts | None"]
"""A row of the list in one crawl: the row's key and the row, the page's key and the page (None
where it was not read)."""


class Builder:
    """Takes crawls in, oldest list first, then what is known of people and cases."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._crawls: list[CrawlMark] = []
        self._bookings: dict[str, Booking] = {}
        self._open: dict[Hashable, Run] = {}
        self._pages: dict[str, Hashable] = {}
        self._owners: dict[str, str] = {}
        self._court: dict[str, CourtFile] = {}
        self._cases: dict[str, Case] = {}
        self._labels: dict[str, list[tuple[int, str]]] = {}

    def crawl(self, mark: CrawlMark, rows: Iterable[Seen]) -> int:
        """Add a crawl with all its rows; gives its place. Raises ValueError for one that is older
        than the last."""
        if self._crawls and mark.day < self._crawls[-1].day:
            raise ValueError(f"crawl {mark.crawl_id} is older than {self._crawls[-1].crawl_id}")
        place = len(self._crawls)
        self._crawls.append(mark)
        if mark.kind != "roster":
            return place
        still: dict[Hashable, Run] = {}
        for key, listing, page_key, page in rows:
            run = self._open.get(key)
            if run is None:
                run = still.get(key)
            if run is None:
                run = Run(place, place, listing)
                self._booking(listing.booking).runs.append(run)
            run.last = place
            still[key] = run
            if page is not None:
                booking = self._bookings[listing.booking]
                booking.read = place
                if self._pages.get(listing.booking) != page_key:
                    self._pages[listing.booking] = page_key
                    booking.pages.append((place, page))
        self._open = still
        return place

    def label(self, place: int, who: str, answer: str) -> None:
        """What the jail's labels say of somebody's custody in that crawl; in the order of
        crawls."""
        known = self._labels.setdefault(who, [])
        if not known or known[-1][1] != answer:
            known.append((place, answer))

    def owner(self, booking: str, who: str) -> None:
        """Under which name the court's answers about this booking's person stand."""
        self._owners[booking] = who

    def reading(self, who: str, reading: Reading) -> None:
        """That the court was asked about them."""
        self._court.setdefault(who, CourtFile(who)).readings.append(reading)

    def link(self, who: str, case_number: str) -> None:
        """That they have the case, by a birth date that was verified."""
        self._court.setdefault(who, CourtFile(who)).cases.append(case_number)

    def case(self, facts: CaseFacts, day: dt.date) -> None:
        """A version of a case, as read on that day."""
        self._cases.setdefault(facts.number, Case(facts.number)).add(day, facts)

    def panel(self, words: Words = SHELBY) -> Panel:
        """The panel of all that was added; ``words`` are the county's."""
        for file in self._court.values():
            file.readings.sort(key=lambda reading: reading.day)
        return Panel(
            self.site,
            tuple(self._crawls),
            self._bookings,
            self._owners,
            self._court,
            self._cases,
            self._labels,
            words,
        )

    def _booking(self, number: str) -> Booking:
        booking = self._bookings.get(number)
        if booking is None:
            booking = self._bookings[number] = Booking(number)
        return booking
