"""A county's measures as they may leave the house."""

from __future__ import annotations

import datetime as dt

import pytest

from reportcard.guard.release import Public, guard_measures
from reportcard.measures.measure import Measure

DAY = dt.date(2026, 1, 31)


def people(name: str, part: str, value: int, n: int, group: str = "", by: str = "") -> Measure:
    return Measure(name, part, "people", value, n=n, as_of=DAY, by=by, group=group)


def held(total: int, **groups: int) -> list[Measure]:
    return [
        people("held", "people", total, total),
        *(people("held", "people", n, n, group, "race") for group, n in groups.items()),
    ]


def by_group(numbers: tuple[Public, ...]) -> dict[str, float | None]:
    return {one.group: one.value for one in numbers if one.by}


def test_the_total_is_exact_and_groups_are_rounded_to_five() -> None:
    guarded = guard_measures(held(312, a=203, b=109))
    assert guarded.numbers[0].value == 312
    assert by_group(guarded.numbers) == {"a": 205, "b": 110}


def test_a_small_group_and_another_with_it_are_hidden() -> None:
    guarded = guard_measures(held(312, a=203, b=105, c=4))
    assert by_group(guarded.numbers) == {"a": 205, "b": None, "c": None}
    assert {one.text for one in guarded.numbers if one.suppressed} == {"hidden"}
    assert len(guarded.disclosed) == 2


def test_a_share_whose_count_is_hidden_is_hidden_too() -> None:
    measures = [
        people("held", "people", 312, 312),
        *(
            one
            for group, n in (("a", 160), ("b", 148), ("c", 4))
            for one in (
                people("held_so_far", "at_least_500", n, 104, group, "race"),
                Measure("held_so_far", "share_at_least_500", "share", n / 200, n=104, as_of=DAY,
                        by="race", group=group),
            )
        ),
    ]  # fmt: skip
    shown = {(o.group, o.part): o.value for o in guard_measures(measures).numbers if o.by}
    assert shown["c", "share_at_least_500"] is None
    assert shown["b", "share_at_least_500"] is None
    assert shown["a", "share_at_least_500"] is not None


def test_under_a_hundred_people_there_are_totals_only_rounded() -> None:
    guarded = guard_measures(held(87, a=50, b=37))
    assert (guarded.scope, by_group(guarded.numbers)) == ("totals", {})
    assert guarded.numbers[0].value == 85


def test_under_thirty_people_there_is_the_number_held_alone() -> None:
    more = [people("awaiting_trial", "people", 12, 22)]
    guarded = guard_measures(held(22, a=12, b=10) + more)
    assert (guarded.scope, [o.name for o in guarded.numbers]) == ("few", ["held"])


def test_an_answer_of_the_court_with_few_people_hides_a_second_one() -> None:
    measures = [
        people("held", "people", 300, 300),
        people("awaiting_trial", "people", 4, 300),
        people("awaiting_trial", "not_waiting", 150, 300),
        people("awaiting_trial", "unknown", 146, 300),
    ]
    shown = {o.part: o.value for o in guard_measures(measures).numbers if o.name != "held"}
    assert shown == {"people": None, "not_waiting": 150, "unknown": None}


def test_history_in_court_is_never_told_by_race() -> None:
    measures = [
        people("held", "people", 300, 300),
        people("court_history", "cases_0", 150, 300, "a", "race"),
        people("court_history", "cases_0", 150, 300, "b", "race"),
    ]
    assert {o.name for o in guard_measures(measures).numbers} == {"held"}


def test_a_curve_shows_no_step_with_few_exits() -> None:
    def step(part: str, value: float) -> Measure:
        return Measure("stay", part, "share", value, n=400, as_of=DAY)

    measures = [*held(300), step("over_0", 0.8), step("over_1", 0.79), step("over_3", 0.5)]
    shown = {o.part: o.value for o in guard_measures(measures).numbers if o.name == "stay"}
    assert shown == {"over_0": 0.8, "over_1": None, "over_3": 0.5}


def test_the_threshold_is_never_lowered() -> None:
    with pytest.raises(ValueError, match="never lowered"):
        guard_measures(held(300), threshold=5)


def test_days_of_bookings_and_releases_are_shown_all_or_not_at_all() -> None:
    def days(bookings: list[int]) -> list[float | None]:
        measures = [
            *held(300),
            *(
                Measure("flow", part, "bookings", n, n=n, as_of=DAY, day=DAY - dt.timedelta(days=k))
                for part, counts in (("bookings", bookings), ("releases", [20, 30]))
                for k, n in enumerate(counts)
            ),
        ]
        return [o.value for o in guard_measures(measures).numbers if o.name == "flow"]

    assert days([25, 40]) == [25, 40, 20, 30]
    assert days([25, 4]) == [None, None, None, None]
