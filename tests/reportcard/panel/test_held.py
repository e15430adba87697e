from __future__ import annotations

import datetime as dt

from practice.history import NONE, World
from reportcard.panel.build import Builder
from reportcard.panel.facts import BondFacts, CaseFacts, CrawlMark, Listing, PageFacts, Reading
from reportcard.panel.model import Panel
from reportcard.panel.simulated import Nights
from tests.reportcard.panel.lists import Row, day, panel_of


def simulated(world: World) -> Panel:
    nights = Nights()
    for night in world.nights():
        nights.night(night.crawl, night.rows, night.pages, night.cases, night.court)
    panel = nights.panel()
    panel.check()
    return panel


def test_held_are_people_without_a_release_on_or_before_the_day_of_the_list() -> None:
    rows = [Row("1"), Row("2", release=2), Row("3", release=3), Row("4", permanent_id="id-1")]
    panel = panel_of([(2, rows)])
    assert {one.person.key for one in panel.held.on(0)} == {"1", "3"}
    assert panel.held.counts() == {0: (2, 3)}


def test_of_two_lists_of_a_day_the_last_one_counts() -> None:
    panel = panel_of([(1, [Row("1")]), (1, [Row("1"), Row("2")]), (2, [])])
    assert panel.held.counts() == {1: (2, 2), 2: (0, 0)}


def waiting_until(last: int) -> Panel:
    """Somebody whose case is open on day 1 and has ended on day 4; asked on days 1 and 4."""
    builder = Builder("sample")
    page = PageFacts(bonds=(BondFacts("A"),))
    for number in range(1, last):
        mark = CrawlMark(f"c{number}", day(number))
        builder.crawl(mark, [("1", Listing("1"), "p", page)])
    builder.owner("1", "who")
    builder.link("who", "A")
    for number, answer in ((1, "pretrial"), (4, "not_pretrial")):
        builder.reading("who", Reading(day(number), "found"))
        builder.case(CaseFacts("A", answer=answer), day(number))
    return builder.panel()


def test_the_court_is_believed_from_the_day_it_answered_and_for_two_weeks() -> None:
    counts = waiting_until(25).held.custody_counts()
    answers = [next(name for name, count in counts[place].items() if count) for place in counts]
    assert answers == ["waiting"] * 3 + ["not_waiting"] * 15 + ["unknown"] * 6


def test_day_by_day_counts_are_those_of_each_day_asked_alone() -> None:
    panel = simulated(World(arrivals=4, days=20, seed=3))
    counts = panel.held.custody_counts()
    assert len(counts) > 15
    for place, found in counts.items():
        held = list(panel.held.on(place))
        answers = [panel.held.custody(one, place).answer for one in held]
        assert found == {name: answers.count(name) for name in found}
        assert panel.held.counts()[place][0] == len(held)


def test_full_counts_equal_the_truth_of_an_untroubled_county() -> None:
    world = World(arrivals=6, days=15, seed=2, trouble=NONE)
    panel = simulated(world)
    for place in panel.complete:
        truth = world.truth((panel.crawls[place].day - day(0)).days)
        held = list(panel.held.on(place))
        assert len(held) == len(truth.held)
        today = truth.day.toordinal()
        assert sorted(today - one.stay.start for one in held) == truth.nights
        answers = [panel.held.custody(one, place).answer for one in held]
        low, high = answers.count("waiting"), len(held) - answers.count("not_waiting")
        assert low <= len(truth.waiting) <= high
        assert low > 0
        assert high < len(held)


def test_bounds_hold_the_truth_of_troubled_counties() -> None:
    for seed in range(4):
        world = World(arrivals=5, days=12, seed=seed)
        panel = simulated(world)
        place = panel.newest
        assert place is not None
        truth = world.truth(world.days - 1)
        held = list(panel.held.on(place))
        assert len(held) == len(truth.held)
        answers = [panel.held.custody(one, place).answer for one in held]
        low, high = answers.count("waiting"), len(held) - answers.count("not_waiting")
        assert low <= len(truth.waiting) <= high
        assert isinstance(panel.last_day, dt.date)
