"""Proof that what cannot be cured ends clearly, and that nothing false is written on the way.

    python proof/stop_proof.py [--people 60] [--out proof/results/stop.json]

Real browsers through the crawl engine; waits for a busy portal pass 25 times as fast, time-outs are
2.5 s. One in ten cannot be fetched at all: exit 3 and exactly those names. The portal dies for
good: the breaker stops, and the next run goes on. Then every fault that stays, one at a time, and a
refused password: a clear stop, no false record, and a good end once it is over."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from proof.harness import RESULTS, header, stage, write_results
from proof.harness_stop import STOPS, dies, stops, unreachable, wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--few", type=int, default=20, help="people of the runs that stop (20)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default=str(RESULTS / "stop.json"))
    given = parser.parse_args()
    found = header("what cannot be cured ends clearly", given.seed)
    began, bad = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="cj-stop-") as place:
        with stage(given.people, seed=given.seed) as many:
            found["one_in_ten_cannot_be_fetched"] = told = unreachable(many, Path(place) / "dead")
            if (
                not told["exactly_those"]
                or told["exit_code"] != 3
                or told["others_not_true"]
                or told["others_missing"]
            ):
                bad.append(f"unreachable: {told}")
            found["portal_dies"] = told = dies(many, Path(place) / "dies", at=given.people * 4)
            kept = [most <= told["breaker"] for most in told["failed_before_it_stopped"].values()]
            if (
                not all(kept)
                or told["next_run_exit_code"]
                or told["asked_again"]
                or told["not_true"]
            ):
                bad.append(f"dies: {told}")
        with stage(given.few, seed=given.seed) as few:
            found["stops"] = {}
            for order, name in STOPS:
                told = found["stops"][order] = stops(
                    few, Path(place) / order.replace(":", "-"), order
                )
                if trouble := wrong(told, name):
                    bad.append(f"{order}: {trouble}")
                print(f"{order}: {trouble or 'as it must be'}", file=sys.stderr, flush=True)
    found |= {"wrong": bad, "seconds": round(time.monotonic() - began, 1)}
    write_results(given.out, found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
