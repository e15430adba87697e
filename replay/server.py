"""A small server on this machine that answers from a saved exchange, one loopback address for every
host of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from replay.client import client_for, cookies_for
from replay.exchange import Step
from replay.origins import Origins
from replay.tape import AnswerTape, first_values

_PARTS = frozenset(
    {"image", "style", "font", "script", "audio", "video", "track", "manifest", "object", "embed"}
)
"""Destinations of requests that a page makes for its looks: no exchange holds them, and nothing is
read from them."""


class Hosts:
    """The loopback hosts, started when they are needed and kept: one for each origin of an
    exchange.

    The first is 127.0.0.1, the second 127.0.0.2, ... as cookies do not see ports; where a system
    has only the first of them, all are there."""

    def __init__(self) -> None:
        self._servers: list[_Host] = []
        self._tape: AnswerTape | None = None
        self._origins = Origins({})

    def close(self) -> None:
        """Ends them."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def stand_ins(self, origins: Iterable[str]) -> Origins:
        """A loopback origin for every one of these."""
        wanted = list(dict.fromkeys(origins))
        while len(self._servers) < len(wanted):
            self._servers.append(_Host.start(len(self._servers) + 1, self))
        return Origins(
            {real: server.url for real, server in zip(wanted, self._servers, strict=False)}
        )

    @contextlib.contextmanager
    def playing(self, tape: AnswerTape, origins: Origins) -> Iterator[None]:
        """Answers from this tape."""
        self._tape, self._origins = tape, origins
        try:
            yield
        finally:
            self._tape, self._origins = None, Origins({})

    def reply(self, method: str, url: str, fields: dict[str, str], part: str) -> Reply:
        """What is sent for a request; ``part`` is its ``Sec-Fetch-Dest``."""
        tape, origins = self._tape, self._origins
        if tape is None:
            return Reply(404, {}, b"nothing is replayed now")
        if part in _PARTS or url.endswith("/favicon.ico"):
            return Reply(404, {}, b"")
        step = tape.answer(method, origins.home(url), fields)
        if step is None:
            return Reply(
                404, {"Content-Type": "text/plain"}, b"this request is not in the exchange"
            )
        return reply_of(tape, step, origins, document=part in ("document", ""))


class Reply:
    """Status, headers and body of an answer."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


def reply_of(tape: AnswerTape, step: Step, origins: Origins, *, document: bool) -> Reply:
    """A step as it goes over the line: with the stand-in addresses, and with the portal's script if
    it is a document.

    No exchange keeps a cookie. The few whose mere presence the page objects ask for are set again,
    empty of meaning."""
    kind = step.headers.get("content-type") or ("application/json" if step.json else "text/html")
    body = origins.away(step.body)
    if document and not step.json:
        body = client_for(tape.exchange.product, body)
    raw = replace(step, body=body).bytes()
    headers = {
        "Content-Type": kind if "charset" in kind or step.says_charset else f"{kind}; charset=utf-8"
    }
    for name in ("location", "retry-after"):
        if name in step.headers:
            headers[name.title()] = origins.away(step.headers[name])
    cookies = cookies_for(tape.exchange.product, step)
    if cookies:
        headers["Set-Cookie"] = cookies
    return Reply(step.status, headers, raw)


class _Host(ThreadingHTTPServer):
    daemon_threads = True
    hosts: Hosts

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    @classmethod
    def start(cls, number: int, hosts: Hosts) -> _Host:
        """On 127.0.0.<number>, or on 127.0.0.1 where the system has no such address."""
        try:
            server = cls((f"127.0.0.{number}", 0), _Handler)
        except OSError:
            server = cls(("127.0.0.1", 0), _Handler)
        server.hosts = hosts
        threading.Thread(
            target=server.serve_forever, args=(0.05,), name="replay", daemon=True
        ).start()
        return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Host

    def do_GET(self) -> None:
        """A page, a fragment, a service."""
        self._answer({})

    def do_POST(self) -> None:
        """A form."""
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(
            "utf-8", "replace"
        )
        self._answer(first_values(parse_qsl(text, keep_blank_values=True)))

    def _answer(self, fields: dict[str, str]) -> None:
        reply = self.server.hosts.reply(
            self.command,
            self.server.url + self.path,
            fields,
            self.headers.get("Sec-Fetch-Dest", ""),
        )
        with contextlib.suppress(ConnectionError):
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    def log_message(self, *_: Any) -> None:
        """Says nothing: the tape notes what was asked."""
