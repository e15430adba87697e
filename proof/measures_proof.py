"""Proof that the measures say what is true, and that wrong ways of computing them are noticed.

    python proof/measures_proof.py [--panels 1000] [--seconds 1800] [--work FOLDER]
    [--out proof/results/measures.json]

Panels of a simulated county with known laws (`practice.history`), seeds 1 to 1000: sixty nights
with a gap of five, lists that move, runs that do not end, nights without the court, late and
missing rows, changed and lost ids; and a second county whose list shows people in custody only.
Each panel goes through `reportcard.panel` and `reportcard.measures`, and every number of a list
that was fixed beforehand is held against what the laws say. Coverage is tested two-sided for cells
with 30 events on average (Holm over the list at 1 %) and must be 93 % by its own lower limit
(one-sided 95 %); the bias must be within 0.2 points or three standard errors. Full counts must
equal the truth in every panel, and bounds must contain it. Estimators that are wrong on purpose
must fail the same tests.

It resumes: what is done stands in the work folder, a line a panel; ``--seconds`` ends it in good
time, and the result says of how many panels it is."""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from practice.history import HOUR, World, laws
from practice.history.lives import residents
from reportcard.measures import measure
from reportcard.measures.bond import first_decision
from reportcard.measures.court import _until_bond
from reportcard.measures.flows import expected_stay, expected_stay_limits
from reportcard.measures.incidence import incidence
from reportcard.measures.intervals import binomial_below
from reportcard.measures.returns import Release, return_curve
from reportcard.measures.spells import by_group
from reportcard.measures.survival import Curve, Spell, curve
from reportcard.measures.ways import way_out
from reportcard.panel.model import Panel
from reportcard.panel.simulated import Nights

DAYS, GAP, ARRIVALS = 60, (30, 35), 8.0
NIGHTS = (0, 1, 3, 7, 30, 90)
Cell = tuple[float, float, float, int, float]
"""(value, low, high, events, truth)."""
WRONG = (
    "no_entry",
    "half_day",
    "vanished_only",
    "custody_entry_0",
    "greenwood_returns",
    "day_bootstrap",
    "booking_number_only",
    "bounds_without_mixed",
)


def panel_of(world: World) -> Panel:
    nights = Nights()
    for night in world.nights():
        nights.night(night.crawl, night.rows, night.pages, night.cases, night.court)
    panel = nights.panel()
    panel.check()
    return panel


def point(found: Curve, night: int, truth: float) -> Cell | None:
    if not found.start <= night <= found.last:
        return None
    low, high = found.limits(night)
    return found.share(night), low, high, found.events[night], truth


def one(seed: int) -> dict[str, Any]:
    """All cells of one panel."""
    world = World(arrivals=ARRIVALS, days=DAYS, seed=seed, gap=GAP)
    panel = panel_of(world)
    cells: dict[str, Cell | None] = {}
    found = curve(by_group(panel, "")[""], start=None)
    for night in NIGHTS:
        cells[f"over_{night}"] = point(found, night, laws.share_over(night))
    for band in ("felony", "misdemeanor"):
        some = curve(by_group(panel, "grade").get(band, []), start=None)
        for night in (7, 30):
            truth = laws.share_over(night, band, since=some.start)
            cells[f"over_{night} {band}"] = point(some, night, truth)
    some = curve(by_group(panel, "bond").get("to_5000", []), start=None)
    truth = laws.share_over(7, situation="250000", since=some.start)
    cells["over_7 bond to_5000"] = point(some, 7, truth)
    ways(panel, cells)
    decided = incidence(_until_bond(panel), start=1)
    for morning in (1, 2, 3):
        low, high = decided.limits("decided", morning)
        cells[f"bond decision {morning}"] = (
            decided.share("decided", morning),
            low,
            high,
            sum(decided.exits(("decided",))[: morning + 1]),
            laws.bond_seen_by(morning, HOUR),
        )
    wrong: dict[str, Cell | None] = {}
    returns(world, panel, cells, wrong)
    custody_only(seed, cells, wrong)
    flows(seed, cells, wrong)
    wrong["no_entry"] = point(curve(entries_at_zero(panel), start=0), 1, laws.share_over(1))
    wrong["half_day"] = point(curve(half_day(panel), start=0), 0, laws.share_over(0))
    wrong["vanished_only"] = point(curve(uncut(panel), start=0), 7, laws.share_over(7))
    return {"seed": seed, "cells": cells, "wrong": wrong, "exact": exact(world, panel)}


