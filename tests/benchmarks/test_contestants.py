"""Contestants do the same job: the same cases and charges are read by each, and the portal says how
long it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.parts import court
from benchmarks.parts.child import Child, job_of

PEOPLE = 4


@pytest.mark.browser
def test_scrapy_and_the_http_mode_read_the_same_of_the_same_people(tmp_path: Path) -> None:
    log, read = tmp_path / "requests.jsonl", {}
    with court.portal(0.0, log) as ready:
        some = court.people()[:PEOPLE]
        for program in ("ours.py", "scrapy_court.py"):
            child = Child([str(court.HERE / program)], job_of(ready, some, fetch_mode="http"))
            try:
                run = child.go(PEOPLE)
            finally:
                child.close()
            read[program] = (run["cases"], run["charges"])
    assert read["ours.py"] == read["scrapy_court.py"]
    assert read["ours.py"][0] == court.CASES * PEOPLE
    assert all(one.ended >= one.began for one in court._answers(log))


def _answers(*of: tuple[str | None, float, float]) -> list[court.Span]:
    return [court.Span(began, ended, person) for person, began, ended in of]


def test_the_share_of_one_session_is_what_it_waited_from_its_first_request_to_its_last_answer() -> (
    None
):
    some = _answers(("a", 0.0, 4.0), ("a", 5.0, 9.0), ("b", 10.0, 10.5))
    assert court.share(some, 1) == pytest.approx(8.5 / 10.5)


def test_the_share_counts_as_long_as_each_session_has_somebody() -> None:
    # c is the last to be begun, and b the first to be finished after that.
    some = _answers(("a", 0.0, 4.0), ("b", 0.0, 5.0), ("c", 4.0, 9.0))
    assert court.share(some, 2) == pytest.approx(1.0)
    some = _answers(("a", 0.0, 4.0), ("b", 1.0, 6.0), ("c", 5.0, 9.0))
    assert court.share(some, 2) == pytest.approx((4 + 5 + 1) / (2 * 6))


def test_an_answer_about_nobody_is_waited_for_and_begins_nobody() -> None:
    some = _answers(("a", 0.0, 2.0), (None, 2.0, 3.0), ("b", 3.0, 4.0), (None, 9.0, 10.0))
    assert court.share(some, 1) == pytest.approx(1.0)
