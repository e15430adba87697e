"""The version of this program, as it stands in every file that it writes."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from importlib import metadata
from pathlib import Path


@lru_cache(maxsize=1)
def version() -> str:
    """The installed version, ``0+unknown`` when run from a folder that was never installed."""
    try:
        return metadata.version("cj-report-card")
    except metadata.PackageNotFoundError:
        return "0+unknown"


@lru_cache(maxsize=1)
def commit() -> str:
    """The commit of the checkout that runs, else what ``CJ_COMMIT`` says, else ``unknown``."""
    root = Path(__file__).resolve().parents[1]
    if (root / ".git").exists():
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout.strip()
    return os.environ.get("CJ_COMMIT", "unknown")
