"""Before any browser starts: does the host exist, and does somebody listen there?"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from cj.wrong import UsageError
from scrapers.halves import Half
from scrapers.products import part_of
from scrapers.sites import Site

_SECONDS = 10.0
_PORTS = {"http": 80, "https": 443}


def reachable(site: Site, halves: Iterable[Half]) -> None:
    """Raises UsageError for a host that cannot be reached, SiteError for a site that has no such
    half. Not tried where pages go through a proxy."""
    for half in halves:
        parts = urlsplit(part_of(site, half).url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
        if parts.scheme in getproxies() and not proxy_bypass(host):
            continue
        try:
            socket.create_connection((host, port), _SECONDS).close()
        except OSError as error:
            raise UsageError(
                f"the {half} portal of {site.key} cannot be reached: "
                f"{host}:{port}: {error.strerror or error}"
            ) from error
