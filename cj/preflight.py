"""Before any browser starts: does the host exist, and does somebody listen there?"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from cj.wrong import UsageError
from scrapers.crawl import JAIL
from scrapers.sites import Site

_SECONDS = 10.0
_PORTS = {"http": 80, "https": 443}


def address_of(site: Site, half: str) -> str:
    """The address of that half. Raises Wrong for a site that has none."""
    part = site.jail if half == JAIL else site.court
    if part is None:
        raise UsageError(f"site {site.key!r} has no {half} portal in sites.toml")
    return part.url


def reachable(site: Site, halves: tuple[str, ...]) -> None:
    """Raises Wrong for a host that cannot be reached. Not tried where pages go through a proxy."""
    for half in halves:
        parts = urlsplit(address_of(site, half))
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
        if parts.scheme in getproxies() and not proxy_bypass(host):
            continue
        try:
            socket.create_connection((host, port), _SECONDS).close()
        except OSError as error:
            raise UsageError(
                f"the {half} portal of {site.key} cannot be reached: {host}:{port}: {error.strerror or error}"
            ) from error
