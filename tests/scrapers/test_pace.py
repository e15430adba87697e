from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from resilience.pace_redis import RedisPace
from scrapers.pace import pace_of
from scrapers.sites import Site, SiteError, site_of

URL = "https://lookup.invalid:9443/IML"


def site(**pace: Any) -> Site:
    table = {
        "key": "own",
        "name": "Own",
        "time_zone": "America/Denver",
        "jail": {"url": URL},
        "pace": pace,
    }
    return site_of(table)


def test_pace_is_the_sites_for_that_host_in_the_countys_zone() -> None:
    pace = pace_of(
        site(pages_at_once=1, seconds_between_starts=2.0, quiet_hours="23:45-02:30"), URL
    )
    assert (pace.pages_at_once, pace.seconds_between_starts, pace.host) == (
        1,
        2.0,
        "lookup.invalid:9443",
    )
    midnight = dt.datetime(2026, 9, 1, 6, 0, tzinfo=dt.timezone.utc).timestamp()
    assert pace.quiet_for(midnight) == 2.5 * 3600
    assert pace.quiet_for(midnight + 3 * 3600) == 0


def test_site_without_a_word_about_pace_is_polite() -> None:
    pace = pace_of(site(), URL)
    assert (pace.pages_at_once, pace.seconds_between_starts, pace.quiet) == (2, 0.15, ())


def test_practice_has_no_pace() -> None:
    practice = site_of("practice")
    assert practice.jail is not None
    assert pace_of(practice, practice.jail.url).seconds_between_starts == 0


def test_free_pace_beyond_loopback_is_refused() -> None:
    with pytest.raises(SiteError, match="loopback only"):
        pace_of(site(free=True), URL)


@pytest.mark.parametrize("hours", ["late", "02:00", "25:00-26:00"])
def test_quiet_hours_that_are_none_are_named(hours: str) -> None:
    with pytest.raises(SiteError, match="quiet hours"):
        pace_of(site(quiet_hours=hours), URL)


def test_machines_that_name_the_same_redis_share_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CJ_PACE_REDIS", "redis://127.0.0.1:6399/3")
    pace = pace_of(site(pages_at_once=1, quiet_hours="23:45-02:30"), URL)
    assert isinstance(pace, RedisPace)
    assert (pace.pages_at_once, pace.host, len(pace.quiet)) == (1, "lookup.invalid:9443", 1)
    monkeypatch.setenv("CJ_PACE_REDIS", "somewhere")
    with pytest.raises(SiteError, match="CJ_PACE_REDIS"):
        pace_of(site(), URL)
