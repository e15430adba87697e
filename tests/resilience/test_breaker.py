"""The circuit breaker."""

from __future__ import annotations

import pytest

from resilience import Breaker, faults
from tests.resilience.helpers import Clock


def test_it_opens_after_so_many_failures_in_a_row_and_says_why_and_how_to_go_on() -> None:
    breaker = Breaker("shelby", limit=3, clock=Clock())
    for number in range(3):
        breaker.check()
        breaker.failed(f"Slow: {number}")
    with pytest.raises(
        faults.CircuitOpen,
        match=r"shelby is left alone: 3 failures in a row, the last: Slow: 2.*same command",
    ) as caught:
        breaker.check()
    assert caught.value.reason.startswith("3 failures")


def test_one_success_breaks_the_row() -> None:
    breaker = Breaker(limit=2, clock=Clock())
    breaker.failed("x")
    breaker.worked()
    breaker.failed("x")
    breaker.check()


def test_after_its_rest_one_more_failure_opens_it_again() -> None:
    clock = Clock()
    breaker = Breaker(limit=5, rest=60, clock=clock)
    breaker.trip("a captcha")
    clock.now += 61
    breaker.check()
    breaker.failed("still there")
    with pytest.raises(faults.CircuitOpen):
        breaker.check()
