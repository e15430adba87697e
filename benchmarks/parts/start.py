"""How soon the command answers, and what it loads for that."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HEAVY = (
    "selenium",
    "bs4",
    "lxml",
    "pydantic",
    "requests",
    "rich",
    "urllib3",
    "sqlalchemy",
    "airflow",
)


def help_page(rounds: int) -> dict[str, Any]:
    """Milliseconds of ``cj --help`` and of Python alone, and which heavy packages are imported for
    it (none should be)."""
    cj = str(Path(sys.executable).with_name("cj"))
    times: dict[str, list[float]] = {"cj": [], "python": []}
    for _ in range(rounds):
        times["cj"].append(_milliseconds([cj, "--help"]))
        times["python"].append(_milliseconds([sys.executable, "-c", "pass"]))
    done = subprocess.run(
        [sys.executable, "-X", "importtime", cj, "--help"],
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    return {
        "rounds": rounds,
        "help_ms": round(statistics.median(times["cj"])),
        "python_alone_ms": round(statistics.median(times["python"])),
        "modules": len(loaded),
        "heavy_packages": sorted({name.partition(".")[0] for name in loaded} & set(HEAVY)),
    }


def _milliseconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - began) * 1000
