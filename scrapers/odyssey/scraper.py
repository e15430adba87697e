"""A county's court histories, one person at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from resilience.faults import Cure
from resilience.retry import Budget, again
from resilience.session import Session
from resilience.settings import BrowserSettings
from scrapers.odyssey.assemble import CaseRead, restricted
from scrapers.odyssey.classic import read_classic
from scrapers.odyssey.hits import CaseLink, PartyHit, merged
from scrapers.odyssey.pages import (
    ClassicCasePage,
    DashboardPage,
    RegisterOfActionsPage,
    ResultsPage,
    SearchPage,
)
from scrapers.odyssey.reading import Reading
from scrapers.odyssey.records import COURT_FORMAT, CourtFile
from scrapers.odyssey.roa import read_roa
from scrapers.odyssey.search import Query, Verdict, by_case, by_row, halves, may_be_cut, rounds
from scrapers.odyssey.signin import Credentials, SignInGate
from scrapers.pace import pace_of
from scrapers.page import sha256
from scrapers.record import Candidate, Outcome, PageProof, Provenance, Tried
from scrapers.sites import BadSite, ControlPerson, Site, site_of
from scrapers.version import version
from scrapers.visitor import browser_for

PAGES_ASKED = 3
"""So many case pages are asked for the birth date of a party whose row shows none."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class OdysseyScraper:
    """Court histories of a county's Odyssey portal, through one browser and one portal session.

    ``site`` is a name from ``sites.toml``, a table of one's own, or a `Site`. ``gate`` is shared by all workers of a
    crawl. Without a ``session`` it makes one (and ends it with `close`) at the site's pace, with ``browser`` (``headed``:
    with a window); ``stop`` ends its waits. ``now`` is an aware clock. Raises BadSite for a site without a court half, or
    without the credentials it asks for.
    """

    def __init__(
        self,
        site: str | Site | Mapping[str, Any],
        user: str | None = None,
        password: str | None = None,
        *,
        session: Session | None = None,
        browser: BrowserSettings | None = None,
        headed: bool = False,
        gate: SignInGate | None = None,
        stop: threading.Event | None = None,
        now: Callable[[], dt.datetime] = _now,
    ) -> None:
        self.site = site_of(site)
        if self.site.court is None:
            raise BadSite(f"site {self.site.key!r} has no court half")
        self._court = self.site.court
        self._base = self._court.url.rstrip("/")
        self._credentials = Credentials(user, password) if user and password else None
        if self._court.sign_in == "required" and self._credentials is None:
            raise BadSite(
                f"site {self.site.key!r} asks for a sign-in: give user and password (ODYSSEY_USER and ODYSSEY_PASS)"
            )
        self._own = session is None
        self.session = session or Session(
            browser=browser_for(self.site, browser, headed=headed),
            pace=pace_of(self.site, self._base),
            stop=stop,
        )
        self.gate = gate or SignInGate()
        self._now = now
        self._last_found: Query | None = None
        self._entered = -1
        if self._credentials is not None:
            self.session.sign_in = self._sign_in

    def __enter__(self) -> OdysseyScraper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the browser, if it is this scraper's own."""
        if self._own:
            self.session.close()

    # -- one person -----------------------------------------------------------------------------------------------

    def history(
        self,
        name: str,
        date_of_birth: dt.date | None = None,
        *,
        aliases: Sequence[str] = (),
        key: str | None = None,
    ) -> CourtFile:
        """The person's court history: ``found``, ``not_found`` or ``unverified``, with what was tried.

        ``name`` and ``aliases`` are printed names (``LAST, FIRST MIDDLE``). Without ``key`` name and birth date make one.
        Faults are cured and the search repeated within one budget; cases already read are kept. Raises the fault that
        could not be cured: then nothing is known of the person.
        """
        reading = Reading(key or (f"{name} {date_of_birth.isoformat()}" if date_of_birth else name))
        before, attempts = Counter(self.session.statistics), 0
        for attempt in again(self.session, budget=reading.budget):
            attempts = attempt.number
            with attempt:
                self._search_all(reading, name, date_of_birth, aliases)
            if attempt.fault is not None and attempt.fault.cure not in (Cure.WAIT, Cure.TRY_AGAIN):
                reading.answers.clear()
        record = reading.record()
        outcome: Outcome = "found" if record else "unverified" if reading.candidates else "not_found"
        return CourtFile(
            format=COURT_FORMAT,
            key=reading.key,
            outcome=outcome,
            record=record,
            extra=reading.extra(),
            tried=tuple(reading.tried.values()),
            candidates=tuple(reading.candidates),
            provenance=Provenance(
                site=self.site.key,
                fetched_at=self._now(),
                version=version(),
                attempts=attempts,
                retries=dict(Counter(self.session.statistics) - before),
                pages=tuple(reading.pages),
            ),
        )

    def _search_all(
        self, reading: Reading, name: str, date_of_birth: dt.date | None, aliases: Sequence[str]
    ) -> None:
        for queries in rounds(name, date_of_birth, aliases):
            for query in queries:
                if query not in reading.tried:
                    self._search_one(reading, query, date_of_birth)
            if reading.accepted:
                return

    def _search_one(self, reading: Reading, query: Query, date_of_birth: dt.date | None) -> None:
        """One search with everything it leads to. Only when all of it has been read, it counts as tried."""
        parties, note = self._parties(reading, query)
        mine, maybe = [], []
        for party in parties:
            verdict, reason = self._verdict(reading, party, date_of_birth)
            if verdict == "accepted":
                for link in party.cases:
                    self._case(reading, link)
                mine.append(party)
            elif verdict == "candidate":
                numbers = tuple(link.case_number for link in party.cases)
                maybe.append(
                    Candidate(
                        name=party.name, date_of_birth=party.printed_birth_date, cases=numbers, reason=reason
                    )
                )
        reading.accepted = list(merged([*reading.accepted, *mine]))
        reading.candidates += [candidate for candidate in maybe if candidate not in reading.candidates]
        reading.tried[query] = Tried(
            search=query.text,
            date_of_birth=query.date_of_birth,
            hits=len(parties),
            accepted=len(mine),
            note=note,
        )
        reading.answers.clear()
        if mine:
            self._last_found = query

    def _verdict(
        self, reading: Reading, party: PartyHit, date_of_birth: dt.date | None
    ) -> tuple[Verdict, str]:
        said = by_row(party, date_of_birth)
        if said is not None:
            return said, "no birth date is known of the person" if date_of_birth is None else ""
        asked = 0
        for link in party.cases:
            if asked >= PAGES_ASKED:
                break
            case = self._case(reading, link).case
            if not case.public or date_of_birth is None:
                continue
            asked += 1
            said = by_case(party, case, date_of_birth)
            if said is not None:
                return said, ""
        return "candidate", "no full birth date in the result list or on its case pages"

    # -- searching ------------------------------------------------------------------------------------------------

    def _parties(self, reading: Reading, query: Query) -> tuple[tuple[PartyHit, ...], str]:
        """The parties of a search, in windows of file dates where one answer may be cut; and a word about that."""
        parties = self._asked(reading, query)
        if not may_be_cut(_cases(parties), self._court.result_limit):
            return parties, ""
        found, waiting, searches, cut = list(parties), [(query, parties)], 0, 0
        while waiting:
            wide, seen = waiting.pop()
            parts = halves(wide, seen, self.site.today(self._now()))
            if parts is None:
                cut += 1
                continue
            for part in parts:
                answer = self._asked(reading, part)
                searches += 1
                found += answer
                if may_be_cut(_cases(answer), self._court.result_limit):
                    waiting.append((part, answer))
        word = f"may have been cut: repeated in {searches} windows of file dates"
        return merged(found), word + (f"; {cut} single days may still be cut" if cut else "")

    def _asked(self, reading: Reading, query: Query) -> tuple[PartyHit, ...]:
        if query not in reading.answers:
            reading.answers[query] = self._ask(query, reading.pages.append)
        return reading.answers[query]

    def _ask(self, query: Query, note: Callable[[PageProof], None]) -> tuple[PartyHit, ...]:
        self._enter()
        SearchPage(self.session, self._base).submit(query)
        return ResultsPage(self.session, self._base, note).read()

    def _enter(self) -> None:
        """Signed in, and through the dashboard, once for every browser and sign-in."""
        if self._credentials is not None and self._court.sign_in == "required" and not self.session.signed_in:
            self._sign_in(self.session)
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
        self.gate.sign_in(session, self._base, self._credentials)

    # -- cases ----------------------------------------------------------------------------------------------------

    def _case(self, reading: Reading, link: CaseLink) -> CaseRead:
        """The case, read once for a person, by whichever page its link names."""
        known = reading.cases.get(link.case_number)
        if known is None:
            read = self._roa if link.generation == "roa" else self._classic
            known = reading.cases[link.case_number] = read(reading, link)
            reading.budget.renew()
        return known

    def _classic(self, reading: Reading, link: CaseLink) -> CaseRead:
        page = ClassicCasePage(self.session, self._base).read(
            link, lambda part: reading.may_miss(link.case_number, part)
        )
        reading.pages.append(PageProof(kind="case", sha256=sha256(page.html)))
        return read_classic(
            page.html, page.url, link, self.site.zone, financial=page.financial, missing=page.missing
        )

    def _roa(self, reading: Reading, link: CaseLink) -> CaseRead:
        told = RegisterOfActionsPage(self.session, self._base, reading.pages.append).read(
            link, lambda part: reading.may_miss(link.case_number, part)
        )
        if told.restricted:
            return restricted(link)
        return read_roa(told.answers, told.url, link, self.site.zone, missing=told.missing)

    # -- silence --------------------------------------------------------------------------------------------------

    def control(self, person: ControlPerson | tuple[str, dt.date | None] | None = None) -> bool:
        """Whether somebody known to have cases still has some: the portal's silence about others is then an answer.

        Without ``person``: the search that found somebody last, else the site's control entry; BadSite if there is
        neither. Raises the fault that could not be cured.
        """
        if isinstance(person, ControlPerson):
            person = (person.name, person.date_of_birth)
        if person is None and self._last_found is None and self._court.control is not None:
            person = (self._court.control.name, self._court.control.date_of_birth)
        if person is not None:
            queries = [query for queries in rounds(person[0], person[1], ()) for query in queries]
        elif self._last_found is not None:
            queries = [self._last_found]
        else:
            raise BadSite(f"site {self.site.key!r} names no control person, and nobody was found yet")
        answer = False
        for attempt in again(self.session, budget=Budget(attempts=8, sign_ins=4)):
            with attempt:
                answer = any(_cases(self._ask(query, lambda proof: None)) > 0 for query in queries)
        return answer


def _cases(parties: Sequence[PartyHit]) -> int:
    return len({link.case_number for party in parties for link in party.cases})
