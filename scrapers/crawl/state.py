"""What this machine remembers between runs and is no part of any crawl."""

from __future__ import annotations

import os
from pathlib import Path


def memory_folder() -> Path:
    """Where it lies: below ``XDG_STATE_HOME`` (``~/.local/state``); among others which passwords
    were refused."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "cj-report-card"
