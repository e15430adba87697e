"""Cells: a group's true count, and what may be shown of it."""

from __future__ import annotations

from dataclasses import dataclass

THRESHOLD = 11
"""The smallest count of people that is shown. It can be raised, never lowered."""
GROUP_STEP = 5
N_STEP = 10
HIDDEN = "hidden"
"""The one mark of every hidden cell. Cells hidden for their own size and cells hidden to protect
them look the same, so the mark tells nobody which is which."""


@dataclass(frozen=True)
class Cell:
    """A group and how many people are in it. Never leaves the house."""

    label: str
    count: int


@dataclass(frozen=True)
class Shown:
    """What is published of a group: a rounded count, or None for hidden."""

    label: str
    value: int | None

    @property
    def text(self) -> str:
        """As it stands in a table."""
        return HIDDEN if self.value is None else f"{self.value:,}"


def rounded(count: int, step: int = GROUP_STEP) -> int:
    """To the nearest multiple of the step, halves up; integers only."""
    return (2 * count + step) // (2 * step) * step


def small(count: int, threshold: int) -> bool:
    """1 to threshold - 1: too few people to show."""
    return 0 < count < threshold
