"""The people still to do in one half, taken by its workers one after another."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from scrapers.roster import Person

_LOOK = 0.2


class PeopleQueue:
    """First in, first out; ends for everybody when it is closed and empty, or when the crawl
    stops."""

    def __init__(self, stop: threading.Event, people: Iterable[Person] = ()) -> None:
        self._stop = stop
        self._people = deque(people)
        self._closed = False
        self._changed = threading.Condition()

    def put(self, person: Person) -> None:
        """One more to do."""
        with self._changed:
            self._people.append(person)
            self._changed.notify()

    def close(self) -> None:
        """Nobody more will come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def left(self) -> int:
        """How many wait."""
        with self._changed:
            return len(self._people)

    def take(self) -> Person | None:
        """The next one; waits for one to come; None at the end."""
        with self._changed:
            while not self._stop.is_set():
                if self._people:
                    return self._people.popleft()
                if self._closed:
                    return None
                # The stop event cannot wake a condition, so it is looked at now and then.
                self._changed.wait(_LOOK)
        return None
