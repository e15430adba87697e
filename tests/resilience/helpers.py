"""What several tests of this room need: a clock that only moves when somebody sleeps, and looks at
processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psutil

from resilience import Session, again
from resilience.browser import Browser
from resilience.settings import Timeouts

SHORT = Timeouts(page=3.0, script=3.0, element=1.5, client=5.0)
QUICK = Timeouts(page=3.5, script=3.5, element=1.0, client=4.0)


class Clock:
    """Time for tests."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def until(true: Callable[[], Any], seconds: float = 10.0) -> bool:
    """Whether it becomes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def main_process(browser: Browser) -> int:
    """The browser's own process among those of its session: it has a profile and is no helper of
    another."""
    for pid in browser.processes():
        words = psutil.Process(pid).cmdline()
        if (
            any(word.startswith("--user-data-dir=") for word in words)
            and not any(word.startswith("--type=") for word in words)
            and "crashpad" not in words[0]
            and not words[0].endswith("sh")  # Debian starts it through a script
        ):
            return pid
    raise AssertionError("no browser process")


class NoBrowser:
    """Stands for a browser in tests that never open a page."""

    driver: Any = None

    def __init__(self) -> None:
        self.killed = False
        self.bytes = 0

    def kill(self) -> None:
        self.killed = True

    def memory(self) -> int:
        return self.bytes

    def last_words(self) -> str:
        return ""


def arrive(session: Session, address: str) -> None:
    """Opens a page that is no part of what a test is about, on a machine that may be busy with
    other things."""
    for attempt in again(session):
        with attempt:
            session.open(address)
