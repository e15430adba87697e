"""What one person may cost, so that two levels of retries cannot multiply without bound."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from resilience.faults import Cure, Fault


@dataclass
class Budget:
    """What one person may cost: attempts in all, sign-ins among them, restarts among them, and
    seconds that are lost to faults.

    Time is lost from the beginning of an attempt that fails, or from what it gained last (`renew`),
    to the beginning of the next one: a person with many cases may take long, one whose pages do not
    come may not. ``seconds`` None sets no limit."""

    attempts: int = 5
    sign_ins: int = 2
    restarts: int = 3
    seconds: float | None = 300.0
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    used: dict[str, int] = field(default_factory=dict)
    lost: float = 0.0
    _since: float | None = field(default=None, repr=False)

    def start(self) -> None:
        """The clock runs from the first call."""
        if self._since is None:
            self._since = self.clock()

    def left(self) -> float:
        """Seconds that may still be lost, if all that passes now is."""
        if self.seconds is None:
            return math.inf
        self.start()
        return self.seconds - self.lost - (self.clock() - (self._since or 0.0))

    def spend(self, fault: Fault) -> bool:
        """Takes one more attempt after this fault out of the budget; False if there is none
        left."""
        if fault.cure is Cure.STOP:
            return False
        self.start()
        for name, most, applies in (
            ("attempts", self.attempts - 1, True),
            ("sign_ins", self.sign_ins, fault.cure is Cure.SIGN_IN_AGAIN),
            ("restarts", self.restarts, fault.cure is Cure.RESTART_BROWSER),
        ):
            if applies:
                if self.used.get(name, 0) >= most:
                    return False
                self.used[name] = self.used.get(name, 0) + 1
        now = self.clock()
        self.lost += now - (self._since or now)
        self._since = now
        return self.left() > 0

    def renew(self) -> None:
        """Something was gained for good (a case read and kept): what follows has the whole budget
        again, but for the seconds that were lost."""
        self.used.clear()
        self._since = self.clock()
