"""The line in front of a portal: passes HTTP/1.1 on, and breaks it where the portal orders so.

No application server can reset a connection, close half of it or send less than it promised. So
each origin listens on an inner port, and this proxy on the announced one. An answer that carries
the header `ORDER` is broken as it says, and the header never reaches the client:

- ``hang``: nothing comes; the line is cut after the seconds named, if the client has not given up
  before
- ``drip``: the head, then a byte of the body now and then (a head without body: bytes of the head),
  until the client gives up or the seconds are over
- ``reset``: the connection is reset (RST) before any byte
- ``half-close``: the portal's half is closed (FIN) before any byte; the client's half stays open
- ``truncate``: the head with its whole ``Content-Length``, half of the body, the end (a head
  without body: half of the head)
- ``refuse``: as reset, and nobody listens at the address for the seconds named

A browser that finds a connection broken before any byte of an answer, though it was used or had
waited before, sends the request again by itself: on every other such connection that it has, then
on a fresh one. Those repetitions are broken as well, or the fault would never be seen; the one on a
fresh connection is the last."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

ORDER = "practice-line"
"""The private header of an inner answer: name of a fault of the line, a blank, seconds."""
LINES = ("hang", "drip", "reset", "half-close", "truncate", "refuse")
"""What can be ordered."""

_DRIP_SECONDS = 0.2
_RESENT_WITHIN = 0.5
_FRESH_WITHIN = 0.1
_LARGEST_HEAD = 1 << 20
_PIECE = 1 << 16


class _OverError(Exception):
    """The connection has come to its end."""


@dataclass(frozen=True)
class Head:
    """First line and header fields of a request or an answer."""

    raw: bytes
    first: bytes
    fields: dict[bytes, bytes]

    @classmethod
    def of(cls, raw: bytes) -> Head:
        """From the bytes up to and with the empty line. Of a repeated field the last counts."""
        first, *lines = raw[:-4].split(b"\r\n")
        pairs = (line.partition(b":") for line in lines)
        return cls(raw, first, {name.strip().lower(): value.strip() for name, _, value in pairs})

    @property
    def length(self) -> int | None:
        """``Content-Length``; None where there is none."""
        value = self.fields.get(b"content-length", b"")
        return int(value) if value.isdigit() else None

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return self.fields.get(b"transfer-encoding", b"").lower().endswith(b"chunked")

    @property
    def closes(self) -> bool:
        """Whether it says that the connection ends after it."""
        return b"close" in self.fields.get(b"connection", b"").lower()

    @property
    def status(self) -> int:
        """The status code of an answer."""
        return int(self.first.split(b" ", 2)[1])

    @property
    def order(self) -> str | None:
        """The fault that was ordered, with its seconds."""
        value = self.fields.get(ORDER.encode())
        return value.decode("ascii") if value else None

    def without_order(self) -> bytes:
        """The bytes that the client may see."""
        lines = self.raw[:-4].split(b"\r\n")
        return (
            b"\r\n".join(one for one in lines if not one.lower().startswith(ORDER.encode() + b":"))
            + b"\r\n\r\n"
        )


@dataclass(frozen=True)
class _Chain:
    """A fault that a browser's own repetitions of a request meet as well, from ``begun`` to
    ``until``."""

    fault: str
    begun: float
    until: float


class Proxy:
    """Listens on a bound socket and speaks to ``inner`` (host and port)."""

    def __init__(self, outer: socket.socket, inner: tuple[str, int]) -> None:
        self._outer = outer
        self.address: tuple[str, int] = outer.getsockname()[:2]
        self.inner = inner
        self.resent: dict[bytes, _Chain] = {}
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begins to listen."""
        self._server = await asyncio.start_server(
            self._accept, sock=self._outer, limit=_LARGEST_HEAD
        )

    async def close(self) -> None:
        """Stops listening and cuts every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def refuse_for(self, seconds: float) -> None:
        """Nobody listens at the address for so long."""
        if self._server is not None:
            self._server.close()
            self._server = None
            task = asyncio.create_task(self._listen_again(seconds))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _listen_again(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        outer = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        outer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            try:
                outer.bind(self.address)
                break
            except (
                OSError
            ):  # a connection of somebody else may have been given the port for a moment
                await asyncio.sleep(0.05)
        self._outer = outer
        await self.start()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        line = _Line(self, reader, writer)
        try:
            while True:
                await line.exchange()
        except (_OverError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            line.close()
        except asyncio.CancelledError:
            line.close()
            # Ended by `close`; a stream server of Python 3.11 would report a cancelled handler as
            # an error.


class _Line:
    """One client's connection, with its own one to the inner server."""

    def __init__(
        self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._proxy = proxy
        self._reader = reader
        self._writer = writer
        self._inner: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._exchanges = 0
        self._accepted = time.monotonic()

    def close(self) -> None:
        """Ends both connections."""
        self._writer.close()
        if self._inner is not None:
            self._inner[1].close()

    async def exchange(self) -> None:
        """One request and its answer; raises `_OverError` when there is to be no further one."""
        asked = Head.of(await self._reader.readuntil(b"\r\n\r\n"))
        request = asked.raw + await _body(self._reader, asked)
        now = time.monotonic()
        waited = self._exchanges > 0 or now - self._accepted > _FRESH_WITHIN
        chain = self._proxy.resent.get(asked.first)
        if chain is not None and now < chain.until:
            if self._accepted > chain.begun:
                del self._proxy.resent[asked.first]
            await self._break(chain.fault, 0.0, b"", b"")
        answer = await self._ask(request)
        assert self._inner is not None
        inner = self._inner[0]
        if answer.order:
            fault, _, seconds = answer.order.partition(" ")
            body = b"" if asked.first.startswith(b"HEAD ") else await _body(inner, answer)
            now = time.monotonic()
            if waited and fault in ("reset", "half-close"):
                self._proxy.resent[asked.first] = _Chain(fault, now, now + _RESENT_WITHIN)
            elif fault == "refuse":
                self._proxy.resent[asked.first] = _Chain("reset", now, now + float(seconds))
            await self._break(fault, float(seconds or 0), answer.without_order(), body)
        await self._pass_on(asked, answer, inner)
        self._exchanges += 1
        if asked.closes or answer.closes:
            raise _OverError

    async def _ask(self, request: bytes) -> Head:
        """The head of the inner server's answer. It may have closed an idle connection: then there
        is a new one."""
        while True:
            used = self._inner is not None and not self._inner[0].at_eof()
            if not used:
                if self._inner is not None:
                    self._inner[1].close()
                self._inner = await asyncio.open_connection(*self._proxy.inner, limit=_LARGEST_HEAD)
            assert self._inner is not None
            reader, writer = self._inner
            try:
                writer.write(request)
                await writer.drain()
                answer = Head.of(await reader.readuntil(b"\r\n\r\n"))
                while answer.status < 200:
                    answer = Head.of(await reader.readuntil(b"\r\n\r\n"))
                return answer
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                if not used or (isinstance(error, asyncio.IncompleteReadError) and error.partial):
                    raise
                writer.close()
                self._inner = None

    async def _pass_on(self, asked: Head, answer: Head, inner: asyncio.StreamReader) -> None:
        self._writer.write(answer.raw)
        if asked.first.startswith(b"HEAD ") or answer.status in (204, 304):
            return
        if answer.chunked:
            async for chunk in _chunks(inner):
                self._writer.write(chunk)
                await self._writer.drain()
        elif answer.length is None:
            while piece := await inner.read(_PIECE):
                self._writer.write(piece)
                await self._writer.drain()
            await self._end()
        else:
            left = answer.length
            while left:
                piece = await inner.read(min(left, _PIECE))
                if not piece:
                    raise _OverError
                left -= len(piece)
                self._writer.write(piece)
            await self._writer.drain()

    async def _break(self, fault: str, seconds: float, head: bytes, body: bytes) -> None:
        """Does to the line what was ordered; always ends with `_OverError`."""
        if fault == "hang":
            await self._until_given_up(seconds)
        elif fault == "drip":
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._drip(head, body), seconds)
        elif fault == "half-close":
            self._writer.write_eof()
            await self._until_given_up(seconds or 30.0)
        elif fault == "truncate":
            self._writer.write(head + body[: len(body) // 2] if body else head[: len(head) // 2])
            await self._end()
        else:
            if fault == "refuse":
                self._proxy.refuse_for(seconds)
            # A close that lingers for no time is a reset.
            self._writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self._writer.transport.abort()
        raise _OverError

    async def _drip(self, head: bytes, body: bytes) -> None:
        at_once, slowly = (head, body) if body else (b"", head)
        self._writer.write(at_once)
        for place in range(len(slowly)):
            await self._writer.drain()
            if self._reader.at_eof():
                return
            self._writer.write(slowly[place : place + 1])
            await asyncio.sleep(_DRIP_SECONDS)

    async def _until_given_up(self, seconds: float) -> None:
        async def read() -> None:
            while await self._reader.read(_PIECE):
                pass

        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(read(), seconds)

    async def _end(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()
        raise _OverError


async def _body(reader: asyncio.StreamReader, head: Head) -> bytes:
    """The whole body that follows a head; none where it announces none."""
    if head.chunked:
        return b"".join([chunk async for chunk in _chunks(reader)])
    return await reader.readexactly(head.length or 0)


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """A chunked body as it stands on the line, with its last chunk and trailers."""
    while True:
        size = await reader.readuntil(b"\r\n")
        count = int(size.split(b";")[0], 16)
        if count:
            yield size + await reader.readexactly(count + 2)
            continue
        yield size
        while (trailer := await reader.readuntil(b"\r\n")) != b"\r\n":
            yield trailer
        yield b"\r\n"
        return
