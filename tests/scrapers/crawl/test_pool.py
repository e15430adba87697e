"""How many sessions work, and that no more do than may: the real engine over a county without a
browser."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from resilience.faults import Slow
from scrapers.crawl import (
    COURT,
    HALVES,
    JAIL,
    CrawlUsageError,
    Half,
    Plan,
    read_only,
    run_crawl,
    scrape_people,
)
from scrapers.crawl.events import Message, Reached
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.pool import pools_of
from scrapers.crawl.run import Run
from scrapers.sites import PaceSite, Site
from tests.scrapers.crawl.county import (
    DAY,
    IDENTITY,
    County,
    FakeCourt,
    FakeJail,
    crawl,
    key,
    now,
    site,
)


def wait_until(true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it never came so far")


def _list(folder: Path, county: County) -> Path:
    """The county's people as a list of one's own."""
    rows = [f'{who},"PERSON, NUMBER",1990-01-02' for who in county.keys]
    file = folder / "people.csv"
    file.write_text("\n".join(["key,name,date_of_birth", *rows]) + "\n", encoding="utf-8")
    return file


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
    assert Plan(tmp_path, beyond(), IDENTITY, DAY, workers=2).sessions == 2
    assert Plan(tmp_path, site(), IDENTITY, DAY, workers=16).sessions == 16


def test_the_others_begin_together_once_the_first_session_is_signed_in(tmp_path: Path) -> None:
    county, alone = County(12), []
    county.ready.clear()

    def sign_in(_half: Half, _who: str, _asked: int) -> None:
        if not county.ready.is_set():
            alone.append(county.opened)
            county.ready.set()
            wait_until(lambda: county.opened == 4)

    county.trouble = sign_in  # type: ignore[assignment]
    only = read_only(_list(tmp_path, county))
    crawl(county, tmp_path / "c", halves=(COURT,), workers=4, only=only)
    assert alone == [1]


def test_the_others_begin_too_where_the_first_failed_with_its_person(tmp_path: Path) -> None:
    county = County(6)
    county.ready.clear()

    def trouble(_half: Half, who: str, asked: int) -> Slow | None:
        if who == key(1) and asked == 1:
            return Slow("no answer")
        wait_until(lambda: county.opened == 3)
        return None

    county.trouble = trouble
    only = read_only(_list(tmp_path, county))
    assert crawl(county, tmp_path / "c", halves=(COURT,), workers=3, only=only).exit_code == 0


def test_no_more_sessions_are_opened_than_there_are_people(tmp_path: Path) -> None:
    county = County(3)
    crawl(county, tmp_path / "c", workers=8)
    assert county.opened <= 2 * 3


def test_a_site_without_a_pace_gets_four_sessions_and_a_paced_one_its_pages_at_once(
    tmp_path: Path,
) -> None:
    assert Plan(tmp_path, site(), IDENTITY, DAY).sessions == 4
    assert Plan(tmp_path, beyond(), IDENTITY, DAY).sessions == 2
    assert Plan(tmp_path, beyond(pages_at_once=1), IDENTITY, DAY).sessions == 1
    assert Plan(tmp_path, beyond(), IDENTITY, DAY, workers=1).sessions == 1


def test_a_chunk_has_one_session_whatever_the_site_permits(tmp_path: Path) -> None:
    county = County(8)
    crawl(county, tmp_path / "c", halves=(JAIL,), workers=1)
    assert county.opened == 1
    receipt = scrape_people(
        county.keys,
        tmp_path / "c",
        site=site(),
        half=COURT,
        scraper=lambda stop: FakeCourt(county, stop),
    )
    assert not receipt.failed
    assert county.opened == 1 + 1


@pytest.mark.parametrize(("fit", "halves", "size"), [(8, 2, 4), (5, 2, 2), (1, 2, 1), (9, 1, 4)])
def test_both_halves_share_the_browsers_that_fit_into_the_memory(
    tmp_path: Path, fit: int, halves: int, size: int
) -> None:
    told: list[object] = []
    plan = Plan(tmp_path / "c", site(), IDENTITY, DAY, halves=HALVES[:halves])
    folder = CrawlFolder(tmp_path / "c")
    run = Run(plan, folder, stop=threading.Event(), progress=told.append, now=now)
    pools = pools_of(run, lambda half: None, lambda scraper: None, browsers=lambda: fit)
    assert {pool.size for pool in pools.values()} == {size}
    notes = [event.text for event in told if isinstance(event, Message)]
    assert notes == (
        []
        if size == 4
        else [f"{size} sessions for each half instead of 4: the free memory holds {fit} browsers"]
    )


def test_a_scraper_that_cannot_be_made_stops_the_crawl_with_its_reason(tmp_path: Path) -> None:
    county = County(3)

    def broken(_stop: threading.Event) -> FakeCourt:
        raise ValueError("no such thing")

    plan = Plan(tmp_path / "c", site(), IDENTITY, DAY, halves=HALVES)
    result = run_crawl(
        plan, scrapers={JAIL: lambda stop: FakeJail(county, stop), COURT: broken}, now=now
    )
    assert result.stopped == "no scraper for the odyssey half: ValueError: no such thing"
    assert result.exit_code == 3


def test_the_summary_tells_what_each_portal_was_asked(tmp_path: Path) -> None:
    told: list[object] = []
    result = crawl(County(12), tmp_path / "c", workers=2, progress=told.append)
    assert result.summary.run is not None
    portals = result.summary.run.portals
    assert {half: one.pages for half, one in portals.items()} == {JAIL: 12, COURT: 12}
    assert result.summary.run.pages == 24
    assert portals[JAIL].sessions == 2
    assert all(isinstance(event.per_minute, float) for event in told if isinstance(event, Reached))
