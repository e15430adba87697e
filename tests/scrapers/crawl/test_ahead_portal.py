"""Bookings read while the list is scanned: the real scraper on the practice portal, by plain
requests."""

from __future__ import annotations

import json
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from practice.server import Options, Running, make_world, running
from practice.truth import jail_record
from practice.world import World
from resilience.fetch_modes import FetchChoice
from resilience.pace import Pace
from resilience.session import Session
from scrapers.crawl import JAIL, CrawlFolder, Plan, Result, keeper, run_crawl
from scrapers.crawl.keeping import kept_of
from scrapers.jail import JailScraper, Roster
from scrapers.jail.roster import RosterRow
from scrapers.record import Keep
from scrapers.sites import site_of
from tests.laws.process import Cj, truth
from tests.resilience.helpers import Clock
from tests.scrapers.crawl.county import DAY, IDENTITY


class Stand:
    """A practice lookup with its access log, and crawls of it."""

    def __init__(self, portals: Running, log: Path) -> None:
        self.portals, self._log = portals, log
        self.site = site_of("practice").with_addresses(
            jail=portals.jail, court=portals.portal, as_of=portals.world.today
        )

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").split("\n")[:-1]]

    def details(self) -> int:
        return sum(one["page"] == "detail" for one in self.requests())

    def crawl(
        self,
        folder: Path,
        *,
        fetch_mode: FetchChoice = "http",
        keep: Keep | None = None,
        first: int = 20,
        workers: int = 4,
    ) -> Result:
        """A crawl whose scan waits on its first page until so many booking pages were asked for."""

        def jail(stop: threading.Event) -> JailScraper:
            clock = Clock()
            pace = Pace.free(clock=clock, sleep=clock.sleep)
            session = Session(fetch_mode=fetch_mode, pace=pace, stop=stop)
            return Patient(self, first, self.site, session=session, keep=keep, stop=stop)

        plan = Plan(folder, self.site, IDENTITY, DAY, halves=(JAIL,), workers=workers)
        return run_crawl(plan, jail=jail)


