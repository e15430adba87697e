"""Naming what goes wrong: everything raw that happens in a session becomes a named fault that is
counted once."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator

from selenium.common.exceptions import NoSuchWindowException, WebDriverException
from urllib3.exceptions import HTTPError

from resilience import faults
from resilience.faults import Cure, Fault
from resilience.pace import Pace


class Naming:
    """The half of a `Session` that names and counts faults; ``pace`` hears of a busy portal,
    ``stop`` goes before all."""

    def __init__(self, pace: Pace, stop: threading.Event) -> None:
        self.pace = pace
        self.stop = stop
        self.statistics: Counter[str] = Counter()

    def note(self, fault: Fault) -> Fault:
        """Counts a fault once, however often it is noted; gives it back.

        The pace hears of a busy portal at once, and a block page opens its breaker for everybody.
        """
        if fault.counted:
            return fault
        fault.counted = True
        self.statistics[fault.name] += 1
        if fault.cure is Cure.WAIT:
            self.pace.busy(fault.retry_after if isinstance(fault, faults.Busy) else None)
        elif isinstance(fault, faults.Blocked):
            self.pace.breaker.trip(f"{fault.name}: {fault}")
        return fault

    @contextlib.contextmanager
    def _named(self, what: str) -> Iterator[None]:
        """Everything raw that happens inside becomes a named and counted fault."""
        self._check_stop()
        try:
            yield
        except Fault as fault:
            if fault.url is None:
                fault.url = what
            if self.stop.is_set() and not isinstance(fault, faults.Stopped):
                raise faults.Stopped("stopped on request", url=what) from fault
            self.note(fault)
            raise
        except (WebDriverException, HTTPError, OSError) as error:
            if self.stop.is_set():
                raise faults.Stopped("stopped on request", url=what) from error
            if isinstance(error, NoSuchWindowException):
                self._window_gone()
            found = faults.of(error)
            if found is None:
                raise
            found.url = found.url or what
            raise self.note(found) from error

    def _window_gone(self) -> None:
        """Somebody closed the window that was read."""

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise faults.Stopped("stopped on request")
