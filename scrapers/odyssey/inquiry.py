"""Asking about one person: which searches, whose cases, until all of it is read; whoever brings the
pages."""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Sequence

from scrapers.odyssey.pages.base import Note
from scrapers.odyssey.pages.classic import CaseHtml
from scrapers.odyssey.parse.assemble import CaseRead, restricted
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.hits import CaseLink, PartyHit, merged
from scrapers.odyssey.parse.roa import read_roa
from scrapers.odyssey.reading import HistorySoFar
from scrapers.odyssey.records import CourtFile
from scrapers.odyssey.rules.search import (
    Query,
    Verdict,
    by_case,
    by_row,
    may_be_cut,
    rounds,
    split_window,
)
from scrapers.odyssey.services import RoaAnswers
from scrapers.record import Candidate, Inputs, Provenance, SearchAttempt
from scrapers.sites import Site

PAGES_ASKED = 3
"""So many case pages are asked for the birth date of a party whose row shows none."""


class Inquiry(abc.ABC):
    """The rules of docs/rules.md, "Which cases are a person's". Who brings the pages says
    how: `OdysseyScraper` from the portal, `scrapers.kept` from those that were kept."""

    def __init__(self, site: Site, result_limit: int | None) -> None:
        self.site = site
        self._result_limit = result_limit
        self._last_found: Query | None = None

    @abc.abstractmethod
    def _ask(self, query: Query, note: Note) -> tuple[PartyHit, ...]:
        """All parties that the search brings."""

    @abc.abstractmethod
    def _case_html(self, reading: HistorySoFar, link: CaseLink) -> CaseHtml:
        """The case's classic page."""

    @abc.abstractmethod
    def _roa_answers(self, reading: HistorySoFar, link: CaseLink) -> RoaAnswers:
        """The case's services."""

    @abc.abstractmethod
    def _today(self) -> dt.date:
        """The county's day: the end of the last window of file dates."""

    def _file(self, reading: HistorySoFar, inputs: Inputs, provenance: Provenance) -> CourtFile:
        """The person's file, when all searches have been made."""
        dialect = None if self.site.court is None else self.site.court.hash
        return reading.file(provenance, inputs=inputs, dialect=dialect)

    def _search_all(
        self,
        reading: HistorySoFar,
        name: str,
        date_of_birth: dt.date | None,
        aliases: Sequence[str],
    ) -> None:
        for queries in rounds(name, date_of_birth, aliases):
            for query in queries:
                if query not in reading.tried:
                    self._search_one(reading, query, date_of_birth)
            if reading.accepted:
                return

    def _search_one(
        self, reading: HistorySoFar, query: Query, date_of_birth: dt.date | None
    ) -> None:
        """One search with everything it leads to. Only when all of it has been read, it counts as
        tried."""
        parties, note = self._parties(reading, query)
        mine, maybe = [], []
        for party in parties:
            taken, unsure, reason = self._whose(reading, party, date_of_birth)
            if taken:
                mine.append(party.model_copy(update={"cases": taken}))
            if unsure:
                maybe.append(
                    Candidate(
                        name=party.name,
                        date_of_birth=party.printed_birth_date,
                        cases=tuple(link.case_number for link in unsure),
                        reason=reason,
                    )
                )
        reading.accepted = list(merged([*reading.accepted, *mine]))
        reading.candidates += [
            candidate for candidate in maybe if candidate not in reading.candidates
        ]
        reading.tried[query] = SearchAttempt(
            search=query.text,
            date_of_birth=query.date_of_birth,
            hits=len(parties),
            accepted=len(mine),
            note=note,
        )
        reading.answers.clear()
        if mine:
            self._last_found = query

    def _whose(
        self, reading: HistorySoFar, party: PartyHit, date_of_birth: dt.date | None
    ) -> tuple[tuple[CaseLink, ...], tuple[CaseLink, ...], str]:
        """Which of the party's cases are the person's, which may be, and why no more is known.

        A row's birth date speaks for all of its cases, a case page for its own case. Of a party
        that the portal tells from others by an id, one page with another birth date, or a few
        without any, are enough."""
        reading.spelled = party.name
        said = by_row(party, date_of_birth)
        if said == "accepted":
            for link in party.cases:
                self._case(reading, link)
            return party.cases, (), ""
        if said == "rejected":
            return (), (), ""
        if date_of_birth is None:
            return (), party.cases, "no birth date is known of the person"
        mine: list[CaseLink] = []
        maybe: list[CaseLink] = []
        for asked, link in enumerate(party.cases):
            verdict: Verdict | None = None
            if mine or not party.party_id or asked < PAGES_ASKED:
                case = self._case(reading, link).case
                verdict = by_case(party, case, date_of_birth) if case.public else None
            if verdict == "accepted":
                mine.append(link)
            elif verdict is None:
                maybe.append(link)
            elif party.party_id and not mine:
                return (), (), ""
        reason = "no full birth date in the result list or on its case pages"
        return tuple(mine), tuple(maybe), reason

    # -- searching
    # -----------------------------------------------------------------------------------------------

    def _parties(self, reading: HistorySoFar, query: Query) -> tuple[tuple[PartyHit, ...], str]:
        """The parties of a search, in windows of file dates where one answer may be cut; and a word
        about that."""
        parties = self._asked(reading, query)
        if not may_be_cut(cases_of(parties), self._result_limit):
            return parties, ""
        found, waiting, searches, cut = list(parties), [(query, parties)], 0, 0
        while waiting:
            wide, seen = waiting.pop()
            parts = split_window(wide, seen, self._today())
            if parts is None:
                cut += 1
                continue
            for part in parts:
                answer = self._asked(reading, part)
                searches += 1
                found += answer
                if may_be_cut(cases_of(answer), self._result_limit):
                    waiting.append((part, answer))
        word = f"may have been cut: repeated in {searches} windows of file dates"
        return merged(found), word + (f"; {cut} single days may still be cut" if cut else "")

    def _asked(self, reading: HistorySoFar, query: Query) -> tuple[PartyHit, ...]:
        if query not in reading.answers:
            reading.answers[query] = self._ask(query, reading.note(query))
        return reading.answers[query]

    # -- cases
    # ---------------------------------------------------------------------------------------------------

    def _case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        """The case, read once for a person, by whichever page its link names."""
        known = reading.cases.get(link.case_number)
        if known is None:
            read = self._roa if link.generation == "roa" else self._classic
            known = reading.cases[link.case_number] = read(reading, link)
            reading.budget.renew()
        return known

    def _classic(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        page = self._case_html(reading, link)
        return read_classic(
            page.html,
            page.url,
            link,
            self.site.zone,
            financial=page.financial,
            missing=page.missing,
            court=self.site.court,
            person=reading.spelled,
        )

    def _roa(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        told = self._roa_answers(reading, link)
        if told.restricted:
            return restricted(link)
        return read_roa(
            told.answers,
            told.url,
            link,
            self.site.zone,
            missing=told.missing,
            court=self.site.court,
            person=reading.spelled,
        )


def cases_of(parties: Sequence[PartyHit]) -> int:
    """How many different cases they have."""
    return len({link.case_number for party in parties for link in party.cases})
