"""Scrapers for the engine's workers, of a site as it stands in ``sites.toml``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from scrapers.crawl.state import memory_folder
from scrapers.crawl.workers import CourtFactory, JailFactory
from scrapers.record import Keep
from scrapers.sites import Site

if TYPE_CHECKING:
    from resilience.fetch_modes import FetchChoice
    from resilience.settings import BrowserSettings
    from scrapers.jail import JailScraper
    from scrapers.odyssey import OdysseyScraper, SignInGate


def jail_factory(
    site: Site,
    *,
    browser: BrowserSettings | None = None,
    fetch_mode: FetchChoice = "auto",
    keep: Keep | None = None,
) -> JailFactory:
    """Makes jail scrapers of that site, each with a portal session of its own; ``keep`` gets their
    pages (`keeper`)."""

    def make(stop: threading.Event) -> JailScraper:
        from scrapers.jail import JailScraper

        return JailScraper(site, browser=browser, fetch_mode=fetch_mode, keep=keep, stop=stop)

    return make


def court_factory(
    site: Site,
    user: str | None,
    password: str | None,
    *,
    browser: BrowserSettings | None = None,
    fetch_mode: FetchChoice = "auto",
    gate: SignInGate | None = None,
    keep: Keep | None = None,
) -> CourtFactory:
    """Makes court scrapers of that site, each with a portal session of its own; all sign in through
    one gate. ``keep`` gets their pages.

    Without a ``gate``: one that remembers refused passwords over runs and processes of this user,
    and in memory alone for practice portals, whose passwords and addresses are new each time."""
    from scrapers.odyssey import SignInGate

    shared = gate or SignInGate(None if site.practice else memory_folder())

    def make(stop: threading.Event) -> OdysseyScraper:
        from scrapers.odyssey import OdysseyScraper

        return OdysseyScraper(
            site,
            user,
            password,
            browser=browser,
            fetch_mode=fetch_mode,
            gate=shared,
            keep=keep,
            stop=stop,
        )

    return make
