"""How fast it is, beside the script that people write; writes benchmarks/results/speed.json and the
figures of docs/speed.md.

    python benchmarks/crawl_speed.py [--quick] [--only
    court,polite,recovery,resume,memory,start]

The portals are a process of their own. Contestants stand ready, signed in, and do the same job in
turns, so that a busy machine is busy for all of them: trust the ratios. Scrapy is a contestant too
(the extra ``bench``)."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from benchmarks.parts import court, page, polite, recovery, resume, start
from operators.output import Output, produce
from proof.harness import header


def sections(quick: bool) -> dict[str, Callable[[], Any]]:
    """What is measured, by name."""
    rounds = 1 if quick else 5
    return {
        "start": lambda: start.help_page(3 if quick else 10),
        "polite": lambda: polite.at_the_polite_pace(1 if quick else 2, 10 if quick else 200),
        "recovery": lambda: recovery.recover(
            {"browser killed": rounds, "driver killed": rounds, "driver stopped": 1 if quick else 3}
        ),
        "resume": lambda: resume.nothing_to_do(10_000 if quick else 100_000),
        "memory": lambda: resume.long_crawl(1_000 if quick else 10_000),
        "court": lambda: [
            one
            for latency, more in ((0.0, 0.4), (50.0, 0.6), (200.0, 1.0))
            for one in court.compare(latency, max(1, round(rounds * more)))
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="one round of everything, fewer people"
    )
    parser.add_argument(
        "--only", help="only these sections, by a comma; the others stay as they were"
    )
    parser.add_argument("--out", type=Path, default=page.RESULT)
    given = parser.parse_args()
    wanted = given.only.split(",") if given.only else list(sections(given.quick))
    now = header("speed beside the script that people write", court.SEED)
    goes_on = given.only and given.out.exists()
    told: dict[str, Any] = (json.loads(given.out.read_text("utf-8")) if goes_on else {}) | now
    told["quick"] = given.quick
    told["memory_gb"] = round(psutil.virtual_memory().total / 1e9)
    told["scrapy"] = importlib.metadata.version("scrapy")
    for name in ("measured", "load", "took_s"):
        told.setdefault(name, {})
    for name in wanted:
        before, began = os.getloadavg()[0], time.monotonic()
        told[name] = sections(given.quick)[name]()
        told["measured"][name] = {"date": now["date"], "commit": now["commit"]}
        told["load"][name] = [round(before, 1), round(os.getloadavg()[0], 1)]
        told["took_s"][name] = round(time.monotonic() - began)
        print(
            f"{name}: {told['took_s'][name]} s, load {told['load'][name]}",
            file=sys.stderr,
            flush=True,
        )
        text = json.dumps(told, indent=1) + "\n"
        produce(Output(str(given.out)), _write, replace=True, text=text)
    if given.out == page.RESULT:
        page.write()
    return 0


def _write(output_path: str, text: str) -> None:
    Path(output_path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
