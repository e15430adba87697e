"""Proof that a crawl ends with the truth: field by field, with and without faults, and through
kills at random moments.

    python proof/crawl_proof.py [--people 120] [--seed 7] [--kills 20] [--out
    proof/results/crawl.json]

Equality: the real command against real practice portals with a real Chromium, for both generations
of case pages, clean
and with faults, in both fetch modes; every record is compared with what ``cj practice truth`` says.
Kills: SIGKILL at seeded moments (counted in requests, so that it strikes at any speed), started
again each time; in the end the records must be the truth, with no temporary, no process, and no
finished person asked for again."""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scrapers.crawl import COURT, JAIL, CrawlFolder, summarise
from tests.laws.process import Cj, truth

PATIENCE = 3600.0
FAULTS = ("--practice-latency-ms=50", "--practice-faults=lost-session=0.05,slow=0.05,busy=0.05")


def differences(cj: Cj) -> list[str]:
    """The keys and halves in which the files and the truth are not equal."""
    mine = {JAIL: cj.records(JAIL), COURT: cj.records(COURT)}
    missing = object()
    return [
        f"{half} {row['key']}"
        for row in truth(cj.people, cj.seed, site=cj.site)
        for half, name in ((JAIL, "jail"), (COURT, "odyssey"))
        if mine[half].get(row["key"], missing) != row[name]
    ]


def equality(people: int, seed: int, home: Path) -> list[dict[str, Any]]:
    """Four whole crawls in each fetch mode, each compared with the truth."""
    results = []
    for fetch_mode, site in itertools.product(("auto", "browser"), ("practice", "practice-roa")):
        for name, faults in (("clean", ()), ("faults", FAULTS)):
            options = (f"--fetch={fetch_mode}", *faults)
            cj = Cj(
                home / f"{fetch_mode}-{site}-{name}" / "crawl",
                people,
                seed,
                options,
                site=site,
                patience=PATIENCE,
            )
            cj.folder.parent.mkdir()
            began = time.monotonic()
            code, said = cj.run()
            seconds = time.monotonic() - began
            wrong = differences(cj)
            summary = summarise(CrawlFolder(cj.folder))
            results.append(
                {
                    "site": site,
                    "fetch_mode": fetch_mode,
                    "faults": " ".join(faults),
                    "people": people,
                    "exit_code": code,
                    "differences": len(wrong),
                    "coverage": summary.coverage,
                    "seconds": round(seconds, 1),
                    "requests": len(cj.requests()),
                    "retries": summary.retries,
                }
            )
            print(json.dumps(results[-1]), flush=True)
            if code or wrong:
                raise SystemExit(
                    f"{fetch_mode} {site} {name}: "
                    f"exit {code}, differences {wrong[:5]}\n{said[-2000:]}"
                )
    return results


def killed(people: int, seed: int, kills: int, home: Path) -> dict[str, Any]:
    """One crawl, killed so often, and gone on with each time."""
    dice = random.Random(seed)
    cj = Cj(home / "killed" / "crawl", people, seed, patience=PATIENCE)
    cj.folder.parent.mkdir()
    again, died = 0, 0
    span = max(20, people * 8 // max(1, kills))
    while died < kills:
        done, before = cj.done(), len(cj.requests())
        code = cj.run_until(dice.randint(3, span), signal.SIGKILL)
        again += len(cj.asked_again(done, before))
        lost = [key for half in done for key in done[half] if key not in cj.done()[half]]
        if lost:
            raise SystemExit(f"finished people are gone: {lost}")
        if code is None:
            break
        died += 1
    done, before = cj.done(), len(cj.requests())
    code, said = cj.run()
    again += len(cj.asked_again(done, before))
    result = {
        "people": people,
        "kills": died,
        "exit_code": code,
        "differences": len(differences(cj)),
        "finished_people_asked_again": again,
        "temporaries_left": len(cj.strays()),
        "processes_left": len(cj.still_running()),
        "requests": len(cj.requests()),
    }
    print(json.dumps(result), flush=True)
    if (
        code
        or result["differences"]
        or again
        or result["temporaries_left"]
        or result["processes_left"]
    ):
        raise SystemExit(f"the law is broken: {result}\n{said[-2000:]}")
    return result


def main() -> None:
    """Runs it and writes the result file."""
    given = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("--people", type=int, default=120)
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--kills", type=int, default=20)
    given.add_argument("--out", type=Path, default=Path("proof/results/crawl.json"))
    asked = given.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        result = {
            "what": "crawl: records against the truth, and SIGKILLs at random moments",
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": commit,
            "seed": asked.seed,
            "python": platform.python_version(),
            "equality": equality(asked.people, asked.seed, home),
            "killed": killed(asked.people, asked.seed, asked.kills, home),
        }
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"written: {asked.out}")


if __name__ == "__main__":
    main()
