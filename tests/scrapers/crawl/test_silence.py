from __future__ import annotations

import threading
from pathlib import Path

from resilience.faults import Busy
from scrapers.crawl import COURT, JAIL, CrawlFolder, Person
from scrapers.odyssey.records import CourtFile
from scrapers.record import Inputs
from tests.scrapers.crawl.county import County, FakeCourt, crawl, key, site


def test_not_found_is_proved_by_a_control_search_before_it_counts(tmp_path: Path) -> None:
    county = County(14, none=[key(n) for n in range(1, 13)])
    result = crawl(county, tmp_path / "c", workers=1, control_every=5)
    assert result.summary.halves[COURT].counts.not_found == 12
    assert len(county.controls) == 3  # two full rows of five, and the end
    assert not CrawlFolder(tmp_path / "c").unproved_keys(COURT)


def test_a_court_gone_silent_ends_in_failures(tmp_path: Path) -> None:
    county = County(12)
    county.silent_from = 5
    result = crawl(county, tmp_path / "c", workers=1, control_every=4)
    counts = result.summary.halves[COURT].counts
    assert (counts.found, counts.not_found, counts.failed, counts.pending) == (4, 0, 8, 0)
    assert result.exit_code == 3
    assert {failed.fault for failed in result.summary.failed} == {"Silence"}
    county.silent_from = None
    assert crawl(county, tmp_path / "c").summary.coverage == 1.0


def test_a_court_silent_for_long_stops_the_run(tmp_path: Path) -> None:
    county = County(12)
    county.silent_from = 1
    result = crawl(county, tmp_path / "c", workers=1, control_every=2, breaker=3)
    counts = result.summary.halves[COURT].counts
    assert (counts.failed, counts.not_found, counts.pending) == (6, 0, 6)
    assert "3 failures in a row" in (result.stopped or "")


def test_silence_since_the_last_good_control_only(tmp_path: Path) -> None:
    county = County(8, none=[key(n) for n in range(1, 9)])
    county.silent_from = 7
    result = crawl(county, tmp_path / "c", workers=1, control_every=5)
    counts = result.summary.halves[COURT].counts
    assert (counts.not_found, counts.failed) == (5, 3)


def test_without_anybody_to_prove_it_not_found_stays_unknown(tmp_path: Path) -> None:
    county = County(3, none=[key(1), key(2), key(3)])
    result = crawl(county, tmp_path / "c", on=site(control=False))
    assert result.summary.halves[COURT].counts.failed == 3
    assert not county.controls
    assert "control person" in result.summary.failed[0].message


def test_somebody_found_before_is_the_control_of_a_resumed_run(tmp_path: Path) -> None:
    county = County(4, none=[key(3), key(4)])
    crawl(county, tmp_path / "c", limit=2, on=site(control=False))
    result = crawl(county, tmp_path / "c", on=site(control=False))
    assert result.exit_code == 0
    asked = county.controls[-1]
    assert asked is not None
    assert asked.name == "PERSON, NUMBER 2"


def test_leftovers_of_a_stopped_run_are_proved_without_asking_again(tmp_path: Path) -> None:
    county = County(3, none=[key(1), key(2), key(3)])
    stop = threading.Event()
    courts = iter(range(100))

    class Stopping(FakeCourt):
        def fetch(self, person: Person, inputs: Inputs) -> CourtFile:
            file = super().fetch(person, inputs)
            if next(courts) == 2:
                stop.set()
            return file

    from scrapers.crawl import Plan, run_crawl
    from tests.scrapers.crawl.county import DAY, IDENTITY, FakeJail, now

    plan = Plan(tmp_path / "c", site(), IDENTITY, DAY, workers=1)
    first = run_crawl(
        plan,
        scrapers={
            JAIL: lambda event: FakeJail(county, event),
            COURT: lambda event: Stopping(county, event),
        },
        stop=stop,
        now=now,
    )
    assert first.summary.halves[COURT].counts.pending == 3
    assert CrawlFolder(tmp_path / "c").unproved_keys(COURT) == {key(1), key(2), key(3)}
    second = crawl(county, tmp_path / "c")
    assert second.summary.halves[COURT].counts.not_found == 3
    assert set(county.asked.values()) == {1}


def test_a_control_search_that_cannot_be_made_leaves_nothing_pending(tmp_path: Path) -> None:
    county = County(2, none=[key(1), key(2)])

    class Mute(FakeCourt):
        def control(self, person: object = None) -> bool:
            raise Busy("503")

    from scrapers.crawl import Plan, run_crawl
    from tests.scrapers.crawl.county import DAY, IDENTITY, FakeJail, now

    plan = Plan(tmp_path / "c", site(), IDENTITY, DAY)
    result = run_crawl(
        plan,
        scrapers={
            JAIL: lambda event: FakeJail(county, event),
            COURT: lambda event: Mute(county, event),
        },
        now=now,
    )
    counts = result.summary.halves[COURT].counts
    assert (counts.failed, counts.pending) == (2, 0)
    assert "503" in result.summary.failed[0].message
