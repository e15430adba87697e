"""What one session really asked of its host: counted where pages start, so that no other count can flatter it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """Sums up to now. ``first`` start and ``last`` end are Unix seconds (None before any); ``held`` are the seconds that pages
    took, ``waited`` those before them for a slot, the interval, quiet hours or the portal's own wish."""

    starts: int = 0
    first: float | None = None
    last: float | None = None
    held: float = 0.0
    waited: float = 0.0

    @classmethod
    def of(cls, several: Iterable[Reading]) -> Reading:
        """Several sessions of one portal together."""
        some = [one for one in several if one.starts]
        return cls(
            starts=sum(one.starts for one in some),
            first=min((one.first for one in some if one.first is not None), default=None),
            last=max((one.last for one in some if one.last is not None), default=None),
            held=sum(one.held for one in some),
            waited=sum(one.waited for one in some),
        )

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return 0.0 if self.first is None or self.last is None else self.last - self.first

    @property
    def per_minute(self) -> float:
        """Page starts a minute over that time; 0 before there is any."""
        return self.starts / self.seconds * 60 if self.seconds > 0 else 0.0

    @property
    def seconds_a_page(self) -> float:
        """How long a page took, in the mean."""
        return self.held / self.starts if self.starts else 0.0


class Meter:
    """Counts the pages of one `resilience.pace.Pace` object. Safe to read while it counts."""

    def __init__(self) -> None:
        self._reading = Reading()
        self._lock = threading.Lock()

    @property
    def reading(self) -> Reading:
        """The sums up to now."""
        with self._lock:
            return self._reading

    def started(self, at: float, waited: float) -> None:
        """A page starts."""
        with self._lock:
            old = self._reading
            first = at if old.first is None else old.first
            self._reading = Reading(old.starts + 1, first, max(old.last or at, at), old.held, old.waited + waited)

    def ended(self, at: float, held: float) -> None:
        """It is over."""
        with self._lock:
            old = self._reading
            self._reading = Reading(old.starts, old.first, max(old.last or at, at), old.held + held, old.waited)
