"""How long stays last: the Kaplan-Meier curve with delayed entry, its variance by person, its
restricted mean and its median.

Time is counted in whole nights from 0. A stay is one or more `Spell`: from the first to the last
night on which its end would have been seen, both counted. Somebody whom we watch from their 12th
night on enters at 12; somebody still there on the last complete day leaves it without an event; a
gap in the watch cuts a stay into two spells (start-stop rows). S(t), the share that stays more than
t nights, is the product over s <= t of 1 - d(s) / n(s), with n counting entry <= s <= exit
(Kaplan and Meier 1958; with entry: Tsai, Jewell and Wang 1987).

The variance is the sum over people of the square of a person's influence on the estimate. With one
spell a person and no delayed entry this is exactly Greenwood's formula; where people appear twice,
Greenwood is too small."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from reportcard.measures.intervals import Z95, Limits, mean_limits, share_limits

ENOUGH = 30
"""A curve is shown only while so many are at risk."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Nights ``entry`` to ``exit`` of somebody's stay, both watched. ``event`` is the kind of the
    exit that was seen on the last of them, None where nothing ended."""

    person: Hashable
    entry: int
    exit: int
    event: str | None = None


@dataclass(frozen=True)
class Curve:
    """The curve from night ``start`` on, by night from 0: ``at_risk`` and ``exits`` count,
    ``shares`` is S(t) of those held on night ``start`` (1 before it)."""

    spells: Sequence[Spell] = field(repr=False)
    start: int
    at_risk: Sequence[int] = field(repr=False)
    exits: Sequence[int] = field(repr=False)
    shares: Sequence[float] = field(repr=False)

    @property
    def last(self) -> int:
        """The last night with at least `ENOUGH` at risk since ``start`` without a break; ``start``
        - 1 where there is none."""
        for night in range(self.start, len(self.at_risk)):
            if self.at_risk[night] < ENOUGH:
                return night - 1
        return len(self.at_risk) - 1

    @cached_property
    def events(self) -> Sequence[int]:
        """Exits up to and with each night since ``start``."""
        return tuple(accumulate(self.exits))

    def share(self, night: int) -> float:
        """S(night): the share that stays more than so many nights."""
        return self.shares[min(night, len(self.shares) - 1)]

    @cached_property
    def _hazard(self) -> tuple[list[float], list[float]]:
        """By night: what one exit adds, and what a night at risk takes away (cumulated)."""
        jumps, taken, total = [], [], 0.0
        for n, d in zip(self.at_risk, self.exits, strict=True):
            jump = 1 / (n - d) if n > d else 0.0
            total += d / n * jump if d else 0.0
            jumps.append(jump)
            taken.append(total)
        return jumps, taken

    def variance(self, night: int) -> float:
        """Of S(night), by person."""
        night = min(night, len(self.shares) - 1)
        share = self.shares[night]
        if share in (0.0, 1.0):
            return 0.0
        jumps, taken = self._hazard
        sums: dict[Hashable, float] = {}
        for spell in self.spells:
            entry, leave = spell.entry, spell.exit
            if entry > night:
                continue
            before = taken[entry - 1] if entry else 0.0
            influence = before - taken[leave if leave < night else night]
            if spell.event is not None and leave <= night:
                influence += jumps[leave]
            sums[spell.person] = sums.get(spell.person, 0.0) + influence
        return share * share * sum(value * value for value in sums.values())

    def greenwood(self, night: int) -> float:
        """Greenwood's variance of S(night), which takes every spell for another person's."""
        night = min(night, len(self.shares) - 1)
        return self.shares[night] ** 2 * self._hazard[1][night]

    def limits(self, night: int, z: float = Z95) -> Limits:
        """95 % limits of S(night)."""
        night = min(night, len(self.shares) - 1)
        return share_limits(
            self.shares[night],
            self.variance(night),
            events=self.events[night],
            at_risk=self.at_risk[night],
            z=z,
        )

    def median(self) -> tuple[int | None, int | None, int | None]:
        """The smallest night with S <= 0.5 while enough are at risk, and its limits: the nights on
        which the limits of S reach 0.5. None where they do not."""
        last = self.last
        middle = self._first(last, lambda night: self.shares[night] <= 0.5)
        low = self._first(last, lambda night: self.limits(night)[0] <= 0.5)
        high = self._first(last, lambda night: self.limits(night)[1] <= 0.5)
        return middle, low, high

    def _first(self, last: int, reached: Callable[[int], bool]) -> int | None:
        """The first night up to ``last`` on which it holds; it holds on every later one too."""
        low, high = self.start, last
        if last < self.start or not reached(last):
            return None
        while low < high:
            middle = (low + high) // 2
            if reached(middle):
                high = middle
            else:
                low = middle + 1
        return low

    def restricted_mean(self, horizon: int) -> tuple[float, float, float]:
        """Mean nights of a stay cut at ``horizon`` nights, with 95 % limits. For a curve that
        begins at ``start``, the nights before it count in full."""
        nights = range(self.start, min(horizon, len(self.shares)))
        mean = self.start + sum(self.shares[night] for night in nights)
        rest, areas = 0.0, [0.0] * len(self.shares)
        for night in reversed(nights):
            rest += self.shares[night]
            areas[night] = rest
        jumps, _ = self._hazard
        taken, total = [], 0.0
        for night, (n, d) in enumerate(zip(self.at_risk, self.exits, strict=True)):
            total += areas[night] * d / n * jumps[night] if d else 0.0
            taken.append(total)
        sums: dict[Hashable, float] = {}
        for spell in self.spells:
            if spell.entry >= horizon:
                continue
            leave = min(spell.exit, horizon - 1)
            influence = taken[leave] - (taken[spell.entry - 1] if spell.entry else 0.0)
            if spell.event is not None and spell.exit < horizon:
                influence -= areas[spell.exit] * jumps[spell.exit]
            sums[spell.person] = sums.get(spell.person, 0.0) + influence
        low, high = mean_limits(mean, sum(value * value for value in sums.values()))
        return mean, low, min(high, float(horizon))


def curve(spells: Iterable[Spell], *, start: int | None = 0) -> Curve:
    """The curve of these spells, of those held on night ``start``; with None, from the first night
    with enough at risk (0 where there is none)."""
    some = list(spells)
    length = max((spell.exit for spell in some), default=0) + 1
    if start is None:
        counted, _ = _counts(some, length)
        start = next((night for night, n in enumerate(counted) if n >= ENOUGH), 0)
    if start:
        some = [
            spell if spell.entry >= start else Spell(spell.person, start, spell.exit, spell.event)
            for spell in some
            if spell.exit >= start
        ]
    at_risk, exits = _counts(some, length)
    share, shares = 1.0, []
    for n, d in zip(at_risk, exits, strict=True):
        if d:
            share *= (n - d) / n
        shares.append(share)
    return Curve(some, start, at_risk, exits, shares)


def _counts(spells: Sequence[Spell], length: int) -> tuple[list[int], list[int]]:
    change, exits = [0] * (length + 1), [0] * length
    for spell in spells:
        change[spell.entry] += 1
        change[spell.exit + 1] -= 1
        if spell.event is not None:
            exits[spell.exit] += 1
    return list(accumulate(change))[:length], exits
