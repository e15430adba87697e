"""A small process between the crawler and its browser: the crawler may be killed at any instant,
the browser goes too.

Run as a program, ``python guardian.py FOLDER DRIVER ARGUMENTS...``, it starts the driver in a
process session of its own below FOLDER and then waits for the end of its standard input. That end
comes when the crawler closes it or when the crawler dies, however it died. Then every process of
the browser is killed and collected, FOLDER is removed, and it ends.

It is the driver's parent and, on Linux, the *subreaper* of everything below it: orphans of a dead
driver become its own children. So nothing escapes, no process number can have been reused, and no
zombies stay in a container without an init.

It uses the standard library alone and is started with ``-I -S``: about 7 MB and 30 ms.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time

LOCK = "guardian.lock"
ERRORS = "errors.log"
"""In FOLDER: the driver's standard error."""
_PR_SET_CHILD_SUBREAPER = 36


def _become_subreaper() -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def parent_of(pid: int) -> int | None:
    """The parent's process number, or None if there is no such process (or no /proc)."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def _descendants(root: int) -> list[int]:
    try:
        numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    parents = {pid: parent_of(pid) for pid in numbers}
    below: list[int] = []
    ring = {root}
    while ring:
        ring = {pid for pid, parent in parents.items() if parent in ring}
        below.extend(ring)
    return below


def _end_all(driver: int) -> None:
    """Kills everything below this process and collects it; returns when there are no children
    left."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            os.killpg(driver, signal.SIGKILL)
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        select.select([], [], [], 0.01)


def _wait_for_the_end(parent: int) -> None:
    """Returns when standard input ends, or when the crawler is no longer our parent.

    The second watch is for a crawler that has forked: its child holds a copy of the pipe.
    """
    while os.getppid() == parent:
        ready, _, _ = select.select([0], [], [], 1.0)
        if ready and not os.read(0, 4096):
            return
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _stop(*_: object) -> None:
    raise SystemExit(0)


def main(arguments: list[str]) -> None:
    """Starts the driver, tells its process number on standard output, and stays until the crawler
    has gone."""
    folder, *command = arguments
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    _become_subreaper()
    import fcntl

    lock = os.open(os.path.join(folder, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    errors = os.open(os.path.join(folder, ERRORS), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    environment = dict(os.environ)
    environment["TMPDIR"] = os.path.join(folder, "tmp")
    environment["XDG_CONFIG_HOME"] = environment["XDG_CACHE_HOME"] = os.path.join(folder, "home")
    try:
        driver = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
    except OSError as error:
        print(f"error {error}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        print(f"driver {driver.pid}", flush=True)
        _wait_for_the_end(parent)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end_all(driver.pid)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
