"""The politeness that a site is owed, as the pace of one of its hosts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from resilience.pace import Pace
from scrapers.settings import read_settings
from scrapers.sites import Site, SiteError, polite


def pace_of(site: Site, url: str) -> Pace:
    """The pace for the portal at that address, shared by everybody on this machine who asks the
    same host.

    Where ``CJ_PACE_REDIS`` names a Redis, shared by all machines that name the same. Raises
    SiteError for quiet hours that are none, a pace above the site's ceiling, or an address that is
    none."""
    polite(site)
    if site.pace.free:
        return Pace.free()
    at_once, between = site.pace.pages_at_once, site.pace.seconds_between_starts
    host, quiet = urlsplit(url).netloc, _hours(site)
    if address := read_settings().pace_redis:
        return _over_machines(
            address, at_once, between, host=host, quiet=quiet, zone=site.time_zone
        )
    return Pace(at_once, between, host=host, quiet=quiet, zone=site.time_zone)


def _over_machines(address: str, at_once: int, between: float, **more: Any) -> Pace:
    try:
        from resilience.pace_redis import RedisPace
    except ImportError as error:
        raise SiteError(
            "CJ_PACE_REDIS is set, "
            "but the redis package is missing: pip install cj-report-card[redis]"
        ) from error
    try:
        return RedisPace(address, at_once, between, **more)
    except ValueError as error:
        raise SiteError(f"CJ_PACE_REDIS: {error}") from None


def _hours(site: Site) -> list[tuple[dt.time, dt.time]]:
    text = site.pace.quiet_hours
    if not text:
        return []
    begin, _, end = text.partition("-")
    try:
        return [(dt.time.fromisoformat(begin.strip()), dt.time.fromisoformat(end.strip()))]
    except ValueError:
        raise SiteError(
            f"site {site.key!r}: quiet hours are written 01:45-02:30, not {text!r}"
        ) from None
