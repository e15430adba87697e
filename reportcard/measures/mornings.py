"""What the pages show from morning to morning: spells until something was first seen on a page.

Time is counted in mornings after an origin: what a page shows on the morning of day D happened
before it. A morning is *dated* if all pages were read on it and on the one before (or it is the
first after the origin): only then is it known that what is new is new. Other mornings are cut out
for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from reportcard.measures.survival import Spell
from reportcard.panel.model import Panel
from reportcard.panel.watch import Watch


@dataclass
class Mornings:
    """The mornings on which all pages of the list were read."""

    panel: Panel

    @cached_property
    def read(self) -> frozenset[int]:
        return frozenset(
            self.panel.crawls[place].day.toordinal()
            for place in self.panel.complete
            if self.panel.crawls[place].state != "unfinished"
        )

    @cached_property
    def dated(self) -> Watch:
        runs: list[tuple[int, int]] = []
        for day in sorted(day for day in self.read if day - 1 in self.read):
            if runs and runs[-1][1] == day - 1:
                runs[-1] = (runs[-1][0], day)
            else:
                runs.append((day, day))
        return Watch(tuple(runs), 1)

    @property
    def first(self) -> int | None:
        """The first morning with pages."""
        return min(self.read, default=None)

    def spells(
        self, person: str, origin: int, enter: int, end: int, event: str | None
    ) -> Iterator[Spell]:
        """From morning ``enter`` to morning ``end``, on which ``event`` was first seen (None:
        nothing was)."""
        if enter == origin + 1 and enter in self.read and not self.dated.watched(enter):
            yield Spell(person, 1, 1, event if end == enter else None)
        for low, high in self.dated.within(enter, end):
            happened = event if high == end else None
            yield Spell(person, low - origin, high - origin, happened)
