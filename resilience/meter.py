"""What one session really asked of its host: counted where pages start, so that no other count can
flatter it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class MeterReading:
    """Sums up to now. ``first`` start and ``last`` end are seconds of the clock (None before any).

    ``held`` are the seconds that pages took."""

    starts: int = 0
    first: float | None = None
    last: float | None = None
    held: float = 0.0

    @classmethod
    def of(cls, several: Iterable[MeterReading]) -> MeterReading:
        """Several sessions of one portal together."""
        some = [one for one in several if one.starts]
        return cls(
            starts=sum(one.starts for one in some),
            first=min((one.first for one in some if one.first is not None), default=None),
            last=max((one.last for one in some if one.last is not None), default=None),
            held=sum(one.held for one in some),
        )

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return 0.0 if self.first is None or self.last is None else self.last - self.first

    @property
    def per_minute(self) -> float:
        """Page starts a minute, over that time or over a minute if it was shorter: two starts in a
        tenth of a second are no rate."""
        return self.starts / max(self.seconds, 60.0) * 60

    @property
    def seconds_a_page(self) -> float:
        """How long a page took, in the mean."""
        return self.held / self.starts if self.starts else 0.0


class Meter:
    """Counts the pages of one `resilience.pace.Pace` object, by a clock of its own: that of a pace
    may be another machine's, and may fail. Safe to read while it counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._reading = MeterReading()
        self._lock = threading.Lock()

    @property
    def reading(self) -> MeterReading:
        """The sums up to now."""
        with self._lock:
            return self._reading

    @contextlib.contextmanager
    def page(self) -> Iterator[None]:
        """A page that starts now and takes as long as the block."""
        start = self.clock()
        self._add(1, start)
        try:
            yield
        finally:
            end = self.clock()
            self._add(0, end, held=end - start)

    def _add(self, starts: int, at: float, *, held: float = 0.0) -> None:
        with self._lock:
            old = self._reading
            self._reading = MeterReading(
                starts=old.starts + starts,
                first=at if old.first is None else old.first,
                last=at,
                held=old.held + held,
            )
