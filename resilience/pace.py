"""The budget of one portal host: how many pages at once, how soon after each other, and when not at
all.

Slots are operating-system locks in one folder, so threads and processes of a machine share them and
a killed holder frees its own. Times are Unix seconds, durations seconds."""

from __future__ import annotations

import contextlib
import json
import logging
import math
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
from resilience.faults import AskedToWait, Fault, Stopped
from resilience.meter import Meter
from resilience.private import private_folder

_PIECE = 0.5
LOOK_AGAIN = 0.02
"""Seconds after which somebody who found no free slot looks again."""
_INSTANT = 1e-6
_SLOWEST = 16.0
_FINE_PAGES = 10
_FIRST_WAIT = 1.0
_LONGEST_ASKED = 86_400.0
"""The longest wait that a portal can ask for, in seconds; what it asks beyond is taken as this."""
_TOLD_FROM = 5.0
"""Waits shorter than so many seconds are not told."""
_LOG = logging.getLogger(__name__)

Quiet = tuple[clock_time, clock_time]


class Slot(Protocol):
    """What is held while a page is asked for."""

    def check(self) -> None:
        """Raises a Fault if the slot is no longer ours."""

    def release(self) -> None:
        """Gives it back."""


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


async def nap_async(seconds: float, *, stop: threading.Event | None = None) -> None:
    """As `nap`, for coroutines: others of the same loop go on meanwhile."""
    import asyncio

    while seconds > 0 and not (stop is not None and stop.is_set()):
        await asyncio.sleep(min(seconds, _PIECE))
        seconds -= _PIECE
    if stop is not None and stop.is_set():
        raise Stopped("stopped while waiting")


