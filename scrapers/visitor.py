"""Who we say we are to a portal, and where we go: a real site is owed the user's own contact, and
nobody else is asked anything."""

from __future__ import annotations

from dataclasses import replace

from resilience import BrowserSettings, Origins
from scrapers.settings import read_settings
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


def contact_of(site: Site, given: str | None = None) -> str | None:
    """The user's own contact: as given, else CJ_CONTACT, else the site entry's. Raises SiteError
    for a site beyond this machine without any: its operators must be able to reach whoever reads
    it."""
    contact = given or read_settings().contact or site.contact or None
    if contact is None and not site.loopback:
        raise SiteError(
            f"{site.key} is a real site: set CJ_CONTACT to an address of your own (e-mail or web "
            "page), in the environment or in .env, so that its operators can reach you"
        )
    return contact


def browser_for(
    site: Site, browser: BrowserSettings | None, *, headed: bool = False
) -> BrowserSettings:
    """The browser's settings with the contact that stands behind its user agent (`contact_of`).
    Raises SiteError."""
    settings = browser or BrowserSettings()
    return replace(
        settings,
        contact=contact_of(site, settings.contact),
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
