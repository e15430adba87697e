from __future__ import annotations

from pathlib import Path

import pytest

from resilience import Pace
from resilience.meter import Meter, MeterReading
from tests.resilience.helpers import Clock


def test_a_pace_counts_page_starts_how_long_pages_took(tmp_path: Path) -> None:
    clock = Clock()
    pace = Pace(1, 2.0, folder=str(tmp_path), clock=clock, sleep=clock.sleep)
    pace.meter = Meter(clock)
    for _ in range(3):
        with pace.slot():
            clock.sleep(0.5)
    reading = pace.meter.reading
    assert reading.starts == 3
    assert reading.held == pytest.approx(1.5)
    assert reading.seconds == pytest.approx(4.5)
    assert reading.per_minute == pytest.approx(3)
    assert reading.seconds_a_page == pytest.approx(0.5)


def test_a_page_that_fails_was_asked_for_too() -> None:
    pace = Pace.free()
    with pytest.raises(ZeroDivisionError), pace.slot():
        raise ZeroDivisionError
    assert pace.meter.reading.starts == 1


def test_sessions_of_one_portal_are_added_over_the_time_of_all() -> None:
    some = [
        MeterReading(4, 10.0, 20.0, 1.0),
        MeterReading(),
        MeterReading(6, 15.0, 30.0, 2.0),
    ]
    assert MeterReading.of(some) == MeterReading(10, 10.0, 30.0, 3.0)
    assert MeterReading.of([]) == MeterReading()
    assert MeterReading().per_minute == MeterReading().seconds_a_page == 0.0
