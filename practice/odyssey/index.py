"""The court's index: which parties and cases answer to a search, and whom of the roster it is
about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from practice.facts import CaseFacts, CourtPartyFacts, DetaineeFacts, NameFacts
from practice.odyssey.criteria import Criteria
from practice.odyssey.names import asked_name, fits, plain, sound, spelled_alike
from practice.world import RESULT_LIMIT, People


@dataclass(frozen=True)
class Hit:
    """A party that was found, with those of its cases that the answer shows."""

    party: CourtPartyFacts
    cases: tuple[CaseFacts, ...]


@dataclass(frozen=True)
class Found:
    """An answer: by case number (a plain list of cases), or by name."""

    hits: tuple[Hit, ...]
    by_number: bool = False


class Index:
    """The court's index of parties and cases."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._by_last: dict[str, list[CourtPartyFacts]] = {}
        self._cases: dict[str, CaseFacts] = {}
        self._owners: dict[str, CourtPartyFacts] = {}
        for party in sorted(people.parties, key=lambda p: (plain(p.name.last), p.party_id)):
            self._by_last.setdefault(plain(party.name.last), []).append(party)
            for case in party.cases:
                self._cases[case.case_id] = case
                owner = self._owners.get(case.case_id)
                if owner is None or (owner.belongs_to is None and party.belongs_to is not None):
                    self._owners[case.case_id] = party
        self._oldest: dict[str, CaseFacts] = {}
        for case_id, party in self._owners.items():
            case, key = self._cases[case_id], party.belongs_to or party.party_id
            first = self._oldest.get(key)
            if not case.restricted and (first is None or case.file_date < first.file_date):
                self._oldest[key] = case
        self._by_number: dict[str, list[CaseFacts]] = {}
        for case in self._cases.values():
            self._by_number.setdefault(plain(case.case_number), []).append(case)
        self._known: dict[str, list[tuple[DetaineeFacts, NameFacts]]] = {}
        self._born: dict[dt.date, list[DetaineeFacts]] = {}
        for detainee in people.detainees:
            self._born.setdefault(detainee.birth_date, []).append(detainee)
            for name in _names(detainee):
                self._known.setdefault(plain(name.last), []).append((detainee, name))
        self.courts = sorted({c.court for c in self._cases.values()})
        self.case_types = sorted({c.case_type for c in self._cases.values()})
        self.case_statuses = sorted({c.status for c in self._cases.values()})

    def case(self, case_id: str) -> CaseFacts | None:
        """The case of that id."""
        return self._cases.get(case_id)

    def is_oldest(self, case: CaseFacts) -> bool:
        """Whether nobody may see an older case of the same person."""
        return self._oldest.get(self.person_of_case(case.case_id) or "") is case

    def another(self, case: CaseFacts) -> CaseFacts:
        """A case of somebody else that anybody may see (fault ``wrong-record``); the same one where
        there is none."""
        own = self.person_of_case(case.case_id)
        strange = (
            c
            for c in self._cases.values()
            if not c.restricted and self.person_of_case(c.case_id) != own
        )
        return next(strange, case)

    def person_of_case(self, case_id: str) -> str | None:
        """The roster key of the case's detainee; the party's id where it is nobody of the
        roster."""
        owner = self._owners.get(case_id)
        return None if owner is None else owner.belongs_to or owner.party_id

    def find(self, criteria: Criteria) -> Found:
        """What the search shows: cases whose number fits, else parties whose name does; silently
        cut at the limit."""
        numbered = self._numbered(criteria)
        found = numbered or self._named(criteria)
        hits, room = [], RESULT_LIMIT
        for party, cases in found:
            shown = sorted(
                filter(criteria.takes, cases), key=lambda c: (c.file_date, c.case_number)
            )[:room]
            if shown:
                hits.append(Hit(party, tuple(shown)))
                room -= len(shown)
        return Found(tuple(hits), by_number=bool(numbered))

    def person_asked_for(self, criteria: Criteria) -> str | None:
        """The roster key of the detainee whom the search is about, by name or alias and birth date;
        spelling variants of the last name count when one birth date was asked. For a case number:
        the case's person."""
        for _, cases in self._numbered(criteria):
            return self.person_of_case(cases[0].case_id)
        asked = asked_name(criteria.text)
        for detainee, name in self._known.get(asked.last, ()):
            if fits(asked, name) and criteria.born(detainee.birth_date):
                return detainee.key
        if criteria.born_from is not None and criteria.born_from == criteria.born_to:
            for detainee in self._born.get(criteria.born_from, ()):
                if any(spelled_alike(asked.last, name.last) for name in _names(detainee)):
                    return detainee.key
        return None

    def _numbered(self, criteria: Criteria) -> list[tuple[CourtPartyFacts, tuple[CaseFacts, ...]]]:
        wanted = plain(criteria.text)
        if criteria.search_by == "CaseCrossReferenceNumber":
            fitting = [c for c in self._cases.values() if wanted in map(plain, c.cross_references)]
        elif not criteria.cases:
            return []
        elif wanted.endswith("*") and len(wanted) > 4:
            fitting = [
                c for c in self._cases.values() if plain(c.case_number).startswith(wanted[:-1])
            ]
        else:
            fitting = self._by_number.get(wanted, [])
        return [(self._owners[c.case_id], (c,)) for c in fitting]

    def _named(self, criteria: Criteria) -> Iterable[tuple[CourtPartyFacts, tuple[CaseFacts, ...]]]:
        if not criteria.parties:
            return
        asked = asked_name(criteria.text)
        if criteria.soundex:
            lasts = [last for last in self._by_last if sound(last) == sound(asked.last)]
        elif asked.last.endswith("*"):
            start = asked.last[:-1]
            lasts = [last for last in self._by_last if len(start) >= 3 and last.startswith(start)]
        else:
            lasts = [asked.last]
        for last in lasts:
            for party in self._by_last.get(last, ()):
                alike = replace(asked, last=last) if criteria.soundex else asked
                if fits(alike, party.name) and criteria.born(party.birth_date):
                    yield party, party.cases


def _names(detainee: DetaineeFacts) -> Iterable[NameFacts]:
    yield detainee.name
    for booking in detainee.bookings:
        for alias in booking.aliases:
            if alias.last:
                yield NameFacts(alias.last, alias.first, alias.middle)