def ways(panel: Panel, cells: dict[str, Cell | None]) -> None:
    some = by_group(panel, "", kind=lambda stay: way_out(panel, stay))[""]
    found = incidence(some)
    for kind in ("bond", "recognizance", "transfer"):
        for night in (3, 30):
            low, high = found.limits(kind, night)
            events = sum(found.exits((kind,))[: night + 1])
            truth = laws.exit_share(kind, night, shown=True)
            cells[f"{kind} {night}"] = (found.share(kind, night), low, high, events, truth)


def returns(
    world: World, panel: Panel, cells: dict[str, Cell | None], wrong: dict[str, Cell | None]
) -> None:
    """Returns of releases, each person known for sure: the variance is what is tried."""
    start = panel.watch.first or 0
    some: list[Release] = []
    for person in world.people:
        stays = sorted(
            (one for one in person.custodies if not one.second), key=lambda one: one.start
        )
        for place, stay in enumerate(stays):
            back = stays[place + 1].first_day + start if place + 1 < len(stays) else None
            if 0 <= stay.last_day < 27:
                some.append(Release(str(person.number), stay.last_day + start, back))
    found, truth = return_curve(panel, some, once=False), laws.returned_within(25)
    low, high = found.limits(25)
    share = 1 - found.share(25)
    cells["back within 25 days"] = (share, 1 - high, 1 - low, found.events[25], truth)
    half = 1.96 * math.sqrt(found.greenwood(25))
    wrong["greenwood_returns"] = (share, share - half, share + half, found.events[25], truth)
    wrong["booking_number_only"] = (0.0, 0.0, 0.01, found.events[25], truth)


def custody_only(seed: int, cells: dict[str, Cell | None], wrong: dict[str, Cell | None]) -> None:
    world = World(arrivals=ARRIVALS / 2, days=45, seed=seed + 50_000, search="in-custody")
    panel = panel_of(world)
    some = by_group(panel, "")[""]
    found = curve(some, start=1)
    for night in (1, 3, 7, 30):
        truth = laws.share_of_mornings(night, HOUR)
        cells[f"custody only over_{night}"] = point(found, night, truth)
    zero = [Spell(s.person, 0 if s.entry == 1 else s.entry, s.exit, s.event) for s in some]
    wrong["custody_entry_0"] = point(curve(zero, start=0), 0, laws.share_over(0))


def flows(seed: int, cells: dict[str, Cell | None], wrong: dict[str, Cell | None]) -> None:
    """Half a year of days, everything known: the limits of the expected stay are what is tried."""
    days = 180
    held, booked = [0] * (days + 1), [0] * days
    for person in residents(2.0, days, seed + 90_000):
        for stay in person.custodies:
            if stay.second or stay.end < 0:
                continue
            first = max(0, math.ceil((stay.start - HOUR) / 24))
            last = min(days - 1, math.floor((stay.end - HOUR) / 24))
            if first <= last:
                held[first] += 1
                held[last + 1] -= 1
            if 0 <= stay.first_day < days:
                booked[stay.first_day] += 1
    for day in range(1, days):
        held[day] += held[day - 1]
    value, truth = expected_stay(held[:days], booked), laws.mean_stay_days()
    for block, target, name in ((None, cells, "expected stay"), (1, wrong, "day_bootstrap")):
        limits = expected_stay_limits(held[:days], booked, block=block)
        if value is not None and limits is not None:
            target[name] = (value, *limits, sum(booked), truth)


def entries_at_zero(panel: Panel) -> list[Spell]:
    """Wrong: who was here already counts from their first night."""
    return [Spell(s.person, 0, s.exit, s.event) for s in by_group(panel, "")[""]]


def half_day(panel: Panel) -> list[Spell]:
    """Wrong: those still here are counted on the day of the newest list too."""
    last = (panel.watch.last or 0) + 1
    found = []
    for stay in panel.stays:
        first = max(stay.start, panel.watch.first or 0)
        end = stay.release if stay.release is not None else last
        if first <= min(end, last):
            event = "left" if stay.release is not None and stay.release <= last else None
            found.append(
                Spell(stay.person.key, first - stay.start, min(end, last) - stay.start, event)
            )
    return found


def uncut(panel: Panel) -> list[Spell]:
    """Wrong: over a gap only those who vanished are censored."""
    last = panel.watch.last or 0
    found = []
    for stay in panel.stays:
        first = max(stay.seen if stay.late else stay.start, panel.watch.first or 0)
        end, event = last, None
        if stay.release is not None and stay.release <= last:
            end, event = stay.release, "left"
        elif stay.vanished is not None:
            end = stay.vanished - 1
        if first <= end:
            found.append(Spell(stay.person.key, first - stay.start, end - stay.start, event))
    return found


