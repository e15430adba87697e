"""Proof by soak: a crawl full of faults, killed and stopped at random moments, ends with the truth
and leaves nothing.

    python proof/soak_proof.py [--people 300] [--deeds 200] [--share 0.05] [--seed 20261122] [--out
    proof/results/soak.json]

First a clean run, whose requests are counted. Then the same county with every curable fault on 5 %
of the people (hangs last 3 s, time-outs match), while crawler, browser, driver and tab are killed
or frozen at seeded random moments; the command is started again whenever it has ended. In the end
every record must equal the truth; no finished person may have been asked about again, no file lost,
no run may have said "complete" before it was; no process, profile folder or temporary may be left;
and the portal may have seen at most 1.5 times the clean run plus the work in hand at each deed."""

from __future__ import annotations

import argparse
import collections
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from proof.harness import RESULTS, header, write_results
from proof.harness_soak import PROGRAM, Soak, work_in_hand
from resilience.fetch_modes import WISHES
from tests.laws.process import Cj


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--deeds", type=int, default=200)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument(
        "--between",
        type=float,
        nargs=2,
        metavar=("LEAST", "MOST"),
        help="seconds between two deeds",
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fetch", choices=WISHES, default="browser")
    parser.add_argument(
        "--patience", type=float, default=3600.0, help="seconds for the soak itself"
    )
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument(
        "--keep", metavar="FOLDER", help="leave crawl, access log and what was said there"
    )
    parser.add_argument("--out", help="proof/results/soak.json, or soak-auto.json")
    given = parser.parse_args()
    # A crawl that draws no pages is over before ten deeds so far apart as a browser's.
    given.between = given.between or ((0.6, 5.0) if given.fetch_mode == "browser" else (0.3, 2.0))
    given.out = given.out or str(
        RESULTS / ("soak.json" if given.fetch_mode == "browser" else f"soak-{given.lane}.json")
    )
    found = header("one crawl with faults, killed and stopped at random moments", given.seed)
    with contextlib.ExitStack() as stack:
        place = given.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="cj-soak-"))
        Path(place).mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        clean = Cj(
            Path(place) / "clean" / "crawl",
            people=given.people,
            seed=given.seed,
            options=(f"--workers={given.workers}", f"--fetch={given.lane}"),
            program=PROGRAM,
            patience=given.patience,
        )
        clean.folder.parent.mkdir()
        code, said = clean.run()
        rows = clean.requests()
        tell(f"clean run: exit {code}, {len(rows)} requests, {time.monotonic() - began:.0f} s")
        if code != 0:
            tell(said)
            return 1
        clean_seconds = time.monotonic() - began

        began = time.monotonic()
        folder = Path(place) / "soak"
        folder.mkdir()
        soak = Soak(
            folder,
            people=given.people,
            seed=given.seed,
            share=given.share,
            workers=given.workers,
            fetch_mode=given.fetch_mode,
        )
        ended = soak.run(given.deeds, tuple(given.between), patience=given.patience, tell=tell)
        untrue = soak.untrue()
        requests = len(soak.cj.requests())
        hand = work_in_hand(rows, given.people)
        allowed = round(1.5 * len(rows) + hand * soak.lost_sessions)
        left = soak.left_over()
        found |= {
            "people": given.people,
            "fetch_mode": given.fetch_mode,
            "share_of_people_per_fault": given.share,
            "deeds": soak.hand.done.total(),
            "by_deed": dict(sorted(soak.hand.done.items())),
            "runs": soak.runs,
            "exit_codes": dict(soak.exit_codes),
            "portal_faults_struck": sum(soak.struck().values()),
            "by_fault": soak.struck(),
            "ended": ended,
            "records_not_true": len(untrue),
            "false_successes": len(soak.false_success),
            "finished_people_asked_again": len(soak.asked_again),
            "asked_again": soak.asked_again,
            "files_lost": soak.lost_files,
            "left_over": left,
            "requests_clean": len(rows),
            "requests": requests,
            "sessions_lost": soak.lost_sessions,
            "requests_in_hand_of_a_session": round(hand, 1),
            "requests_allowed": allowed,
            "requests_to_clean": round(requests / len(rows), 2),
            "clean_seconds": round(clean_seconds, 1),
            "seconds": round(time.monotonic() - began, 1),
        }
        if untrue:
            tell(f"not true: {untrue[:20]}")
            tell((folder / "said.log").read_text(encoding="utf-8", errors="replace")[-3000:])
    write_results(given.out, found)
    repeated = collections.Counter(
        {**left, "again": len(soak.asked_again), "lost": soak.lost_files}
    )
    good = (
        ended
        and not untrue
        and not soak.false_success
        and not any(repeated.values())
        and requests <= allowed
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
