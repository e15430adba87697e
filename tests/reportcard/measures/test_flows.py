from __future__ import annotations

import random

import pytest

from reportcard.measures.flows import expected_stay, expected_stay_limits


def test_the_expected_stay_is_population_over_bookings() -> None:
    assert expected_stay([300] * 10, [10] * 10) == 30
    assert expected_stay([5], [0]) is None


def test_limits_need_120_days_and_are_always_the_same() -> None:
    rng = random.Random(1)
    held = [300 + rng.randrange(20) for _ in range(180)]
    booked = [rng.randrange(5, 15) for _ in range(180)]
    assert expected_stay_limits(held[:119], booked[:119]) is None
    limits = expected_stay_limits(held, booked)
    assert limits == expected_stay_limits(held, booked)
    value = expected_stay(held, booked)
    assert limits is not None
    assert value is not None
    assert limits[0] < value < limits[1]


def test_neighboring_days_that_are_alike_widen_the_limits() -> None:
    held = [300 + 100 * (day // 30 % 2) for day in range(240)]
    booked = [10] * 240
    by_days = expected_stay_limits(held, booked, block=1)
    by_blocks = expected_stay_limits(held, booked)
    assert by_days is not None
    assert by_blocks is not None
    assert by_blocks[1] - by_blocks[0] > 2 * (by_days[1] - by_days[0])
    assert by_days[0] == pytest.approx(35, abs=1)
