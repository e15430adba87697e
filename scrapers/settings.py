"""Settings of this user that are no part of any crawl."""

from __future__ import annotations

import os
from pathlib import Path


def memory_folder() -> Path:
    """What this machine remembers between runs, among others which passwords were refused: a
    folder below ``XDG_STATE_HOME`` (``~/.local/state``)."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "cj-report-card"
