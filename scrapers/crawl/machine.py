"""What this machine bears: cores and memory, also where a container gives less than the hardware
has."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

BROWSER = 230_000_000
"""Bytes of one browser on a real page (measured, PSS: docs/speed.md)."""
BROWSERS_A_CORE = 2
"""While one browser waits for the portal another may draw; a third on the same core only made all
slower (measured)."""
_GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Machine:
    """``cores`` that this process may use; ``memory`` bytes that are free for it."""

    cores: int
    memory: int

    @classmethod
    def here(cls) -> Machine:
        """This machine, now."""
        return cls(_cores(), _memory())

    @property
    def browsers(self) -> int:
        """How many browsers at once it bears: two a core, in half of the free memory; one in any
        case."""
        return max(1, min(self.cores * BROWSERS_A_CORE, self.memory // (2 * BROWSER)))

    def __str__(self) -> str:
        return f"{self.cores} core{'s' if self.cores != 1 else ''}, {self.memory / 1e9:.1f} GB free"


def _cores() -> int:
    usable = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    quota, _, period = _told("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        usable = min(usable, max(1, int(quota) // int(period)))
    return usable


def _memory() -> int:
    free = int(psutil.virtual_memory().available)
    most, used = _told("memory.max"), _told("memory.current")
    if most.isdigit() and used.isdigit():
        free = min(free, max(0, int(most) - int(used)))
    return free


def _told(name: str) -> str:
    try:
        return (_GROUP / name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
