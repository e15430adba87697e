"""Asking about one person: which searches, whose cases, until all of it is read; whoever brings the
pages."""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Sequence

from resilience.faults import Fault
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
from scrapers.values import implausible

MOST_OPENED = 50
"""So many case pages are opened for the birth dates of people of one name, in a search that was not
filtered by one; the others stay candidates."""


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
        """The person's file, when all searches have been made. Raises the fault of a case that
        could not be read where no other is the person's: then nothing is known."""
        if not reading.accepted and reading.faults:
            raise reading.faults[0]  # whose the unread case is nobody knows
        dialect = None if self.site.court is None else self.site.court.hash
        return reading.file(provenance, inputs=inputs, dialect=dialect)

    def _search_all(
        self,
        reading: HistorySoFar,
        name: str,
        date_of_birth: dt.date | None,
        aliases: Sequence[str],
    ) -> None:
        born = None
        if (
            date_of_birth is not None
            and implausible(date_of_birth, birth=True, by=self._today()) is None
        ):
            born = date_of_birth  # a placeholder is never searched with
        for queries in rounds(name, born, aliases):
            for query in queries:
                if query not in reading.tried:
                    self._search_one(reading, query, born)
            if reading.accepted:
                return

    def _search_one(
        self, reading: HistorySoFar, query: Query, date_of_birth: dt.date | None
    ) -> None:
        """One search with everything it leads to. Only when all of it has been read, it counts as
        tried."""
        parties, note = self._parties(reading, query)
        mine, maybe, opened = [], [], 0
        for party in parties:
            row = by_row(party, date_of_birth)
            if row == "rejected":
                continue
            if date_of_birth is None or (query.date_of_birth is None and opened >= MOST_OPENED):
                maybe.append(_candidate(party, party.cases, date_of_birth))
                continue
            opened += len(party.cases)
            accepted, open_ = self._judged(reading, party, row, date_of_birth)
            if accepted:
                mine.append(party.model_copy(update={"cases": tuple(accepted)}))
            if open_:
                maybe.append(_candidate(party, open_, date_of_birth))
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

    def _judged(
        self,
        reading: HistorySoFar,
        party: PartyHit,
        row: Verdict | None,
        date_of_birth: dt.date,
    ) -> tuple[list[CaseLink], list[CaseLink]]:
        """The party's cases that are the person's, and those that may be. The row's birth date
        speaks for all of them, but where a case page prints another one; a case page speaks for
        its own case. A case that cannot be read is neither: it is named as unread."""
        accepted, open_ = [], []
        reading.spelled = party.name
        roles = self.site.court.defendant_roles if self.site.court else ()
        for link in party.cases:
            read = self._case(reading, link)
            if read is None:
                continue
            said = by_case(party, read.case, date_of_birth, roles) if read.case.public else None
            if said == "accepted" or (said is None and row == "accepted"):
                accepted.append(link)
            elif said is None:
                open_.append(link)
        return accepted, open_

    # -- searching
    # ----------------------------------------------------------------------------------------------

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
    # ----------------------------------------------------------------------------------------------

    def _case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead | None:
        """The case, read once for a person, by whichever page its link names; None for one that
        cannot be read, which loses neither the person nor the other cases."""
        number = link.case_number
        if number in reading.cases or number in reading.unread:
            return reading.cases.get(number)
        try:
            read = self._read_case(reading, link)
        except Fault as fault:
            if not reading.leaves(number, fault):
                raise
            return None
        reading.cases[number] = read
        reading.budget.renew()
        return read

    def _read_case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        return (self._roa if link.generation == "roa" else self._classic)(reading, link)

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


def _candidate(
    party: PartyHit, links: Sequence[CaseLink], date_of_birth: dt.date | None
) -> Candidate:
    return Candidate(
        name=party.name,
        date_of_birth=party.printed_birth_date,
        cases=tuple(link.case_number for link in links),
        reason="no full birth date in the result list or on the case's page"
        if date_of_birth is not None
        else "no birth date is known of the person",
    )


def cases_of(parties: Sequence[PartyHit]) -> int:
    """How many different cases they have."""
    return len({link.case_number for party in parties for link in party.cases})