class Patient(JailScraper):
    """Its scan waits where others should have time to read ahead, so that no test depends on who is
    quicker."""

    def __init__(self, stand: Stand, first: int, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._stand, self._first = stand, first

    def roster(self, told: Callable[[Sequence[RosterRow]], None] = lambda rows: None) -> Roster:
        def waiting(rows: Sequence[RosterRow]) -> None:
            told(rows)
            pause = threading.Event()
            for _ in range(1000):
                if self._stand.details() >= self._first:
                    return
                pause.wait(0.01)
            raise AssertionError("nothing was read ahead")

        return super().roster(waiting)


def records(folder: Path) -> dict[str, Any]:
    crawl = CrawlFolder(folder)
    files = {key: crawl.read(JAIL, key) for key in crawl.keys(JAIL)}
    return {
        key: file.record.model_dump(mode="json")
        for key, file in files.items()
        if file and file.record
    }


def truth_of(world: World) -> dict[str, Any]:
    return {person.key: jail_record(person, world.today) for person in world.people.detainees}


def test_details_are_asked_for_before_the_last_list_page_and_each_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(Options(people=80, access_log=log)) as portals:
        stand = Stand(portals, log)
        result = stand.crawl(tmp_path / "c")
        assert result.exit_code == 0
        assert records(tmp_path / "c") == truth_of(portals.world)
    pages = [one["page"] for one in stand.requests()]
    last = max(number for number, page in enumerate(pages) if page == "list")
    assert pages[:last].count("detail") >= 20
    crawl = CrawlFolder(tmp_path / "c")
    read = Counter(one["detail"] for one in stand.requests() if one["page"] == "detail")
    proofs = [file.provenance for key in crawl.keys(JAIL) if (file := crawl.read(JAIL, key))]
    assert sum(read.values()) == sum(len(one.pages) for one in proofs)
    assert {one.attempts for one in proofs} == {1}
    assert len({one["session"] for one in stand.requests() if one["page"] == "detail"}) > 1
    assert not [one for one in stand.requests() if one.get("overlap")], (
        "each session has its own search"
    )
    assert result.summary.run is not None
    ahead = result.summary.run.portals[JAIL].ahead
    assert ahead is not None
    assert ahead.used >= 20


@pytest.mark.browser
def test_a_second_browser_reads_ahead_where_the_machine_bears_one(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(Options(people=35, access_log=log)) as portals:
        stand = Stand(portals, log)
        result = stand.crawl(tmp_path / "c", fetch_mode="browser", first=3, workers=2)
        assert result.exit_code == 0
        assert records(tmp_path / "c") == truth_of(portals.world)
    pages = [one for one in stand.requests() if one["page"] in ("list", "detail")]
    assert {one["fetch_mode"] for one in pages} == {"browser"}
    last = max(number for number, one in enumerate(pages) if one["page"] == "list")
    assert sum(one["page"] == "detail" for one in pages[:last]) >= 3
    assert not [one for one in stand.requests() if one.get("overlap")]


def test_kept_pages_are_all_there_whoever_read_them(tmp_path: Path) -> None:
    log, folder = tmp_path / "log", tmp_path / "c"
    with running(Options(people=50, access_log=log)) as portals:
        assert (
            Stand(portals, log).crawl(folder, keep=keeper(CrawlFolder(folder), JAIL)).exit_code == 0
        )
    crawl = CrawlFolder(folder)
    for key in crawl.keys(JAIL):
        file = crawl.read(JAIL, key)
        assert file is not None
        kept = kept_of(crawl, JAIL, file)
        assert tuple(one.proof for one in kept) == file.provenance.pages


@pytest.mark.parametrize(
    "order", ["moved-roster=1", "nightly-purge=1", "moved-roster=1,nightly-purge=1"]
)
@pytest.mark.parametrize("fetch_mode", ["http", "auto"])
def test_a_roster_that_moves_while_it_is_read_ends_as_the_truth_says(
    tmp_path: Path, order: str, fetch_mode: FetchChoice
) -> None:
    log = tmp_path / "log"
    with running(Options(people=80, faults=order, access_log=log)) as portals:
        stand = Stand(portals, log)
        # Six rows of a purge are never on the roster, and each session gives up after two of them.
        result = stand.crawl(tmp_path / "c", fetch_mode=fetch_mode, first=6)
        assert result.exit_code == 0
        assert records(tmp_path / "c") == truth_of(portals.world)
    assert {one["fetch_mode"] for one in stand.requests()} == {"http"}, (
        "who left is no reason for a browser"
    )
    assert result.summary.halves[JAIL].counts.found == 80
    again = Counter(
        one["detail"] for one in stand.requests() if one["page"] == "detail" and one.get("person")
    )
    late = {
        booking.booking_number
        for person in portals.world.people.detainees
        for booking in person.bookings
        if again[booking.booking_number] > 1
    }
    empty = {
        booking.booking_number
        for person in portals.world.people.detainees
        for booking in person.bookings
        if booking.fills_in_late or not (booking.charges or booking.bonds)
    }
    assert late <= empty, "a row that is as it was is not read again with the list"


def test_faults_met_ahead_are_cured_and_told_in_the_file_of_whom_they_befell(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    faults = "lost-session:detail=0.2,busy:detail=0.2,wrong-record=0.1"
    with running(world=make_world(Options(people=80, faults=faults, access_log=log))) as portals:
        stand = Stand(portals, log)
        result = stand.crawl(tmp_path / "c")
        assert result.exit_code == 0
        assert records(tmp_path / "c") == truth_of(portals.world)
    struck = Counter[str]()
    for one in stand.requests():
        if one["page"] == "detail":
            struck.update(one.get("fault", "").split(","))
    retries = result.summary.retries
    assert retries["Busy"] == struck["busy"] > 5
    assert retries["WrongRecord"] == struck["wrong-record"] > 2
    assert retries["SearchLost"] == struck["lost-session"] > 5


@pytest.mark.parametrize("seed", range(4))
def test_killed_while_bookings_are_read_ahead_nothing_is_lost_twice_or_half(
    tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    cj = Cj(
        tmp_path / "crawl",
        people=100,
        command="jail",
        options=("--fetch=http", "--workers=4", "--practice-latency-ms=60"),
    )
    # The list is four pages behind the search, so that this is before its end or soon after.
    for _ in range(3):
        before, done = len(cj.requests()), cj.done()
        cj.run_until(dice.randint(12, 34), signal.SIGKILL)
        assert not cj.asked_again(done, before)
        assert (cj.folder / "roster.json").exists() or not cj.done()[JAIL]
    before, done = len(cj.requests()), cj.done()
    code, said = cj.run()
    assert code == 0, said
    assert not cj.asked_again(done, before)
    assert cj.records(JAIL) == {row["key"]: row["jail"] for row in truth(cj.people)}
    assert not cj.strays()
