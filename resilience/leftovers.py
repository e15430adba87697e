"""Browsers and folders that an earlier crawler left behind although it had a guardian.

That takes a guardian that was killed together with its crawler. A folder is swept only if nobody
holds its guardian's lock and the crawler that made it is gone, by process number *and* start time.
Nothing is ever found by its name."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import threading
import time

from resilience import guardian, processes
from resilience.browser import OWNER, end_recorded, state_folder

_LOG = logging.getLogger(__name__)
_DONE = threading.Event()
_YOUNG = 60.0


def sweep(folder: str | None = None) -> list[str]:
    """Ends what dead crawlers left below the state folder and removes it; gives the folders that
    were swept."""
    folder = folder or state_folder()
    swept = []
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False) and _abandoned(entry.path):
            owner = _owner(entry.path) or {}
            driver, start = owner.get("driver"), owner.get("driver_start")
            if isinstance(driver, int) and isinstance(start, str):
                end_recorded(driver, start, entry.path)
            shutil.rmtree(entry.path, ignore_errors=True)
            swept.append(entry.path)
    return swept


def sweep_once() -> None:
    """Sweeps when this process starts its first browser, and says so in the log; does nothing later
    on."""
    if not _DONE.is_set():
        _DONE.set()
        for folder in sweep():
            _LOG.warning("swept a browser that a dead crawler had left behind: %s", folder)


def _owner(path: str) -> dict[str, object] | None:
    try:
        with open(os.path.join(path, OWNER), encoding="utf-8") as file:
            owner = json.load(file)
    except (OSError, ValueError):
        return None
    return owner if isinstance(owner, dict) else None


def _abandoned(path: str) -> bool:
    owner = _owner(path)
    if owner is None:
        with contextlib.suppress(OSError):
            return time.time() - os.stat(path).st_mtime > _YOUNG
        return False
    if _runs(owner, "crawler"):
        return False
    if _guarded(path):
        # Its guardian is at work, or was stopped by somebody: a stopped one goes on and cleans up
        # by itself.
        if _runs(owner, "guardian"):
            with contextlib.suppress(OSError):
                os.kill(int(str(owner["guardian"])), signal.SIGCONT)
        return False
    return True


def _runs(owner: dict[str, object], who: str) -> bool:
    pid, start = owner.get(who), owner.get(f"{who}_start")
    return isinstance(pid, int) and isinstance(start, str) and processes.alive(pid, start)


def _guarded(path: str) -> bool:
    try:
        lock = os.open(os.path.join(path, guardian.LOCK), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False
