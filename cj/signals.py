"""Ctrl-C and SIGTERM: the first shuts the crawl down cleanly, the second at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType


class Interrupted:
    """Which signal came, if one did."""

    def __init__(self) -> None:
        self.number: int | None = None

    @property
    def exit_code(self) -> int | None:
        """130 after Ctrl-C, 143 after SIGTERM, None when none came."""
        return None if self.number is None else 128 + self.number


@contextlib.contextmanager
def stopping(stop: threading.Event, say: Callable[[str], None]) -> Iterator[Interrupted]:
    """Set ``stop`` at the first signal, leave at the second; the old handlers come back after the
    block."""
    seen = Interrupted()

    def handler(number: int, _: FrameType | None) -> None:
        if seen.number is not None:
            # Browsers and portals hang on pipes of ours and end by themselves; files are whole or
            # not there.
            sys.stderr.flush()
            os._exit(128 + number)
        seen.number = number
        stop.set()
        say(
            f"{signal.Signals(number).name}: "
            "shutting down cleanly (up to 10 s); press Ctrl-C again to force quit"
        )

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield seen
    finally:
        for number in numbers:
            signal.signal(number, before[number])
