"""Whole crawls by the command at the pace that a real county is owed: what `summary.json` says they
reached."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_PACED = "[practice.pace]\nfree = false\npages_at_once = 2\nseconds_between_starts = 0.15\n"


def crawl(*options: str, people: int, latency_ms: float, paced: bool) -> dict[str, Any]:
    """The figures of that crawl's run, and how long the portals took for an answer, in the mean."""
    with tempfile.TemporaryDirectory(prefix="cj-bench-") as folder:
        sites = Path(folder) / "sites.toml"
        sites.write_text(_PACED if paced else "", encoding="utf-8")
        out = Path(folder) / "crawl"
        command = [
            *(
                str(Path(sys.executable).with_name("cj")),
                *options,
                "--site",
                "practice",
                "--out",
                str(out),
            ),
            *(f"--practice-people={people}", f"--practice-latency-ms={latency_ms}"),
        ]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "CJ_SITES": str(sites)},
        )
        run: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))["run"]
        log = (out / "practice" / "access.jsonl").read_text(encoding="utf-8").splitlines()
        return run | {
            "seconds_an_answer": statistics.mean(json.loads(line)["ms"] for line in log) / 1000
        }


def at_the_polite_pace(rounds: int, people: int) -> list[dict[str, Any]]:
    """Both halves of crawls as anybody starts them, two pages at once and 150 ms apart, at 50 ms
    latency."""
    runs = [crawl("crawl", people=people, latency_ms=50, paced=True) for _ in range(rounds)]
    told = []
    for half in ("jail", "odyssey"):
        some = [run["portals"][half] for run in runs]
        reached = [one["reached_per_minute"] for one in some]
        told.append(
            {
                "half": half,
                "rounds": rounds,
                "permitted_per_minute": some[0]["permitted_per_minute"],
                "reached_per_minute": round(statistics.median(reached), 1),
                "slowest": min(reached),
                "share": round(statistics.median(reached) / some[0]["permitted_per_minute"], 3),
                "sessions": max(one["sessions"] for one in some),
            }
        )
    return told
