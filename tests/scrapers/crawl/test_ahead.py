"""Bookings read while the list is scanned: the real engine over a county without a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from resilience.faults import Blocked, LayoutChanged, Slow, Stopped
from resilience.meter import Meter, MeterReading
from scrapers.crawl import COURT, HALVES, JAIL, Half, Plan, read_only, run_crawl
from scrapers.crawl.events import Message
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.machine import Machine
from scrapers.crawl.portals import AheadFigures
from scrapers.crawl.summary import Summary
from scrapers.jail.ahead import Ahead
from scrapers.jail.roster import Roster, people_of
from scrapers.sites import PaceSite
from tests.scrapers.crawl.county import (
    DAY,
    IDENTITY,
    County,
    FakeJail,
    crawl,
    key,
    now,
    site,
)
from tests.scrapers.crawl.test_crew import Stand


def until(true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it never came so far")


def asked(county: County, *numbers: int) -> bool:
    return all(county.asked[JAIL, key(number)] for number in numbers)


def figures(summary: Summary) -> AheadFigures | None:
    assert summary.run is not None
    return summary.run.portals[JAIL].ahead


def without(county: County, number: int) -> Roster:
    rows = tuple(row for row in county.roster.rows if row.permanent_id != key(number))
    proof = county.roster.proof.model_copy(update={"total": len(rows)})
    return Roster(rows=rows, people=people_of(rows), proof=proof)


def files(folder: Path) -> set[str]:
    return CrawlFolder(folder).keys(JAIL)


def test_bookings_are_read_before_the_roster_stands_and_nobody_is_asked_about_twice(
    tmp_path: Path,
) -> None:
    county, folder, stood = County(30), tmp_path / "c", []

    def at_roster() -> None:
        until(lambda: county.asked.total() >= 10)
        stood.append((folder / "roster.json").exists() or bool(files(folder)))

    county.at_roster = at_roster
    result = crawl(county, folder, workers=3)
    assert stood == [False], "no file of a person stands before the roster"
    assert (result.exit_code, result.summary.coverage) == (0, 1.0)
    assert set(county.asked.values()) == {1}
    told = figures(result.summary)
    assert told is not None
    assert told.used >= 10
    assert told.thrown_away == 0
    assert county.opened == county.closed == 6


def test_a_booking_that_left_the_roster_while_the_list_was_read_leaves_no_file(
    tmp_path: Path,
) -> None:
    county = County(6)

    def at_roster() -> None:
        until(lambda: asked(county, 1, 2, 3, 4, 5, 6))
        county.roster = without(county, 2)

    county.at_roster = at_roster
    result = crawl(county, tmp_path / "c", workers=2)
    assert result.exit_code == 0
    assert files(tmp_path / "c") == {key(number) for number in (1, 3, 4, 5, 6)}
    assert figures(result.summary) == AheadFigures(used=5, thrown_away=1)
    assert not (tmp_path / "c" / "failed").exists()


def test_a_row_that_is_not_as_it_was_is_read_again(tmp_path: Path) -> None:
    county = County(4)

    def at_roster() -> None:
        until(lambda: asked(county, 1, 2, 3, 4))
        before = county.roster.rows
        rows = tuple(
            row.model_copy(update={"release_date": DAY}) if row.sys_id == "3" else row
            for row in before
        )
        county.roster = county.roster.model_copy(update={"rows": rows, "people": people_of(rows)})

    county.at_roster = at_roster
    result = crawl(county, tmp_path / "c", halves=(JAIL,), workers=2)
    assert result.exit_code == 0
    assert {who: n for (_, who), n in county.asked.items()} == {
        key(1): 1,
        key(2): 1,
        key(3): 2,
        key(4): 1,
    }
    assert figures(result.summary) == AheadFigures(used=3, thrown_away=1)


def test_a_roster_that_never_held_still_is_read_ahead_too(tmp_path: Path) -> None:
    county = County(5)
    proof = county.roster.proof.model_copy(update={"exact": False, "reasons": ("it moved",)})
    county.roster = county.roster.model_copy(update={"proof": proof})
    county.at_roster = lambda: until(lambda: asked(county, 1, 2, 3, 4, 5))
    result = crawl(county, tmp_path / "c", workers=2)
    assert (result.exit_code, result.summary.reasons) == (3, ("it moved",))
    assert set(county.asked.values()) == {1}


@pytest.mark.parametrize(
    "trouble", [Slow("slow"), LayoutChanged("u", "x", "y", "z"), KeyError("a mistake")]
)
def test_what_goes_wrong_ahead_harms_nobody(tmp_path: Path, trouble: Exception) -> None:
    county = County(8)
    county.trouble = lambda half, who, n: trouble if (half, who, n) == (JAIL, key(3), 1) else None
    county.at_roster = lambda: until(lambda: asked(county, 1, 2, 3, 4, 5))
    result = crawl(county, tmp_path / "c", workers=2)
    assert (result.exit_code, result.summary.coverage) == (0, 1.0)
    assert {who for (half, who), n in county.asked.items() if n == 2} == {key(3)}
    assert max(county.asked.values()) == 2


def test_who_meets_faults_again_and_again_reads_nothing_more_ahead(tmp_path: Path) -> None:
    county, so_far = County(8), []
    county.trouble = lambda half, who, n: Slow("slow") if half == JAIL and n == 1 else None

    def at_roster() -> None:
        until(lambda: asked(county, 1, 2))
        so_far.append(county.asked.total())

    county.at_roster = at_roster
    result = crawl(county, tmp_path / "c", workers=2, breaker=100)
    assert so_far == [2], "one session reads ahead, and gives up after two faults"
    assert result.exit_code == 0


def test_what_stops_everybody_stops_the_scan_with_its_reason(tmp_path: Path) -> None:
    county, fault, stop = County(8), Blocked("blocked"), threading.Event()
    county.trouble = lambda half, who, n: fault if who == key(3) else None
    county.at_roster = lambda: until(stop.is_set)
    with pytest.raises(Blocked) as raised:
        crawl(county, tmp_path / "c", workers=3, stop=stop)
    assert raised.value is fault
    assert not (tmp_path / "c" / "roster.json").exists()
    assert not files(tmp_path / "c")
    assert county.opened == county.closed


def test_a_stop_while_bookings_are_read_ahead_loses_only_what_was_held(tmp_path: Path) -> None:
    county, stop = County(9), threading.Event()

    def at_roster() -> None:
        until(lambda: county.asked.total() >= 4)
        stop.set()

    county.at_roster = at_roster
    with pytest.raises(Stopped):
        crawl(county, tmp_path / "c", workers=3, stop=stop)
    assert not files(tmp_path / "c")
    assert county.opened == county.closed
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("jail-")]
    county.at_roster = lambda: None
    assert crawl(county, tmp_path / "c", workers=3).exit_code == 0
    assert files(tmp_path / "c") == set(county.keys)


def test_the_scan_that_fails_lets_go_of_those_who_read_ahead(tmp_path: Path) -> None:
    county = County(9)

    def at_roster() -> None:
        until(lambda: county.asked.total() >= 4)
        raise Slow("the list did not come")

    county.at_roster = at_roster
    with pytest.raises(Slow, match="the list did not come"):
        crawl(county, tmp_path / "c", workers=3)
    assert county.opened == county.closed
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("jail-")]


def test_only_those_who_are_asked_about_are_read_ahead(tmp_path: Path) -> None:
    county, file = County(9), tmp_path / "keys"
    file.write_text(f"{key(4)}\n{key(7)}\n")
    county.at_roster = lambda: until(lambda: asked(county, 4, 7))
    result = crawl(county, tmp_path / "c", workers=3, only=read_only(file))
    assert {who for _, who in county.asked} == {key(4), key(7)}
    assert figures(result.summary) == AheadFigures(used=2, thrown_away=0)


@pytest.mark.parametrize("options", [{"limit": 3, "workers": 4}, {"workers": 1}])
def test_with_a_limit_or_one_session_nothing_is_read_ahead(
    tmp_path: Path, options: dict[str, object]
) -> None:
    county, so_far = County(9), []
    county.at_roster = lambda: so_far.append(county.opened)
    result = crawl(county, tmp_path / "c", **options)
    assert so_far == [1]
    assert figures(result.summary) is None
    assert set(county.asked.values()) == {1}


def test_where_somebody_has_a_file_already_nothing_is_read_ahead(tmp_path: Path) -> None:
    county, folder = County(5), tmp_path / "c"
    crawl(county, folder, limit=2)
    (folder / "roster.json").write_text("{")
    so_far: list[int] = []
    county.at_roster = lambda: so_far.append(county.asked.total())
    assert crawl(county, folder, workers=3).exit_code == 0
    assert so_far == [4], "the two of both halves that were done before"
    assert set(county.asked.values()) == {1}


def test_a_crawl_whose_roster_stands_reads_nothing_ahead(tmp_path: Path) -> None:
    county, folder = County(5), tmp_path / "c"
    crawl(county, folder, limit=2)
    result = crawl(county, folder, workers=3)
    assert figures(result.summary) is None
    assert county.rosters_read == 1


@pytest.mark.parametrize("pages_at_once", [1, 2, 3])
def test_while_the_list_is_scanned_no_more_sessions_work_than_pages_at_once(
    tmp_path: Path, pages_at_once: int
) -> None:
    county, so_far = County(40), []
    county.at_ask = lambda total: until(lambda: bool(so_far))
    county.at_roster = lambda: so_far.append(county.opened)
    slow = site().model_copy(
        update={
            "pace": PaceSite(free=False, pages_at_once=pages_at_once, seconds_between_starts=0.0)
        }
    )
    crawl(county, tmp_path / "c", halves=(JAIL,), workers=5, on=slow)
    assert so_far == [pages_at_once]


class Slowly(Meter):
    """Of five list pages, each of which took 0.3 s."""

    @property
    def reading(self) -> MeterReading:
        return MeterReading(starts=5, first=0.0, last=1.5, held=1.5)


def test_left_to_itself_a_crawl_hires_while_it_scans_when_a_page_takes_too_long(
    tmp_path: Path,
) -> None:
    county, told = County(9), []
    polite = site().model_copy(
        update={"pace": PaceSite(free=False, pages_at_once=2, seconds_between_starts=0.15)}
    )
    county.at_roster = lambda: until(lambda: asked(county, 1))

    def jail(stop: threading.Event) -> FakeJail:
        scraper = FakeJail(county, stop)
        if county.opened == 1:
            scraper.session.pace.meter = Slowly()
        return scraper

    plan = Plan(tmp_path / "c", polite, IDENTITY, DAY, halves=(JAIL,))
    result = run_crawl(plan, jail=jail, progress=told.append, now=now)
    assert result.exit_code == 0
    note = "jail: one session more, 2 now (a page took 0.30 s, so 1 session could reach 200 pages a minute of 400 permitted)"
    assert Message(note) in told


def test_sessions_asked_for_make_their_search_while_the_first_list_page_is_on_its_way(
    tmp_path: Path,
) -> None:
    county, ready = County(6), []
    county.at_ready = lambda: ready.append(county.asked.total())
    county.before_roster = lambda: until(lambda: len(ready) == 2)
    assert crawl(county, tmp_path / "c", halves=(JAIL,), workers=3).exit_code == 0
    assert ready == [0, 0]


@pytest.mark.parametrize("trouble", [Slow("slow"), KeyError("a mistake")])
def test_a_search_that_fails_ahead_harms_nobody(tmp_path: Path, trouble: Exception) -> None:
    county = County(6)

    def at_ready() -> None:
        raise trouble

    county.at_ready = at_ready
    county.at_roster = lambda: until(lambda: asked(county, 1, 2, 3, 4, 5, 6))
    assert crawl(county, tmp_path / "c", halves=(JAIL,), workers=3).exit_code == 0
    assert set(county.asked.values()) == {1}


def test_a_block_page_met_by_the_first_search_ahead_stops_the_scan(tmp_path: Path) -> None:
    county, fault, stop = County(6), Blocked("blocked"), threading.Event()

    def at_ready() -> None:
        raise fault

    county.at_ready = at_ready
    county.at_roster = lambda: until(stop.is_set)
    with pytest.raises(Blocked):
        crawl(county, tmp_path / "c", halves=(JAIL,), workers=3, stop=stop)
    assert not county.asked


class Scan:
    """How many sessions there are when the list is read to its end."""

    def __init__(
        self, tmp_path: Path, *, fetch_mode: str, halves: tuple[Half, ...], workers: int
    ) -> None:
        two_cores = Machine(2, 8_000_000_000)
        self.stand = Stand(
            tmp_path, 60, fetch_mode=fetch_mode, machine=two_cores, halves=halves, workers=workers
        )
        self.stand.run.ahead = Ahead(self.stand.stop)

    def working(self) -> int:
        stand, found = self.stand, []

        def at_roster() -> None:
            until(lambda: stand.county.asked.total() == len(stand.crews[JAIL].working) - 1)
            found.append(len(stand.crews[JAIL].working))
            stand.go.set()

        stand.county.at_roster = at_roster
        stand.crews.scan(stand.open(JAIL))
        stand.crews.end()
        return found[0]


@pytest.mark.parametrize(
    ("fetch_mode", "halves", "workers", "expected"),
    [
        ("http", HALVES, 8, 8),
        ("browser", (JAIL,), 8, 4),
        ("browser", HALVES, 2, 2),
        ("browser", HALVES, 8, 1),
    ],
)
def test_a_further_browser_is_taken_only_where_the_machine_bears_it_beside_those_of_the_court(
    tmp_path: Path, fetch_mode: str, halves: tuple[Half, ...], workers: int, expected: int
) -> None:
    assert (
        Scan(tmp_path, fetch_mode=fetch_mode, halves=halves, workers=workers).working() == expected
    )


def test_the_court_begins_only_with_people_of_the_frozen_roster(tmp_path: Path) -> None:
    county = County(6)

    def at_roster() -> None:
        until(lambda: asked(county, 1, 2, 3))
        assert not [who for half, who in county.asked if half == COURT]
        county.roster = without(county, 1)

    county.at_roster = at_roster
    result = crawl(county, tmp_path / "c", workers=2)
    assert result.exit_code == 0
    assert (COURT, key(1)) not in county.asked
