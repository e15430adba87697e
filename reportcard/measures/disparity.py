"""Measure 17: rates per 100,000 residents by sex, race and age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from reportcard.measures import groups
from reportcard.measures.held import now
from reportcard.measures.intervals import ratio_limits
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.panel.model import Panel

FEWEST = 11
"""No ratio is told with fewer people in either group."""


@define(
    "disparity",
    17,
    "Rates by sex, race and age",
    """Bookings a year and people held, per 100,000 residents of a group, and the ratio to all other
    residents. Residents come from a file that the user gives; they are only a yardstick, since not
    everybody booked lives here, and the jail's words for race are officers' entries. A gap shows a
    difference, not its cause. No ratio with fewer than 11 people in either group.""",
    groups=groups.PERSONAL,
)
def disparity(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Rates and ratios, flow and stock apart; nothing without a population file."""
    residents = {
        group: count for (name, group), count in (options.residents or {}).items() if name == by
    }
    newest, days = now(panel), panel.watch.days
    if not by or not residents or newest is None or not days:
        return
    booked: Counter[str] = Counter()
    for stay in panel.stays:
        if panel.watch.watched(stay.start):
            booked[groups.of_stay(panel, stay, by)[0]] += 1
    held = Counter({group: len(some) for group, some in newest.by(by).items()})
    yield from _rates(panel, by, "bookings", booked, residents, 365.25 / days)
    yield from _rates(panel, by, "held", held, residents, 1.0)


def _rates(
    panel: Panel,
    by: str,
    part: str,
    counts: Counter[str],
    residents: Mapping[str, int],
    scale: float,
) -> Iterator[Measure]:
    whole = sum(residents.values())
    known = sum(counts[group] for group in residents)
    unknown = sum(counts.values()) - known
    for group, people in sorted(residents.items()):
        cell, count = Cell("disparity", panel.last_day, by, group), counts[group]
        rate = count * scale / people * 100_000 if people else None
        yield cell.number(part, "per_100000", rate, n=count, unknown=unknown)
        others, rest = known - count, whole - people
        if min(count, others) < FEWEST or not people or not rest:
            note = f"fewer than {FEWEST} people"
            yield cell.number(f"{part}_ratio", "ratio", None, n=count, note=note)
            continue
        ratio, low, high = ratio_limits(count, people, others, rest)
        yield cell.sampled(f"{part}_ratio", "ratio", ratio, (low, high), n=count, unknown=unknown)
