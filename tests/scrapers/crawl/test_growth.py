"""When one more session helps; the clock and the pages are given."""

from __future__ import annotations

import re

import pytest

from resilience.meter import MeterReading
from scrapers.crawl.growth import Growth


class Portal:
    """Sessions that start so many pages a second together, whoever is asked about them."""

    def __init__(self, permitted: float | None) -> None:
        self.growth = Growth(permitted)
        self.now = 0.0
        self.starts = [0.0]
        self.asked = 0

    def run(self, rate: float, seconds: float = 5.0) -> bool:
        """Whether one more was wanted at any look in these seconds."""
        wanted = False
        for _ in range(round(seconds / 0.2)):
            self.now += 0.2
            self.starts = [each + 0.2 * rate / len(self.starts) for each in self.starts]
            wanted |= self.growth.look(
                [MeterReading(starts=int(each)) for each in self.starts], self.now
            )
        return wanted

    def more(self) -> None:
        self.starts.append(0.0)


def test_a_pace_that_is_used_up_by_one_session_gets_no_other() -> None:
    portal = Portal(6.67)
    assert not portal.run(6.3, seconds=60)
    assert re.fullmatch(
        r"1 session reached 3\d\d pages a minute of 400 permitted", portal.growth.why
    )


def test_a_pace_that_is_not_used_up_gets_one_more_and_again_when_the_portal_slows_down() -> None:
    portal = Portal(6.67)
    assert portal.run(3.0, seconds=8)
    portal.more()
    assert not portal.run(6.4)
    assert portal.run(4.0, seconds=15), "nobody has slowed down for good"


def test_without_a_pace_sessions_are_added_as_long_as_each_brings_a_tenth() -> None:
    portal = Portal(None)
    assert portal.run(10)
    portal.more()
    assert portal.run(18)
    portal.more()
    assert not portal.run(19, seconds=60)
    assert portal.growth.settled
    assert "3 sessions reached" in portal.growth.why
    assert portal.growth.why.endswith("more would not help")


def test_what_was_not_added_is_not_judged() -> None:
    portal = Portal(None)
    assert portal.run(10)
    assert portal.run(10), "still one session: it was wanted, and nobody gave it"


def test_a_new_session_is_judged_only_after_its_own_first_pages() -> None:
    portal = Portal(None)
    assert portal.run(10)
    portal.more()
    for _ in range(100):
        portal.now += 0.2
        portal.starts[0] += 1
        assert not portal.growth.look(
            [MeterReading(starts=int(n)) for n in portal.starts], portal.now
        )
    assert not portal.growth.settled


def test_a_page_that_takes_longer_than_the_interval_calls_for_another_session_at_once() -> None:
    growth = Growth(6.67)
    assert not growth.look([MeterReading(starts=4, held=4.0)], 0.0)
    assert growth.look([MeterReading(starts=5, held=1.5)], 0.2)
    assert (
        growth.why
        == "a page took 0.30 s, so 1 session could reach 200 pages a minute of 400 permitted"
    )
    assert not Growth(6.67).look([MeterReading(starts=5, held=0.5)], 0.2)
    assert not Growth(None).look([MeterReading(starts=5, held=1.5)], 0.2)


@pytest.mark.parametrize("pages", [0, 2])
def test_nothing_is_decided_from_a_page_or_two(pages: int) -> None:
    growth = Growth(6.67)
    assert not any(growth.look([MeterReading(starts=pages)], now) for now in range(100))
    assert not growth.look([], 100.0)
