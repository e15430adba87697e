"""The budget of one portal host, shared by all machines that know the same Redis (an extra:
``redis``).

A slot is a key with a lease, renewed while its holder lives: a killed holder, or a machine that
lost its line, frees its own within `LEASE` seconds. The state is one JSON value under a short lock,
and the clock is Redis's own, so that machines whose clocks disagree still keep the interval."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.exceptions import LockError, RedisError

from resilience.breaker import Breaker
from resilience.faults import Unreachable
from resilience.pace import LOOK_AGAIN, Pace, Quiet

LEASE = 20.0
"""Seconds after which the slot of a holder that has gone silent is free again."""
_RENEW = LEASE / 4
_STATE_LOCK = 5.0
_FORGET = 86_400
"""Seconds after which the state of a host that nobody asked is forgotten."""

_MINE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call({}) else return 0 end"
_RELEASE = _MINE.format("'del', KEYS[1]")
_EXTEND = _MINE.format("'pexpire', KEYS[1], ARGV[2]")


class RedisPace(Pace):
    """`resilience.pace.Pace` over machines. ``address`` is
    ``redis://[:password@]host:port/number``.

    Raises `Unreachable` (which waits and tries again) while Redis does not answer: without it
    nobody knows the pace."""

    def __init__(
        self,
        address: str,
        pages_at_once: int = 2,
        seconds_between_starts: float = 0.15,
        *,
        host: str = "portal",
        quiet: Sequence[Quiet] = (),
        zone: str = "UTC",
        longest_wait: float = 900.0,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        try:
            self._redis: Any = redis.Redis.from_url(
                address, socket_timeout=5, socket_connect_timeout=5
            )
        except ValueError as error:
            raise ValueError(f"no address of a Redis: {without_password(address)!r}") from error
        super().__init__(
            pages_at_once,
            seconds_between_starts,
            host=host,
            quiet=quiet,
            zone=zone,
            longest_wait=longest_wait,
            breaker=Breaker(host),  # with this machine's clock: it is this process's own
            clock=self._now,
            sleep=sleep,
        )
        self._where = without_password(address)

    def _now(self) -> float:
        with self._answering():
            seconds, millionths = self._redis.time()
        return float(seconds) + float(millionths) / 1e6

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            raise Unreachable(
                f"the Redis that keeps the pace ({self._where}) does not answer: {type(error).__name__}"
            ) from error

    def _key(self, ending: str) -> str:
        return f"cj:pace:{self.host}:{ending}"

    def _take(self, stop: threading.Event | None) -> Slot:
        mine = secrets.token_hex(16)
        while True:
            for number in range(self.pages_at_once):
                key = self._key(f"slot-{number}")
                with self._answering():
                    if self._redis.set(key, mine, nx=True, px=int(LEASE * 1000)):
                        return Slot(self._redis, key, mine)
            self.nap(LOOK_AGAIN, stop=stop)

    @contextlib.contextmanager
    def _state(self) -> Iterator[dict[str, float]]:
        lock = self._redis.lock(
            self._key("lock"), timeout=_STATE_LOCK, sleep=0.005, blocking_timeout=30
        )
        with self._answering():
            lock.acquire()
            text = self._redis.get(self._key("state"))
        try:
            state: dict[str, float] = json.loads(text) if text else {}
            before = dict(state)
            yield state
            if state != before:
                with self._answering():
                    self._redis.set(self._key("state"), json.dumps(state), ex=_FORGET)
        finally:
            with contextlib.suppress(LockError, RedisError):
                lock.release()


class Slot:
    """A slot that is held until it is released, or until its holder is gone for `LEASE` seconds."""

    def __init__(self, server: Any, key: str, mine: str) -> None:
        self._redis, self._key, self._mine = server, key, mine
        self._done = threading.Event()
        threading.Thread(target=self._renew, name="pace-lease", daemon=True).start()

    def _renew(self) -> None:
        while not self._done.wait(_RENEW):
            with contextlib.suppress(RedisError):
                self._redis.eval(_EXTEND, 1, self._key, self._mine, int(LEASE * 1000))

    def release(self) -> None:
        """Gives the slot back, if it is still ours; where Redis is gone, the lease runs out."""
        self._done.set()
        with contextlib.suppress(RedisError):
            self._redis.eval(_RELEASE, 1, self._key, self._mine)


def without_password(address: str) -> str:
    """The address as it may stand in a message."""
    parts = urlsplit(address)
    where = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{where}{parts.path}"
