"""Three origins on loopback, in one process: the jail on 127.0.0.1, the court portal on 127.0.0.2,
its identity provider on
127.0.0.3 (cookies do not see ports, so different addresses keep them apart).

Tests use `running`; the command line uses `serve`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from practice import dialects, faults
from practice.log import AccessLog
from practice.people import generate
from practice.proxy import Proxy
from practice.world import Account, World

JAIL, PORTAL, IDP = "127.0.0.1", "127.0.0.2", "127.0.0.3"
USER = "casey@practice.invalid"
_STARTUP_SECONDS = 30.0
_LAST_ANSWERS_SECONDS = 1
"""How long an end waits for requests that are being answered."""


class CannotServeError(RuntimeError):
    """The portals cannot start as asked; the message is one line for a person."""


@dataclass(frozen=True)
class Options:
    """What to serve. ``dialect``: see `practice.dialects.parse`. ``latency_ms`` is added to every
    page; ``port_base`` None: free ports; ``password`` None: invented."""

    people: int = 40
    seed: int = 7
    day: int = 0
    dialect: str = dialects.USUAL
    latency_ms: float = 0.0
    faults: str = ""
    fault_seed: int = 0
    fault_memory: Path | None = None
    access_log: Path | None = None
    user: str = USER
    password: str | None = None
    port_base: int | None = None


@dataclass(frozen=True)
class Running:
    """Portals that answer: ``jail`` and ``portal`` are what a site table calls their addresses."""

    jail: str
    portal: str
    idp: str
    world: World

    @property
    def user(self) -> str:
        """The account's e-mail address."""
        return self.world.account.user

    @property
    def password(self) -> str:
        """The account's password, invented."""
        return self.world.account.password

    def announcement(self) -> dict[str, object]:
        """What the ready line says: everything but the password."""
        return {
            "jail": self.jail,
            "portal": self.portal,
            "idp": self.idp,
            "user": self.user,
            "people": len(self.world.people.detainees),
            "day": self.world.day,
            "today": self.world.today.isoformat(),
        }


def make_world(options: Options) -> World:
    """The world that the options describe, without addresses yet. Raises ValueError for what cannot
    be."""
    return World(
        people=generate(options.people, options.seed, options.day),
        day=options.day,
        account=Account(options.user, options.password or secrets.token_urlsafe(12)),
        faults=faults.Faults(
            faults.parse(options.faults), seed=options.fault_seed, memory=options.fault_memory
        ),
        log=AccessLog(options.access_log),
        dialect=dialects.parse(options.dialect),
        latency=options.latency_ms / 1000,
    )


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Origins:
    """The three servers, bound to their addresses from the beginning. Each listens on an inner
    port, behind a proxy that can break the line."""

    def __init__(self, world: World, port_base: int | None) -> None:
        self._sockets: list[socket.socket] = []
        self._inner: list[socket.socket] = []
        try:
            for place, host in enumerate((JAIL, PORTAL, IDP)):
                self._sockets.append(_bound(host, 0 if port_base is None else port_base + place))
        except CannotServeError:
            self.release()
            raise
        jail, portal, idp = (
            f"http://{s.getsockname()[0]}:{s.getsockname()[1]}" for s in self._sockets
        )
        world.iml_origin, world.portal_origin, world.idp_origin = jail, portal, idp
        self.addresses = Running(f"{jail}/IML", f"{portal}/CJS", f"{idp}/idp", world)
        self._inner = [_bound(one.getsockname()[0], 0) for one in self._sockets]
        self._proxies = [
            Proxy(outer, inner.getsockname())
            for outer, inner in zip(self._sockets, self._inner, strict=True)
        ]
        self._servers = [_Server(_config(app)) for app in _apps(world)]

    def release(self) -> None:
        """Gives the ports back."""
        for one in (*self._sockets, *self._inner):
            one.close()

    def stop(self) -> None:
        """Asks the servers to end; `serve` returns soon after."""
        for server in self._servers:
            server.should_exit = True

    async def serve(self, ready: Callable[[], None]) -> None:
        """Answers until stopped; calls ``ready`` once all three do."""
        tasks = [
            asyncio.create_task(server.serve(sockets=[one]))
            for server, one in zip(self._servers, self._inner, strict=True)
        ]
        try:
            while not all(server.started for server in self._servers):
                if any(task.done() for task in tasks):
                    self.stop()
                    break
                await asyncio.sleep(0.01)
            else:
                for proxy in self._proxies:
                    await proxy.start()
                ready()
            await asyncio.gather(*tasks)
        finally:
            for proxy in self._proxies:
                await proxy.close()
            self.release()


def _bound(host: str, port: int) -> socket.socket:
    one = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio sets TCP_NODELAY only then
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((host, port))
    except (OSError, OverflowError) as error:
        one.close()
        raise CannotServeError(f"cannot listen on {host}:{port}: {error}") from error
    return one


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )


def _apps(world: World) -> tuple[Starlette, Starlette, Starlette]:
    from practice import iml, odyssey

    return iml.make_app(world), odyssey.make_portal_app(world), odyssey.make_idp_app(world)


@contextlib.contextmanager
def running(options: Options | None = None, *, world: World | None = None) -> Iterator[Running]:
    """The portals, answering in a thread of this process until the block ends. A given ``world`` is
    served as it is and may be changed while it runs (its ``people`` replaced, its ``faults``)."""
    options = options or Options()
    origins = _Origins(world or make_world(options), options.port_base)
    answering = threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(origins.serve(answering.set)), name="practice", daemon=True
    )
    thread.start()
    try:
        if not answering.wait(_STARTUP_SECONDS):
            raise CannotServeError("the practice portals did not start")
        yield origins.addresses
    finally:
        origins.stop()
        thread.join(_STARTUP_SECONDS)


def serve(
    options: Options, ready: Callable[[Running], None], *, die_with_stdin: bool = False
) -> None:
    """Serves until SIGTERM or SIGINT; with ``die_with_stdin`` also until standard input closes, so
    that a killed parent leaves no server behind. ``ready`` is told the addresses once all three
    answer."""
    if die_with_stdin:
        threading.Thread(target=_end_with_stdin, name="stdin", daemon=True).start()
    origins = _Origins(make_world(options), options.port_base)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, origins.stop)
        await origins.serve(lambda: ready(origins.addresses))

    asyncio.run(main())


def _end_with_stdin() -> None:
    # os.read, because a thread inside sys.stdin's buffer would break the interpreter's ordinary
    # end. Nothing needs closing: log and memory are written line by line, and nobody is left to be
    # answered.
    while os.read(0, 4096):
        pass
    os._exit(0)
