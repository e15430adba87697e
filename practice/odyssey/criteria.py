"""Smart Search: what was asked for, and which parties and cases of the index answer to it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from practice.facts import CaseFacts, CourtPartyFacts, DetaineeFacts, NameFacts
from practice.world import RESULT_LIMIT, People

SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
NO_VALUE = "Please enter a value for search criteria."
BAD_DATE = "Please select a valid date. (MM/DD/YYYY)"
NO_WILDCARD = "Wildcards can not be used with Sounds Like selected"


class BadCriteria(ValueError):
    """The form was filled in wrongly; ``messages`` are what its validation summary says."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Criteria:
    """One search. Empty filters are None; both ends of a range count."""

    text: str
    search_by: str = "SmartSearch"
    cases: bool = True
    parties: bool = True
    born_from: dt.date | None = None
    born_to: dt.date | None = None
    filed_from: dt.date | None = None
    filed_to: dt.date | None = None
    court: str | None = None
    case_type: str | None = None
    case_status: str | None = None
    sex: str | None = None
    race: str | None = None
    numbers: tuple[str, ...] = ()
    soundex: bool = False

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Criteria:
        """From the posted fields (first value of a repeated one). Raises BadCriteria."""
        wrong: list[str] = []

        def text(name: str) -> str:
            return form.get(f"caseCriteria.{name}", "").strip()

        def when(name: str) -> dt.date | None:
            if not text(name):
                return None
            try:
                return dt.datetime.strptime(text(name), "%m/%d/%Y").date()
            except ValueError:
                wrong.append(BAD_DATE)
                return None

        search_by = text("SearchBy") or "SmartSearch"
        wanted = text("SearchCriteria")
        if search_by == "PartyName":
            given = " ".join(filter(None, (text("NameFirst"), text("NameMiddle"), text("NameSuffix"))))
            wanted = f"{text('NameLast')}, {given}" if given else text("NameLast")
        if not wanted:
            wrong.append(NO_VALUE)
        if text("UseSoundex") == "true" and "*" in wanted:
            wrong.append(NO_WILDCARD)
        born_from, born_to = when("DOBFrom"), when("DOBTo")
        filed_from, filed_to = when("FileDateStart"), when("FileDateEnd")
        if wrong:
            raise BadCriteria(list(dict.fromkeys(wrong)))
        court, kind, status = text("CourtLocation"), text("CaseType"), text("CaseStatus")
        return cls(
            text=wanted[:100],
            search_by=search_by,
            cases=search_by == "CaseNumber" or (search_by == "SmartSearch" and text("SearchCases") == "true"),
            parties=search_by == "PartyName"
            or (search_by == "SmartSearch" and text("SearchByPartyName") == "true"),
            born_from=born_from,
            born_to=born_to,
            filed_from=filed_from,
            filed_to=filed_to,
            court=None if court in ("", "All Locations") else court,
            case_type=kind or None,
            case_status=status or None,
            sex=text("Gender") or None,
            race=text("Race") or None,
            numbers=tuple(filter(None, map(text, ("FBINumber", "SONumber", "BookingNumber")))),
            soundex=text("UseSoundex") == "true",
        )

    def __str__(self) -> str:
        parts = [self.text]
        if self.born_from or self.born_to:
            parts.append(f"born {self.born_from or ''}..{self.born_to or ''}")
        if self.filed_from or self.filed_to:
            parts.append(f"filed {self.filed_from or ''}..{self.filed_to or ''}")
        return " | ".join(parts)

    def born(self, value: dt.date | None) -> bool:
        """Whether a birth date lies in the filter; an unknown one never does."""
        return _within(value, self.born_from, self.born_to)

    def takes(self, case: CaseFacts) -> bool:
        """Whether a case passes the filters beside name and birth date. No party here has an FBI, SO or booking number."""
        defendant = case.parties[0] if case.parties else None
        return (
            not self.numbers
            and (self.sex is None or (defendant is not None and defendant.sex == self.sex))
            and (self.race is None or (defendant is not None and defendant.race == self.race))
            and _within(case.file_date, self.filed_from, self.filed_to)
            and self.court in (None, case.court)
            and self.case_type in (None, case.case_type)
            and self.case_status in (None, case.status)
        )


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
        for party in sorted(people.parties, key=lambda p: (_plain(p.name.last), p.party_id)):
            self._by_last.setdefault(_plain(party.name.last), []).append(party)
            for case in party.cases:
                self._cases[case.case_id] = case
                owner = self._owners.get(case.case_id)
                if owner is None or (owner.belongs_to is None and party.belongs_to is not None):
                    self._owners[case.case_id] = party
        self.courts = sorted({c.court for c in self._cases.values()})
        self.case_types = sorted({c.case_type for c in self._cases.values()})
        self.case_statuses = sorted({c.status for c in self._cases.values()})

    def case(self, case_id: str) -> CaseFacts | None:
        """The case of that id."""
        return self._cases.get(case_id)

    def person_of_case(self, case_id: str) -> str | None:
        """The roster key of the case's detainee; the party's id where it is nobody of the roster."""
        owner = self._owners.get(case_id)
        return None if owner is None else owner.belongs_to or owner.party_id

    def find(self, criteria: Criteria) -> Found:
        """What the search shows: cases whose number fits, else parties whose name does; silently cut at the limit."""
        numbered = self._numbered(criteria)
        found = numbered or self._named(criteria)
        hits, room = [], RESULT_LIMIT
        for party, cases in found:
            shown = sorted(filter(criteria.takes, cases), key=lambda c: (c.file_date, c.case_number))[:room]
            if shown:
                hits.append(Hit(party, tuple(shown)))
                room -= len(shown)
        return Found(tuple(hits), by_number=bool(numbered))

    def person_asked_for(self, criteria: Criteria) -> str | None:
        """The roster key of the detainee whom the search is about, by name or alias and birth date; spelling variants
        of the last name count when a birth date was asked. For a case number: the case's person."""
        for _, cases in self._numbered(criteria):
            return self.person_of_case(cases[0].case_id)
        asked = _asked_name(criteria.text)
        dated = criteria.born_from is not None or criteria.born_to is not None
        candidates = [d for d in self.people.detainees if criteria.born(d.birth_date)]
        for detainee in candidates:
            if any(_fits(asked, name) for name in _names(detainee)):
                return detainee.key
        if dated:
            for detainee in candidates:
                if any(_spelled_alike(asked.last, name.last) for name in _names(detainee)):
                    return detainee.key
        return None

    def _numbered(self, criteria: Criteria) -> list[tuple[CourtPartyFacts, tuple[CaseFacts, ...]]]:
        wanted = _plain(criteria.text)
        if criteria.search_by == "CaseCrossReferenceNumber":
            fitting = [c for c in self._cases.values() if wanted in map(_plain, c.cross_references)]
        elif not criteria.cases:
            return []
        elif wanted.endswith("*") and len(wanted) > 4:
            fitting = [c for c in self._cases.values() if _plain(c.case_number).startswith(wanted[:-1])]
        else:
            fitting = [c for c in self._cases.values() if _plain(c.case_number) == wanted]
        return [(self._owners[c.case_id], (c,)) for c in fitting]

    def _named(self, criteria: Criteria) -> Iterable[tuple[CourtPartyFacts, tuple[CaseFacts, ...]]]:
        if not criteria.parties:
            return
        asked = _asked_name(criteria.text)
        if criteria.soundex:
            lasts = [last for last in self._by_last if _sound(last) == _sound(asked.last)]
        elif asked.last.endswith("*"):
            start = asked.last[:-1]
            lasts = [last for last in self._by_last if len(start) >= 3 and last.startswith(start)]
        else:
            lasts = [asked.last]
        for last in lasts:
            for party in self._by_last.get(last, ()):
                alike = replace(asked, last=last) if criteria.soundex else asked
                if _fits(alike, party.name) and criteria.born(party.birth_date):
                    yield party, party.cases


