"""A county's court histories, one person at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from resilience.budget import Budget
from resilience.faults import Cure, ScriptNeeded
from resilience.fetch_modes import FetchChoice
from resilience.retry import again
from resilience.session import Session
from resilience.settings import BrowserSettings
from scrapers.clock import utc_now
from scrapers.odyssey.inquiry import Inquiry, cases_of
from scrapers.odyssey.pages import (
    ClassicCasePage,
    DashboardPage,
    PlainResultsPage,
    PlainSearchPage,
    RegisterOfActionsPage,
    ResultsPage,
    SearchPage,
)
from scrapers.odyssey.pages.base import Note
from scrapers.odyssey.pages.classic import CaseHtml
from scrapers.odyssey.pages.http import TURNED
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.odyssey.parse.hits import CaseLink, PartyHit
from scrapers.odyssey.reading import HistorySoFar
from scrapers.odyssey.records import CourtFile
from scrapers.odyssey.rules.search import Query, rounds
from scrapers.odyssey.services import RoaAnswers
from scrapers.odyssey.signin import Credentials, SignInGate
from scrapers.record import Inputs, Keep, Provenance
from scrapers.roster import Person
from scrapers.sessions import session_of
from scrapers.sites import ControlPerson, Site, SiteError, site_of
from scrapers.version import version

KINDS = ("search", "results", "case", "roa")
"""The kinds of page that a person's history is read from. A page of results that is turned is not
among them: few people have so many cases."""


class OdysseyScraper(Inquiry):
    """Court histories of a county's Odyssey portal, in one portal session: the browser signs in,
    plain requests read where they bring the pages.

    ``site`` is a name from ``sites.toml``, a table of one's own, or a `Site`. ``gate`` is shared by
    all workers of a crawl. Without a ``session`` it makes one (and ends it with `close`) at the
    site's pace, in that ``fetch mode`` (``auto``, ``http``: the browser only signs in, ``browser``:
    nothing else), with ``browser`` (``headed``: with a window); ``stop`` ends its waits. ``keep``
    gets the pages of everybody who is finished. ``now`` is an aware clock. Raises SiteError for a
    site without a court half, or without the credentials it asks for."""

    def __init__(
        self,
        site: str | Site | Mapping[str, Any],
        user: str | None = None,
        password: str | None = None,
        *,
        session: Session | None = None,
        browser: BrowserSettings | None = None,
        headed: bool = False,
        fetch_mode: FetchChoice = "auto",
        gate: SignInGate | None = None,
        stop: threading.Event | None = None,
        keep: Keep | None = None,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        known = site_of(site)
        if known.court is None:
            raise SiteError(f"site {known.key!r} has no court half")
        super().__init__(known, known.court.result_limit)
        self._court = known.court
        self._base = self._court.url.rstrip("/")
        self._credentials = Credentials(user, password) if user and password else None
        if self._court.sign_in == "required" and self._credentials is None:
            raise SiteError(
                f"site {self.site.key!r} asks for a sign-in: "
                "give user and password (ODYSSEY_USER and ODYSSEY_PASS)"
            )
        self._own = session is None
        self.session = session or session_of(
            self.site, self._base, browser=browser, headed=headed, fetch_mode=fetch_mode, stop=stop
        )
        self.gate = gate or SignInGate()
        self._keep = keep
        self._now = now
        self._entered = -1
        self._long: set[Query] = set()
        self._silent: set[str] = set()
        if self._credentials is not None:
            self.session.sign_in = self._sign_in

    def __enter__(self) -> OdysseyScraper:
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
        """Whether it is signed in, where the portal asks for that."""
        return self._court.sign_in == "none" or self.session.signed_in

    # -- one person
    # ----------------------------------------------------------------------------------------------

    def fetch(self, person: Person, inputs: Inputs) -> CourtFile:
        """`history` as the engine asks for it."""
        return self.history(
            inputs.name, inputs.date_of_birth, aliases=inputs.aliases, key=person.key
        )

    def history(
        self,
        name: str,
        date_of_birth: dt.date | None = None,
        *,
        aliases: Sequence[str] = (),
        key: str | None = None,
    ) -> CourtFile:
        """The person's court history: ``found``, ``not_found`` or ``unverified``, with what was
        tried.

        ``name`` and ``aliases`` are printed names (``LAST, FIRST MIDDLE``). Without ``key`` name
        and birth date make one. Faults are cured and the search repeated within one budget; cases
        already read are kept. Raises the fault that could not be cured: then nothing is known of
        the person."""
        who = key or (f"{name} {date_of_birth.isoformat()}" if date_of_birth else name)
        reading = HistorySoFar(who, keeps=self._keep is not None, silent=self._silent)
        self._long.clear()
        before, attempts = Counter(self.session.statistics), 0
        for attempt in again(self.session, budget=reading.budget):
            attempts = attempt.number
            with attempt:
                self._search_all(reading, name, date_of_birth, aliases)
            if attempt.fault is not None and attempt.fault.cure not in (Cure.WAIT, Cure.TRY_AGAIN):
                reading.answers.clear()
        if self._keep is not None:
            self._keep(reading.key, reading.texts)
        return self._file(
            reading,
            Inputs(name=name, date_of_birth=date_of_birth, aliases=tuple(aliases)),
            Provenance(
                site=self.site.key,
                fetched_at=self._now(),
                version=version(),
                attempts=attempts,
                retries=dict(Counter(self.session.statistics) - before),
                pages=tuple(reading.pages),
            ),
        )

    def _today(self) -> dt.date:
        return self.site.today(self._now())

    # -- searching
    # ----------------------------------------------------------------------------------------------

    def _ask(self, query: Query, note: Note) -> tuple[PartyHit, ...]:
        self._enter(query)
        if self.session.fetch_mode == "browser":
            SearchPage(self.session, self._base).submit(query)
            return ResultsPage(self.session, self._base, query, note).read()
        PlainSearchPage(self.session, self._base).submit(query)
        try:
            return PlainResultsPage(self.session, self._base, query, note).read()
        except ScriptNeeded:
            self._long.add(query)
            raise

    def _enter(self, query: Query) -> None:
        """Signed in, and in the fetch mode for that search; with a browser through the dashboard,
        once for each one."""
        if (
            self._credentials is not None
            and self._court.sign_in == "required"
            and not self.session.signed_in
        ):
            self._sign_in(self.session)
        # Case pages are read in the fetch mode of their search, as their links are good for its
        # portal session only.
        self.session.enter(*KINDS, *([TURNED] if query in self._long else []))
        if self.session.fetch_mode == "http":
            return
        self.session.driver  # noqa: B018  (starts the browser, which counts the generation)
        if self._entered != self.session.generation:
            dashboard = DashboardPage(self.session, self._base)
            if not self.session.url.startswith(f"{self._base}/"):
                dashboard.open()
            dashboard.smart_search()
            self._entered = self.session.generation

    def _sign_in(self, session: Session) -> None:
        assert self._credentials is not None
        self._entered = -1
        with session.with_browser(), session.kind("sign-in"):
            self.gate.sign_in(session, self._base, self._credentials)

    # -- cases
    # ----------------------------------------------------------------------------------------------

    def _read_case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        kind = "roa" if link.generation == "roa" else "case"
        with self.session.kind(kind, proves=lambda html: link.case_number in html):
            self.session.origins.check(link.url)  # a click would have the page's script ask it
            read = super()._read_case(reading, link)
        reading.was_read(link.case_number)
        return read

    def _case_html(self, reading: HistorySoFar, link: CaseLink) -> CaseHtml:
        page = ClassicCasePage(self.session, self._base, reading.note(link.case_number))
        return page.read(link, lambda part: reading.may_miss(link.case_number, part))

    def _roa_answers(self, reading: HistorySoFar, link: CaseLink) -> RoaAnswers:
        page = RegisterOfActionsPage(self.session, self._base, reading.note(link.case_number))
        return page.read(link, lambda part: reading.may_miss(link.case_number, part))

    # -- silence
    # ----------------------------------------------------------------------------------------------

    def control(self, person: ControlPerson | tuple[str, dt.date | None] | None = None) -> bool:
        """Whether somebody known to have cases still has some: the portal's silence about others is
        then an answer.

        Without ``person``: the search that found somebody last, else the site's control entry;
        SiteError if there is neither. Raises the fault that could not be cured."""
        if isinstance(person, ControlPerson):
            person = (person.name, person.date_of_birth)
        if person is None and self._last_found is None and self._court.control is not None:
            person = (self._court.control.name, self._court.control.date_of_birth)
        if person is not None:
            queries = [query for queries in rounds(person[0], person[1], ()) for query in queries]
        elif self._last_found is not None:
            queries = [self._last_found]
        else:
            raise SiteError(
                f"site {self.site.key!r} names no control person, and nobody was found yet"
            )
        answer = False
        for attempt in again(self.session, budget=Budget(attempts=8, sign_ins=4)):
            with attempt:
                answer = any(cases_of(self._ask(query, lambda seen: None)) > 0 for query in queries)
        return answer
