"""How many browsers fit into the free memory, also where a container gives less than the hardware
has."""

from __future__ import annotations

from pathlib import Path

import psutil

BROWSER_BYTES = 230_000_000
"""Memory of one browser on a real page (measured, PSS: docs/speed.md)."""
_CONTAINER = Path("/sys/fs/cgroup")


def browsers_that_fit() -> int:
    """Browsers that take at most half of the free memory; never less than one."""
    return max(1, free_memory() // (2 * BROWSER_BYTES))


def free_memory() -> int:
    """Bytes that this process may still use, by the machine's and the container's figures."""
    free = int(psutil.virtual_memory().available)
    limit, used = _limit("memory.max"), _limit("memory.current")
    return free if limit is None or used is None else min(free, max(0, limit - used))


def _limit(name: str) -> int | None:
    """A figure of this process's cgroup, None where there is none (``max`` is none)."""
    try:
        text = (_CONTAINER / name).read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
