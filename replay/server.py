"""A local server that answers from a saved exchange, with one loopback address per real host."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from replay.answers import SavedAnswers, first_values
from replay.exchange import Step
from replay.origins import Origins

_ASSETS = frozenset(
    {"image", "style", "font", "script", "audio", "video", "track", "manifest", "object", "embed"}
)
"""``Sec-Fetch-Dest`` of requests that only affect how a page looks; exchanges do not hold them."""


@dataclass(frozen=True)
class Reply:
    """Status, headers and body of a response."""

    status: int
    headers: dict[str, str]
    body: bytes


UNKNOWN_REQUEST = Reply(404, {"Content-Type": "text/plain"}, b"this request is not in the exchange")


class LoopbackServers:
    """One loopback server per origin of an exchange, started when needed and reused.

    The first is on 127.0.0.1, the second on 127.0.0.2, ..., because cookies ignore ports. On
    systems that have only 127.0.0.1, all are there."""

    def __init__(self) -> None:
        self._servers: list[_Server] = []
        self._answers: SavedAnswers | None = None
        self._origins = Origins({})

    def close(self) -> None:
        """Stops them."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def stand_ins(self, origins: Iterable[str]) -> Origins:
        """A loopback origin for each of these."""
        wanted = list(dict.fromkeys(origins))
        while len(self._servers) < len(wanted):
            self._servers.append(_Server.start(len(self._servers) + 1, self))
        return Origins(
            {real: server.url for real, server in zip(wanted, self._servers, strict=False)}
        )

    @contextlib.contextmanager
    def serving(self, answers: SavedAnswers, origins: Origins) -> Iterator[None]:
        """While open, the servers answer from this exchange."""
        self._answers, self._origins = answers, origins
        try:
            yield
        finally:
            self._answers, self._origins = None, Origins({})

    def reply(self, method: str, url: str, fields: dict[str, str], destination: str) -> Reply:
        """The response to a request; ``destination`` is its ``Sec-Fetch-Dest``."""
        answers, origins = self._answers, self._origins
        if answers is None:
            return Reply(404, {}, b"no replay is running")
        if destination in _ASSETS or url.endswith("/favicon.ico"):
            return Reply(404, {}, b"")
        step = answers.answer(method, origins.to_real(url), fields)
        if step is None:
            return UNKNOWN_REQUEST
        return reply_of(answers, step, origins, document=destination in ("document", ""))


def reply_of(answers: SavedAnswers, step: Step, origins: Origins, *, document: bool) -> Reply:
    """A step as an HTTP response: with the stand-in addresses and, for a document, with the script
    that stands in for the portal's own.

    Exchanges keep no cookies. The few that the page objects only check for are set again with a
    meaningless value."""
    content_type = step.headers.get("content-type") or (
        "application/json" if step.json else "text/html"
    )
    body = origins.to_stand_ins(step.body)
    if document and not step.json:
        body = answers.saved.dressed(body)
    raw = replace(step, body=body).bytes()
    if "charset" not in content_type and not step.declares_charset:
        content_type = f"{content_type}; charset=utf-8"
    headers = {"Content-Type": content_type}
    for name in ("location", "retry-after"):
        if name in step.headers:
            headers[name.title()] = origins.to_stand_ins(step.headers[name])
    if cookie := answers.saved.cookie_after(step):
        headers["Set-Cookie"] = cookie
    return Reply(step.status, headers, raw)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: LoopbackServers

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    @classmethod
    def start(cls, number: int, owner: LoopbackServers) -> _Server:
        """On 127.0.0.<number>, or on 127.0.0.1 where the system has no such address."""
        try:
            server = cls((f"127.0.0.{number}", 0), _Handler)
        except OSError:
            server = cls(("127.0.0.1", 0), _Handler)
        server.owner = owner
        threading.Thread(
            target=server.serve_forever, args=(0.05,), name="replay", daemon=True
        ).start()
        return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """A page, a fragment, or a service."""
        self._answer({})

    def do_POST(self) -> None:
        """A form."""
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(
            "utf-8", "replace"
        )
        self._answer(first_values(parse_qsl(text, keep_blank_values=True)))

    def _answer(self, fields: dict[str, str]) -> None:
        reply = self.server.owner.reply(
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
        """Logs nothing: the exchange lists unknown requests."""