def exact(world: World, panel: Panel) -> dict[str, bool]:
    """Full counts equal the truth; bounds contain it."""
    place, truth = panel.newest, world.truth(world.days - 1)
    assert place is not None
    held = list(panel.held.on(place))
    today = truth.day.toordinal()
    answers = [(one, panel.held.custody(one, place)) for one in held]
    low = sum(custody.answer == "waiting" for _, custody in answers)
    high = len(held) - sum(custody.answer == "not_waiting" for _, custody in answers)
    # Wrong: whom a label calls sentenced, on some entries or on all, waits for nothing.
    labeled = sum(
        any(page is not None and any(page.listed_cases) for page in one.pages)
        and not any(b.status == "Sentenced" for page in one.pages if page for b in page.bonds)
        for one, _ in answers
    )
    unpaid = {m.part: m for m in measure(panel, "unpaid_bond")}
    ways_found = {m.part: m for m in measure(panel, "way_out")}
    return {
        "people held": len(held) == len(truth.held),
        "nights so far": sorted(today - one.stay.start for one in held) == truth.nights,
        "awaiting bounds": low <= len(truth.waiting) <= high,
        "unpaid bounds ordered": all((m.low or 0) <= (m.high or 0) for m in unpaid.values()),
        "way out bounds": all(
            (m.low or 0) <= laws.exit_share(kind, 30) <= (m.high or 0)
            for kind in ("bond", "recognizance", "sentence", "transfer")
            if (m := ways_found.get(f"{kind}_30")) is not None
        ),
        "wrong: bounds_without_mixed": low <= len(truth.waiting) <= labeled,
        "decisions are dated": all(
            (first_decision(panel, one.stay) or (0, "", 0))[0] <= place for one in held
        ),
    }


# --- judging ------------------------------------------------------------------------------------


def judged(rows: Iterable[Cell]) -> dict[str, Any]:
    """Coverage and bias of one cell over its panels."""
    some = list(rows)
    n = len(some)
    covered = sum(low <= truth <= high for _, low, high, _, truth in some)
    errors = [value - truth for value, _, _, _, truth in some]
    bias = sum(errors) / n
    spread = math.sqrt(sum((error - bias) ** 2 for error in errors) / max(1, n - 1) / n)
    below = binomial_below(covered, n, 0.95)
    above = 1 - binomial_below(covered - 1, n, 0.95)
    return {
        "panels": n,
        "events": round(sum(cell[3] for cell in some) / n, 1),
        "truth": round(sum(cell[4] for cell in some) / n, 5),
        "mean": round(sum(cell[0] for cell in some) / n, 5),
        "bias": round(bias, 6),
        "bias_error": round(spread, 6),
        "coverage": round(covered / n, 4),
        "coverage_at_least": round(_lower(covered, n), 4),
        "p": min(1.0, 2 * min(below, above)),
    }


def _lower(covered: int, n: int) -> float:
    """The one-sided 95 % lower limit of a coverage (Clopper and Pearson)."""
    low, high = 0.0, covered / n
    for _ in range(50):
        middle = (low + high) / 2
        if middle <= 0 or 1 - binomial_below(covered - 1, n, middle) <= 0.05:
            low = middle
        else:
            high = middle
    return low


FEWEST_PANELS = 200
"""With fewer, coverage cannot be judged: the result then says so instead of passing or failing."""
REPORTED = ("expected stay",)
"""A ratio over a heavy tail: told, not tested."""


