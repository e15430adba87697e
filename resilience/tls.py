"""An https address where nobody speaks TLS: told at once, not waited for again and again."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlsplit

from resilience.faults import TlsRefused
from resilience.origins import Origin, origin_of

_PROBE_SECONDS = 2.0


class HttpsOrigins:
    """Which https origins have answered. One that never did, and answers a plain request instead,
    is an http port: some servers wait for ever for the rest of a request when they are sent a TLS
    greeting."""

    def __init__(self) -> None:
        self._answered: set[Origin] = set()

    def answered(self, url: str) -> None:
        """A page came from there."""
        origin = origin_of(url)
        if origin is not None and origin.scheme == "https":
            self._answered.add(origin)

    def fault(self, url: str) -> TlsRefused | None:
        """After a time-out there: the fault if it is an http port. Asks for no page."""
        origin = origin_of(url)
        if origin is None or origin.scheme != "https" or origin in self._answered:
            return None
        if not speaks_plain_http(url):
            return None
        return TlsRefused(
            f"{origin} answers plain HTTP, not TLS: its address begins with http://, not https://",
            url=url,
        )


def speaks_plain_http(url: str) -> bool:
    """Whether the port of that address answers an unencrypted HTTP request other than by refusing
    it (as servers of TLS do)."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    heard = b""
    with contextlib.suppress(OSError):
        line = socket.create_connection((host, port), timeout=_PROBE_SECONDS)
        with line:
            line.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            while len(heard) < 12 and (piece := line.recv(12 - len(heard))):
                heard += piece
    return heard.startswith(b"HTTP/1.") and heard[9:12] not in (b"", b"400", b"497")
