"""The politeness that a site is owed, as the pace of one of its hosts."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from resilience.pace import Pace
from scrapers.sites import BadSite, Site


def pace_of(site: Site, url: str) -> Pace:
    """The pace for the portal at that address, shared by everybody on this machine who asks the same host.

    Raises BadSite for quiet hours that are none, or a free pace beyond loopback.
    """
    if site.pace.free:
        if not site.loopback:
            raise BadSite(f"site {site.key!r}: pace.free is for loopback only")
        return Pace.free()
    return Pace(
        site.pace.pages_at_once,
        site.pace.seconds_between_starts,
        host=urlsplit(url).netloc,
        quiet=_hours(site),
        zone=site.time_zone,
    )


def _hours(site: Site) -> list[tuple[dt.time, dt.time]]:
    text = site.pace.quiet_hours
    if not text:
        return []
    begin, _, end = text.partition("-")
    try:
        return [(dt.time.fromisoformat(begin.strip()), dt.time.fromisoformat(end.strip()))]
    except ValueError:
        raise BadSite(f"site {site.key!r}: quiet hours are written 01:45-02:30, not {text!r}") from None
