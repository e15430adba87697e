"""Charts as numbers: where each line, bar and label of a chart goes.

Templates only place what stands here. A drawing is an SVG that stretches with the page, in units of
1000 by 1000; its labels are HTML beside it, in percent of its width and height. So text keeps its
size on a phone and in print. Nothing is rounded here but coordinates: what may be shown was decided
before (docs/responsible-use.md)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 1000.0
NIGHTS = (0, 1, 3, 7, 14, 30, 90, 180, 365)
"""The nights that a stay's axis names."""
MINOR = frozenset({1, 14, 90, 180})


@dataclass(frozen=True)
class Tick:
    """A label of an axis: its place in percent of the axis, and its text. A ``minor`` one is left
    out where the page is narrow."""

    at: float
    text: str
    minor: bool = False


@dataclass(frozen=True)
class Mark:
    """A point that a sentence names: its place in percent, the text, and the side it stands on."""

    x: float
    y: float
    text: str
    side: str = "right"


@dataclass(frozen=True)
class Step:
    """One step of a curve: from ``x`` on it has ``y``, between ``low`` and ``high`` (0 to 1)."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Curve:
    """A drawn step line with its band, ready for the template."""

    title: str
    description: str
    line: str
    band: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Days:
    """A drawn line over days; ``lines`` are its unbroken pieces, ``gaps`` the days without data
    (start and width in percent)."""

    title: str
    description: str
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    gaps: tuple[tuple[float, float], ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar: its share in percent, its class, what it is, and its number."""

    share: float
    kind: str
    label: str
    number: str


@dataclass(frozen=True)
class Bar:
    """One row of bars. ``width`` in percent of the longest; ``low`` and ``high`` likewise."""

    label: str
    number: str
    width: float
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """Two shares of one band (bookings and nights), in percent of all."""

    label: str
    first: float
    second: float
    first_text: str
    second_text: str


@dataclass(frozen=True)
class Area:
    """One kind of a stacked area, ready for the template."""

    label: str
    kind: str
    points: str
    share: str


def night_place(nights: float, last: float) -> float:
    """Where so many nights stand on the axis, in percent. Early nights get more room, because most
    people leave within days."""
    return 100 * math.log1p(nights) / math.log1p(max(last, 1))


def curve(
    title: str,
    description: str,
    steps: Sequence[Step],
    *,
    marks: Sequence[tuple[float, str]] = (),
    first: Step | None = None,
    unit: str = "nights",
    top: float = 1.0,
) -> Curve:
    """A step line over nights. ``marks`` are (nights, text) of points to name."""
    shown = [*([first] if first else ()), *steps]
    last = max(step.x for step in shown)

    def x(nights: float) -> float:
        return night_place(nights, last) * SIZE / 100

    def y(share: float) -> float:
        return SIZE * (1 - share / top)

    line = _steps([(x(s.x), y(s.y)) for s in shown])
    bounded = [s for s in shown if s.low is not None and s.high is not None]
    upper = _stairs([(x(s.x), y(s.high or 0.0)) for s in bounded])
    lower = _stairs([(x(s.x), y(s.low or 0.0)) for s in bounded])
    named = []
    for nights, text in marks:
        at = max((s for s in shown if s.x <= nights), key=lambda s: s.x, default=shown[0])
        place = night_place(nights, last)
        height = 100 * (1 - at.y / top)
        named.append(Mark(place, height, text, "left" if place > 70 else "right"))
    return Curve(
        title=title,
        description=description,
        line=line,
        band=_points([*upper, *reversed(lower)]),
        x_ticks=night_ticks(last, unit),
        y_ticks=_percent_ticks(top),
        marks=tuple(named),
    )


