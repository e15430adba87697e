"""Small groups are hidden, and what is hidden cannot be computed back."""

from __future__ import annotations

import itertools
import random

import pytest

from reportcard.guard import Cell, Decision, Refused, guard_answers, guard_flow, guard_split


def split(**counts: int) -> list[Cell]:
    return [Cell(label, count) for label, count in counts.items()]


def values(decision: Decision | Refused) -> dict[str, int | None]:
    assert isinstance(decision, Decision)
    return {one.label: one.value for one in decision.shown}


def possible(cells: list[Cell], decision: Decision, label: str) -> set[int]:
    """Every value from 1 to 10 that the hidden cell could have, by counting through all worlds: the
    total is known exactly, shown cells within their rounding, hidden cells are at least 1."""
    total = sum(cell.count for cell in cells)
    shown = [one.value for one in decision.shown if one.value is not None]
    others = sum(one.value is None for one in decision.shown) - 1
    found = set()
    for slack in range(-2 * len(shown), 2 * len(shown) + 1):
        left = total - sum(shown) - slack
        found |= {v for v in range(1, 11) if left - v >= others and (others or left == v)}
    assert any(one.label == label and one.value is None for one in decision.shown)
    return found


def test_large_groups_are_shown_rounded_to_five() -> None:
    assert values(guard_split(split(a=23, b=118))) == {"a": 25, "b": 120}


def test_one_small_group_takes_a_second_one_with_it() -> None:
    assert values(guard_split(split(a=203, b=118, c=4))) == {"a": 205, "b": None, "c": None}


def test_the_further_group_is_chosen_by_order_and_not_by_size() -> None:
    assert values(guard_split(split(a=11, b=400, c=4))) == {"a": 10, "b": None, "c": None}


def test_two_tiny_groups_take_a_third_one_with_them() -> None:
    assert values(guard_split(split(a=203, b=118, c=2, d=1)))["b"] is None


def test_an_empty_group_may_be_shown_unless_the_split_adds_something() -> None:
    assert values(guard_split(split(a=40, b=30, c=0)))["c"] == 0
    assert values(guard_split(split(a=40, b=30, c=0), added=True))["c"] is None


def test_everybody_in_one_group_is_hidden_where_the_split_adds_something() -> None:
    assert isinstance(guard_split(split(a=14, b=0), added=True), Decision)
    assert values(guard_split(split(a=14, b=0), added=True)) == {"a": None, "b": None}


def test_a_table_that_cannot_be_protected_is_refused() -> None:
    assert isinstance(guard_split(split(a=3, b=2)), Refused)


@pytest.mark.parametrize("seed", range(200))
def test_every_hidden_group_could_be_anything_from_1_to_10(seed: int) -> None:
    draw = random.Random(seed)
    cells = [
        Cell(str(n), draw.choice([0, 1, 2, 5, 9, 10, 11, 12, 30, 200]))
        for n in range(draw.randint(2, 7))
    ]
    decision = guard_split(cells)
    if isinstance(decision, Refused):
        assert sum(cell.count for cell in cells if cell.count < 11 or len(cells) < 9) > 0
        return
    for cell, one in zip(cells, decision.shown, strict=True):
        if 1 <= cell.count <= 10:
            assert one.value is None
        if one.value is None:
            assert possible(cells, decision, cell.label) == set(range(1, 11))


def test_a_guard_without_a_second_group_would_be_caught() -> None:
    cells = split(a=203, b=118, c=4)
    bare = Decision(
        tuple(
            one if one.label != "b" else type(one)("b", 118)
            for one in guard_split(cells).shown  # type: ignore[union-attr]
        )
    )
    assert possible(cells, bare, "c") != set(range(1, 11))


def test_answers_are_shown_for_a_whole_group_or_not_at_all() -> None:
    counts = {
        (g, a): n
        for (g, a), n in zip(
            itertools.product("xyz", ("yes", "no")), (50, 60, 70, 3, 80, 90), strict=True
        )
    }
    found = values(guard_answers("xyz", ("yes", "no"), counts))
    assert found["x/yes"] == 50
    assert (found["y/yes"], found["y/no"], found["z/yes"]) == (None, None, None)


def test_flows_are_shown_in_the_finest_resolution_without_small_counts() -> None:
    days = split(mon=9, tue=20)
    weeks = split(w1=29)
    assert guard_flow([days, weeks]) == tuple(weeks)
    assert guard_flow([split(mon=12, tue=0)]) == tuple(split(mon=12, tue=0))
    assert isinstance(guard_flow([split(m=3)]), Refused)
