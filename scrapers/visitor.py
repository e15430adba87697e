"""Who we say we are to a portal, and where we go: a real site is owed the user's own contact, and
nobody else is asked anything."""

from __future__ import annotations

import os
from dataclasses import replace

from resilience import BrowserSettings, Origins
from scrapers.sites import Site, SiteError
from scrapers.version import version

_PRACTICE_SIGN_IN = "http://127.0.0.3:*"
"""Where the practice portals' identity provider is, at a port chosen free (docs/practice.md)."""

PHOTOS = ("*/imageservlet*",)
"""Photos of people (docs/portals/iml.md): no record holds them, so nobody asks for them."""


def origins_of(site: Site) -> Origins:
    """The only origins that a session of this site may ask: jail, court, and the identity
    provider's (``sign_in_origins``). Raises SiteError for an address that has no origin."""
    own = [part.url for part in (site.jail, site.court) if part is not None]
    sign_in = list(site.court.sign_in_origins) if site.court is not None else []
    if site.loopback and not sign_in:
        sign_in = [_PRACTICE_SIGN_IN]
    try:
        return Origins.of(own, sign_in=sign_in)
    except ValueError as wrong:
        raise SiteError(f"site {site.key!r}: {wrong}") from wrong


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
        never=(*settings.never, *PHOTOS),
        program=f"cj-report-card/{version()}",
    )


def without_photos(settings: BrowserSettings | None) -> BrowserSettings:
    """The same browser, which loads no images: a jail's photos of people are never fetched
    (docs/laws.md, law 8)."""
    settings = settings or BrowserSettings()
    return replace(
        settings, arguments=(*settings.arguments, "--blink-settings=imagesEnabled=false")
    )