def days(title: str, description: str, values: Sequence[tuple[dt.date, float | None]]) -> Days:
    """A line over days; days whose value is None are a gap, never a line across."""
    known = [value for _, value in values if value is not None]
    low, high, ticks = _nice(min(known), max(known))
    last = max(len(values) - 1, 1)

    def x(index: float) -> float:
        return index / last * SIZE

    def y(value: float) -> float:
        return SIZE * (1 - (value - low) / (high - low))

    lines: list[str] = []
    dots: list[tuple[float, float]] = []
    gaps: list[tuple[float, float]] = []
    piece: list[tuple[float, float]] = []
    gap_from: int | None = None
    for index, (_, value) in enumerate([*values, (values[-1][0], None)]):
        if value is not None and index < len(values):
            if gap_from is not None:
                gaps.append(_gap(gap_from - 1, index, last))
                gap_from = None
            piece.append((x(index), y(value)))
            continue
        if piece:
            if len(piece) == 1:
                dots.append((piece[0][0] / 10, piece[0][1] / 10))
            else:
                lines.append(_points(piece))
            piece = []
        if gap_from is None and index < len(values):
            gap_from = index
    if gap_from is not None:
        gaps.append(_gap(gap_from - 1, len(values) - 1, last))
    named = sorted({0, (len(values) - 1) // 2, len(values) - 1})
    return Days(
        title=title,
        description=description,
        lines=tuple(lines),
        dots=tuple(dots),
        gaps=tuple(gaps),
        x_ticks=tuple(Tick(100 * n / last, day_words(values[n][0])) for n in named),
        y_ticks=tuple(Tick(100 * (tick - low) / (high - low), f"{tick:,.0f}") for tick in ticks),
    )


def bars(rows: Sequence[tuple[str, str, float, float | None, float | None]]) -> tuple[Bar, ...]:
    """Bars by (label, number as shown, value, low, high), as wide as their share of the longest."""
    longest = max((max(value, high or 0.0) for _, _, value, _, high in rows), default=0.0) or 1.0

    def wide(value: float | None) -> float | None:
        return None if value is None else 100 * value / longest

    return tuple(
        Bar(label, number, 100 * value / longest, wide(low), wide(high))
        for label, number, value, low, high in rows
    )


def stacked(parts: Sequence[tuple[str, str, float, str]]) -> tuple[Part, ...]:
    """Parts by (class, label, value, number as shown), their shares adding up to 100."""
    whole = sum(value for _, _, value, _ in parts) or 1.0
    return tuple(Part(100 * value / whole, kind, label, text) for kind, label, value, text in parts)


def areas(
    kinds: Sequence[tuple[str, str, Sequence[tuple[float, float]]]], last: float
) -> tuple[Area, ...]:
    """Stacked areas by (class, label, steps as (nights, share)), from the bottom up."""
    xs = sorted({0.0, last, *(x for _, _, steps in kinds for x, _ in steps if x <= last)})
    floor = [0.0] * len(xs)
    made = []
    for kind, label, steps in kinds:
        heights = [_at(steps, x) for x in xs]
        roof = [under + height for under, height in zip(floor, heights, strict=True)]

        def outline(shares: list[float]) -> list[tuple[float, float]]:
            return _stairs(
                [
                    (night_place(x, last) * 10, SIZE * (1 - share))
                    for x, share in zip(xs, shares, strict=True)
                ]
            )

        points = _points([*outline(roof), *reversed(outline(floor))])
        made.append(Area(label, kind, points, f"{100 * heights[-1]:.0f}"))
        floor = roof
    return tuple(made)


def night_ticks(last: float, unit: str = "nights") -> tuple[Tick, ...]:
    """The labels of an axis of nights."""
    named = [n for n in NIGHTS if n <= last]
    return tuple(
        Tick(night_place(n, last), f"{n} {unit}" if n == named[0] else str(n), n in MINOR)
        for n in named
    )


def day_words(day: dt.date) -> str:
    """``Mar 6`` for a day of this axis."""
    return f"{day:%b} {day.day}"


def _at(steps: Sequence[tuple[float, float]], x: float) -> float:
    return max(((at, share) for at, share in steps if at <= x), default=(0.0, 0.0))[1]


def _gap(start: int, end: int, last: int) -> tuple[float, float]:
    begin = max(start, 0)
    return 100 * begin / last, 100 * (end - begin) / last


def _percent_ticks(top: float) -> tuple[Tick, ...]:
    step = 0.25 if top > 0.6 else 0.1 if top > 0.25 else 0.05
    count = round(top / step)
    return tuple(Tick(100 * n * step / top, f"{100 * n * step:.0f}%") for n in range(count + 1))


def _nice(low: float, high: float) -> tuple[float, float, tuple[float, ...]]:
    """Round bounds around the values and three to six round ticks between them."""
    span = max(high - low, max(high, 1) * 0.02, 1)
    rough = span / 3
    unit = 10 ** math.floor(math.log10(rough))
    step = max(next(f * unit for f in (1, 2, 5, 10) if f * unit >= rough), 1)
    bottom = max(math.floor(low / step) * step, 0)
    roof = math.ceil(high / step) * step
    if roof == bottom:
        roof = bottom + step
    count = round((roof - bottom) / step)
    return bottom, roof, tuple(bottom + n * step for n in range(count + 1))


def _stairs(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a step line through points."""
    corners: list[tuple[float, float]] = []
    for x, y in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def _steps(points: Sequence[tuple[float, float]]) -> str:
    return _points(_stairs(points))


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
