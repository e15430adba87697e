"""What of a county's measures may be shown: every number guarded, in one place for card, files and
site.

A number that is not shown keeps its place and says `suppressed`. Counts of groups are rounded to 5,
the people behind a share (``n``) to 10, shares to whole percent. For the county as a whole, the
number held and the three answers to "awaiting trial?" are exact, because the county publishes its
list itself; everything else is rounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

from reportcard.guard.cells import N_STEP, THRESHOLD, Cell, rounded, small
from reportcard.guard.splits import Refused, guard_answers, guard_flow, guard_split
from reportcard.measures.measure import DEFINITIONS, Measure

FEW = 30
"""Under so many people held, only that number is shown."""
SMALL = 100
"""Under so many people held, totals alone, rounded."""
ANSWERS = ("people", "not_waiting", "unknown")
"""The parts of ``awaiting_trial`` that add up to everybody held."""
EXACT = frozenset({"held", "flow"})
INSIDE = ("unknown_", "also_held_otherwise", "blank_ids", "changed_ids", "share_unknown_")
"""Parts that are for the internal card only: small by nature, and of no use without their sum."""
NEVER_BY = {"court_history": frozenset({"race"})}
_COUNTS = ("people", "bookings")


@dataclass(frozen=True)
class Public:
    """A number as it may leave the house. ``value`` is None where it is suppressed or not there
    yet; ``text`` is what stands for it then (``hidden``, ``< 12%``, ``too early ...``)."""

    name: str
    part: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    unknown: int | None
    as_of: dt.date | None
    by: str
    group: str
    day: dt.date | None
    suppressed: bool
    text: str
    limits: str
    version: int
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain values for the API; every key is always there."""
        told = asdict(self)
        for name in ("as_of", "day"):
            told[name] = told[name].isoformat() if told[name] else None
        return told


@dataclass(frozen=True)
class Guarded:
    """The public numbers, and for the private disclosure file what was hidden by which rule."""

    numbers: tuple[Public, ...]
    disclosed: tuple[tuple[str, str], ...]
    scope: str
    """``all``, ``totals`` (under `SMALL` people) or ``few`` (under `FEW`)."""


def guard_measures(
    measures: Iterable[Measure], *, threshold: int = THRESHOLD, groups: bool = True
) -> Guarded:
    """Every number of a county, guarded. ``groups=False`` leaves the groups out (daily releases).

    Raises ValueError for a threshold below 11."""
    if threshold < THRESHOLD:
        raise ValueError(f"the threshold can be raised above {THRESHOLD}, never lowered")
    found = [one for one in measures if not one.part.startswith(INSIDE)]
    held = next((int(m.value or 0) for m in found if m.name == "held" and m.part == "people"
                 and not m.by and m.day is None), None)  # fmt: skip
    if held is None:
        days = [m for m in found if m.name == "held" and m.part == "people" and not m.by]
        held = int(days[-1].value or 0) if days else 0
    if held < FEW:
        total = [m for m in found if m.name == "held" and not m.by and m.part == "people"][-1:]
        return Guarded(tuple(open_(m) for m in total), (), "few")
    scope = "all"
    if held < SMALL:
        scope, groups = "totals", False
    rules: list[tuple[str, str]] = []
    numbers: list[Public] = []
    for name, those in groupby(found, key=lambda m: m.name):
        for by, several in groupby(those, key=lambda m: m.by):
            if by and (not groups or by in NEVER_BY.get(name, ())):
                continue
            numbers += _Table(name, by, list(several), threshold, rules).guarded()
    if scope == "totals":
        numbers = [_coarse(one) for one in numbers]
    return Guarded(tuple(numbers), tuple(rules), scope)


def open_(m: Measure) -> Public:
    """The number as it is, for the internal card."""
    return Public(
        name=m.name,
        part=m.part,
        unit=m.unit,
        value=m.value,
        low=m.low,
        high=m.high,
        n=m.n,
        unknown=m.unknown,
        as_of=m.as_of,
        by=m.by,
        group=m.group,
        day=m.day,
        suppressed=False,
        text=m.note if m.value is None else "",
        limits=m.limits,
        version=m.version,
        note=m.note,
    )


