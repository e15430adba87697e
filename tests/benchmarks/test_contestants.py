"""Contestants do the same job: the same cases and charges are read by each, and the portal says how long it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.parts import court
from benchmarks.parts.child import Child, job_of

PEOPLE = 4


@pytest.mark.browser
def test_scrapy_and_the_plain_lane_read_the_same_of_the_same_people(tmp_path: Path) -> None:
    log, read = tmp_path / "requests.jsonl", {}
    with court.portal(0.0, log) as ready:
        some = court.people()[:PEOPLE]
        for program in ("ours.py", "scrapy_court.py"):
            child = Child([str(court.HERE / program)], job_of(ready, some, lane="plain"))
            try:
                run = child.go(PEOPLE)
            finally:
                child.close()
            read[program] = (run["cases"], run["charges"])
    assert read["ours.py"] == read["scrapy_court.py"]
    assert read["ours.py"][0] == court.CASES * PEOPLE
    assert all(ms >= 0 for ms in court._answers(log))
