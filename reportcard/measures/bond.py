"""Measures 9 and 10: what bonds are set, and how they change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reportcard.measures import groups
from reportcard.measures.groups import NOMINAL_CENTS, decision_of
from reportcard.measures.incidence import incidence
from reportcard.measures.intervals import Limits, quantile, quantile_limits, wilson
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.measures.mornings import Mornings
from reportcard.measures.survival import Spell
from reportcard.panel.model import Panel, Stay

QUARTILES = (("quarter", 0.25), ("median", 0.5), ("three_quarters", 0.75))


def first_decision(panel: Panel, stay: Stay) -> tuple[int, str, int] | None:
    """(place, what, cents) of the first page of the stay that shows a decision."""
    found = [
        (place, *decision)
        for booking in stay.bookings
        for place, page in booking.pages
        if (decision := decision_of(panel, page)) is not None
    ]
    return min(found) if found else None


@define(
    "bond_amount",
    9,
    "Bond amounts",
    """Of people booked while we watched: the total of the court-set bonds of a stay when a decision
    was first seen, over those with money to pay of $500 or more. Below $500 is nominal and told
    apart. Shares without a bond to pay (recognizance, none) and without any decision seen stand
    beside. Limits by order statistics, which hold for any distribution.""",
    groups=(*groups.PERSONAL, "grade", "offense"),
)
def amounts(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Median and quartiles in cents, and shares by decision."""
    first = panel.watch.first
    if first is None:
        return
    totals: dict[str, list[int]] = {}
    kinds: dict[str, Counter[str]] = {}
    for stay in panel.stays:
        if stay.start < first or stay.late:
            continue
        group = groups.of_stay(panel, stay, by)[0] if by else ""
        decision = first_decision(panel, stay)
        kind = decision[1] if decision else "unknown"
        if decision and kind == "money":
            if decision[2] >= NOMINAL_CENTS:
                totals.setdefault(group, []).append(decision[2])
            else:
                kind = "nominal"
        kinds.setdefault(group, Counter())[kind] += 1
    for group, count in sorted(kinds.items()):
        cell, whole = Cell("bond_amount", panel.last_day, by, group), sum(count.values())
        some = sorted(totals.get(group, []))
        for part, q in QUARTILES:
            if some:
                limits = quantile_limits(some, q) or (None, None)
                yield cell.sampled(
                    part,
                    "cents",
                    quantile(some, q),
                    limits,
                    n=len(some),
                    unknown=count["unknown"],
                )
        for kind in ("money", "nominal", "recognizance", "none", "unknown"):
            share = count[kind] / whole
            yield cell.sampled(
                f"share_{kind}",
                "share",
                share,
                wilson(share, whole),
                n=whole,
                unknown=count["unknown"],
            )


@define(
    "bond_change",
    10,
    "Bond changes",
    """From the first morning on which a page showed a bond to pay: how many of 100 had their total
    reduced, raised or replaced by recognizance, between two readings, before they left; by how much
    it was cut; nights from the reduction to the release. *After* is not *because of*.""",
    adds=True,
)
def changes(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Cumulative shares after 7, 30 and 90 mornings, the cut, the nights until release."""
    mornings = Mornings(panel)
    last = panel.watch.last
    if last is None:
        return
    spells: list[Spell] = []
    cuts: list[float] = []
    after: list[int] = []
    for stay in panel.stays:
        decision = first_decision(panel, stay)
        if decision is None or decision[1] != "money" or decision[2] <= 0:
            continue
        origin = panel.crawls[decision[0]].day.toordinal()
        day, kind, total = _first_change(panel, stay, decision)
        if kind == "reduced":
            cuts.append(1 - total / decision[2])
            if stay.release is not None and day is not None:
                after.append(max(0, stay.release - day))
        end, event = day, kind
        if end is None:
            end, event = last + 1, None
            if stay.release is not None:
                end, event = stay.release + 1, "left"
            elif stay.vanished is not None:
                end = stay.vanished
        spells += mornings.spells(stay.person.key, origin, origin + 1, end, event)
    found = incidence(spells, start=1)
    cell = Cell("bond_change", panel.last_day)
    for morning in (7, 30, 90):
        if morning > found.all.last:
            continue
        for kind in ("reduced", "raised", "recognizance"):
            yield cell.sampled(
                f"{kind}_{morning}",
                "share",
                found.share(kind, morning),
                found.limits(kind, morning),
                n=len(found.all.spells),
            )
    yield from _median(cell, "cut", "share", sorted(cuts))
    yield from _median(cell, "nights_to_release", "nights", sorted(after))


def _median(cell: Cell, part: str, unit: str, some: Sequence[float]) -> Iterator[Measure]:
    if some:
        limits: Limits | tuple[None, None] = quantile_limits(some, 0.5) or (None, None)
        yield cell.sampled(
            part,
            "share" if unit == "share" else "nights",
            quantile(some, 0.5),
            limits,
            n=len(some),
        )


def _first_change(
    panel: Panel, stay: Stay, decision: tuple[int, str, int]
) -> tuple[int | None, str | None, int]:
    """(day, kind, new total) of the first later page with another decision; None without one. What
    a page shows only after the release does not count."""
    place, _, total = decision
    for booking in stay.bookings:
        for later, page in booking.pages:
            found = decision_of(panel, page)
            if later <= place or found is None:
                continue
            day = panel.crawls[later].day.toordinal()
            if stay.release is not None and day > stay.release:
                break
            if found[0] == "recognizance":
                return day, "recognizance", 0
            if found[0] == "money" and found[1] != total:
                return day, "reduced" if found[1] < total else "raised", found[1]
    return None, None, total
