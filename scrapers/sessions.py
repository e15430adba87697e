"""A session for a portal of a site, with everything that the site's entry says of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from resilience.answer import Answer
from resilience.fetch_modes import FetchChoice
from resilience.http_client import HttpRequest
from resilience.session import Session
from resilience.settings import BrowserSettings
from scrapers.pace import pace_of
from scrapers.sites import Site
from scrapers.visitor import browser_for, origins_of


def session_of(
    site: Site,
    url: str,
    *,
    browser: BrowserSettings | None = None,
    headed: bool = False,
    fetch_mode: FetchChoice = "auto",
    stop: threading.Event | None = None,
    observe: Callable[[HttpRequest, Answer], None] | None = None,
    legacy_tls: bool = False,
) -> Session:
    """A session for the portal at ``url``: the site's pace, its origins and the user's contact.
    Raises SiteError for an entry that does not allow one."""
    return Session(
        browser=browser_for(site, browser, headed=headed),
        pace=pace_of(site, url),
        origins=origins_of(site),
        stop=stop,
        fetch_mode=fetch_mode,
        observe=observe,
        legacy_tls=legacy_tls,
    )
