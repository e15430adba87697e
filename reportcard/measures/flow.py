"""Measures 5 and 6: the flow through the jail, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from reportcard.measures.flows import FEWEST_DAYS, expected_stay, expected_stay_limits
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.panel.model import Panel


def daily(panel: Panel) -> list[tuple[int, int | None, int, int]]:
    """By watched day: (day, people held on its list or None, bookings, releases)."""
    booked: dict[int, int] = {}
    left: dict[int, int] = {}
    watch = panel.watch
    for booking in panel.bookings.values():
        start, release, gone = panel.ends(booking)
        booked[start] = booked.get(start, 0) + 1
        end = gone if watch.custody_only else release
        if end is not None:
            left[end] = left.get(end, 0) + 1
    held = {
        panel.crawls[place].day.toordinal(): people
        for place, (people, _) in panel.held.counts().items()
        if panel.crawls[place].complete
    }
    return [
        (day, held.get(day), booked.get(day, 0), left.get(day, 0))
        for first, last in watch.runs
        for day in range(first, last + 1)
    ]


@define(
    "flow",
    6,
    "Bookings, releases and turnover",
    """Bookings by commitment day and releases by the day that the list gives, on an average watched
    day. Turnover is bookings and releases of a week together, divided by the average number held.
    Days that were not watched are left out and counted. On lists of people in custody only,
    *releases* are people who left the list, and bookings that ended before the first morning are
    not in it.""",
)
def flow(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Averages and every day's numbers."""
    rows = daily(panel)
    if not rows:
        return
    cell, days = Cell("flow", panel.last_day), len(rows)
    missing = panel.watch.missing
    note = "left the list" if panel.watch.custody_only else ""
    booked = sum(row[2] for row in rows) / days
    left = sum(row[3] for row in rows) / days
    held = [row[1] for row in rows if row[1] is not None]
    yield cell.number("bookings_a_day", "bookings", booked, n=days, unknown=missing)
    yield cell.number("releases_a_day", "bookings", left, n=days, unknown=missing, note=note)
    if held:
        average = sum(held) / len(held)
        yield cell.number("average_held", "people", average, n=len(held), unknown=missing)
        if average:
            weekly = 7 * (booked + left) / average
            yield cell.number("weekly_turnover", "ratio", weekly, n=days, unknown=missing)
    if options.series:
        for day, _, bookings, releases in rows:
            date = dt.date.fromordinal(day)
            yield cell.number("bookings", "bookings", bookings, n=bookings, day=date)
            yield cell.number("releases", "bookings", releases, n=releases, day=date, note=note)


@define(
    "expected_stay",
    5,
    "Expected stay (Bureau of Justice Statistics)",
    """The average number held divided by bookings a day, over the watched days. It is the mean stay
    only if the jail neither fills nor empties meanwhile, and a few very long stays move it: measure
    4 says how long bookings last. Limits need 120 watched days.""",
)
def bjs(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Days, with limits from moving blocks."""
    rows = [row for row in daily(panel) if row[1] is not None]
    held = [row[1] or 0 for row in rows]
    booked = [row[2] for row in rows]
    value = expected_stay(held, booked)
    if value is None:
        return
    limits = expected_stay_limits(held, booked)
    note = "" if limits else f"no limits: {len(rows)} of {FEWEST_DAYS} days"
    yield Cell("expected_stay", panel.last_day).sampled(
        "days", "days", value, limits or (None, None), n=len(rows), note=note
    )
