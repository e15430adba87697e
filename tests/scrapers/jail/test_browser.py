"""End to end: the practice county's jail read through a real Chromium equals the truth, field by
field."""

from __future__ import annotations

from pathlib import Path

import pytest

from practice.server import Options, running
from scrapers.jail import JailScraper
from tests.scrapers.jail.test_scraper import read_all, site_at, truth_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("dialect", "name"), [("shelby", "practice"), ("bergen", "practice-4col")])
def test_everybody_read_in_the_browser_is_as_the_truth_says(dialect: str, name: str) -> None:
    with (
        running(Options(people=40, seed=7, dialect=dialect)) as portals,
        JailScraper(site_at(portals, name)) as jail,
    ):
        found = read_all(jail)
        assert found == truth_of(portals.world)
        assert not jail.session.statistics


def test_lost_sessions_busy_answers_and_a_moved_roster_are_survived_in_the_browser() -> None:
    options = Options(people=35, seed=3, faults="lost-session=0.1,busy=0.05,moved-roster=1")
    with running(options) as portals, JailScraper(site_at(portals)) as jail:
        found = read_all(jail)
        assert found == truth_of(portals.world)
        assert jail.session.statistics["RosterMoved"] == 1
        assert jail.session.statistics["SearchLost"] > 0


def test_the_browser_fetches_no_photo(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with (
        running(Options(people=12, seed=7, access_log=log, dialect="shelby")) as portals,
        JailScraper(site_at(portals), fetch_mode="browser") as jail,
    ):
        for entry in jail.roster().people[:6]:
            jail.person(entry)
    told = log.read_text(encoding="utf-8")
    assert told.count('"page": "detail"') >= 6
    assert "/imageservlet" not in told
