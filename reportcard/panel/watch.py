"""Which days were watched: on which of them nobody could leave without our seeing it.

A day is watched if a complete list was read after its end while its releases were still listed.
``keeps_released`` says for how many days that is: the 10th percentile of (last day listed - release
day), measured in the county's own crawls. A list of people in custody only keeps nobody: there a
day is watched if a complete list was read on its morning and on the next, and what is seen is that
somebody left the list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

FEWEST_RELEASES = 10
"""Releases seen to their last listing, below which the county's habit is not measured."""


@dataclass(frozen=True)
class Watch:
    """The watched days as runs ``(first, last)`` of ordinals. ``last`` is the last complete day,
    None where nothing was watched.

    ``keeps`` is the days that released bookings stay listed, 0 for lists of people in custody
    only; ``measured`` the releases that say so."""

    runs: tuple[tuple[int, int], ...]
    keeps: int
    measured: int = 0

    @property
    def first(self) -> int | None:
        """The first watched day."""
        return self.runs[0][0] if self.runs else None

    @property
    def last(self) -> int | None:
        """The last complete day: the newest complete crawl's day minus one."""
        return self.runs[-1][1] if self.runs else None

    @property
    def custody_only(self) -> bool:
        """Whether the list never shows who was released."""
        return self.keeps == 0

    @property
    def days(self) -> int:
        """How many days were watched."""
        return sum(last - first + 1 for first, last in self.runs)

    @property
    def missing(self) -> int:
        """Days between the first and the last watched one that were not."""
        if not self.runs:
            return 0
        return self.runs[-1][1] - self.runs[0][0] + 1 - self.days

    def watched(self, day: int) -> bool:
        """Whether that day was watched."""
        place = bisect_right(self.runs, (day, 1 << 60)) - 1
        return place >= 0 and self.runs[place][0] <= day <= self.runs[place][1]

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The watched runs between two days, both counted."""
        place = max(0, bisect_right(self.runs, (start, 1 << 60)) - 1)
        for first, last in self.runs[place:]:
            if first > end:
                return
            low, high = max(first, start), min(last, end)
            if low <= high:
                yield low, high


def keeps_released(kept: Sequence[int]) -> int:
    """Days that nine of ten releases stay listed, of (last day listed - release day)."""
    if not kept:
        return 0
    ordered = sorted(kept)
    place = max(0, -(-len(ordered) // 10) - 1)
    return max(0, ordered[place])


def watch_of(complete_days: Iterable[int], keeps: int, measured: int = 0) -> Watch:
    """The days watched by complete lists of these days. Watching begins on the first list's own
    day."""
    listed = set(complete_days)
    seen: set[int] = set()
    if not listed:
        return Watch((), keeps, measured)
    first_list = min(listed)
    for day in listed:
        if keeps:
            seen.update(range(max(first_list, day - keeps), day))
        elif day + 1 in listed:
            seen.add(day)
    runs: list[tuple[int, int]] = []
    for day in sorted(seen):
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return Watch(tuple(runs), keeps, measured)
