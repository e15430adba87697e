"""A lease on an object: what stands for a lock where a store has none.

Whoever creates the object holds it and writes it anew every quarter of its time, each time only if
it is still the one written last (``If-Match``). Whoever finds one that has not been written for its
whole time takes it over, by the same condition, so that of several exactly one does. A holder that
was stopped for so long notices at its next beat.

What it cannot do: a holder that stands still (suspended, cut off from the store) for longer than
the lease may go on for one beat beside the one who took it over. So a lease spares work that would
be done twice; what must never be written twice is written with a condition of its own
(`operators.output.produce`). Age is told by the store's clock against ours: machines must be right
to within some seconds (S3 refuses requests that are 15 minutes off)."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from . import objects
from .errors import StoreError
from .lock import LockHeldError

__all__ = ["SECONDS", "Lease", "is_alive"]

SECONDS = 60.0
"""A lease not renewed for so long is free: what a retry waits at most for a holder that was
killed."""
_FORMAT = "cj-report-card/lease"
_log = logging.getLogger(__name__)


class Lease:
    """An exclusive lease on the object at ``path``, renewed in the background until `release`.

    ``lost`` is called, in the thread that renews, when somebody else has taken it over. ``more`` is
    written into the object too, for who finds it when its holder is dead.
    """

    def __init__(
        self,
        path: str,
        *,
        seconds: float | None = None,
        lost: Callable[[], object] = lambda: None,
        now: Callable[[], float] = time.time,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = path
        self._more = dict(more or {})
        self.is_lost = False
        self._seconds = SECONDS if seconds is None else seconds
        self._tell_lost = lost
        self._now = now
        self._token = secrets.token_hex(8)
        self._since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._beats = 0
        self._tag: str | None = None
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def acquire(self) -> None:
        """Take it. Raises `LockHeldError`, which names the holder, or `StoreError`."""
        try:
            self._tag = objects.put(self.path, self._text(), create=True)
        except FileExistsError:
            self._tag = self._take_over()
        self._thread = threading.Thread(target=self._renew_until_the_end, name="lease", daemon=True)
        self._thread.start()

    def abandon(self) -> bool:
        """Renew it no longer, and let it stand until it runs out: for who died in the middle.
        Whether it was held."""
        thread, self._thread = self._thread, None
        if thread is None:
            return False
        self._end.set()
        thread.join()
        return not self.is_lost

    def release(self) -> None:
        """Let go; harmless when it is not held, or by somebody else."""
        if not self.abandon():
            return
        try:
            if self._is_ours():
                objects.remove(self.path)
        except StoreError as error:
            _log.warning("The lease %s runs out by itself: %s", self.path, error.strerror)

    def beat(self) -> None:
        """Renew it once. Raises `StoreError` when the store cannot be asked: then it is held as
        long as it lasts."""
        try:
            self._tag = objects.put(self.path, self._text(), unless_changed=self._standing_tag())
        except (FileExistsError, FileNotFoundError):
            # The client repeats a PUT whose answer was lost, and is refused by what it wrote
            # itself.
            if self._is_ours():
                self._tag = None
                return
            self.is_lost = True
            _log.warning("The lease %s was taken over by somebody else", self.path)
            self._tell_lost()

    def _renew_until_the_end(self) -> None:
        while not self._end.wait(self._seconds / 4) and not self.is_lost:
            try:
                self.beat()
            except StoreError as error:
                _log.warning("The lease %s could not be renewed: %s", self.path, error.strerror)

    def _take_over(self) -> str | None:
        try:
            told = objects.info(self.path)
        except FileNotFoundError:  # let go at this very moment
            try:
                return objects.put(self.path, self._text(), create=True)
            except FileExistsError:
                raise LockHeldError(0, "somebody took it at this moment") from None
        age = self._now() - objects.changed(told, otherwise=self._now())
        holder = self._holder()
        if holder.get("token") == self._token:
            return str(told["ETag"])
        if age < self._seconds:
            who = f"{holder.get('host', 'another machine')}, process {holder.get('process', '?')}"
            raise LockHeldError(
                0,
                f"{who}, since {holder.get('since', '?')}, last heard of {max(0, round(age))} s "
                "ago",
            )
        with contextlib.suppress(FileNotFoundError):
            try:
                tag = objects.put(self.path, self._text(), unless_changed=str(told["ETag"]))
            except FileExistsError:
                raise LockHeldError(0, "somebody took it over at this moment") from None
            _log.warning(
                "Took over the lease %s, not renewed for %.0f s, of %s",
                self.path,
                age,
                holder.get("host"),
            )
            return tag
        raise LockHeldError(0, "its holder let go at this moment")

    def _standing_tag(self) -> str:
        # What stands is ours: it was when we wrote it, and who loses a lease never gets the same
        # one back.
        if self._tag is None:
            self._tag = str(objects.info(self.path)["ETag"])
        return self._tag

    def _is_ours(self) -> bool:
        return self._holder().get("token") == self._token

    def _holder(self) -> dict[str, Any]:
        with contextlib.suppress(FileNotFoundError, ValueError):
            told = json.loads(objects.get(self.path))
            if isinstance(told, dict):
                return told
        return {}

    def _text(self) -> bytes:
        self._beats += 1
        told = {
            **self._more,
            "format": _FORMAT,
            "token": self._token,
            "host": socket.gethostname(),
            "process": os.getpid(),
            "since": self._since,
            "seconds": self._seconds,
            "beats": self._beats,
        }
        return json.dumps(told).encode()


def is_alive(
    told: dict[str, Any], *, seconds: float | None = None, now: Callable[[], float] = time.time
) -> bool:
    """Whether the lease that a listing tells of is held: it was renewed within its time."""
    return now() - objects.changed(told, otherwise=now()) < (
        SECONDS if seconds is None else seconds
    )
