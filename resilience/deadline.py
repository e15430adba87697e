"""HTTP lines on which nothing outlasts a deadline.

urllib3's own time-outs are of one read each, so a server that drips beats them.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

Left = Callable[[], float]
"""Seconds that the exchange under way may still take; raises TimeoutError when there are none, or
whatever ends it sooner."""

_PIECE = 0.5
_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's ``SSL_OP_LEGACY_SERVER_CONNECT``, which the ssl module names only from Python 3.12
on."""


class _Answer(io.RawIOBase):
    """What is read of one answer, in pieces of half a second, so that a stop is heard of as
    well."""

    def __init__(self, line: Any, left: Left) -> None:
        self._line = line
        self._open = line.makefile(
            "rb", buffering=0
        )  # keeps the descriptor while the answer is read
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            self._line.settimeout(min(self._left(), _PIECE))
            try:
                return int(self._line.recv_into(buffer))
            except TimeoutError:
                continue

    def close(self) -> None:
        self._open.close()
        super().close()


class _Line:
    """A connected socket whose reading and writing end with the exchange."""

    def __init__(self, line: socket.socket, left: Left) -> None:
        self._line = line
        self._left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def sendall(self, content: Any) -> None:
        self._line.settimeout(self._left())
        self._line.sendall(content)

    def makefile(self, mode: str = "rb", *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Answer(self._line, self._left))


def _pools(left: Left) -> dict[str, Any]:
    """Connection pools whose lines know the deadline."""

    class Http(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            self.sock = _Line(self.sock, left)

    class Https(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            self.sock = _Line(self.sock, left)

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}


class DeadlineAdapter(HTTPAdapter):
    """For `requests`: every exchange ends when ``left`` says so; nothing is tried again in secret.

    ``legacy_tls`` also speaks with servers that know no secure renegotiation (RFC 5746), which
    OpenSSL 3 refuses; certificates are checked all the same."""

    def __init__(self, left: Left, *, legacy_tls: bool = False) -> None:
        self._kinds = _pools(left)
        self._context: ssl.SSLContext | None = None
        if legacy_tls:
            self._context = create_urllib3_context()
            self._context.options |= _LEGACY_SERVER_CONNECT
            self._context.load_default_certs()
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """See requests."""
        super().init_poolmanager(*args, **self._with_context(kwargs))
        self.poolmanager.pool_classes_by_scheme = self._kinds

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """See requests."""
        manager = super().proxy_manager_for(proxy, **self._with_context(kwargs))
        manager.pool_classes_by_scheme = self._kinds
        return manager

    def _with_context(self, given: dict[str, Any]) -> dict[str, Any]:
        return given if self._context is None else {**given, "ssl_context": self._context}
