"""Shares, curves, quantiles and sums give no small group away."""

from __future__ import annotations

from reportcard.guard import CurvePoint, guard_curve, guard_quantile, guard_share, guard_sum


def test_a_share_is_whole_percent_of_rounded_counts() -> None:
    assert guard_share(33, 98) == "35%"


def test_a_share_with_few_people_on_one_side_is_only_a_bound() -> None:
    assert guard_share(4, 100) == "< 11%"
    assert guard_share(0, 100) == "< 11%"
    assert guard_share(96, 100) == "> 89%"
    assert guard_share(100, 100) == "> 89%"


def test_a_share_of_few_people_is_not_shown() -> None:
    assert guard_share(5, 21) is None


def test_a_curve_has_only_steps_with_enough_exits_and_enough_who_stay() -> None:
    steps = [(1, 90, 30), (3, 85, 35), (7, 70, 50), (14, 60, 60), (30, 40, 80), (90, 5, 115)]
    assert guard_curve(steps) == (
        CurvePoint(1, 75),
        CurvePoint(7, 58),
        CurvePoint(30, 33),
    )


def test_a_curve_at_other_nights_than_the_fixed_ones_shows_nothing() -> None:
    assert guard_curve([(2, 90, 30)]) is None


def test_a_quantile_needs_enough_people_on_each_side_and_is_rounded() -> None:
    values = list(range(1000, 3300, 100))
    assert guard_quantile(values, 0.5) == 2100
    assert guard_quantile(values[:-1], 0.5) is None
    assert guard_quantile([], 0.5) is None


def test_a_sum_that_one_person_makes_is_not_shown() -> None:
    assert guard_sum([10] * 20) == 200
    assert guard_sum([10] * 20 + [100]) is None
    assert guard_sum([10] * 5) is None
