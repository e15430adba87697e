"""Runs the tests nearest to the files that changed: ``make check``.

A changed source file ``room/part/module.py`` has its tests in ``tests/room/part/test_module.py``; a
changed test is run itself. What has no test of its own name runs its folder's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def changed() -> list[str]:
    """Python files that differ from HEAD, new ones included."""
    told = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [line[3:] for line in told.splitlines() if line.endswith(".py")]


def nearest(path: str) -> str | None:
    """The test file, else the folder of tests, of a changed file."""
    file = Path(path)
    if file.parts[0] == "tests":
        return path if file.name.startswith("test_") and file.exists() else None
    own = Path("tests", *file.parts[:-1], f"test_{file.name}")
    if own.exists():
        return str(own)
    folder = Path("tests", *file.parts[:-1])
    return str(folder) if folder.is_dir() and len(file.parts) > 2 else None


def main() -> int:
    """pytest's exit code; 0 where nothing changed."""
    found = sorted({test for path in changed() if (test := nearest(path))})
    if not found:
        print("no changed file has tests of its own")
        return 0
    print(f"tests: {' '.join(found)}")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", *found], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
