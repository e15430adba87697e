"""The budget of one portal host: how many pages at once, how soon after each other, and when not at
all.

Slots are operating-system locks in one folder, so threads and processes of a machine share them and
a killed holder frees its own. Times are Unix seconds, durations seconds."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Protocol
from zoneinfo import ZoneInfo

from filelock import FileLock
from filelock import Timeout as Taken

from resilience.breaker import Breaker
from resilience.faults import Fault, Stopped
from resilience.meter import Meter
from resilience.private import private_folder

_PIECE = 0.5
LOOK_AGAIN = 0.02
"""Seconds after which somebody who found no free slot looks again."""
_INSTANT = 1e-6
_SLOWEST = 16.0
_FINE_PAGES = 10
_FIRST_WAIT = 1.0

Quiet = tuple[clock_time, clock_time]


class _Slot(Protocol):
    """What is held while a page is asked for."""

    def release(self) -> None: ...


def nap(
    seconds: float,
    *,
    stop: threading.Event | None = None,
    sleep: Callable[[float], None] | None = None,
) -> None:
    """Waits; raises `Stopped` within half a second of ``stop`` being set. The only sleep in the
    house."""
    while seconds > 0:
        if stop is not None and stop.is_set():
            raise Stopped("stopped while waiting")
        piece = min(seconds, _PIECE)
        if sleep is not None:
            sleep(piece)
        elif stop is not None:
            stop.wait(piece)
        else:
            time.sleep(piece)
        seconds -= piece
    if stop is not None and stop.is_set():
        raise Stopped("stopped while waiting")


class Pace:
    """Politeness towards one host, shared by everybody on this machine who uses the same ``host``
    and ``folder``.

    ``pages_at_once`` slots; page starts at least ``seconds_between_starts`` apart; ``quiet`` are
    hours (from, to) in ``zone`` in which nothing starts. After `busy` starts are up to 16 times
    further apart; ten fine pages halve that again. ``longest_wait`` is the longest that is waited
    for one portal before the fault is given back instead. ``meter`` counts what was asked through
    this object."""

    def __init__(
        self,
        pages_at_once: int = 2,
        seconds_between_starts: float = 0.15,
        *,
        host: str = "portal",
        folder: str | None = None,
        quiet: Sequence[Quiet] = (),
        zone: str = "UTC",
        longest_wait: float = 900.0,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        if pages_at_once < 1 or seconds_between_starts < 0:
            raise ValueError("a pace needs at least one page at once and no negative interval")
        self.pages_at_once = pages_at_once
        self.seconds_between_starts = seconds_between_starts
        self.host = host
        self.quiet = tuple(quiet)
        self.zone = ZoneInfo(zone)
        self.longest_wait = longest_wait
        self.breaker = breaker or Breaker(host, clock=clock)
        self.meter = Meter()
        self._folder = folder
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    @classmethod
    def free(
        cls, *, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] | None = None
    ) -> Pace:
        """No pace at all, for a portal of one's own: no slots, no interval; it still backs off when
        it is told to."""
        return _Free(clock=clock, sleep=sleep)

    # -- what a session calls
    # -------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def slot(self, what: str = "page", *, stop: threading.Event | None = None) -> Iterator[None]:
        """One page: waits for a free slot, the interval, the portal's own wish and quiet hours,
        then holds the slot.

        Raises `Stopped`, or `CircuitOpen` if the breaker is open.
        """
        self.breaker.check()
        lock = self._take(stop)
        try:
            self._start(stop)
            with self.meter.page():
                yield
        finally:
            lock.release()

    def busy(self, retry_after: float | None = None) -> float:
        """The portal said that it is busy: everybody slows down. Gives the seconds until the next
        start may be."""
        with self._state() as state:
            now = self._clock()
            if now >= state.get("busy_until_counted", 0.0):
                state["factor"] = min(_SLOWEST, state.get("factor", 1.0) * 2)
                state["busy_until_counted"] = now + 1.0
            state["fine"] = 0
            wait = (
                retry_after
                if retry_after is not None
                else _FIRST_WAIT * state["factor"] * (0.75 + self._chance() / 2)
            )
            state["not_before"] = max(state.get("not_before", 0.0), now + wait)
            return float(state["not_before"] - now)

    def fine(self) -> None:
        """A page came as it should: after ten in a row the pace recovers by one step."""
        with self._state() as state:
            if state.get("factor", 1.0) <= 1.0:
                return
            state["fine"] = state.get("fine", 0) + 1
            if state["fine"] >= _FINE_PAGES:
                state["factor"] = max(1.0, state["factor"] / 2)
                state["fine"] = 0

    def wait_out(self, fault: Fault, *, stop: threading.Event | None = None) -> None:
        """Waits until the portal may be asked again; raises the fault again if that is too long to
        wait."""
        with self._state() as state:
            wait = state.get("not_before", 0.0) - self._clock()
        if wait > self.longest_wait:
            raise fault
        self.nap(wait, stop=stop)

    def nap(self, seconds: float, *, stop: threading.Event | None = None) -> None:
        """Waits so long, with this pace's own clock; raises `Stopped` soon after ``stop`` is
        set."""
        nap(seconds, stop=stop, sleep=self._sleep)

    @property
    def factor(self) -> float:
        """How many times slower than permitted we go now, because the portal was busy; 1.0 is full
        pace."""
        with self._state() as state:
            return float(state.get("factor", 1.0))

    # -- how
    # -----------------------------------------------------------------------------------------------------

    def _path(self, ending: str) -> str:
        # Made anew each time: a crawl outlives a cleaner of temporary places.
        if self._folder is None:
            folder = private_folder("cj-pace")
        else:
            os.makedirs(folder := self._folder, mode=0o700, exist_ok=True)
        return os.path.join(folder, f"{re.sub(r'[^A-Za-z0-9.-]', '_', self.host)}.{ending}")

    def _take(self, stop: threading.Event | None) -> _Slot:
        locks = [
            FileLock(self._path(f"slot-{number}"), thread_local=False)
            for number in range(self.pages_at_once)
        ]
        while True:
            for lock in locks:
                with contextlib.suppress(Taken):
                    lock.acquire(blocking=False)
                    return lock
            self.nap(LOOK_AGAIN, stop=stop)

    def _start(self, stop: threading.Event | None) -> None:
        """Returns when a page may start now, and has it written down that it did."""
        while (wait := self._begin()) > 0:
            self.nap(wait, stop=stop)

    def _begin(self) -> float:
        with self._state() as state:
            now = self._clock()
            last = min(
                state.get("last_start", 0.0), now
            )  # a clock set back must not stop everything
            wait = max(
                last + self.seconds_between_starts * state.get("factor", 1.0) - now,
                state.get("not_before", 0.0) - now,
                self.quiet_for(now),
            )
            if wait > _INSTANT:
                return wait
            state["last_start"] = now
            return 0.0

    def quiet_for(self, now: float) -> float:
        """Seconds until the quiet hours end, counted from Unix time ``now``; 0 outside them."""
        here = datetime.fromtimestamp(now, self.zone)
        for begin, end in self.quiet:
            for day in (here.date() - timedelta(days=1), here.date()):
                first = datetime.combine(day, begin, self.zone)
                last = datetime.combine(
                    day + timedelta(days=1 if end <= begin else 0), end, self.zone
                )
                if first.timestamp() <= now < last.timestamp():
                    return last.timestamp() - now
        return 0.0

    @contextlib.contextmanager
    def _state(self) -> Iterator[dict[str, float]]:
        """What all users of this host know together; written back if it was changed."""
        path = self._path("json")
        with FileLock(self._path("lock"), thread_local=False).acquire(poll_interval=0.002):
            try:
                with open(path, encoding="utf-8") as file:
                    state: dict[str, float] = json.load(file)
            except (FileNotFoundError, ValueError):
                state = {}
            before = dict(state)
            yield state
            if state != before:
                with open(path + "~", "w", encoding="utf-8") as file:
                    json.dump(state, file)
                os.replace(path + "~", path)


class _Free(Pace):
    """No slots and no shared file; its state is its own."""

    def __init__(
        self, *, clock: Callable[[], float], sleep: Callable[[float], None] | None
    ) -> None:
        super().__init__(1, 0.0, host="free", clock=clock, sleep=sleep)
        self._own: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def slot(self, what: str = "page", *, stop: threading.Event | None = None) -> Iterator[None]:
        self.breaker.check()
        if stop is not None and stop.is_set():
            raise Stopped("stopped before the next page")
        self._start(stop)
        with self.meter.page():
            yield

    @contextlib.contextmanager
    def _state(self) -> Iterator[dict[str, float]]:
        with self._lock:
            yield self._own
