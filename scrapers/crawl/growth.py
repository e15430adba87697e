"""Whether one more session helps: decided from the pages that really started, a window of them at a
time."""

from __future__ import annotations

from collections.abc import Sequence

from resilience.meter import MeterReading

WARM = 5
"""Pages of the newest session before anything is measured: it has its browser and has signed in by
then."""
PAGES = 10
"""Pages a session in one window, which is at least SECONDS long."""
SECONDS = 2.0
REACHED = 0.85
"""A pace that is used so far is used up: the rest is the grain of a window, and the moments between
two pages."""
WORTH = 1.1
"""What one more session must bring, where no pace says what would be enough."""


class Growth:
    """One half's judgement. ``permitted``: page starts a second that its pace allows, None where
    there is no pace.

    ``why`` is the last judgement, in words; ``settled`` is True when no further session would help.
    """

    def __init__(self, permitted: float | None) -> None:
        self.permitted = permitted
        self.why = ""
        self.settled = False
        self._sessions = 0
        self._from: tuple[float, int] | None = None
        self._before: tuple[int, float] | None = None

    def look(self, readings: Sequence[MeterReading], now: float) -> bool:
        """Whether one more session is wanted; ``readings`` of the sessions that work, the newest
        last, at ``now`` seconds."""
        sessions, starts = len(readings), sum(reading.starts for reading in readings)
        if sessions != self._sessions:
            self._sessions, self._from = sessions, None
        if self.settled or not sessions:
            return False
        if self._from is None:
            if readings[-1].starts < WARM:
                return False
            self._from = (now, starts)
            return self._too_slow(readings)
        seconds, pages = now - self._from[0], starts - self._from[1]
        if seconds < SECONDS or pages < PAGES * sessions:
            return False
        self._from = (now, starts)
        return self._judge(sessions, pages / seconds)

    def _too_slow(self, readings: Sequence[MeterReading]) -> bool:
        """Whether a page takes so long that these sessions cannot use up the pace, however busy
        they are: no window is needed."""
        each, sessions = MeterReading.of(readings).seconds_a_page, len(readings)
        if self.permitted is None or not each or sessions / each >= self.permitted * REACHED:
            return False
        self.why = (
            f"a page took {each:.2f} s, so {_some(sessions)} could reach {60 * sessions / each:.0f} pages a minute of "
            f"{self.permitted * 60:.0f} permitted"
        )
        return True

    def _judge(self, sessions: int, rate: float) -> bool:
        told = f"{_some(sessions)} reached {rate * 60:.0f} pages a minute"
        if self.permitted is not None:
            self.why = f"{told} of {self.permitted * 60:.0f} permitted"
            return rate < self.permitted * REACHED
        before, self._before = self._before, (sessions, rate)
        if before is not None and before[0] == sessions - 1 and rate < before[1] * WORTH:
            self.settled = True
            self.why = f"{told}, {_some(sessions - 1)} had reached {before[1] * 60:.0f}: more would not help"
            return False
        self.why = told
        return True


def _some(sessions: int) -> str:
    return f"{sessions} session{'s' if sessions != 1 else ''}"
