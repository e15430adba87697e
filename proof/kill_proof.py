"""The 200-page experiments in which other crawlers lost or repeated work (one kill, run again), on
ours.

    python proof/kill_proof.py [--people 200] [--seed 20261122] [--out proof/results/kill.json]

``cj jail`` on a practice county, with two browsers: SIGKILL of the crawler half-way and the same
command again; then, in a run each, the browser killed once, chromedriver killed once, chromedriver
frozen once. Nothing is shortened: time- outs are those of a crawl."""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil

from proof.harness import DEEDS, RESULTS, header, write_results
from proof.harness_soak import browsers_of
from scrapers.crawl import JAIL, CrawlFolder, summarise
from tests.laws.process import Cj, truth


def figures(cj: Cj, told: dict[str, Any]) -> dict[str, Any]:
    """What is left at the end, by the truth."""
    records = cj.records(JAIL)
    pages = [row for row in cj.requests() if row["page"] == "detail"]
    times = [row["at"] for row in cj.requests()]
    pauses = [b - a for a, b in itertools.pairwise(times)]
    longest = max(range(len(pauses)), key=pauses.__getitem__)
    return {
        "people": cj.people,
        "records": len(records),
        "records_true": sum(
            records.get(row["key"]) == row["jail"] for row in truth(cj.people, cj.seed)
        ),
        "detail_pages_asked": len(pages),
        "longest_pause_seconds": round(pauses[longest], 1),
        "requests_after_the_pause": len(pauses) - longest,
        "processes_left": len(cj.still_running()),
        "temporaries_left": len(cj.strays()),
        "faults_met": summarise(CrawlFolder(cj.folder)).retries,
        **told,
    }


def crawler_killed(cj: Cj, at: int) -> dict[str, Any]:
    cj.run_until(at, signal.SIGKILL)
    done, line = cj.done(), len(cj.requests())
    code, _ = cj.run()
    return figures(
        cj,
        {
            "done_at_the_kill": len(done[JAIL]),
            "asked_again": len(cj.asked_again(done, line)),
            "exit_code": code,
        },
    )


def deed(cj: Cj, at: int, what: str) -> dict[str, Any]:
    child = cj.start()
    cj.reaches(child, at)
    process = psutil.Process(child.pid)
    cj.children += process.children(recursive=True)
    find, number = DEEDS[what]
    os.kill(find(browsers_of(process)[0]), number)
    child.communicate(timeout=cj.patience)
    return figures(cj, {"exit_code": child.returncode})


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--out", default=str(RESULTS / "kill.json"))
    given = parser.parse_args()
    found = header("200 pages and one kill, as other crawlers were measured", given.seed)
    with tempfile.TemporaryDirectory(prefix="cj-kill-") as place:

        def county(name: str) -> Cj:
            folder = Path(place) / name
            folder.mkdir()
            return Cj(
                folder / "crawl",
                people=given.people,
                seed=given.seed,
                options=("--fetch=browser", "--workers=2"),
                command="jail",
                patience=900,
            )

        found["crawler_killed_and_run_again"] = crawler_killed(
            county("crawler"), given.people // 2 + 10
        )
        for what in ("browser killed", "chromedriver killed", "chromedriver frozen"):
            found[what.replace(" ", "_")] = deed(
                county(what.split()[0] + what[-6:]), given.people // 2, what
            )
    write_results(given.out, found)
    good = all(
        told["records_true"] == given.people
        and told["exit_code"] == 0
        and not told["processes_left"] + told["temporaries_left"] + told.get("asked_again", 0)
        for told in found.values()
        if isinstance(told, dict)
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
