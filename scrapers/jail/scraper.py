"""The jail half as a library: a county's roster, and everybody's record."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from resilience import faults
from resilience.faults import Cure, Fault, LayoutChanged
from resilience.fetch_modes import FetchChoice
from resilience.retry import again
from resilience.session import Session
from resilience.settings import BrowserSettings
from scrapers.clock import utc_now
from scrapers.jail.lookup import Lookup
from scrapers.jail.parse import Detail
from scrapers.jail.person import person_file, released
from scrapers.jail.records import JailFile, JailRecord
from scrapers.jail.scan import Scan
from scrapers.record import Inputs, Keep, Provenance, Seen
from scrapers.roster import Person, Roster, RosterPerson, RosterRow, RowId
from scrapers.sessions import session_of
from scrapers.sites import Site, SiteError, site_of
from scrapers.version import version
from scrapers.visitor import without_photos


@dataclass(frozen=True)
class _Read:
    """A booking's page as read, with every version of it."""

    detail: Detail
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class JailPerson:
    """Somebody of the roster with their record. ``name`` is the list's, ``aliases`` are ``LAST,
    FIRST`` without repeats."""

    key: str
    name: str
    date_of_birth: dt.date | None
    aliases: tuple[str, ...]
    record: JailRecord
    file: JailFile


class JailScraper:
    """A county's inmate lookup, read by plain requests where they bring the pages, else with a real
    browser.

    ``site`` is a name of ``sites.toml``, a `Site`, or a table of one's own. Without a ``session``
    it makes one (and ends it with `close`) at the site's pace, in that ``fetch mode`` (``auto``,
    ``http``: never a browser, ``browser``: nothing else), with ``browser`` (``headed``: with a
    window); ``stop`` ends its waits. ``keep`` gets the pages of everybody who is finished. ``now``
    is an aware clock. Raises SiteError for a site that has no jail half."""

    def __init__(
        self,
        site: str | Site | Mapping[str, Any],
        *,
        session: Session | None = None,
        browser: BrowserSettings | None = None,
        headed: bool = False,
        fetch_mode: FetchChoice = "auto",
        stop: threading.Event | None = None,
        keep: Keep | None = None,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.site = site_of(site)
        if self.site.jail is None:
            raise SiteError(f"site {self.site.key!r} has no [jail] address")
        self._own = session is None
        self.session = session or session_of(
            self.site,
            self.site.jail.url,
            browser=without_photos(browser),
            headed=headed,
            fetch_mode=fetch_mode,
            stop=stop,
            legacy_tls=self.site.jail.legacy_tls,
        )
        self._lookup = Lookup(self.session, self.site)
        self._keep = keep
        self._now = now

    def __enter__(self) -> JailScraper:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the session, if it is this scraper's own."""
        if self._own:
            self.session.close()

    @property
    def is_ready(self) -> bool:
        """Always: an inmate lookup asks for no sign-in."""
        return True

    def roster(self) -> Roster:
        """Everybody who is listed: complete and proved, or ``proof.exact`` false with the reasons.
        Raises a Fault."""
        return Scan(self._lookup, self._now).read()

    def fetch(self, person: Person, inputs: Inputs) -> JailFile:
        """`person` as the engine asks for it: by the roster's entry."""
        if person.entry is None:
            raise ValueError(f"{person.key} is not from a roster of this portal")
        return self.person(person.entry)

    def person(self, entry: RosterPerson) -> JailFile:
        """The person's file: the pages of all their bookings, with the tries of one person's
        budget. Raises a Fault.

        Bookings that were read before a fault are kept; a booking that stays unreadable loses none
        of the others (``unread_parts``). Details fill in late (docs/portals/iml.md, 4): a page of
        somebody held that shows neither charges nor bonds is read once more, and the newest reading
        counts."""
        before = Counter(self.session.statistics)
        as_of = self.site.today(self._now())
        read: dict[RowId, _Read] = {}
        unread: dict[RowId, Fault] = {}
        attempts = 0
        try:
            for attempt in again(self.session):
                with attempt:
                    attempts = attempt.number
                    self._read(entry, as_of, read, unread)
        except Fault as fault:
            if not read or not _of_one_page(fault):
                raise
        if not read:
            raise next(iter(unread.values()))
        seen = tuple(
            text for row in entry.rows if row.identity in read for text in read[row.identity].seen
        )
        if self._keep is not None:
            self._keep(entry.key, seen)
        provenance = Provenance(
            site=self.site.key,
            fetched_at=self._now(),
            version=version(),
            attempts=attempts,
            retries=dict(Counter(self.session.statistics) - before),
            pages=tuple(text.proof for text in seen),
        )
        details = {handle: one.detail for handle, one in read.items()}
        return person_file(entry, details, unread, self.site, as_of, provenance)

    def _read(
        self,
        entry: RosterPerson,
        as_of: dt.date,
        read: dict[RowId, _Read],
        unread: dict[RowId, Fault],
    ) -> None:
        """Reads what is not read yet. Raises the first fault that another try may cure, after all
        other bookings had theirs."""
        curable: Fault | None = None
        for row in entry.rows:
            if row.identity in read or isinstance(unread.get(row.identity), LayoutChanged):
                continue
            try:
                read[row.identity] = self._booking(row, held=not released(row, as_of))
            except Exception as error:
                fault = faults.of(error)
                if fault is None or not _of_one_page(fault):
                    raise
                unread[row.identity] = fault
                if isinstance(fault, LayoutChanged) or curable is not None:
                    self.session.note(fault)
                else:
                    curable = fault
            else:
                unread.pop(row.identity, None)
        if curable is not None:
            raise curable

    def people(self) -> Iterator[JailPerson]:
        """Everybody on the roster with their record, one after another, read when asked for.

        Raises the Fault of the first person who cannot be read; to go on with the others use
        `roster` and `person`."""
        for entry in self.roster().people:
            self.session.recycle_if_due()
            yield jail_person(self.person(entry))

    def _booking(self, row: RosterRow, *, held: bool) -> _Read:
        detail, first = self._lookup.detail(row)
        if held and not detail.booking.charges and not detail.booking.bonds:
            detail, second = self._lookup.detail(row)
            return _Read(detail, (first, second))
        return _Read(detail, (first,))


def jail_person(file: JailFile) -> JailPerson:
    """The file of somebody found, with what a search of the court's records needs in reach."""
    if file.record is None:
        raise ValueError(f"the file of {file.key} holds no record")
    record, inputs = file.record, file.record.search_inputs
    return JailPerson(record.key, inputs.name, inputs.date_of_birth, inputs.aliases, record, file)


def _of_one_page(fault: Fault) -> bool:
    """Whether a fault says something of one page only, so that the next one is worth asking for."""
    return isinstance(fault, LayoutChanged) or fault.cure in (Cure.TRY_AGAIN, Cure.RELOAD)
