"""The origins of a site: the only addresses that are ever asked.

An origin is scheme, host and port (RFC 6454). A page may name any address in a link, a form or a
redirect; what is sent there could be a person's name and birth date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from resilience.faults import Blocked, OffSite

_AUTHORITY = re.compile(r"(https?)://([!-\[\]-~]*?)(?:[/?#]|\Z)", re.I)
_PLACE = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{0,5}|\*))?", re.I)
_USUAL = {"http": 80, "https": 443}
ANY_PORT = -1
_LOOPBACK = re.compile(r"127\.[0-9.]+|localhost|\[::1\]")


class Origin(NamedTuple):
    """Scheme, host and port, in lower case and never without a port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        if self.port == _USUAL[self.scheme]:
            return f"{self.scheme}://{self.host}"
        return f"{self.scheme}://{self.host}:{'*' if self.port == ANY_PORT else self.port}"


def origin_of(url: str) -> Origin | None:
    """The origin of an absolute http or https address; None for every other.

    An address that a browser and an HTTP library could read differently (a backslash, white space
    or another character outside ASCII before the path) has none."""
    found = _AUTHORITY.match(url)
    if found is None:
        return None
    scheme = found[1].lower()
    place = _PLACE.fullmatch(found[2].rpartition("@")[2])
    if place is None or place[2] == "*":
        return None
    port = int(place[2] or _USUAL[scheme])
    return Origin(scheme, place[1].lower(), port) if port < 1 << 16 else None


def _named(text: str) -> Origin:
    origin = origin_of(text)
    if origin is None and text.endswith(":*"):
        origin = origin_of(text[:-2])
        if origin is not None and _LOOPBACK.fullmatch(origin.host):
            return origin._replace(port=ANY_PORT)
        origin = None
    if origin is None:
        raise ValueError(f"{text!r} is not an origin; write https://host or https://host:8443")
    return origin


@dataclass(frozen=True)
class Origins:
    """Where a session may go: the ``site``'s own origins and those where one signs in.

    With ``site`` None it may go everywhere (a session that belongs to no site)."""

    site: frozenset[Origin] | None
    sign_in: frozenset[Origin] = frozenset()

    @classmethod
    def of(cls, site: Iterable[str], *, sign_in: Iterable[str] = ()) -> Origins:
        """From addresses, of which only the origins count. ``http://127.0.0.3:*`` is any port of
        that loopback host. Raises ValueError for an address that has no origin."""
        return cls(frozenset(map(_named, site)), frozenset(map(_named, sign_in)))

    def __contains__(self, url: object) -> bool:
        """Whether the address may be asked."""
        if self.site is None:
            return True
        origin = origin_of(str(url))
        return origin is not None and (_among(origin, self.site) or _among(origin, self.sign_in))

    def signs_in(self, url: str) -> bool:
        """Whether the address is one where one signs in, and none of the site's own."""
        origin = origin_of(url)
        return (
            origin is not None
            and _among(origin, self.sign_in)
            and not _among(origin, self.site or frozenset())
        )

    def check(self, url: str) -> None:
        """Raises `OffSite` for an address that may not be asked."""
        if url not in self:
            raise self.off_site(url)

    def off_site(self, url: str) -> OffSite:
        """The fault for that address. Its message holds the origin alone: the rest of an address
        may tell of a person."""
        found = origin_of(url) or "no web address"
        return OffSite(
            f"the page leads to {found}, which is not an origin of this site ({self}); nothing was "
            "sent there. If it belongs to the portal, add it to the site's entry (for an identity "
            "provider: sign_in_origins)",
            url=url,
            expected=str(self),
            found=str(found),
        )

    def __str__(self) -> str:
        if self.site is None:
            return "any origin"
        return ", ".join(sorted(map(str, self.site | self.sign_in)))


def sent_away(asked: str | None, found: str) -> Blocked:
    """The fault for a redirect to another origin: nothing is asked there. Its message holds origins
    alone: the rest of an address may tell of a person."""
    return Blocked(
        f"{(asked and origin_of(asked)) or 'the portal'} sent the request to "
        f"{origin_of(found) or 'no web address'}, which is not an origin of this site; a person "
        "must look",
        url=asked or found,
    )


ANYWHERE = Origins(None)
"""No limit: for a session that belongs to no site."""


def _among(origin: Origin, origins: frozenset[Origin]) -> bool:
    """Whether the origin is one of them, or the encrypted form of one: a browser goes from http to
    https by itself where a host asks for it (HSTS, RFC 6797)."""
    if origin in origins or origin._replace(port=ANY_PORT) in origins:
        return True
    return origin.port == _USUAL["https"] and Origin("http", origin.host, 80) in origins
