"""Collects every personal value that the parsers find in a visit.

A known value is replaced by what it is (a name as a whole, even where its words are harmless
elsewhere), is searched for in the finished fixture in every spelling, and tells whose dates are
whose."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from replay.anonymize.invented import letters
from replay.anonymize.vocabulary import IN_ADDRESSES, IN_NAMES, plain, vocabulary, words_of
from scrapers.names import search_name

WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
DIGITS = re.compile(r"\d+")
_VERSUS = re.compile(r"\s+(?:vs?\.?|versus|against)\s+", re.I)
_PREAMBLE = re.compile(r"^\s*(?:in re:?|in the matter of:?|ex parte)\s+", re.I)

_NAMES = {"posted_by", "set_by", "judicial_officer", "names", "party", "full"}
_PEOPLE = {"rows", "parties", "attorneys", "detail", "hit", "candidates", "people"}
"""Keys of records whose ``name`` is a person's (an event's is not)."""
_ALIAS = {"last", "first", "middle"}
_IDS = words_of(
    "booking_number permanent_id handle case_number case_id party_id state_id "
    "police_id fbi_number ice_number comp_number receipt cross_references cases"
)
_BIRTHS = {"date_of_birth", "printed_birth_date"}
_NUMBERS = {"code", "statute", "degree", "grade", "percent", "number", "charge_number"}
PERSONAL = frozenset({"name", "style", "address"}) | _NAMES | _ALIAS | _IDS | _BIRTHS
"""Fields of records that must differ between a visit and its recording."""


@dataclass
class PersonalValues:
    """``modes``: whole texts (normalized by `plain`) and how they are replaced: name, address, id.
    ``words``: the letters of the words of names. ``ids``: whole numbers as printed. ``births``:
    birth dates. ``people``: printed names, and the person whose dates they go with. ``harmless``:
    whole texts with numbers that may stay (a statute, a charge number)."""

    modes: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    births: set[dt.date] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)
    harmless: set[str] = field(default_factory=set)

    def learn(self, tree: Any) -> None:
        """Adds everything personal in a record, as `readings` returns it."""
        for path, value in leaves(tree):
            kind = kind_of(path)
            if value is None or value == "":
                continue
            text = str(value)
            if kind == "name":
                self.name(text)
            elif kind == "style":
                self._style(text)
            elif kind == "address":
                self._address(text)
            elif kind == "id":
                # A roster row's handle is several numbers.
                for number in text.split() if path[-1] == "handle" else [text]:
                    self.number(number)
            elif kind == "birth":
                self._birth(text)
            elif kind == "number":
                self.harmless.add(plain(text))

    def name(self, printed: str) -> None:
        """Adds the name of a person or firm; a prosecuting government is not personal."""
        known = vocabulary()
        if known.government(printed) or not WORD.search(printed):
            return
        self.modes.setdefault(plain(printed), "name")
        self.names.add(printed)
        self.people[plain(printed)] = person_of(printed)
        self.words |= {
            letters(word)
            for word in WORD.findall(printed)
            if len(word) > 1 and word.lower() not in IN_NAMES
        }

    def number(self, text: str) -> None:
        """Adds an id of any form."""
        if DIGITS.search(text) and text.strip("0"):
            self.modes.setdefault(plain(text), "id")
            self.ids.add(text)

    def _style(self, text: str) -> None:
        """STATE VS SAMPLE, JORDAN: adds both sides, except a prosecuting government."""
        for side in _VERSUS.split(text):
            bare = _PREAMBLE.sub("", side).strip()
            if bare and not vocabulary().government(bare):
                self.name(bare)

    def _address(self, text: str) -> None:
        self.modes.setdefault(plain(text), "address")
        known = vocabulary().words | IN_ADDRESSES
        self.words |= {
            letters(word)
            for word in WORD.findall(text)
            if len(word) > 2 and word.lower() not in known
        }

    def _birth(self, text: str) -> None:
        head = text.split()[0] if text.split() else ""
        for form in ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y"):
            try:
                self.births.add(dt.datetime.strptime(head, form).date())
            except ValueError:
                continue

    @property
    def runs(self) -> frozenset[str]:
        """Digit runs of the ids with three or more digits, as printed."""
        return frozenset(run for one in self.ids for run in DIGITS.findall(one) if len(run) >= 3)

    @property
    def long_digits(self) -> frozenset[str]:
        """Digit runs of the ids that are long enough to be unmistakable, without leading zeros."""
        runs = (run.lstrip("0") for one in self.ids for run in DIGITS.findall(one))
        return frozenset(run for run in runs if len(run) >= 6)


def person_of(printed: str) -> str:
    """The person of a printed name, for shifting dates: last and first name in any spelling."""
    last, first = search_name(printed)
    return "|".join(re.sub(r"[^A-Z]", "", letters(part)) for part in (last, first or ""))


def kind_of(path: tuple[str, ...]) -> str:
    """What a field of a record holds: name, style, address, id, birth, number, or "" for none of
    these."""
    last, before = path[-1], path[:-1]
    if last in _BIRTHS:
        return "birth"
    if last in _NAMES or (last == "name" and (not before or before[-1] in _PEOPLE)):
        return "name"
    if last in _ALIAS and before[-1:] == ("aliases",):
        return "name"
    if last in ("address", "style"):
        return last
    if last in _IDS and (last != "cases" or before[-1:] == ("candidates",)):
        return "id"
    return "number" if last in _NUMBERS else ""


def leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a record with the keys that lead to it, without list positions."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, (*path, str(key)))
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from leaves(value, path)
    elif path:
        yield path, tree
