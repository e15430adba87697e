"""The proxy passes HTTP on untouched, and breaks the line exactly as ordered."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from practice.proxy import ORDER, Head, Proxy

PAGE = b"<html>" + b"x" * 2000 + b"</html>"


@dataclass
class Origin:
    """An inner server whose answer depends on the path, and the proxy before it."""

    port: int
    inner: int
    seen: list[str] = field(default_factory=list)
    connections: int = 0

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = Head.of(await reader.readuntil(b"\r\n\r\n"))
                body = await reader.readexactly(head.length or 0)
                method, path, _ = head.first.decode().split(" ")
                self.seen.append(f"{method} {path}")
                writer.write(self._answer(method, path, body))
                await writer.drain()
                if path == "/until-the-end" or path == "/idle":
                    break
        writer.close()

    def _answer(self, method: str, path: str, body: bytes) -> bytes:
        if path == "/chunked":
            chunks = b"3\r\nabc\r\n4;x=1\r\ndefg\r\n0\r\nT: 1\r\n\r\n"
            return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
        if path == "/until-the-end":
            return b"HTTP/1.1 200 OK\r\n\r\n" + PAGE
        if path == "/nothing":
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == "/echo":
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        fault = path[1:].replace("_", " ") if path.startswith("/line-") else ""
        order = f"{ORDER}: {fault.removeprefix('line-')}\r\n".encode() if fault else b""
        if self.seen.count(f"{method} {path}") > 1 and fault:
            order = b""
        if path.endswith("_moved"):
            return (
                b"HTTP/1.1 302 Found\r\nLocation: /\r\n"
                + order.replace(b" moved", b" 2")
                + b"Content-Length: 0\r\n\r\n"
            )
        return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (order, len(PAGE)) + (
            b"" if method == "HEAD" else PAGE
        )


@pytest.fixture
def origin() -> Iterator[Origin]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def do(what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, loop).result(10)

    outer = socket.socket()
    outer.bind(("127.0.0.1", 0))
    inner = socket.socket()
    inner.bind(("127.0.0.1", 0))
    one = Origin(outer.getsockname()[1], inner.getsockname()[1])
    proxy = Proxy(outer, inner.getsockname())

    async def start() -> None:
        await asyncio.start_server(one.serve, sock=inner)
        await proxy.start()

    do(start())
    yield one
    do(proxy.close())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    inner.close()


def _get(line: http.client.HTTPConnection, path: str, method: str = "GET") -> bytes:
    line.request(method, path)
    return line.getresponse().read()


def test_one_connection_carries_answers_of_every_form(origin: Origin) -> None:
    line = origin.connection()
    assert _get(line, "/page") == PAGE
    assert _get(line, "/page", "HEAD") == b""
    assert _get(line, "/chunked") == b"abcdefg"
    assert _get(line, "/nothing") == b""
    line.request("POST", "/echo", body=b"a" * 200_000)
    assert line.getresponse().read() == b"a" * 200_000
    assert _get(line, "/page") == PAGE
    assert origin.connections == 1
    assert _get(line, "/until-the-end") == PAGE


def test_an_inner_connection_that_idled_out_is_no_matter_of_the_client(origin: Origin) -> None:
    line = origin.connection()
    for _ in range(3):
        assert _get(line, "/idle") == PAGE
    assert origin.connections == 3


def test_what_the_client_closes_is_closed(origin: Origin) -> None:
    answer = requests.get(origin.url("/page"), headers={"Connection": "close"}, timeout=5)
    assert answer.content == PAGE


def _reset(line: socket.socket) -> None:
    with pytest.raises(ConnectionResetError):
        line.recv(1)


def _closed(line: socket.socket) -> None:
    assert line.recv(1) == b""
    line.sendall(b"still heard")


def _half(line: socket.socket) -> None:
    got = b"".join(iter(lambda: line.recv(4096), b""))
    head, _, body = got.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(PAGE)}".encode() in head
    assert ORDER.encode() not in head
    assert body == PAGE[: len(PAGE) // 2]


def _silent(line: socket.socket) -> None:
    line.settimeout(0.3)
    with pytest.raises(TimeoutError):
        line.recv(1)


def _trickling(line: socket.socket) -> None:
    time_is_up = time.monotonic() + 0.7
    got = b""
    line.settimeout(0.1)
    while time.monotonic() < time_is_up:
        with contextlib.suppress(TimeoutError):
            got += line.recv(4096)
    assert 1 <= len(got.partition(b"\r\n\r\n")[2]) <= 6


@pytest.mark.parametrize(
    ("path", "sees"),
    [
        ("/line-reset", _reset),
        ("/line-refuse_0.1", _reset),
        ("/line-half-close", _closed),
        ("/line-truncate", _half),
        ("/line-hang_60", _silent),
        ("/line-drip_60", _trickling),
    ],
)
def test_each_fault_of_the_line_looks_as_it_should(
    origin: Origin, path: str, sees: Callable[[socket.socket], None]
) -> None:
    with socket.create_connection(("127.0.0.1", origin.port), timeout=5) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        sees(line)
    _until(lambda: requests.get(origin.url("/page"), timeout=5).content == PAGE)


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.ConnectionError):
            if true():
                return
    raise AssertionError("never true")


def test_a_head_without_body_is_cut_too(origin: Origin) -> None:
    with socket.create_connection(("127.0.0.1", origin.port), timeout=5) as line:
        line.sendall(b"GET /line-truncate_moved HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b"".join(iter(lambda: line.recv(4096), b""))
        assert got.startswith(b"HTTP/1.1 302")
        assert b"\r\n\r\n" not in got


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_what_is_never_given_up_ends_with_its_seconds(origin: Origin, fault: str) -> None:
    begun = time.monotonic()
    with pytest.raises(requests.RequestException):
        requests.get(origin.url(f"/line-{fault}_0.3"), timeout=5)
    assert 0.3 <= time.monotonic() - begun < 3


def test_nobody_listens_for_the_seconds_of_a_refusal(origin: Origin) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(origin.url("/line-refuse_0.4"), timeout=5)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", origin.port), timeout=5)
    _until(lambda: requests.get(origin.url("/page"), timeout=5).status_code == 200)


@pytest.mark.parametrize("fault", ["reset", "half-close"])
def test_a_browser_s_own_repetition_on_a_fresh_connection_is_broken_too(
    origin: Origin, fault: str
) -> None:
    kept = origin.connection()
    _get(kept, "/page")
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        _get(kept, f"/line-{fault}")
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        _get(origin.connection(), f"/line-{fault}")
    assert _get(origin.connection(), f"/line-{fault}") == PAGE
    assert origin.seen.count(f"GET /line-{fault}") == 2


def test_other_connections_do_not_feel_a_broken_one(origin: Origin) -> None:
    other = origin.connection()
    _get(other, "/page")
    with pytest.raises(requests.ConnectionError):
        requests.get(origin.url("/line-reset"), timeout=5)
    assert _get(other, "/page") == PAGE
    assert origin.connections == 2


def test_a_dead_inner_server_ends_the_client_s_connection() -> None:
    async def main() -> bytes:
        outer, inner = socket.socket(), socket.socket()
        for one in (outer, inner):
            one.bind(("127.0.0.1", 0))
        proxy = Proxy(outer, inner.getsockname())
        await proxy.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", outer.getsockname()[1])
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        got = await reader.read()
        await proxy.close()
        inner.close()
        writer.close()
        return got

    assert asyncio.run(main()) == b""
