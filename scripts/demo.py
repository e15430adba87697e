"""The main job, watched: a new crawl of the practice portals, one person of it, and where
everything lies."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys


def main() -> int:
    """Runs it; gives the crawl's exit code."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--people", type=int, default=40)
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--data", default="data")
    asked = given.parse_args()
    cj = [sys.executable, "-m", "cj"]
    crawl = [*cj, "crawl", "--site", "practice", "--new", "--data", asked.data]
    code = subprocess.call(
        [*crawl, "--practice-people", str(asked.people), "--practice-seed", str(asked.seed)]
    )
    if code not in (0, 3):
        return code
    told = json.loads(
        subprocess.run(
            [*cj, "status", "--json", "--data", asked.data],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    print("\nOne of these people:", flush=True)
    subprocess.call([*cj, "show", "--out", told["folder"]])
    print(
        "\nEvery person, portal and case here is invented."
        "\nTo see a resume: make demo again, Ctrl-C in the middle, then the command it prints;"
        "\nwhoever is finished is not asked for again. Another person: .venv/bin/cj show KEY"
    )
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
