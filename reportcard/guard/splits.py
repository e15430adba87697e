"""Counts of groups: which cells are hidden, and which others with them.

Readers of a release know the total of a split exactly, every shown cell within its rounding, and
these rules. They could then compute a single hidden cell. So a second one is hidden with it, and
more until the hidden cells together are large enough that each could be anything from 1 to 10.

Which cell is hidden as a further one is decided by the fixed order of the categories, never by
size: a rule by size ("the smallest") would tell that the hidden cell is below every shown one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportcard.guard.cells import THRESHOLD, Cell, Shown, rounded, small


@dataclass(frozen=True)
class Refused:
    """No pattern of hidden cells protects the small ones: make the table coarser or leave it out.
    ``why`` is for the private disclosure file."""

    why: str


@dataclass(frozen=True)
class Decision:
    """What is shown, and for the private disclosure file which cell was hidden by which rule."""

    shown: tuple[Shown, ...]
    rules: tuple[tuple[str, str], ...] = ()


def guard_split(
    cells: Sequence[Cell], *, added: bool = False, threshold: int = THRESHOLD
) -> Decision | Refused:
    """The groups of a whole whose exact total is public, in the fixed order of their categories.

    ``added``: the split says something that the county's own list does not (a court's answer): an
    empty group and a group that holds everybody are hidden too."""
    total = sum(cell.count for cell in cells)
    first = {
        cell.label
        for cell in cells
        if small(cell.count, threshold)
        or (added and cell.count == 0 and total > 0)
        or (added and cell.count == total and total > 0)
    }
    if not first:
        return Decision(tuple(Shown(cell.label, rounded(cell.count)) for cell in cells))
    hidden = set(first)
    candidates = [cell for cell in reversed(cells) if cell.label not in hidden and cell.count > 0]
    while not _room(cells, hidden, threshold):
        if not candidates:
            return Refused("the hidden groups together are too small to protect each other")
        hidden.add(candidates.pop(0).label)
    return Decision(
        tuple(
            Shown(cell.label, None if cell.label in hidden else rounded(cell.count))
            for cell in cells
        ),
        tuple(
            (cell.label, "below the threshold" if cell.label in first else "hidden with another")
            for cell in cells
            if cell.label in hidden
        ),
    )


def guard_answers(
    groups: Sequence[str],
    answers: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    *,
    threshold: int = THRESHOLD,
) -> Decision | Refused:
    """What each group's people were answered (waiting, not waiting, not said): a group is shown
    whole or hidden whole.

    The totals of each answer are public. A group is hidden if any of its answers is below the
    threshold, none or all; then groups are hidden with it until every answer of the hidden ones
    together has room. Labels of what is shown are ``group/answer``."""
    first = {
        group for group in groups if any(counts[group, answer] < threshold for answer in answers)
    }
    hidden = set(first)
    candidates = [group for group in reversed(groups) if group not in hidden]
    while hidden and not all(
        _room([Cell(g, counts[g, answer]) for g in groups], hidden, threshold) for answer in answers
    ):
        if not candidates:
            return Refused("no pattern of hidden groups leaves room for every answer")
        hidden.add(candidates.pop(0))
    return Decision(
        tuple(
            Shown(f"{group}/{answer}", None if group in hidden else rounded(counts[group, answer]))
            for group in groups
            for answer in answers
        ),
        tuple(
            (group, "an answer below the threshold" if group in first else "hidden with another")
            for group in groups
            if group in hidden
        ),
    )


def guard_flow(
    periods: Sequence[Sequence[Cell]], *, threshold: int = THRESHOLD
) -> tuple[Cell, ...] | Refused:
    """Bookings or releases by time: the finest of the offered resolutions (finest first) in which
    no count is below the threshold, all of it or none.

    The number held is public every day, so a hidden day's bookings could be narrowed from the
    change; therefore flows are never shown with holes."""
    for cells in periods:
        if not any(small(cell.count, threshold) for cell in cells):
            return tuple(cells)
    return Refused("bookings or releases are too few in every period")


def _room(cells: Sequence[Cell], hidden: set[str], threshold: int) -> bool:
    """Whether each hidden cell could be anything from 1 to threshold - 1: at least two are hidden,
    and their sum leaves that much for one while every other is at least 1."""
    inside = [cell.count for cell in cells if cell.label in hidden]
    return len(inside) >= 2 and sum(inside) >= (threshold - 1) + (len(inside) - 1)
