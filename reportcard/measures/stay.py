"""Measures 4, 7 and 12: how long people stay, who uses the beds, how stays end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reportcard.measures import groups, spells
from reportcard.measures.incidence import Incidence, incidence
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.measures.survival import ENOUGH, Curve, curve
from reportcard.measures.ways import WAYS, way_out
from reportcard.panel.model import Panel

NIGHTS = (0, 1, 3, 7, 30, 90, 180, 365)
HORIZON = 365
APART = 0.01
"""Two curves that differ by more are both told."""
BANDS = (0, 1, 4, 31, 181)
"""First nights of the bands of measure 7."""


def _since(panel: Panel, found: Curve) -> str:
    """Of whom a curve is, where it is not of all bookings."""
    first = spells.first_night(panel)
    if found.start > first:
        return f"of those held on day {found.start}"
    return "of those still there on the first morning" if first else ""


def _vanished(panel: Panel, by: str, group: str) -> int:
    """Stays whose end the list does not tell."""
    if panel.watch.custody_only:
        return 0
    return sum(
        stay.vanished is not None and (not by or groups.of_stay(panel, stay, by)[0] == group)
        for stay in panel.stays
    )


def _too_few(found: Curve) -> bool:
    return found.last < found.start


@define(
    "stay",
    4,
    "How long people stay",
    """Of 100 stays, how many last more than so many nights (release date minus commitment date).
    Bookings of one person that overlap or touch are one stay. People who were here when the watch
    began count from then on, those still here up to the last complete day; days that were not
    watched count for nobody. It holds if releases go on as in these nights. For a group that is
    known only later (grade, offense, bond) it is of those still held when it was known. On lists
    of people in custody only it is of people still there on the first morning, and the end is that
    they left the list.""",
    groups=groups.ALL,
)
def stay(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """S(t) at fixed nights, the median, and the mean cut at 365 nights or at the end of the
    watch."""
    released = spells.by_group(panel, by, vanished="released")
    for group, some in sorted(spells.by_group(panel, by).items()):
        high = curve(some, start=None)
        low = curve(released.get(group, []), start=high.start)
        cell = Cell("stay", panel.last_day, by, group)
        n, gone, note = len(high.spells), _vanished(panel, by, group), _since(panel, high)
        if _too_few(high):
            note = f"fewer than {ENOUGH} people on every night"
            yield cell.number("median", "nights", None, n=n, unknown=gone, note=note)
            continue
        for night in NIGHTS:
            if high.start <= night <= high.last:
                limits, told = _both(high, low, night, note)
                yield cell.sampled(
                    f"over_{night}",
                    "share",
                    high.share(night),
                    limits,
                    n=n,
                    unknown=gone,
                    note=told,
                )
        middle, bottom_night, top_night = high.median()
        if middle is None:
            told = f"half have not left within {high.last} nights"
            yield cell.number("median", "nights", None, n=n, unknown=gone, note=told)
        else:
            ends = (bottom_night, top_night)
            yield cell.sampled("median", "nights", middle, ends, n=n, unknown=gone, note=note)
        horizon = min(HORIZON, high.last + 1)
        mean, bottom, top = high.restricted_mean(horizon)
        told = f"{note}; " if note else ""
        yield cell.sampled(
            "mean",
            "nights",
            mean,
            (bottom, top),
            n=n,
            unknown=gone,
            note=f"{told}stays cut at {horizon} nights",
        )


def _both(high: Curve, low: Curve, night: int, note: str) -> tuple[tuple[float, float], str]:
    """The limits of the curve, and of that on which those who vanished were released where it is
    another one."""
    bottom, top = high.limits(night)
    if high.share(night) - low.share(night) <= APART:
        return (bottom, top), note
    other = low.share(night)
    more = f"{other:.3f} if all who vanished from the list were released that day"
    return (min(bottom, low.limits(night)[0]), top), f"{note}; {more}" if note else more


@define(
    "bed_days",
    7,
    "Who uses the beds",
    """Nights by how long the stay lasts in the end: 0, 1 to 3, 4 to 30, 31 to 180, 181 and more
    nights, as a share of all nights, beside the share of stays. It follows from the curve of
    measure 4; what lies beyond the nights that were followed is counted up to there only, so that
    the last share is *at least*.""",
)
def bed_days(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Shares of stays and of nights by band."""
    found = curve(spells.by_group(panel, "").get("", []), start=spells.first_night(panel))
    cell = Cell("bed_days", panel.last_day)
    if _too_few(found):
        return
    last, note = found.last, _since(panel, found)
    ends = [*(start - 1 for start in BANDS[1:]), None]
    rows = []
    for start, end in zip(BANDS, ends, strict=True):
        before = found.share(start - 1) if start else 1.0
        stop = last if end is None else min(end, last)
        nights = sum(
            night * (found.share(night - 1) - found.share(night))
            for night in range(max(start, 1), stop + 1)
        )
        rest = found.share(stop)
        if (end is None or end > last) and start <= last:
            nights += rest * (last + 1)
        share = before - (rest if end is not None and end <= last else 0.0)
        rows.append((_band(start, end), share if start <= last else 0.0, nights))
    total = sum(nights for _, _, nights in rows)
    for name, share, nights in rows:
        yield cell.number(f"stays_{name}", "share", share, n=len(found.spells), note=note)
        open_end = name.endswith("_on") or share == 0.0
        told = f"at least: followed for {last} nights" if open_end else note
        part = nights / total if total else None
        yield cell.number(f"nights_{name}", "share", part, n=len(found.spells), note=told)


def _band(start: int, end: int | None) -> str:
    return f"{start}_on" if end is None else str(start) if end == start else f"{start}_{end}"


@define(
    "way_out",
    12,
    "How stays end",
    """Of 100 stays, how many have ended within 1, 3, 7 or 30 nights by a paid bond, on
    recognizance, with a sentence, by transfer to another authority, or in a way that the last page
    does not tell. The lower limit is for the kind alone, the upper one as if all the unknown ends
    were of that kind.""",
    groups=groups.PERSONAL,
)
def ways(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Cumulative shares by kind."""
    kind = partial(way_out, panel)
    for group, some in sorted(spells.by_group(panel, by, kind=kind).items()):
        found: Incidence = incidence(some, start=spells.first_night(panel))
        if _too_few(found.all):
            continue
        cell = Cell("way_out", panel.last_day, by, group)
        unknown = sum(found.exits(("unknown",)))
        for night in (1, 3, 7, 30):
            if night > found.all.last:
                continue
            for way in WAYS:
                low, high = found.limits(way, night)
                if way != "unknown":
                    high = found.limits((way, "unknown"), night)[1]
                yield cell.sampled(
                    f"{way}_{night}",
                    "share",
                    found.share(way, night),
                    (low, high),
                    n=len(found.all.spells),
                    unknown=unknown,
                    note="left the list" if panel.watch.custody_only else "",
                )


def curve_points(found: Curve) -> list[tuple[int, float, float, float]]:
    """(night, share, low, high) for drawing: every night at first, then fewer."""
    nights = [night for night in _GRID if found.start <= night <= found.last]
    return [(night, found.share(night), *found.limits(night)) for night in nights]


_GRID = sorted(
    {
        *range(8),
        *range(8, 31, 2),
        *range(35, 91, 5),
        *range(100, 181, 10),
        *range(195, 366, 15),
        365,
    }
)

__all__ = ["bed_days", "curve_points", "stay", "ways"]
