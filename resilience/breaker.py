"""A circuit breaker that says why it opened and how to go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from resilience.faults import CircuitOpen


class Breaker:
    """Opens after ``limit`` failures in a row, or at once by `trip`; lets one try through after
    ``rest`` seconds.

    What counts as a failure is the caller's: a crawl counts people. The breaker of a `Pace` is also
    tripped by a session that met a block page. Safe to share between threads."""

    def __init__(
        self,
        name: str = "portal",
        *,
        limit: int = 10,
        rest: float = 300.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.limit = limit
        self.rest = rest
        self.in_a_row = 0
        self.reason: str | None = None
        self._opened = 0.0
        self._clock = clock
        self._lock = threading.Lock()

    def failed(self, reason: str) -> None:
        """One more failure; the ``limit``-th in a row opens the breaker with this reason."""
        with self._lock:
            self.in_a_row += 1
            if self.in_a_row >= self.limit:
                self._open(f"{self.in_a_row} failures in a row, the last: {reason}")

    def trip(self, reason: str) -> None:
        """Opens the breaker at once: a block page or a captcha does not need a second proof."""
        with self._lock:
            self._open(reason)

    def worked(self) -> None:
        """Something came as it should: the row is broken and the breaker closed."""
        with self._lock:
            self.in_a_row = 0
            self.reason = None

    reset = worked

    def check(self) -> None:
        """Raises `CircuitOpen` while the breaker is open; after its rest one more failure opens it
        again."""
        with self._lock:
            if self.reason is None:
                return
            left = self._opened + self.rest - self._clock()
            if left <= 0:
                self.reason = None
                self.in_a_row = self.limit - 1
                return
            raise CircuitOpen(
                f"{self.name} is left alone: "
                f"{self.reason}. Open the portal in your own browser; when it works, "
                f"run the same command again to go on from here (or wait {left:.0f} s)",
                reason=self.reason,
            )

    def _open(self, reason: str) -> None:
        if self.reason is None:
            self.reason = reason
            self._opened = self._clock()