def summary(done: list[dict[str, Any]]) -> dict[str, Any]:
    cells: dict[str, list[Cell]] = {}
    wrong: dict[str, list[Cell]] = {}
    for panel in done:
        for target, told in ((cells, panel["cells"]), (wrong, panel["wrong"])):
            for name, cell in told.items():
                if cell is not None:
                    target.setdefault(name, []).append(tuple(cell))
    told_cells = {name: judged(rows) for name, rows in cells.items()}
    tested = [
        name
        for name, one in told_cells.items()
        if one["events"] >= 30 and name not in REPORTED and one["panels"] >= 0.9 * len(done)
    ]
    ordered = sorted(tested, key=lambda name: told_cells[name]["p"])
    rejected = set[str]()
    for place, name in enumerate(ordered):
        if told_cells[name]["p"] > 0.01 / (len(ordered) - place):
            break
        rejected.add(name)
    for name, one in told_cells.items():
        one["tested"] = name in tested
        one["bias_ok"] = abs(one["bias"]) <= max(0.002, 3 * one["bias_error"])
        one["coverage_ok"] = name not in rejected and one["coverage_at_least"] >= 0.93
    told_wrong = {name: judged(rows) for name, rows in wrong.items()}
    for one in told_wrong.values():
        off = abs(one["bias"]) > max(0.002, 3 * one["bias_error"])
        one["fails"] = off or one["p"] < 0.01
    exact_names = sorted(done[0]["exact"])
    counts = {name: sum(panel["exact"][name] for panel in done) for name in exact_names}
    # Four kinds at once, each with its own 95 %: no full count.
    ways_within = counts.pop("way out bounds")
    dropped = counts.pop("wrong: bounds_without_mixed")
    told_wrong["bounds_without_mixed"] = {
        "panels": len(done),
        "coverage": round(dropped / len(done), 4),
        "fails": dropped < len(done),
    }
    return {
        "panels": len(done),
        "seeds": [min(p["seed"] for p in done), max(p["seed"] for p in done)],
        "tested": len(tested),
        "passed": sum(told_cells[n]["bias_ok"] and told_cells[n]["coverage_ok"] for n in tested),
        "rejected_by_holm": sorted(rejected),
        "full_counts": {name: f"{count} of {len(done)}" for name, count in counts.items()},
        "ways_out_all_within_their_95_percent": f"{ways_within} of {len(done)}",
        "cells": told_cells,
        "wrong": {name: told_wrong[name] for name in WRONG if name in told_wrong},
        "all_wrong_fail": all(told_wrong[name]["fails"] for name in WRONG if name in told_wrong),
    }


BEGIN = "<!-- proof: made by proof/measures_proof.py -->"
END = "<!-- end of proof -->"


def table(result: dict[str, Any]) -> str:
    """The result in Markdown."""
    first, last = result["seeds"]
    enough = result["panels"] >= FEWEST_PANELS
    verdict = f"{result['passed']} of {result['tested']} tested cells pass."
    if not enough:
        verdict = f"Too few to judge coverage (that takes {FEWEST_PANELS}): only bias is judged."
    lines = [
        f"{result['panels']} of {result['planned']} planned panels, seeds {first} to {last}. "
        f"{verdict}",
        "",
        "| cell | events | truth | bias | coverage | tested |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in result["cells"].items():
        state = "reported" if not one["tested"] else "yes"
        if one["tested"] and not (one["bias_ok"] and (one["coverage_ok"] or not enough)):
            state = "**not passed**"
        elif one["tested"] and not enough:
            state = "bias only"
        lines.append(
            f"| {name} | {one['events']:.0f} | {one['truth']:.4f} | {one['bias']:+.4f} "
            f"| {one['coverage']:.3f} | {state} |"
        )
    lines += ["", "| full count, bound | equal, contained |", "|---|---|"]
    lines += [f"| {name} | {told} |" for name, told in result["full_counts"].items()]
    lines += ["", "| wrong on purpose | bias | coverage | noticed |", "|---|---|---|---|"]
    for name, one in result["wrong"].items():
        bias = f"{one['bias']:+.4f}" if "bias" in one else "-"
        noticed = "yes" if one["fails"] else "**no**" if enough else "not with so few panels"
        lines.append(f"| {name} | {bias} | {one['coverage']:.3f} | {noticed} |")
    return "\n".join(lines)


def into_docs(result: dict[str, Any], page: Path) -> None:
    """Put the table between its marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{table(result)}\n{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--panels", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--work", type=Path, default=Path("/tmp/measures-proof"))
    parser.add_argument("--docs", type=Path, help="docs/measures.md: put the table there")
    parser.add_argument("--out", type=Path, default=Path("proof/results/measures.json"))
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    path = given.work / f"panels-{DAYS}-{ARRIVALS}.jsonl"
    done = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            done[told["seed"]] = told
    random.seed(0)
    began = time.monotonic()
    with open(path, "a", encoding="utf-8") as file:
        for seed in range(1, given.panels + 1):
            if seed in done:
                continue
            if time.monotonic() - began > given.seconds:
                break
            done[seed] = one(seed)
            file.write(json.dumps(done[seed]) + "\n")
            file.flush()
    result = summary([done[seed] for seed in sorted(done) if seed <= given.panels])
    result["planned"] = given.panels
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.docs is not None:
        into_docs(result, given.docs)
    print(json.dumps({k: v for k, v in result.items() if k not in ("cells", "wrong")}, indent=1))
    for name, told in {**result["cells"], **result["wrong"]}.items():
        print(f"{name:32}", {k: told[k] for k in told if k not in ("panels",)})
    good = result["passed"] == result["tested"] and result["all_wrong_fail"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
