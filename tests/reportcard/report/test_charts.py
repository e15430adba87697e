"""Charts place what they are given: steps stay steps, gaps stay gaps, shares add up."""

from __future__ import annotations

import datetime as dt

import pytest

from reportcard.report import charts
from reportcard.report.charts import Step

DAY = dt.date(2026, 1, 5)


def corners(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, _, y in (p.partition(",") for p in points.split())]


def test_a_curve_is_a_step_line_that_falls_only_at_its_steps() -> None:
    drawn = charts.curve("t", "d", [Step(0, 0.8), Step(3, 0.4), Step(30, 0.1)])
    found = corners(drawn.line)
    assert found[0] == (0.0, pytest.approx(200.0))
    assert found[1][1] == pytest.approx(200.0)
    assert found[1][0] == found[2][0]
    assert found[-1] == (pytest.approx(1000.0), pytest.approx(900.0))


def test_a_band_goes_along_the_upper_limits_and_back_along_the_lower() -> None:
    drawn = charts.curve("t", "d", [Step(0, 0.5, 0.4, 0.6), Step(9, 0.2, 0.1, 0.3)])
    heights = [y for _, y in corners(drawn.band)]
    assert heights == [400.0, 400.0, 700.0, 900.0, 600.0, 600.0]


def test_days_without_data_are_a_gap_and_no_line_crosses_it() -> None:
    values = [5.0, 6.0, None, None, 8.0, None, 9.0, 9.0]
    drawn = charts.days(
        "t", "d", [(DAY + dt.timedelta(days=n), value) for n, value in enumerate(values)]
    )
    assert len(drawn.lines) == 2
    assert len(drawn.dots) == 1
    assert [(round(a), round(w)) for a, w in drawn.gaps] == [(14, 43), (57, 29)]


def test_a_gap_at_the_end_reaches_the_last_day() -> None:
    drawn = charts.days("t", "d", [(DAY, 4.0), (DAY + dt.timedelta(days=1), None)])
    assert drawn.gaps == ((0.0, 100.0),)


def test_the_longest_bar_is_full_and_the_others_are_in_proportion() -> None:
    rows = charts.bars([("a", "50", 50, 40, 100), ("b", "25", 25, None, None)])
    assert [(r.width, r.low, r.high) for r in rows] == [(50, 40, 100), (25, None, None)]


def test_stacked_parts_add_up_to_the_whole() -> None:
    parts = charts.stacked([("yes", "a", 3, "3"), ("no", "b", 1, "1")])
    assert [p.share for p in parts] == [75, 25]


def test_areas_stand_on_each_other() -> None:
    low, high = charts.areas([("k1", "a", [(0, 0.2)]), ("k2", "b", [(0, 0.3), (3, 0.5)])], 30)
    assert min(y for _, y in corners(low.points)) == pytest.approx(800.0)
    assert min(y for _, y in corners(high.points)) == pytest.approx(300.0)
    assert high.share == "50"


@pytest.mark.parametrize(("low", "high"), [(0, 3), (11, 14), (2790, 2960), (5, 5), (99_999, 1e5)])
def test_an_axis_has_round_ticks_around_its_values(low: float, high: float) -> None:
    bottom, top, ticks = charts._nice(low, high)
    assert bottom <= low
    assert top >= high
    assert top > bottom
    assert 2 <= len(ticks) <= 8
    assert all(tick == int(tick) for tick in ticks)
