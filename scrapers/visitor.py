"""Who we say we are to a portal: a real site is owed the user's own contact."""

from __future__ import annotations

import os
from dataclasses import replace

from resilience import BrowserSettings
from scrapers.sites import Site, SiteError
from scrapers.version import version


def browser_for(
    site: Site, browser: BrowserSettings | None, *, headed: bool = False
) -> BrowserSettings:
    """The browser's settings with the contact that stands behind its user agent.

    The contact is the settings' own, else the site's, else ``CJ_CONTACT``. Raises SiteError for a
    site beyond this machine without any: its operators must be able to reach whoever reads it."""
    settings = browser or BrowserSettings()
    contact = settings.contact or site.contact or os.environ.get("CJ_CONTACT") or None
    if contact is None and not site.loopback:
        raise SiteError(
            f"site {site.key!r} is a real one: give your own contact (e-mail or web page) in CJ_CONTACT, in the site's "
            "entry, or as BrowserSettings(contact=...), so that its operators can reach you"
        )
    return replace(
        settings,
        contact=contact,
        headed=headed or settings.headed,
        program=f"cj-report-card/{version()}",
    )
