"""The main job, watched: three practice days crawled and loaded, one person shown, the report card
drawn."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys


def main() -> int:
    """Runs it; gives the worst exit code of the crawls."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--people", type=int, default=120)
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--days", type=int, default=3)
    given.add_argument("--data", default="data")
    asked = given.parse_args()
    cj = [sys.executable, "-m", "cj"]
    data = ["--data", asked.data]
    worst = 0
    folder = ""
    for day in range(asked.days):
        print(f"\nPractice day {day + 1} of {asked.days}", flush=True)
        crawl = [*cj, "crawl", "--site", "practice", "--new", *data]
        world = [
            "--practice-people", str(asked.people), "--practice-seed", str(asked.seed),
            "--practice-day", str(day),
        ]  # fmt: skip
        # Later days take over the histories that the days before have read.
        again = ["--refresh-after-days", "7"] if day else []
        code = subprocess.call([*crawl, *world, *again])
        if code not in (0, 3):
            return code
        worst = max(worst, code)
        told = subprocess.run(
            [*cj, "status", "--json", *data], capture_output=True, text=True, check=True
        )
        folder = json.loads(told.stdout)["folder"]
        if subprocess.call([*cj, "load", folder, *data]) != 0:
            return 1
    print("\nOne of these people:", flush=True)
    subprocess.call([*cj, "show", "--out", folder])
    print(flush=True)
    window = ["--open"] if os.environ.get("DISPLAY") else []
    code = subprocess.call([*cj, "report", "--site", "practice", *data, *window])
    print(
        "\nEvery person, portal and case here is invented."
        "\nOpen the report card in a browser. Another person: bin/cj show KEY"
        "\nTo see a resume: make demo again, Ctrl-C in the middle, then the command it prints;"
        "\nwhoever is finished is not asked for again."
    )
    return max(worst, code)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
