"""Proof that every fault has its cure or its clear stop: each, really caused, on each page kind it
can strike.

    python proof/matrix_proof.py [--people 40] [--only TEXT] [--out proof/results/matrix.json]

Real Chromium, the practice portals behind their proxy. A curable fault must be named as the table
of the practice faults says, and what was read must equal the truth; one that stays must end in a
clear stop of the right name. Then browser, driver and tab are killed or frozen while a page is
being asked for. Time-outs are shortened to 2.5 s (4 s for a driver's command), hangs to 20 s, and
the waits that a fault asks for pass 25 times as fast; all else is as in a crawl."""

from __future__ import annotations

import argparse
import collections
import json
import sys
import time
from pathlib import Path
from typing import Any

from proof.harness import HASTE, RESULTS, TIMEOUTS, header, stage, write_results
from proof.harness_matrix import Case, Matrix, Outcome, cases, deeds, short
from resilience.fetch_modes import WISHES


def figures(outcomes: list[Outcome]) -> dict[str, object]:
    by_fault: dict[str, dict[str, object]] = {}
    for outcome in outcomes:
        name = outcome.case.deed or outcome.case.fault
        told = by_fault.setdefault(
            name, {"page_kinds": 0, "cured": 0, "stopped": 0, "named": [], "slowest_seconds": 0.0}
        )
        told["page_kinds"] += 1  # type: ignore[operator]
        told["cured"] += outcome.cured  # type: ignore[operator]
        told["stopped"] += bool(outcome.stopped)  # type: ignore[operator]
        told["named"] = sorted({*told["named"], *outcome.named})  # type: ignore[misc]
        told["slowest_seconds"] = max(told["slowest_seconds"], round(outcome.seconds, 1))  # type: ignore[type-var]
    return by_fault


def corrected(old: dict[str, Any], new: dict[str, Any], outcomes: list[Outcome]) -> dict[str, Any]:
    """The older result with the cases that were run again in place of those that went wrong, and a
    word about that."""
    was = dict(line.split(": ", 1) for line in old["wrong"])
    for outcome in outcomes:
        told = old["faults"][outcome.case.deed or outcome.case.fault]
        before = was.pop(str(outcome.case))
        if before.startswith(("not cured", "before it began")) and not outcome.wrong:
            told["cured"] += outcome.cured
        told["named"] = sorted({*told["named"], *outcome.named})
        if outcome.wrong:
            was[str(outcome.case)] = outcome.wrong
    known = {str(case) for case in (*cases(), *deeds())}
    gone = [case for case in was if case not in known]
    for case in gone:
        del was[case]
        for name in ("page_kinds", "cured"):
            old["faults"][case.partition(" on ")[0]][name] -= 1
        old["cases"] -= 1
        old["of_portals"] -= 1
    old["run_again"] = {
        "no_case": gone,
        "date": new["date"],
        "commit": new["commit"],
        "cases": {
            str(one.case): dict(line.split(": ", 1) for line in old["wrong"])[str(one.case)][:120]
            for one in outcomes
        },
    }
    old["wrong"] = [f"{case}: {text}" for case, text in was.items()]
    for name in ("cured_and_true", "clear_stop"):
        old[name] += new[name]
    return old


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--only", default="", help="only cases whose name holds this, e.g. 'hang on'"
    )
    parser.add_argument(
        "--fetch", choices=WISHES, default="browser", help="http or auto: matrix-http.json"
    )
    parser.add_argument("--short", action="store_true", help="every fault once")
    parser.add_argument(
        "--again",
        action="store_true",
        help="only what went wrong in the result file, which is corrected",
    )
    parser.add_argument("--out", help="proof/results/matrix.json, or matrix-http.json")
    given = parser.parse_args()
    given.out = given.out or str(
        RESULTS / ("matrix.json" if given.fetch_mode == "browser" else f"matrix-{given.lane}.json")
    )
    every = short() if given.short else (*cases(), *deeds())
    # In the other fetch modes a browser only signs in: what is done to it while it reads is the
    # browser fetch mode's.
    wanted: list[Case] = [
        case
        for case in every
        if given.only in str(case) and (given.fetch_mode == "browser" or not case.deed)
    ]
    old = json.loads(Path(given.out).read_text(encoding="utf-8")) if given.again else {}
    if given.again:
        names = {line.partition(": ")[0] for line in old["wrong"]}
        wanted = [case for case in wanted if str(case) in names]
    found = header("every fault on every page kind it can strike", given.seed)
    start, outcomes = time.monotonic(), []
    with (
        stage(given.people, seed=given.seed, fetch_mode=given.fetch_mode) as classic,
        stage(given.people, seed=given.seed, case_pages="roa", fetch_mode=given.fetch_mode) as roa,
    ):
        matrix = Matrix(classic, roa)
        try:
            for number, case in enumerate(wanted, 1):
                outcome = matrix.run(case)
                outcomes.append(outcome)
                end = outcome.wrong and f"WRONG: {outcome.wrong}"
                print(
                    f"{number}/{len(wanted)} {case}: {end or outcome.stopped or 'cured'} "
                    f"{outcome.seconds:.1f}s {','.join(outcome.named)}",
                    file=sys.stderr,
                    flush=True,
                )
        finally:
            matrix.close()
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    counts = collections.Counter(
        "wrong" if outcome.wrong else "cured" if outcome.cured else "stopped"
        for outcome in outcomes
    )
    found |= {
        "people": given.people,
        "fetch_mode": given.fetch_mode,
        "timeouts_seconds": {
            "page": TIMEOUTS.page,
            "element": TIMEOUTS.element,
            "client": TIMEOUTS.client,
        },
        "waits_divided_by": HASTE,
        "cases": len(outcomes),
        "of_portals": sum(not outcome.case.deed for outcome in outcomes),
        "of_browser_and_driver": sum(bool(outcome.case.deed) for outcome in outcomes),
        "cured_and_true": counts["cured"],
        "clear_stop": counts["stopped"],
        "wrong": [f"{outcome.case}: {outcome.wrong}" for outcome in wrong],
        "faults": figures(outcomes),
        "seconds": round(time.monotonic() - start, 1),
    }
    if given.again:
        found = corrected(old, found, outcomes)
    write_results(given.out, found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
