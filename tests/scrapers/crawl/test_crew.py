"""How many sessions work, and that no more do than may: the real engine over a county without a
browser."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from scrapers.crawl import COURT, HALVES, JAIL, CrawlUsageError, Half, Plan, run_crawl
from scrapers.crawl.crew import Crews
from scrapers.crawl.events import Reached
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.machine import Machine
from scrapers.crawl.roster import frozen_jail
from scrapers.crawl.run import Run
from scrapers.sites import PaceSite, Site
from tests.scrapers.crawl.county import DAY, IDENTITY, County, FakeCourt, FakeJail, crawl, now, site

ROOMY = Machine(64, 64_000_000_000)


def beyond(**pace: object) -> Site:
    """A site that is not on this machine; nothing here opens its address."""
    own = site()
    assert own.jail is not None
    jail = own.jail.model_copy(update={"url": "https://lookup.invalid/IML"})
    return own.model_copy(update={"jail": jail, "pace": PaceSite(**pace)})  # type: ignore[arg-type]


class Here:
    """How many of each half are at work at the same time; everybody waits until ``together`` of
    them are there."""

    def __init__(self, together: int) -> None:
        self.most: dict[str, int] = {}
        self.now: dict[str, int] = {}
        self.all = threading.Barrier(together)
        self.lock = threading.Lock()

    def __call__(self, half: Half, _who: str, _asked: int) -> None:
        with self.lock:
            self.now[half] = self.now.get(half, 0) + 1
            self.most[half] = max(self.most.get(half, 0), self.now[half])
        with contextlib.suppress(threading.BrokenBarrierError):
            self.all.wait(10)
        with self.lock:
            self.now[half] -= 1


def test_several_sessions_of_both_halves_take_people_from_one_queue(tmp_path: Path) -> None:
    county, here = County(24), Here(3)
    county.tells = False
    county.trouble = here  # type: ignore[assignment]
    result = crawl(county, tmp_path / "c", halves=(JAIL,), workers=3)
    assert here.most == {JAIL: 3}
    assert set(county.asked.values()) == {1}
    assert result.exit_code == 0
    assert county.opened == county.closed == 3


def test_more_sessions_than_a_portal_bears_pages_are_refused_beyond_this_machine(
    tmp_path: Path,
) -> None:
    with pytest.raises(
        CrawlUsageError,
        match="3 workers are too many for practice: its portals bear 2 pages at once",
    ):
        Plan(tmp_path, beyond(), IDENTITY, DAY, workers=3)
    assert Plan(tmp_path, beyond(), IDENTITY, DAY, workers=2).most == 2
    assert Plan(tmp_path, site(), IDENTITY, DAY, workers=16).most == 16


def test_left_to_itself_a_crawl_never_has_more_sessions_than_pages_at_once(tmp_path: Path) -> None:
    assert Plan(tmp_path, beyond(), IDENTITY, DAY).most == 2
    assert Plan(tmp_path, beyond(pages_at_once=1), IDENTITY, DAY).most == 1


class Stand:
    """Crews over a run whose workers wait until they are let go, and sessions in the fetch mode
    that is told."""

    def __init__(
        self, tmp_path: Path, people: int, *, fetch_mode: str, machine: Machine, **options: object
    ) -> None:
        self.county = County(people)
        self.stop, self.go = threading.Event(), threading.Event()
        self.county.at_ask = lambda total: self.go.wait(10)  # type: ignore[assignment,return-value]
        self.told: list[object] = []
        self.time = 0.0
        plan = Plan(tmp_path / "c", site(), IDENTITY, DAY, **options)  # type: ignore[arg-type]
        frozen = frozen_jail(self.county.roster)
        folder = CrawlFolder(tmp_path / "c")
        folder.open(IDENTITY, as_of=DAY, now=now())
        self.run = Run(plan, folder, frozen, stop=self.stop, progress=self.told.append, now=now)
        for half in plan.halves:
            for person in frozen.people:
                self.run.queues[half].put(person)
            self.run.queues[half].close()
        self.fetch_mode = fetch_mode
        self.crews = Crews(
            self.run,
            self.open,
            lambda scraper: None,
            machine=lambda: machine,
            clock=lambda: self.time,
        )

    def open(self, half: Half) -> FakeJail | FakeCourt:
        scraper = (FakeJail if half == JAIL else FakeCourt)(self.county, self.stop)
        scraper.session.fetch_mode = self.fetch_mode
        return scraper

    def working(self) -> dict[Half, int]:
        return {half: len(self.crews[half].working) for half in self.run.plan.halves}

    def at_start(self, enough: Callable[[], bool] = lambda: True) -> dict[Half, int]:
        """How many work when all have begun that begin at once, and there are ``enough``; then
        nobody waits any longer."""
        thread = threading.Thread(target=self.crews.work)
        thread.start()
        self._until(
            lambda: self.county.asked.total() == sum(self.working().values()) > 0 and enough()
        )
        found = self.working()
        self.go.set()
        thread.join(20)
        assert not thread.is_alive()
        return found

    def _until(self, true: Callable[[], bool]) -> None:
        look = threading.Event()
        for _ in range(500):
            if true():
                return
            look.wait(0.01)
        raise AssertionError("it never came so far")


def test_left_to_itself_each_half_begins_with_one_session(tmp_path: Path) -> None:
    stand = Stand(tmp_path, 30, fetch_mode="http", machine=ROOMY)
    assert stand.at_start(lambda: stand.crews[COURT].peak == 1) == {JAIL: 1, COURT: 1}


def test_sessions_with_browsers_are_never_more_than_the_machine_bears(tmp_path: Path) -> None:
    two_cores = Machine(2, 8_000_000_000)
    stand = Stand(tmp_path, 30, fetch_mode="browser", machine=two_cores, workers=8)
    assert stand.at_start(lambda: stand.crews[COURT].peak >= 3) == {JAIL: 1, COURT: 3}
    assert any(
        "this machine bears 4 browsers (2 cores, 8.0 GB free)" in str(event) for event in stand.told
    )


def test_sessions_that_need_no_browser_are_as_many_as_were_asked_for(tmp_path: Path) -> None:
    stand = Stand(tmp_path, 60, fetch_mode="http", machine=Machine(1, 8_000_000_000), workers=4)
    crews = stand.crews
    stand.at_start(lambda: (crews[JAIL].peak, crews[COURT].peak) == (4, 4))
    assert (crews[JAIL].peak, crews[COURT].peak) == (4, 4)


def test_a_session_too_many_ends_when_pages_take_to_needing_browsers(tmp_path: Path) -> None:
    stand = Stand(tmp_path, 1, fetch_mode="http", machine=Machine(1, 8_000_000_000), workers=4)
    crew = stand.crews[COURT]
    crew.working.update({number: SimpleNamespace(fetch_mode="browser") for number in range(4)})
    assert [stand.crews.stay(crew, number) for number in range(4)] == [False, False, True, True]
    assert [stand.crews.stay(crew, number) for number in range(2, 4)] == [True, True]


def test_a_worker_that_does_not_stay_leaves_the_rest_to_the_others(tmp_path: Path) -> None:
    from scrapers.crawl.workers import JailWorker

    stand = Stand(tmp_path, 5, fetch_mode="http", machine=ROOMY, halves=(JAIL,))
    stand.go.set()
    JailWorker(stand.run, stand.open(JAIL), stay=lambda: stand.county.asked.total() < 2).work()
    assert stand.county.asked.total() == 2
    assert stand.run.queues[JAIL].left == 3


def test_a_scraper_that_cannot_be_made_stops_the_crawl_with_its_reason(tmp_path: Path) -> None:
    county = County(3)

    def broken(_stop: threading.Event) -> FakeCourt:
        raise ValueError("no such thing")

    plan = Plan(tmp_path / "c", site(), IDENTITY, DAY, halves=HALVES)
    result = run_crawl(plan, jail=lambda stop: FakeJail(county, stop), court=broken, now=now)
    assert result.stopped == "no scraper for the odyssey half: ValueError: no such thing"
    assert result.exit_code == 3


def test_the_summary_tells_what_each_portal_was_asked(tmp_path: Path) -> None:
    told: list[object] = []
    result = crawl(County(12), tmp_path / "c", workers=2, progress=told.append)
    assert result.summary.run is not None
    portals = result.summary.run.portals
    assert {half: one.pages for half, one in portals.items()} == {JAIL: 12, COURT: 12}
    assert result.summary.run.pages == 24
    assert portals[JAIL].why == "2 asked for"
    assert all(isinstance(event.per_minute, float) for event in told if isinstance(event, Reached))
