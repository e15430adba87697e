"""One number with everything that must stand beside it, and the definitions in plain words.

A definition is written once, above the function that computes it (`define`); the report card, the
JSON, the CSV and ``docs/measures.md`` take it from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from reportcard.panel.model import Panel

Unit = Literal["people", "bookings", "share", "nights", "days", "cents", "per_100000", "ratio"]
Limits = Literal["none", "sampling", "bounds"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. ``name`` says which definition it has, ``part`` which of its numbers it is
    (``over_7``), ``by`` and ``group`` of whom (``sex``, ``F``; empty: of everybody), ``day`` of
    which day in a series.

    ``low`` and ``high`` are limits of the kind ``limits``: ``sampling`` (95 %), ``bounds`` (between
    what the records confirm and what they do not exclude), or none. ``n`` is of how many people,
    bookings or days; ``unknown`` of how many of them the records do not say. ``value`` is None
    where there is no number yet, and ``note`` then says why. ``as_of`` is the last day that counts.
    """

    name: str
    part: str
    unit: Unit
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    unknown: int = 0
    as_of: dt.date | None = None
    limits: Limits = "none"
    by: str = ""
    group: str = ""
    day: dt.date | None = None
    note: str = ""

    @property
    def definition(self) -> str:
        """In plain words."""
        return DEFINITIONS[self.name].text

    @property
    def version(self) -> int:
        """Of the definition: a number of another version is not compared with this one."""
        return DEFINITIONS[self.name].version

    def as_json(self) -> dict[str, Any]:
        """Plain values, with the version of its definition."""
        told = asdict(self)
        for name in ("as_of", "day"):
            told[name] = told[name].isoformat() if told[name] is not None else None
        return {**told, "version": self.version}


@dataclass(frozen=True, slots=True)
class Cell:
    """Where numbers of one measure go: their day and their group."""

    name: str
    as_of: dt.date | None
    by: str = ""
    group: str = ""

    def number(
        self,
        part: str,
        unit: Unit,
        value: float | None,
        limits: tuple[float | None, float | None] = (None, None),
        kind: Limits = "none",
        *,
        n: int = 0,
        unknown: int = 0,
        note: str = "",
        day: dt.date | None = None,
    ) -> Measure:
        """One of them. Limits of which one end is missing are kept as they are."""
        low, high = limits
        return Measure(
            self.name,
            part,
            unit,
            value,
            low,
            high,
            n,
            unknown,
            self.as_of,
            kind if limits != (None, None) else "none",
            self.by,
            self.group,
            day,
            note,
        )

    def sampled(
        self,
        part: str,
        unit: Unit,
        value: float | None,
        limits: tuple[float | None, float | None],
        *,
        n: int = 0,
        unknown: int = 0,
        note: str = "",
    ) -> Measure:
        """A number with 95 % limits."""
        return self.number(part, unit, value, limits, "sampling", n=n, unknown=unknown, note=note)

    def bounded(
        self,
        part: str,
        unit: Unit,
        value: float | None,
        limits: tuple[float, float],
        *,
        n: int = 0,
        unknown: int = 0,
        note: str = "",
        day: dt.date | None = None,
    ) -> Measure:
        """A number with what the records confirm and what they do not exclude."""
        return self.number(
            part, unit, value, limits, "bounds", n=n, unknown=unknown, note=note, day=day
        )


@dataclass(frozen=True)
class Options:
    """What a user may add. ``residents`` by (grouping, group); ``night_cents`` is what a night
    costs, with its ``night_source``; ``offenses`` the user's own table, before the packaged one."""

    residents: Mapping[tuple[str, str], int] | None = None
    night_cents: int | None = None
    night_source: str = ""
    series: bool = True


Compute = Callable[["Panel", str, Options], Iterable[Measure]]
C = TypeVar("C", bound=Compute)


@dataclass(frozen=True)
class Definition:
    """What a measure says. ``number`` is its place in ``docs/measures.md``, ``adds`` whether it
    tells more than the county's own list does (court facts, returns), which a guard has to know;
    ``groups`` by what it may be split."""

    name: str
    number: int
    title: str
    text: str
    version: int
    groups: tuple[str, ...]
    adds: bool
    compute: Compute


DEFINITIONS: dict[str, Definition] = {}


def define(
    name: str,
    number: int,
    title: str,
    text: str,
    *,
    version: int = 1,
    groups: tuple[str, ...] = (),
    adds: bool = False,
) -> Callable[[C], C]:
    """Register the function that computes the measure, with its definition."""

    def register(compute: C) -> C:
        plain = " ".join(text.split())
        DEFINITIONS[name] = Definition(name, number, title, plain, version, groups, adds, compute)
        return compute

    return register
