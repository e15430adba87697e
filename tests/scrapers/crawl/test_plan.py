"""What is told to be ahead of a run, from the site's pace and what is known already."""

from __future__ import annotations

import pytest

from scrapers.crawl import COURT, JAIL
from scrapers.crawl.events import Expected
from scrapers.crawl.outcomes import Outcome
from scrapers.crawl.plan import expected
from scrapers.sites import CourtSite, JailSite, PaceSite, Site


def a_site(**pace: object) -> Site:
    jail = JailSite(url="http://127.0.0.1:1/IML")
    return Site(
        key="here",
        name="Here",
        time_zone="America/New_York",
        jail=jail,
        court=CourtSite(url="http://127.0.0.1:1/CJS"),
        pace=PaceSite(**pace),  # type: ignore[arg-type]
    )


def people(**outcomes: int) -> dict[str, Outcome]:
    each = [Outcome[name.upper()] for name, many in outcomes.items() for _ in range(many)]
    return {str(number): outcome for number, outcome in enumerate(each)}


def test_the_pace_says_how_long_the_pages_take() -> None:
    site = a_site(seconds_between_starts=2.0, pages_at_once=4)
    told = expected(JAIL, people(pending=100), workers=2, site=site)
    assert (told.to_do, told.pages) == (100, 110)
    assert told.minutes == pytest.approx(110 * 2.0 / 60)


def test_where_the_pace_permits_more_than_the_sessions_can_do_they_are_the_limit() -> None:
    alone = expected(JAIL, people(pending=100), workers=1, site=a_site())
    two = expected(JAIL, people(pending=100), workers=2, site=a_site())
    five = expected(
        JAIL, people(pending=100), workers=5, site=a_site()
    )  # the site permits two at once
    assert alone.minutes == pytest.approx(110 * 0.6 / 60)
    assert two.minutes == five.minutes == pytest.approx(110 * 0.3 / 60)


def test_what_is_known_is_not_ahead_and_what_failed_is() -> None:
    told = expected(
        JAIL, people(found=5, not_found=2, failed=3, not_asked=9), workers=2, site=a_site()
    )
    assert (told.asked, told.to_do) == (10, 3)
    assert told.done == {Outcome.FOUND: 5, Outcome.NOT_FOUND: 2}


def test_pages_are_reckoned_from_those_the_crawl_has_seen_once_there_are_ten() -> None:
    def pages(seen: int, files: int) -> int:
        return expected(
            COURT, people(pending=10), workers=2, site=a_site(), pages=seen, files=files
        ).pages

    assert pages(30, 9) == 80
    assert pages(30, 10) == 30


def test_a_site_without_a_pace_is_promised_no_time() -> None:
    free = expected(JAIL, people(pending=100), workers=2, site=a_site(free=True))
    paced = expected(COURT, people(pending=100), workers=2, site=a_site())
    assert free.minutes is None
    assert Expected((free,)).minutes is None
    assert Expected((paced, free)).minutes is None
    assert Expected((paced,)).minutes == paced.minutes
    assert Expected(()).minutes == 0.0
