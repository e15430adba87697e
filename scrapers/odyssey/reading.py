"""What is known of a person so far: it outlives the attempts, so that no case is read twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from resilience import Budget
from resilience.faults import Dropped, Fault, LayoutChanged, SearchLost, Slow, WrongRecord
from scrapers.kept import NotKept
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.odyssey.parse.hits import PartyHit, extras
from scrapers.odyssey.records import COURT_FORMAT, Case, CourtFile, CourtRecord
from scrapers.odyssey.rules.search import Query
from scrapers.record import (
    Candidate,
    Doubt,
    Extra,
    Inputs,
    Outcome,
    PageProof,
    Provenance,
    SearchAttempt,
    Seen,
    Unread,
    UnreadPart,
)
from scrapers.values import implausible

RESULTS = "Search Results"
"""The section of what stands in a result list."""
REFUSALS = 4
"""So often an optional part of a case may give no answer before the case is kept without it: half
of a person's budget, so that passing troubles cost no part, and a service that is down costs no
person."""
CASE_TRIES = 3
"""So often a case page may not come, or be cut short, before the case is left unread."""
REFUSALS_OF_THE_SILENT = 2
"""The same for a part that the case before had to be kept without: a service that is down is not
waited for at every case."""
_OF_A_CASE = (LayoutChanged, Dropped, SearchLost, WrongRecord, Slow, NotKept)
"""Faults that say something of one case's pages only."""


@dataclass
class HistorySoFar:
    """One person's searches and cases. ``tried`` holds only searches that came to their end.

    ``answers`` are results that came but were not worked through yet; their links are good for one
    portal session only, so they are forgotten with it. The ``budget`` is renewed with every case
    that is read: a person with forty cases may meet more trouble than one with two, but never
    without end. With ``keeps`` the texts that all this is read from are kept, in ``seen``, by
    search and by case number. ``missed`` are the parts that cases were kept without, ``silent``
    those of the last case, whoever's it was. ``spelled`` is the person's name as the court has it
    in the party whose cases are being read. ``unread`` are cases that could not be read, with their
    ``faults``."""

    key: str
    spelled: str | None = None
    keeps: bool = False
    budget: Budget = field(default_factory=lambda: Budget(attempts=8, sign_ins=4))
    cases: dict[str, CaseRead] = field(default_factory=dict)
    tried: dict[Query, SearchAttempt] = field(default_factory=dict)
    answers: dict[Query, tuple[PartyHit, ...]] = field(default_factory=dict)
    accepted: list[PartyHit] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    pages: list[PageProof] = field(default_factory=list)
    seen: dict[Query | str, list[Seen]] = field(default_factory=dict)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    silent: set[str] = field(default_factory=set)
    unread: dict[str, UnreadPart] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    tries: int = CASE_TRIES
    troubles: Counter[str] = field(default_factory=Counter)

    def leaves(self, case_number: str, fault: Fault) -> bool:
        """Whether a case stays unread for this fault: a page that cannot be proved at once, one
        that does not come or is cut short after some tries. What befalls the whole session is
        nobody's case's."""
        if not isinstance(fault, _OF_A_CASE):
            return False
        self.troubles[case_number] += 1
        if not isinstance(fault, LayoutChanged) and self.troubles[case_number] < self.tries:
            return False
        self.unread[case_number] = UnreadPart(
            kind="case", number=case_number, fault=fault.name, reason=str(fault)[:300]
        )
        self.faults.append(fault)
        if self.cases:
            self.budget.renew()
        return True

    def note(self, what: Query | str) -> Callable[[Seen], None]:
        """To be told of every text that this search, or the case of this number, is read from, from
        its beginning on: what an earlier try was read from is proved all the same, but no longer
        kept."""
        kept = self.seen[what] = []

        def told(seen: Seen) -> None:
            self.pages.append(seen.proof)
            if self.keeps:
                kept.append(seen)

        return told

    def may_miss(self, case_number: str, part: str) -> bool:
        """Counts a part that gave no answer; True when that is often enough to go on without it."""
        self.refusals[case_number, part] += 1
        enough = self.refusals[case_number, part] >= (
            REFUSALS_OF_THE_SILENT if part in self.silent else REFUSALS
        )
        if enough:
            self.missed[case_number].add(part)
        return enough

    def was_read(self, case_number: str) -> None:
        """The case was read: what it was kept without is not waited for so long at the next one."""
        self.silent.clear()
        self.silent |= self.missed[case_number]

    @property
    def texts(self) -> tuple[Seen, ...]:
        """Every text that is kept, searches and cases in the order in which they were begun
        first."""
        return tuple(seen for some in self.seen.values() for seen in some)

    def record(self) -> CourtRecord | None:
        """The record of what was accepted; None if nothing was."""
        if not self.accepted:
            return None
        numbers = dict.fromkeys(link.case_number for hit in self.accepted for link in hit.cases)
        unsure = dict.fromkeys(
            number
            for candidate in self.candidates
            for number in candidate.cases
            if number in self.cases and number not in numbers
        )
        return CourtRecord(
            key=self.key,
            names=tuple(sorted({hit.name for hit in self.accepted})),
            cases=_in_order(self.cases[number].case for number in numbers),
            cases_unverified=_in_order(self.cases[number].case for number in unsure),
        )

    def _told(self, record: CourtRecord | None) -> tuple[Extra, tuple[Doubt, ...]]:
        """What the pages of the record's cases held beyond it, in the record's order, and unknown
        labels of its results."""
        unread: list[Unread] = []
        doubts: list[Doubt] = []
        for name in ("cases", "cases_unverified"):
            for place, case in enumerate(getattr(record, name, ())):
                read = self.cases[case.case_number]
                unread += read.unread
                doubts += [
                    one.model_copy(update={"field": f"{name}.{place}.{one.field}"})
                    for one in read.doubts
                ]
        for label, texts in extras(hit.extra for hit in self.accepted).items():
            unread += [Unread(section=RESULTS, label=label or None, text=text) for text in texts]
        return Extra(unread=tuple(unread)), tuple(doubts)

    def file(
        self, provenance: Provenance, *, inputs: Inputs | None = None, dialect: str | None = None
    ) -> CourtFile:
        """The person's file, when all searches have been made with these ``inputs``."""
        record = self.record()
        outcome: Outcome = "found" if record else "unverified" if self.candidates else "not_found"
        extra, doubts = self._told(record)
        born = inputs.date_of_birth if inputs is not None else None
        if born is not None and (
            reason := implausible(born, birth=True, by=provenance.fetched_at.date())
        ):
            doubts = (
                Doubt(
                    field="date_of_birth",
                    expected=reason,
                    found=born.isoformat(),
                    kind="implausible",
                ),
                *doubts,
            )
        return CourtFile(
            format=COURT_FORMAT,
            key=self.key,
            outcome=outcome,
            record=record,
            extra=extra,
            doubts=doubts,
            tried=tuple(self.tried.values()),
            candidates=tuple(self.candidates),
            unread_parts=tuple(self.unread.values()),
            inputs=inputs,
            dialect=dialect,
            provenance=provenance,
        )


def _in_order(cases: Iterable[Case]) -> tuple[Case, ...]:
    """By file date and case number."""
    return tuple(sorted(cases, key=lambda case: (str(case.file_date or ""), case.case_number)))