def _within(value: dt.date | None, first: dt.date | None, last: dt.date | None) -> bool:
    if first is None and last is None:
        return True
    return value is not None and (first or dt.date.min) <= value <= (last or dt.date.max)


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").casefold().split())


def _asked_name(text: str) -> NameFacts:
    last, _, given = _plain(text).partition(",")
    tokens = given.split()
    suffix = tokens.pop().rstrip(".") if len(tokens) > 1 and tokens[-1].rstrip(".") in SUFFIXES else None
    return NameFacts(last.strip(), tokens[0] if tokens else None, " ".join(tokens[1:]) or None, suffix)


def _fits(asked: NameFacts, name: NameFacts) -> bool:
    """Last names equal (or by wildcard), first and middle names by prefix, a suffix only where one was asked."""
    last = _plain(name.last)
    if asked.last.endswith("*"):
        if not last.startswith(asked.last[:-1]):
            return False
    elif asked.last != last:
        return False
    for wanted, held in ((asked.first, name.first), (asked.middle, name.middle)):
        if wanted and not _plain(held).startswith(wanted.rstrip("*")):
            return False
    return not asked.suffix or _plain(name.suffix).rstrip(".") == asked.suffix


def _names(detainee: DetaineeFacts) -> Iterable[NameFacts]:
    yield detainee.name
    for booking in detainee.bookings:
        for alias in booking.aliases:
            if alias.last:
                yield NameFacts(alias.last, alias.first, alias.middle)


def _spelled_alike(asked: str, held: str) -> bool:
    bare = "".join(c for c in unicodedata.normalize("NFKD", _plain(held)) if not unicodedata.combining(c))
    variants = {bare, bare.replace("'", "").replace("’", ""), bare.replace("-", " "), *bare.split("-")}
    variants |= {v.replace("'", "").replace("’", "") for v in variants} | set(_plain(held).split("-"))
    return asked in variants


def _sound(text: str) -> str:
    """Soundex of a name: its first letter and three digits."""
    plain = unicodedata.normalize("NFKD", _plain(text))
    letters = [c for c in plain if "a" <= c <= "z"]
    groups = {
        c: str(n) for n, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for c in group
    }
    code, before = "", groups.get(letters[0], "") if letters else ""
    for letter in letters[1:]:
        digit = groups.get(letter, "")
        if digit and digit != before:
            code += digit
        if letter not in "hw":
            before = digit
    return (letters[0] if letters else "") + (code + "000")[:3]