class Pace:
    """Politeness towards one host, shared by everybody on this machine who uses the same ``host``
    and ``folder``.

    ``pages_at_once`` slots; page starts at least ``seconds_between_starts`` apart; ``quiet`` are
    hours (from, to) in ``zone`` in which nothing starts. After `busy` starts are up to 16 times
    further apart; ten fine pages halve that again. ``longest_wait`` is the longest that is waited
    because a portal asked for it; beyond, `AskedToWait` is raised instead. ``tell`` is given a
    sentence for a person when a wait of some length begins. ``meter`` counts what was asked through
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
        tell: Callable[[str], None] = _LOG.warning,
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
        self.tell = tell
        self._told_until = 0.0
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

    @contextlib.contextmanager
    def slot(self, what: str = "page", *, stop: threading.Event | None = None) -> Iterator[Slot]:
        """One page: waits for a free slot, the interval, the portal's own wish and quiet hours,
        then holds the slot.

        Raises `Stopped`, `CircuitOpen` if the breaker is open, or `AskedToWait` if the portal asked
        for a longer wait than ``longest_wait``.
        """
        self.breaker.check()
        slot = self._take(stop)
        try:
            self._start(stop)
            with self.meter.page():
                yield slot
        finally:
            slot.release()

    def busy(self, retry_after: float | None = None) -> float:
        """The portal said that it is busy: everybody slows down. Gives the seconds until the next
        start may be."""
        with self._state() as state:
            now = self._anchored(state)
            if now >= state.get("busy_until_counted", 0.0):
                state["factor"] = min(_SLOWEST, state.get("factor", 1.0) * 2)
                state["busy_until_counted"] = now + 1.0
            state["fine"] = 0
            wait = (
                min(retry_after, _LONGEST_ASKED)
                if retry_after is not None
                else _FIRST_WAIT * state["factor"] * (0.75 + self._chance() / 2)
            )
            state["not_before"] = max(state.get("not_before", 0.0), now + wait)
            state["asked_at"] = now
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

    def wait_out(
        self, fault: Fault, *, stop: threading.Event | None = None, patience: float = math.inf
    ) -> None:
        """Waits until the portal may be asked again; raises the fault again if that is longer than
        ``longest_wait`` or the caller's ``patience``, in seconds."""
        with self._state() as state:
            now = self._anchored(state)
            wait = state.get("not_before", 0.0) - now
        if wait > min(self.longest_wait, patience):
            raise fault
        self._tell_of(wait, now, "the portal asked for it")
        self.nap(wait, stop=stop)

    def nap(self, seconds: float, *, stop: threading.Event | None = None) -> None:
        """Waits so long, with this pace's own clock; raises `Stopped` soon after ``stop`` is
        set."""
        nap(seconds, stop=stop, sleep=self._sleep)

    async def nap_async(self, seconds: float, *, stop: threading.Event | None = None) -> None:
        """As `nap`, for coroutines."""
        if self._sleep is not None:
            self.nap(seconds, stop=stop)
        else:
            await nap_async(seconds, stop=stop)

    @property
    def factor(self) -> float:
        """How many times slower than permitted we go now, because the portal was busy; 1.0 is full
        pace."""
        with self._state() as state:
            return float(state.get("factor", 1.0))

    # -- how

    def _path(self, ending: str) -> str:
        # Made anew each time: a crawl outlives a cleaner of temporary places.
        if self._folder is None:
            folder = private_folder("cj-pace")
        else:
            os.makedirs(folder := self._folder, mode=0o700, exist_ok=True)
        return os.path.join(folder, f"{re.sub(r'[^A-Za-z0-9.-]', '_', self.host)}.{ending}")

    def _take(self, stop: threading.Event | None) -> Slot:
        locks = [
            FileLock(self._path(f"slot-{number}"), thread_local=False)
            for number in range(self.pages_at_once)
        ]
        while True:
            for lock in locks:
                with contextlib.suppress(Taken):
                    lock.acquire(blocking=False)
                    return _LockSlot(lock)
            self.nap(LOOK_AGAIN, stop=stop)

    def _start(self, stop: threading.Event | None) -> None:
        """Returns when a page may start now, and has it written down that it did."""
        while (wait := self._begin()) > 0:
            self.nap(wait, stop=stop)

    def _begin(self) -> float:
        with self._state() as state:
            now = self._anchored(state)
            interval = self.seconds_between_starts * state.get("factor", 1.0)
            apart = state.get("last_start", 0.0) + interval - now
            asked = state.get("not_before", 0.0) - now
            quiet = self.quiet_for(now)
            wait = max(apart, asked, quiet)
            if wait <= _INSTANT:
                state["last_start"] = now
                return 0.0
        if asked > self.longest_wait:
            raise AskedToWait(
                f"{self.host} asked to be left alone until {self._clock_time(now + asked, now)}, "
                f"longer than the {self.longest_wait / 60:.0f} min that are waited for it",
                retry_after=asked,
            )
        self._tell_of(
            wait, now, "of its quiet hours" if quiet >= wait else "the portal asked for it"
        )
        return wait

    def _tell_of(self, wait: float, now: float, reason: str) -> None:
        """Tells a person of a wait, once, however many wait for it through this object."""
        until = now + wait
        if wait < _TOLD_FROM or abs(until - self._told_until) < _TOLD_FROM:
            return
        self._told_until = until
        self.tell(f"{self.host}: waiting until {self._clock_time(until, now)} because {reason}")

    def _clock_time(self, moment: float, now: float) -> str:
        when, today = (datetime.fromtimestamp(one, self.zone) for one in (moment, now))
        form = "%H:%M" if when.date() == today.date() else "%Y-%m-%d %H:%M"
        return f"{when:{form}} ({self.zone.key})"

    def _anchored(self, state: dict[str, float]) -> float:
        """Now, in the state's own time: where the clock was set back since, all its marks are set
        back as well. Else a wait of a minute would take as long as the clock was set back."""
        now = self._clock()
        seen = max(state.get("last_start", 0.0), state.get("asked_at", 0.0))
        if seen > now:
            for mark in ("last_start", "asked_at", "not_before", "busy_until_counted"):
                if mark in state:
                    state[mark] -= seen - now
        # What is in a file of an older version, or of somebody else, is bounded too.
        if state.get("not_before", 0.0) > now + _LONGEST_ASKED:
            state["not_before"] = now + _LONGEST_ASKED
        return now

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
                    state = state_of(file.read())
            except (FileNotFoundError, UnicodeDecodeError):
                state = {}
            before = dict(state)
            yield state
            if state != before:
                with open(path + "~", "w", encoding="utf-8") as file:
                    json.dump(state, file)
                os.replace(path + "~", path)


def state_of(text: str | bytes) -> dict[str, float]:
    """What was written of a pace; nothing where that is no longer readable."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {
        name: float(value)
        for name, value in told.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


class _LockSlot:
    """A slot that is an operating-system lock. A child that was forked has a copy of the lock and
    must not give the parent's away."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock
        self._pid = os.getpid()

    def check(self) -> None:
        pass  # held until its holder ends

    def release(self) -> None:
        if self._pid == os.getpid():
            self._lock.release()


class _NoSlot:
    def check(self) -> None:
        pass

    def release(self) -> None:
        pass


class _Free(Pace):
    """No slots and no shared file; its state is its own."""

    def __init__(
        self, *, clock: Callable[[], float], sleep: Callable[[float], None] | None
    ) -> None:
        super().__init__(1, 0.0, host="free", clock=clock, sleep=sleep)
        self._own: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def slot(self, what: str = "page", *, stop: threading.Event | None = None) -> Iterator[Slot]:
        self.breaker.check()
        if stop is not None and stop.is_set():
            raise Stopped("stopped before the next page")
        self._start(stop)
        with self.meter.page():
            yield _NoSlot()

    @contextlib.contextmanager
    def _state(self) -> Iterator[dict[str, float]]:
        with self._lock:
            yield self._own
