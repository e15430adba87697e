"""What went wrong in one session: every raw failure becomes a named fault that is counted once."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator

from selenium.common.exceptions import WebDriverException
from urllib3.exceptions import HTTPError

from resilience import faults
from resilience.faults import Fault


class FaultLog:
    """Names and counts faults. ``heard`` is told of each once; ``stop`` goes before all."""

    def __init__(
        self, stop: threading.Event, *, heard: Callable[[Fault], None] = lambda fault: None
    ) -> None:
        self.stop = stop
        self.statistics: Counter[str] = Counter()
        self.cures: Counter[str] = Counter()
        self._heard = heard

    def check(self) -> None:
        """Raises `Stopped` if somebody asked us to stop."""
        if self.stop.is_set():
            raise faults.Stopped("stopped on request")

    def note(self, fault: Fault) -> Fault:
        """Counts a fault once, however often it is noted; gives it back."""
        if not fault.counted:
            fault.counted = True
            self.statistics[fault.name] += 1
            self._heard(fault)
        return fault

    @property
    def uncured(self) -> Counter[str]:
        """The faults that were met and not cured, by name."""
        return self.statistics - self.cures

    def cured_since(self, uncured: Counter[str]) -> None:
        """All faults that were met since ``uncured`` was taken are cured: what was tried again
        worked."""
        self.cures.update(self.statistics - self.cures - uncured)

    @contextlib.contextmanager
    def named(self, what: str) -> Iterator[None]:
        """Everything raw that happens inside becomes a named and counted fault."""
        self.check()
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
            found = faults.of(error)
            if found is None:
                raise
            found.url = found.url or what
            raise self.note(found) from error
