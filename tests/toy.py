"""The smallest product: a roster as static HTML (docs/new-product.md walks through it)."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from resilience.faults import LayoutChanged
from resilience.retry import again
from scrapers.halves import JAIL
from scrapers.jail.records import JAIL_FORMAT, Booking, CustodyStatus, JailFile, JailRecord
from scrapers.kept import NotKept
from scrapers.markup import page_of, select, words
from scrapers.products import ScraperOptions
from scrapers.record import Inputs, Name, Provenance, Seen
from scrapers.roster import Person, Roster, RosterProof, RosterRow, people_of
from scrapers.saved import SavedVisits
from scrapers.sessions import session_of
from scrapers.sites import Site
from scrapers.version import version


def read_list(html: str, url: str) -> tuple[RosterRow, ...]:
    """A row for each line of the list. Raises LayoutChanged for a page that is no list."""
    root = page_of(html)
    if not select(root, "table.roster"):
        raise LayoutChanged(url, "the roster", "table.roster", "none")
    lines = [(select(line, "a")[0], select(line, "td")) for line in select(root, "tr")]
    return tuple(
        RosterRow(
            name=words(link) or "?",
            booking_number=words(cells[1]) or "?",
            permanent_id=None,
            date_of_birth=None,
            release_date=None,
            handle=link.get("href") or "",
        )
        for link, cells in lines
    )


def read_person(person: Person, pages: Sequence[Seen], as_of: dt.date, by: Provenance) -> JailFile:
    """The file of somebody from the pages of their bookings."""
    days = [words(select(page_of(page.text), "#committed")[0]) or "" for page in pages]
    bookings = tuple(
        Booking(booking_number=page.about["number"], commitment_date=dt.date.fromisoformat(day))
        for page, day in zip(pages, days, strict=True)
    )
    status = CustodyStatus(answer="unknown", rule="no_entries", as_of=as_of)
    record = JailRecord(
        key=person.key,
        permanent_id=None,
        name=Name(full=person.name, last=person.name.partition(",")[0]),
        date_of_birth=None,
        bookings=bookings,
        custody_status=status,
    )
    return JailFile(
        format=JAIL_FORMAT, key=person.key, outcome="found", record=record, provenance=by
    )


class ToyScraper:
    """Reads the list and the bookings in one session."""

    is_ready = True

    def __init__(self, site: Site, options: ScraperOptions, stop: threading.Event) -> None:
        assert site.jail is not None
        self.site, self.url, self.options = site, site.jail.url, options
        self.session = options.session or session_of(site, self.url, fetch_mode="http", stop=stop)

    def roster(self) -> Roster:
        rows = read_list(self._page("", "list", "").text, self.url)
        proof = RosterProof(total=len(rows), pages=1, exact=True, read_at=self.options.now())
        return Roster(rows=rows, people=people_of(rows), proof=proof)

    def fetch(self, person: Person, inputs: Inputs) -> JailFile:
        assert person.entry is not None
        before, pages = Counter(self.session.statistics), dict[str, Seen]()
        for attempt in again(self.session):
            with attempt:
                for row in person.entry.rows:
                    pages[row.handle] = self._page(row.handle, "booking", row.booking_number)
        seen = tuple(pages.values())
        if self.options.keep is not None:
            self.options.keep(person.key, seen)
        retries = dict(Counter(self.session.statistics) - before)
        by = Provenance(
            site=self.site.key,
            fetched_at=self.options.now(),
            version=version(),
            retries=retries,
            pages=tuple(page.proof for page in seen),
        )
        return read_person(person, seen, self.site.today(self.options.now()), by)

    def _page(self, handle: str, kind: str, number: str) -> Seen:
        with self.session.kind(kind):
            self.session.open(self.url + handle)
            return Seen(kind, self.url + handle, self.session.html(), {"number": number})

    def close(self) -> None:
        self.session.close()


class Toy:
    """What the product says of itself."""

    name, half = "toy", JAIL
    pages_per_person = 1.0
    silence_needs_control = False
    saved = SavedVisits()

    def factory(
        self, site: Site, options: ScraperOptions
    ) -> Callable[[threading.Event], ToyScraper]:
        return lambda stop: ToyScraper(site, options, stop)

    def read_again(
        self,
        person: Person,
        inputs: Inputs,
        seen: Sequence[Seen],
        site: Site,
        as_of: dt.date,
        provenance: Provenance,
    ) -> JailFile:
        if person.entry is None:
            raise NotKept("only a portal's roster says which pages are whose")
        return read_person(person, seen, as_of, provenance)
