"""The worker pool in figures: how much of the permitted pace a whole crawl uses, and how long forty
people take, start-up included, against another checkout.

    python benchmarks/worker_pool.py --people 300 --latency 200
    python benchmarks/worker_pool.py --against ../base --rounds 5

Nothing but the practice portals on loopback is asked."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_PACED = "[practice.pace]\nfree = false\npages_at_once = 2\nseconds_between_starts = 0.15\n"


def crawl(
    cj: Path, people: int, latency_ms: int, *, paced: bool, command: str = "crawl"
) -> tuple[float, dict[str, Any]]:
    """Seconds of the whole command, and the figures of its run."""
    with tempfile.TemporaryDirectory(prefix="cj-bench-") as folder:
        sites = Path(folder) / "sites.toml"
        sites.write_text(_PACED if paced else "", encoding="utf-8")
        words = [str(cj), command, "--site", "practice", "--out", f"{folder}/crawl"]
        words += [f"--practice-people={people}", f"--practice-latency-ms={latency_ms}"]
        own = {"CJ_SITES": str(sites), "XDG_STATE_HOME": folder}
        began = time.monotonic()
        subprocess.run(
            words, check=True, stdout=subprocess.DEVNULL, cwd=folder, env={**os.environ, **own}
        )
        seconds = time.monotonic() - began
        summary = json.loads(Path(f"{folder}/crawl/summary.json").read_text(encoding="utf-8"))
        return seconds, summary["run"]


def shares(run: dict[str, Any]) -> dict[str, float]:
    """By half: starts a minute, of the lower of what the interval and what the pages at once
    permit at the mean time that a page took."""
    found = {}
    for half, portal in run["portals"].items():
        limits = [portal["permitted_per_minute"], portal["borne_per_minute"]]
        reached = 60 * portal["pages"] / portal["seconds"]
        found[half] = reached / min(limit for limit in limits if limit)
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--latency", type=int, default=200)
    parser.add_argument("--half", choices=("crawl", "jail"), default="crawl")
    parser.add_argument("--against", type=Path, help="a checkout with a .venv of its own")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    own = Path(sys.executable).with_name("cj")
    if given.against is None:
        seconds, run = crawl(own, given.people, given.latency, paced=True, command=given.half)
        told = {half: round(share, 3) for half, share in shares(run).items()}
        print(f"{given.people} people, {given.latency} ms, {seconds:.0f} s: {told}", flush=True)
        return
    other = (given.against / ".venv" / "bin" / "cj").resolve()
    times: dict[Path, list[float]] = {own: [], other: []}
    for _ in range(given.rounds):
        for cj, seconds_of in times.items():
            seconds_of.append(crawl(cj, 40, 200, paced=False)[0])
    ours, theirs = (statistics.median(each) for each in times.values())
    each = {str(cj): [round(second, 1) for second in some] for cj, some in times.items()}
    print(f"40 people, 200 ms: {ours:.1f} s against {theirs:.1f} s, {1 - ours / theirs:.1%} less")
    print(json.dumps(each), flush=True)


if __name__ == "__main__":
    main()