class _Table:
    """The numbers of one measure and grouping."""

    def __init__(
        self,
        name: str,
        by: str,
        measures: Sequence[Measure],
        threshold: int,
        rules: list[tuple[str, str]],
    ) -> None:
        self.name = name
        self.by = by
        self.measures = measures
        self.threshold = threshold
        self.rules = rules
        self.adds = DEFINITIONS[name].adds

    def guarded(self) -> Iterator[Public]:
        """All of them, in their order."""
        hidden = self._hidden_groups() if self.by else self._hidden_answers()
        below: dict[tuple[str, str], float] = {}
        for m in self.measures:
            key = (m.group, m.part)
            if m.value is None:
                yield replace(open_(m), n=_n(m.n), unknown=None)
            elif key in hidden or (m.group, "*") in hidden or not self._allowed(m, below):
                self.rules.append((f"{m.name}/{m.part}/{m.by}/{m.group}/{m.day or ''}", "hidden"))
                yield self._suppressed(m)
            else:
                yield self._shown(m)

    def _hidden_groups(self) -> set[tuple[str, str]]:
        """Groups that are hidden in whole or in one part, so that no sum gives them away."""
        counts = {(m.group, m.part): int(m.value or 0) for m in self.measures if m.unit in _COUNTS}
        names = list(dict.fromkeys(m.group for m in self.measures))
        if self.name == "awaiting_trial":
            found = guard_answers(
                names,
                ANSWERS,
                {(g, a): counts.get((g, a), 0) for g in names for a in ANSWERS},
                threshold=self.threshold,
            )
            if isinstance(found, Refused):
                return {(name, "*") for name in names}
            return {(one.label.rpartition("/")[0], "*") for one in found.shown if one.value is None}
        hidden: set[tuple[str, str]] = set()
        for part in dict.fromkeys(m.part for m in self.measures if m.unit in _COUNTS):
            cells = [Cell(name, counts.get((name, part), 0)) for name in names]
            decision = guard_split(cells, added=self.adds, threshold=self.threshold)
            if isinstance(decision, Refused):
                hidden |= {(name, part) for name in names}
            else:
                hidden |= {(one.label, part) for one in decision.shown if one.value is None}
        hidden |= {(group, f"share_{part}") for group, part in hidden}
        few = [n for n in names if any(
            m.group == n and m.unit not in _COUNTS and m.n < 2 * self.threshold
            for m in self.measures)]  # fmt: skip
        if len(few) == 1 and len(names) > 1:
            few.append(next(name for name in reversed(names) if name not in few))
        return hidden | {(name, "*") for name in few}

    def _hidden_answers(self) -> set[tuple[str, str]]:
        """The three answers for all people held: hidden together if one alone could be computed."""
        if self.name == "flow":
            # The number held is public every day, so a hidden day could be narrowed from the
            # change: days of bookings and releases are shown all or not at all.
            days = [
                Cell(f"{m.part} {m.day}", int(m.value or 0))
                for m in self.measures
                if m.day is not None and m.unit in _COUNTS
            ]
            refused = isinstance(guard_flow([days], threshold=self.threshold), Refused)
            return {("", m.part) for m in self.measures if m.day is not None and refused}
        if self.name != "awaiting_trial":
            return set()
        parts = {m.part: int(m.value or 0) for m in self.measures if m.day is None}
        people = (int(m.value or 0) for m in reversed(self.measures) if m.part == "people")
        parts.setdefault("people", next(people, 0))
        decision = guard_split(
            [Cell(part, parts.get(part, 0)) for part in ANSWERS], added=True,
            threshold=self.threshold,
        )  # fmt: skip
        hidden = (
            set(ANSWERS)
            if isinstance(decision, Refused)
            else {one.label for one in decision.shown if one.value is None}
        )
        return {("", part) for part in hidden} | ({("", "share")} if hidden else set())

    def _allowed(self, m: Measure, below: dict[tuple[str, str], float]) -> bool:
        """Whether enough people stand behind the number, and between it and the one before it."""
        value, n, t = m.value or 0.0, m.n, self.threshold
        if m.unit in _COUNTS:
            if small(int(value), t) or (self.adds and value == 0):
                return False
            if not self.adds or m.name == "awaiting_trial":
                return True
            return n - value >= t or n < value
        if n < 2 * t and m.unit not in ("days", "ratio"):
            return False
        if m.unit == "share" and _is_curve(m):
            key = (m.group, m.part.rpartition("_")[0])
            before = below.get(key, 1.0 if m.part.startswith("over_") else 0.0)
            if abs(before - value) * n < t or min(value, 1 - value) * n < t:
                return False
            below[key] = value
            return True
        if m.unit == "share":
            return not self.adds or min(value, 1 - value) * n >= t
        if m.unit in ("nights", "cents"):
            return _beside(m.part) * n >= t
        return True

    def _suppressed(self, m: Measure) -> Public:
        bare = replace(
            open_(m),
            value=None,
            low=None,
            high=None,
            n=None,
            unknown=None,
            suppressed=True,
            note="",
        )
        if m.unit == "share" and m.n >= 2 * self.threshold and not self.by:
            edge = -(-100 * self.threshold // rounded(m.n, N_STEP))
            few = (m.value or 0.0) * m.n < self.threshold
            return replace(bare, text=f"< {edge}%" if few else f"> {100 - edge}%")
        return replace(bare, text="hidden")

    def _shown(self, m: Measure) -> Public:
        exact = (
            not self.by
            and m.unit in _COUNTS
            and (m.name in EXACT or (m.name == "awaiting_trial" and m.part in ANSWERS))
        )
        step = _step(m.unit, m.value or 0.0, exact)
        return replace(
            open_(m),
            value=_to(m.value, step),
            low=_to(m.low, step),
            high=_to(m.high, step),
            n=m.n if exact else _n(m.n),
            unknown=m.unknown if exact else None if m.unknown is None else rounded(m.unknown),
        )


def _is_curve(m: Measure) -> bool:
    return m.part.rpartition("_")[2].isdigit()


def _beside(part: str) -> float:
    """The smaller share of people on one side of a quantile."""
    return {"quarter": 0.25, "three_quarters": 0.25, "p90": 0.1}.get(part, 0.5)


def _step(unit: str, value: float, exact: bool) -> float:
    if exact:
        return 1
    if unit in _COUNTS:
        return 5
    if unit == "share":
        return 0.01
    if unit in ("nights", "cents", "per_100000"):
        steps = [base * 10**power for power in range(9) for base in (1, 2, 5)]
        return max((step for step in steps if step * 20 <= abs(value)), default=1)
    return 0.1


def _to(value: float | None, step: float) -> float | None:
    if value is None:
        return None
    found = round(round(value / step) * step, 10)
    return int(found) if step >= 1 else found


def _n(n: int) -> int:
    return rounded(n, N_STEP)


def _coarse(one: Public) -> Public:
    """For small counties: every count to 5."""
    if one.unit not in _COUNTS or one.value is None:
        return one
    return replace(
        one,
        value=_to(one.value, 5),
        low=_to(one.low, 5),
        high=_to(one.high, 5),
        n=None if one.n is None else rounded(one.n),
        unknown=None if one.unknown is None else rounded(one.unknown),
    )


__all__ = ["FEW", "SMALL", "Guarded", "Public", "guard_measures", "open_"]
