"""The laws with everything real: the command, Chromium, the practice portals, and signals."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from scrapers.crawl import COURT, JAIL, CrawlFolder, summarise
from tests.laws.process import Cj, truth

pytestmark = pytest.mark.browser


def assert_true(cj: Cj) -> None:
    """Every record equals the truth, field by field."""
    jail, court = cj.records(JAIL), cj.records(COURT)
    told = list(truth(cj.people, cj.seed))
    assert jail == {row["key"]: row["jail"] for row in told}
    assert court == {row["key"]: row["odyssey"] for row in told}


def test_killed_at_random_moments_a_crawl_ends_as_if_it_had_never_been(tmp_path: Path) -> None:
    dice = random.Random(20260105)
    cj = Cj(
        tmp_path / "crawl",
        people=10,
        options=("--practice-faults=slow=0.05,busy=0.05,lost-session=0.05",),
    )
    for _ in range(3):
        before = len(cj.requests())
        done = cj.done()
        cj.run_until(dice.randint(4, 50), signal.SIGKILL)
        assert not cj.asked_again(done, before)
        assert not [
            key for key in done[JAIL] | done[COURT] if key not in cj.done()[JAIL] | cj.done()[COURT]
        ]
    done, before = cj.done(), len(cj.requests())
    code, said = cj.run()
    assert code == 0, said
    assert not cj.asked_again(done, before)
    assert_true(cj)
    assert not cj.strays()
    assert not cj.still_running()
    summary = summarise(CrawlFolder(cj.folder))
    assert (summary.state, summary.coverage) == ("complete", 1.0)


def test_a_first_signal_stops_in_good_order_within_ten_seconds(tmp_path: Path) -> None:
    cj = Cj(tmp_path / "crawl", people=8)
    child = cj.start("--workers=1")
    assert child.stdout is not None
    assert cj.reaches(child, 40)
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    said = child.stdout.read()
    code = child.wait(60)
    assert code == 143
    assert time.monotonic() - began < 10
    assert f"cj crawl --out {cj.folder}" in said
    assert not cj.strays()
    assert summarise(CrawlFolder(cj.folder)).state == "unfinished"


def test_a_court_gone_silent_ends_in_failures_not_in_nobody(tmp_path: Path) -> None:
    cj = Cj(tmp_path / "crawl", people=6, options=("--practice-faults=silent-empty=1",))
    code, said = cj.run()
    assert code == 3, said
    counts = summarise(CrawlFolder(cj.folder)).halves[COURT].counts
    assert (counts.not_found, counts.failed, counts.pending) == (0, 6, 0)
