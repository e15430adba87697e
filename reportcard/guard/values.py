"""Figures other than counts: shares, curves, quantiles and sums, always from guarded counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportcard.guard.cells import N_STEP, THRESHOLD, rounded

TIMES = (1, 3, 7, 14, 30, 90, 180, 365)
"""The nights at which a group's curve may be shown."""


@dataclass(frozen=True)
class CurvePoint:
    """A point of a group's curve: nights, and the share still held in whole percent."""

    nights: int
    percent: int


def guard_share(part: int, whole: int, *, threshold: int = THRESHOLD) -> str | None:
    """A share in words: whole percent of rounded counts, if both sides have enough people;
    otherwise only that it is below or above a bound. None where the whole is too small."""
    if whole < 2 * threshold:
        return None
    n = rounded(whole, N_STEP)
    if part >= threshold and whole - part >= threshold:
        return f"{_percent(rounded(part), n)}%"
    bound = -(-100 * threshold // n)
    return f"< {bound}%" if part < threshold else f"> {100 - bound}%"


def guard_curve(
    steps: Sequence[tuple[int, int, int]], *, threshold: int = THRESHOLD
) -> tuple[CurvePoint, ...] | None:
    """A group's curve from (nights, still held, gone since the first point), all counts of people:
    fixed times, points merged until each step holds enough exits and enough who stay. None if not
    one point is left."""
    if not steps:
        return None
    whole = rounded(steps[0][1] + steps[0][2], N_STEP)
    shown: list[CurvePoint] = []
    gone_before = 0
    for nights, held, gone in steps:
        if nights not in TIMES or gone - gone_before < threshold or held < threshold:
            continue
        shown.append(CurvePoint(nights, _percent(rounded(held), whole)))
        gone_before = gone
    return tuple(shown) or None


def guard_quantile(values: Sequence[int], p: float, *, threshold: int = THRESHOLD) -> int | None:
    """The p-quantile (0 < p < 1), rounded to at most 5 % of its size, if enough people stand on
    each side of it; else None."""
    ordered = sorted(values)
    index = min(int(p * len(ordered)), len(ordered) - 1) if ordered else 0
    if index < threshold or len(ordered) - 1 - index < threshold:
        return None
    value = ordered[index]
    steps = (base * 10**power for power in range(9) for base in (1, 2, 5))
    return rounded(value, max((step for step in steps if step * 20 <= abs(value)), default=1))


def guard_sum(values: Sequence[int], *, threshold: int = THRESHOLD) -> int | None:
    """A sum, unless too few people or one person makes more than a fifth of it."""
    total = sum(values)
    if len(values) < threshold or total <= 0 or max(values) * 5 > total:
        return None
    return total


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole) if whole else 0
