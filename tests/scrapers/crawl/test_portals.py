from __future__ import annotations

from resilience.meter import MeterReading
from scrapers.crawl.portals import PortalFigures
from scrapers.sites import PaceSite

# 40 seconds count as the minute that a rate is told over.
READ = MeterReading(starts=200, first=100.0, last=140.0, held=60.0)


def test_permitted_and_reached_are_counted_from_page_starts() -> None:
    figures = PortalFigures.of(READ, PaceSite(), sessions=2)
    assert figures.permitted_per_minute == 400.0
    assert figures.reached_per_minute == 200.0
    assert figures.borne_per_minute == 400.0
    assert (
        figures.line == "permitted 400 pages a minute, reached 200 (2 sessions, a page took 0.30 s)"
    )


def test_a_slow_portal_bears_less_than_its_interval_permits() -> None:
    figures = PortalFigures.of(READ, PaceSite(pages_at_once=1))
    assert figures.line == (
        "permitted 400 pages a minute, "
        "reached 200 (1 session, a page took 0.30 s, so the pages at once allow 200)"
    )


def test_a_portal_of_ones_own_has_no_pace() -> None:
    figures = PortalFigures.of(READ, PaceSite(free=True), sessions=3)
    assert figures.permitted_per_minute is figures.borne_per_minute is None
    assert (
        figures.line
        == "no rate limit configured, reached 200 pages a minute (3 sessions, a page took 0.30 s)"
    )
