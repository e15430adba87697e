"""Which process is which: numbers are reused by the system, so a process is its number and its
start time."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil


def started(pid: int) -> str | None:
    """A word that tells this process from any earlier or later one with the same number; None if
    there is none.

    On Linux the ticks since boot (unmoved by a corrected clock) and the boot's own id; elsewhere
    the time of creation. A zombie counts as gone: it holds nothing."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        if fields[0] in (b"Z", b"X"):
            return None
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return f"{file.read().strip()}/{fields[19].decode()}"
    except FileNotFoundError:
        if os.path.isdir("/proc/self"):
            return None
    except (OSError, IndexError):
        return None
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.Error:
        return None


def alive(pid: int, start: str | None) -> bool:
    """Whether that very process still runs."""
    return start is not None and started(pid) == start


def members(session: int) -> list[int]:
    """The living processes of one process session (the number of the process that began it)."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError):
            if os.getsid(pid) == session and started(pid) is not None:
                found.append(pid)
    return found


def memory_of(pids: list[int]) -> int:
    """Bytes held by these processes: their proportional share where the system tells it, else
    resident size."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
                for line in file:
                    if line.startswith(b"Pss:"):
                        total += int(line.split()[1]) * 1024
                        break
        except OSError:
            with contextlib.suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
    return total


def mentions(pid: int, folder: str) -> bool:
    """Whether the process was started with this folder in its command line or as its ``TMPDIR``."""
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if any(folder in part for part in process.cmdline()):
            return True
        return process.environ().get("TMPDIR", "").startswith(folder)
    return False


def end_session(session: int) -> None:
    """Kills every process of one process session at once. The caller has made sure that it is the
    right one."""
    with contextlib.suppress(OSError):
        os.killpg(session, signal.SIGKILL)
    for pid in members(session):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
