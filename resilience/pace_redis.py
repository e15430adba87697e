"""The budget of one portal host, shared by all machines that know the same Redis (an extra:
``redis``).

A slot is a Redis lock with a lease, extended while its holder lives: a killed holder, or a machine
that lost its line, frees its own within `LEASE` seconds. The state is one JSON value under a short
lock, and the clock is Redis's own, so that machines whose clocks disagree still keep the interval.

Whoever cannot be sure of a lock stops: a page too late is better than a page too many."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from resilience.breaker import Breaker
from resilience.faults import Unreachable
from resilience.pace import LOOK_AGAIN, Pace, Quiet, state_of

LEASE = 20.0
"""Seconds after which the slot of a holder that has gone silent is free again."""
_RENEW = LEASE / 4
_STATE_LOCK = 5.0
"""Seconds after which the state of a holder that has gone silent can be changed again."""
_STATE_WAIT = 30.0
_FORGET = 86_400 * 2
"""Seconds after which the state of a host that nobody asked is forgotten."""


class RedisPace(Pace):
    """`resilience.pace.Pace` over machines. ``address`` is
    ``redis://[:password@]host:port/number``.

    Raises `Unreachable` (which waits and tries again) while Redis does not answer or a lock is
    lost: without it nobody knows the pace."""

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
        except LockError as error:  # a RedisError too
            raise Unreachable(
                f"a lock of the Redis that keeps the pace ({self._where}) was lost"
            ) from error
        except RedisError as error:
            raise Unreachable(
                f"the Redis that keeps the pace ({self._where}) does not answer: "
                f"{type(error).__name__}"
            ) from error

    def _key(self, ending: str) -> str:
        return f"cj:pace:{self.host}:{ending}"

    def _take(self, stop: threading.Event | None) -> RedisSlot:
        locks = [
            self._redis.lock(self._key(f"slot-{number}"), timeout=LEASE, thread_local=False)
            for number in range(self.pages_at_once)
        ]
        while True:
            for lock in locks:
                with self._answering():
                    asked = time.monotonic()
                    if lock.acquire(blocking=False):
                        return RedisSlot(lock, self._where, asked)
            self.nap(LOOK_AGAIN, stop=stop)

    @contextlib.contextmanager
    def _state(self) -> Iterator[dict[str, float]]:
        lock = self._redis.lock(
            self._key("lock"), timeout=_STATE_LOCK, sleep=0.005, blocking_timeout=_STATE_WAIT
        )
        with self._answering():
            if not lock.acquire():
                raise Unreachable(
                    f"the state of the pace in {self._where} was locked for {_STATE_WAIT:g} s"
                )
        try:
            with self._answering():
                state = state_of(self._redis.get(self._key("state")) or b"{}")
            before = dict(state)
            yield state
            if state != before:
                with self._answering():
                    lock.reacquire()  # raises if it ran out: others may have written since
                    self._redis.set(self._key("state"), json.dumps(state), ex=_FORGET)
        finally:
            with contextlib.suppress(LockError, RedisError):
                lock.release()


class RedisSlot:
    """A slot that is held until it is released, or until its holder is gone for `LEASE` seconds.

    ``check`` notices a slot that was lost: another may hold it by now."""

    def __init__(self, lock: Lock, where: str, asked: float) -> None:
        self._lock = lock
        self._where = where
        self._until = asked + LEASE
        self._lost = False
        self._done = threading.Event()
        self._pid = os.getpid()
        threading.Thread(target=self._extend, name="pace-lease", daemon=True).start()

    def _extend(self) -> None:
        while not self._done.wait(_RENEW):
            asked = time.monotonic()
            try:
                self._lock.extend(LEASE, replace_ttl=True)
                self._until = asked + LEASE
            except LockError:
                self._lost = True
                return
            except RedisError:
                continue  # the lease runs on; once it has run out, the slot is lost

    def check(self) -> None:
        """Raises `Unreachable` if the slot was lost: what belongs to its page must not be asked
        for any more."""
        if self._lost or time.monotonic() >= self._until:
            raise Unreachable(
                f"the slot of this page was lost in the Redis that keeps the pace ({self._where})"
            )

    def release(self) -> None:
        """Gives the slot back, if it is still ours; where Redis is gone, the lease runs out."""
        if self._pid != os.getpid():
            return
        self._done.set()
        with contextlib.suppress(LockError, RedisError):
            self._lock.release()


def without_password(address: str) -> str:
    """The address as it may stand in a message."""
    parts = urlsplit(address)
    where = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{where}{parts.path}"
