"""How stays end: the cumulative share of exits of each kind (Aalen-Johansen) with delayed entry.

F_k(t) = sum over s <= t of S(s - 1) d_k(s) / n(s). The shares of all kinds and S(t) together are 1.
The variance is by person, as in `reportcard.measures.survival`."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from reportcard.measures.intervals import Z95, Limits, incidence_limits
from reportcard.measures.survival import Curve, Spell, curve


@dataclass(frozen=True, eq=False)
class Incidence:
    """Shares that left by kind, of those held on night ``all.start``. ``counts`` are exits by kind
    and night."""

    all: Curve
    counts: dict[str, list[int]] = field(repr=False)
    _known: dict[frozenset[str], _Kinds] = field(default_factory=dict, repr=False)

    def exits(self, kinds: Collection[str]) -> list[int]:
        """Exits of these kinds, by night."""
        rows = [self.counts[kind] for kind in kinds if kind in self.counts]
        return [sum(column) for column in zip(*rows, strict=True)] or [0] * len(self.all.shares)

    def share(self, kinds: str | Collection[str], night: int) -> float:
        """The share that has left in one of these ways by night ``night`` (that night counted)."""
        return self._of(_names(kinds)).share(night)

    def variance(self, kinds: str | Collection[str], night: int) -> float:
        """Of that share, by person."""
        return self._of(_names(kinds)).variance(night)

    def limits(self, kinds: str | Collection[str], night: int, z: float = Z95) -> Limits:
        """95 % limits of that share."""
        one = self._of(_names(kinds))
        last = min(night, len(one.shares) - 1)
        return incidence_limits(
            one.share(night),
            one.variance(night),
            events=one.events[last],
            at_risk=self.all.at_risk[last],
            z=z,
        )

    def _of(self, kinds: frozenset[str]) -> _Kinds:
        if kinds not in self._known:
            self._known[kinds] = _Kinds(self, kinds)
        return self._known[kinds]


def incidence(spells: Iterable[Spell], *, start: int | None = 0) -> Incidence:
    """The cumulative shares by the spells' ``event``."""
    everything = curve(spells, start=start)
    counts: dict[str, list[int]] = {}
    for spell in everything.spells:
        if spell.event is not None:
            row = counts.setdefault(spell.event, [0] * len(everything.shares))
            row[spell.exit] += 1
    return Incidence(everything, counts)


def _names(kinds: str | Collection[str]) -> frozenset[str]:
    return frozenset((kinds,)) if isinstance(kinds, str) else frozenset(kinds)


class _Kinds:
    """The share of one set of kinds, with what its variance needs."""

    def __init__(self, whole: Incidence, kinds: frozenset[str]) -> None:
        self._curve, self._kinds = whole.all, kinds
        exits = whole.exits(kinds)
        self.events = tuple(accumulate(exits))
        before, total = 1.0, 0.0
        self.shares: list[float] = []
        jumps: list[float] = []
        direct: list[float] = []
        spread: list[float] = []
        weighted: list[float] = []
        self._single: list[float] = []
        sums = [0.0, 0.0, 0.0]
        rows = zip(whole.all.at_risk, whole.all.exits, exits, whole.all.shares, strict=True)
        for n, d, of_kinds, share in rows:
            total += before * of_kinds / n if of_kinds else 0.0
            jump = 1 / (n - d) if n > d else 0.0
            hazard = d / n * jump if d else 0.0
            sums[0] += before * of_kinds / (n * n) if of_kinds else 0.0
            sums[1] += hazard
            sums[2] += total * hazard
            self.shares.append(total)
            jumps.append(jump)
            self._single.append(before / n if n else 0.0)
            for row, value in zip((direct, spread, weighted), sums, strict=True):
                row.append(value)
            before = share
        self._jumps, self._direct, self._spread, self._weighted = jumps, direct, spread, weighted

    def share(self, night: int) -> float:
        return self.shares[min(night, len(self.shares) - 1)]

    def variance(self, night: int) -> float:
        night = min(night, len(self.shares) - 1)
        final = self.shares[night]
        sums: dict[Hashable, float] = {}
        for spell in self._curve.spells:
            if spell.entry > night:
                continue
            leave, first = min(spell.exit, night), spell.entry - 1
            influence = final * self._between(self._spread, first, leave)
            influence -= self._between(self._weighted, first, leave)
            influence -= self._between(self._direct, first, leave)
            if spell.event is not None and spell.exit <= night:
                influence -= (final - self.shares[spell.exit]) * self._jumps[spell.exit]
                if spell.event in self._kinds:
                    influence += self._single[spell.exit]
            sums[spell.person] = sums.get(spell.person, 0.0) + influence
        return sum(value * value for value in sums.values())

    @staticmethod
    def _between(cumulated: Sequence[float], first: int, last: int) -> float:
        return cumulated[last] - (cumulated[first] if first >= 0 else 0.0)
