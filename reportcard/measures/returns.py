"""Measure 13: who comes back to this jail."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.measures.survival import Curve, Spell, curve
from reportcard.measures.ways import way_out
from reportcard.panel.model import Panel, Stay

HORIZONS = (30, 90, 180, 365)
FEWEST_DAYS = 14
"""A month of which fewer days were watched has no figure."""


@dataclass(frozen=True, slots=True)
class Release:
    """Somebody's release, and the day on which their next custody began."""

    person: str
    day: int
    back: int | None


def releases(panel: Panel, *, high: bool = False) -> list[Release]:
    """All releases, by the low or the high linkage; transfers are none. A custody that goes on in
    another one is not left."""
    groups: dict[str, list[Stay]] = {}
    for person in panel.people:
        groups.setdefault(person.high if high else person.key, []).extend(person.stays)
    found: list[Release] = []
    for key, stays in groups.items():
        stays.sort(key=lambda stay: stay.start)
        for place, stay in enumerate(stays):
            if stay.release is None or way_out(panel, stay) == "transfer":
                continue
            end = stay.release
            others = stays[:place] + stays[place + 1 :]
            if any(
                other.start <= end
                and (other.release is None or other.release > end)
                and (other.vanished is None or other.vanished > end)
                for other in others
            ):
                continue
            back = min((other.start for other in others if other.start > end), default=None)
            found.append(Release(key, end, back))
    return found


@dataclass(frozen=True)
class Month:
    """A calendar month, as far as it was watched, by ordinals."""

    name: str
    first: int
    last: int
    whole: bool


def months(panel: Panel) -> list[Month]:
    """The months with enough watched days, oldest first."""
    watch = panel.watch
    if watch.first is None or watch.last is None:
        return []
    found: list[Month] = []
    day = dt.date.fromordinal(watch.first).replace(day=1)
    while day.toordinal() <= watch.last:
        length = calendar.monthrange(day.year, day.month)[1]
        first, last = day.toordinal(), day.toordinal() + length - 1
        start, end = max(first, watch.first), min(last, watch.last)
        watched = sum(high - low + 1 for low, high in watch.within(start, end))
        if watched >= FEWEST_DAYS:
            found.append(Month(f"{day:%Y-%m}", start, end, watched == length))
        day = dt.date.fromordinal(last + 1)
    return found


def return_curve(panel: Panel, some: Sequence[Release], *, once: bool) -> Curve:
    """Share not yet back by days since the release; with ``once`` each person's first release
    only."""
    watch, spells, seen = panel.watch, [], set[str]()
    for release in sorted(some, key=lambda one: one.day):
        if once and release.person in seen:
            continue
        seen.add(release.person)
        last = watch.last if watch.last is not None else release.day
        back = release.back if release.back is not None and release.back <= last else None
        end = back if back is not None else last
        for low, high in watch.within(release.day, end):
            event = "back" if back is not None and high == end else None
            spells.append(Spell(release.person, low - release.day, high - release.day, event))
    return curve(spells)


@define(
    "returns",
    13,
    "Returns to this jail",
    """Of 100 people released in a month, each counted once, how many were booked here again within
    30, 90, 180 or 365 days; then the same of 100 releases, where people who come and go often count
    often. The lower limit joins bookings by permanent id and birth date, the upper one also by full
    name and birth date, each with its own 95 %, by person. A figure needs all its days after the
    last release that counts. A transfer is no release; another county's jail is not seen.""",
    adds=True,
)
def returns(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """The newest month that was followed for each horizon."""
    watch, known = panel.watch, months(panel)
    cell = Cell("returns", panel.last_day)
    low, high = releases(panel), releases(panel, high=True)
    for horizon in HORIZONS:
        followed = [
            one
            for one in known
            if watch.last
            and one.last + horizon <= watch.last
            and any(one.first <= release.day <= one.last for release in low)
        ]
        if not followed:
            first = _first_figure(panel, horizon)
            for of in ("people", "releases"):
                note = f"too early: first figure on {first}" if first else "too early"
                yield cell.number(f"{of}_{horizon}", "share", None, note=note)
            continue
        month = followed[-1]
        for of in ("people", "releases"):
            yield _share(panel, cell, low, high, month, of, horizon)
    yield from _links(panel, cell)
    yield from _readmissions(panel, cell, known)


def _share(
    panel: Panel,
    cell: Cell,
    low: Sequence[Release],
    high: Sequence[Release],
    month: Month,
    of: str,
    horizon: int,
) -> Measure:
    curves = [
        return_curve(
            panel,
            [one for one in some if month.first <= one.day <= month.last],
            once=of == "people",
        )
        for some in (low, high)
    ]
    values = [1 - one.share(horizon) for one in curves]
    limits = [one.limits(horizon) for one in curves]
    ends = (min(1 - one[1] for one in limits), max(1 - one[0] for one in limits))
    part = "" if month.whole else ", as far as it was watched"
    return cell.sampled(
        f"{of}_{horizon}",
        "share",
        values[0],
        ends,
        n=len({spell.person for spell in curves[0].spells})
        if of == "people"
        else sum(month.first <= one.day <= month.last for one in low),
        note=f"released in {month.name}{part}; {values[1]:.3f} if equal names and birth dates "
        "are one person",
    )


def _first_figure(panel: Panel, horizon: int) -> dt.date | None:
    """The day on which the first month will have been followed so long."""
    watch = panel.watch
    if watch.first is None:
        return None
    start = dt.date.fromordinal(watch.first)
    length = calendar.monthrange(start.year, start.month)[1]
    end = start.replace(day=length)
    if (end - start).days + 1 < FEWEST_DAYS:
        following = end + dt.timedelta(1)
        end = following.replace(day=calendar.monthrange(following.year, following.month)[1])
    return end + dt.timedelta(horizon + 1)


def _links(panel: Panel, cell: Cell) -> Iterator[Measure]:
    """How good the ids are that link bookings."""
    total = blank = changed = 0
    for booking in panel.bookings.values():
        ids = {run.listing.permanent_id for run in booking.runs}
        total += 1
        blank += ids == {None}
        changed += len(ids - {None}) > 1
    for part, count in (("blank_ids", blank), ("changed_ids", changed)):
        yield cell.number(part, "share", count / total if total else None, n=total)


def _readmissions(panel: Panel, cell: Cell, known: Sequence[Month]) -> Iterator[Measure]:
    """Justice Counts: bookings of a month of somebody in custody within the 365 days before."""
    watch = panel.watch
    complete = [month for month in known if month.whole]
    if not complete or watch.first is None:
        return
    month = complete[-1]
    followed = month.first - watch.first
    total = back = 0
    for person in panel.people:
        for stay in person.stays:
            if not month.first <= stay.start <= month.last:
                continue
            total += 1
            back += any(
                other.release is not None and 0 < stay.start - other.release <= 365
                for other in person.stays
            )
    if total:
        note = f"booked in {month.name}"
        if followed < 365:
            note += f"; at least, as the watch began {followed} days before"
        yield cell.number("readmissions", "share", back / total, n=total, note=note)
