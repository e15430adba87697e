from __future__ import annotations

from scrapers.odyssey.reading import REFUSALS, REFUSALS_OF_THE_SILENT, HistorySoFar


def refusals(reading: HistorySoFar, case_number: str, part: str = "financial") -> int:
    """How often the part may be asked for before the case is kept without it."""
    return next(count for count in range(1, 100) if reading.may_miss(case_number, part))


def test_passing_troubles_cost_no_part_of_a_case() -> None:
    assert refusals(HistorySoFar("1"), "C1") == REFUSALS > 3


def test_a_part_that_the_last_case_missed_is_waited_for_less_by_whoever_comes_next() -> None:
    silent: set[str] = set()
    first, second = HistorySoFar("1", silent=silent), HistorySoFar("2", silent=silent)
    assert refusals(first, "C1") == REFUSALS
    first.was_read("C1")
    assert refusals(first, "C2") == REFUSALS_OF_THE_SILENT
    assert refusals(second, "C3") == REFUSALS_OF_THE_SILENT
    assert refusals(second, "C3", "events") == REFUSALS


def test_a_case_that_is_whole_restores_the_patience() -> None:
    reading = HistorySoFar("1")
    refusals(reading, "C1")
    reading.was_read("C1")
    reading.was_read("C2")
    assert refusals(reading, "C3") == REFUSALS
