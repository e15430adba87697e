"""Bookings whose pages are read while the list is still being scanned, held until it is known who
is on the roster."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from resilience.faults import Fault
from scrapers.jail.parse import Detail
from scrapers.jail.roster import RosterRow, key_of
from scrapers.record import Seen

HELD_AT_MOST = 500
"""Bookings that are held at once, of a crawl: 23 kB each with the practice pages (10 kB of text;
measured), 12 MB in all."""
_LOOK = 0.2


@dataclass(frozen=True)
class Read:
    """A booking's page as read, with every version of it."""

    detail: Detail
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class HeldBooking:
    """A booking that was asked for ahead of the roster.

    ``row`` is the one it was asked for, ``read`` what came (None: ``fault`` came instead, and it is
    to be read in the ordinary way), ``met`` the faults met on the way, cured or not, ``at`` when it
    came."""

    row: RosterRow
    read: Read | None
    met: Counter[str] = field(default_factory=Counter)
    at: dt.datetime | None = None
    fault: Fault | None = None


class Ahead:
    """Which bookings to read ahead, and what came. Safe to share between the scan and those who
    read.

    ``wanted`` says whether the person of that key is asked about at all. At most ``most`` bookings
    are held or being read: who would read more waits until some are taken. A booking is given out
    only for exactly the row it was read for; what was read for a row that is on the roster no
    longer, or not as it was, is thrown away and counted."""

    def __init__(
        self,
        stop: threading.Event,
        *,
        wanted: Callable[[str], bool] = lambda key: True,
        most: int = HELD_AT_MOST,
    ) -> None:
        self.thrown_away = 0
        self.used = 0
        self._stop = stop
        self._wanted = wanted
        self._most = most
        self._rows: dict[str, RosterRow] = {}
        """The newest row of every booking that is to be read or was."""
        self._waiting: deque[RosterRow] = deque()
        self._reading: set[str] = set()
        self._held: dict[str, HeldBooking] = {}
        self._closed = False
        self._changed = threading.Condition()

    # --- for the scan -----------------------------------------------------------------------------------

    def seen(self, rows: Iterable[RosterRow]) -> None:
        """These rows stand on a page of the list. A row that was seen before, and is as it was, is
        not read again."""
        with self._changed:
            for row in rows:
                number = row.booking_number
                if self._closed or self._rows.get(number) == row or not self._wanted(key_of(row)):
                    continue
                self._rows[number] = row
                self._throw_away(number)
                if number not in self._reading:  # else `put` sees to it
                    self._waiting.append(row)
            self._changed.notify_all()

    def settle(self, rows: Iterable[RosterRow]) -> None:
        """These rows are the roster: everything else is thrown away, and no longer to be read."""
        with self._changed:
            self._rows = {
                row.booking_number: row for row in rows if self._rows.get(row.booking_number) == row
            }
            for number in [
                number for number, held in self._held.items() if not self._is_of(held.row)
            ]:
                self._throw_away(number)
            self._waiting = deque(row for row in self._waiting if self._is_of(row))
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more is read ahead from now on; who reads may finish the booking in hand."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._rows = {
                number: row for number, row in self._rows.items() if number in self._reading
            }
            self._changed.notify_all()

    @property
    def left(self) -> int:
        """How many bookings wait to be read and may be held; 0 after a stop."""
        with self._changed:
            return 0 if self._stop.is_set() else min(len(self._waiting), self._room)

    @property
    def closed(self) -> bool:
        """Whether nothing more is read ahead."""
        with self._changed:
            return self._closed

    # --- for those who read -----------------------------------------------------------------------------

    def take(self) -> RosterRow | None:
        """The next row to read; waits for one, and for room; None when nothing more is read ahead.
        `put` must follow."""
        with self._changed:
            while not self._closed and not self._stop.is_set():
                while self._waiting and self._room > 0:
                    row = self._waiting.popleft()
                    if self._is_of(row):
                        self._reading.add(row.booking_number)
                        return row
                # The stop event cannot wake a condition, so it is looked at now and then.
                self._changed.wait(_LOOK)
        return None

    def wait(self) -> None:
        """Returns when nothing more is read ahead."""
        with self._changed:
            while not self._closed and not self._stop.is_set():
                self._changed.wait(_LOOK)

    def put(self, held: HeldBooking) -> None:
        """What came for the row that was taken."""
        with self._changed:
            number = held.row.booking_number
            self._reading.discard(number)
            if self._is_of(held.row):
                self._held[number] = held
            elif held.read is not None:
                self.thrown_away += 1
            now = self._rows.get(number)
            if now is not None and now != held.row and not self._closed:
                self._waiting.append(now)  # it changed while it was read
            if self._closed:
                self._rows.pop(number, None)
            self._changed.notify_all()

    # --- for the person's file --------------------------------------------------------------------------

    def of(self, row: RosterRow) -> HeldBooking | None:
        """What came for exactly this row, given out once; waits for somebody who is reading it.
        None: nobody has asked for it."""
        with self._changed:
            while row.booking_number in self._reading and not self._stop.is_set():
                self._changed.wait(_LOOK)
            held = self._held.get(row.booking_number)
            if held is None:
                return None
            if held.row != row:
                self._throw_away(row.booking_number)
                return None
            del self._held[row.booking_number]
            self.used += held.read is not None
            self._changed.notify_all()
            return held

    # --- inside -----------------------------------------------------------------------------------------

    @property
    def _room(self) -> int:
        return self._most - len(self._held) - len(self._reading)

    def _is_of(self, row: RosterRow) -> bool:
        return self._rows.get(row.booking_number) == row

    def _throw_away(self, number: str) -> None:
        held = self._held.pop(number, None)
        if held is not None and held.read is not None:
            self.thrown_away += 1
