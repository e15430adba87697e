"""What sign-ins remember, and whose turn it is: in a folder of one machine, or in an object store
for many."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from operators.lock import LockHeldError
from operators.output import Output, produce_text
from resilience.faults import Stopped

_PIECE = 0.5
_MODE = 0o600


class Memory:
    """A folder of this machine, whose turns are locks of the operating system."""

    def __init__(self, folder: str) -> None:
        self._where = folder

    def path(self, name: str) -> str:
        """Where what has that name lies, for a person to look at."""
        return f"{self._where}/{name}"

    def read(self, name: str) -> str | None:
        """The text of that name, None where there is none."""
        with contextlib.suppress(FileNotFoundError):
            return Path(self.path(name)).read_text(encoding="utf-8")
        return None

    def write(self, name: str, text: str) -> None:
        """Put it in place, whole or not at all."""
        produce_text(self._output(name), text, replace=True)

    @contextlib.contextmanager
    def turn(self, stop: threading.Event) -> Iterator[None]:
        """One at a time of all processes with the same memory. Ends with Stopped when told to stop
        while it waits."""
        Path(self._where).mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self.path(".sign-in.lock"), mode=_MODE)
        while True:
            try:
                lock.acquire(timeout=_PIECE)
                break
            except Timeout:
                _go_on(stop)
        try:
            yield
        finally:
            lock.release()

    def _output(self, name: str) -> Output:
        return Output(self.path(name), mode=_MODE)


class StoredMemory(Memory):
    """A prefix of an object store, whose turns are leases (`operators.lease`): machines that share
    it sign in one by one."""

    def read(self, name: str) -> str | None:
        from operators.objects import get

        with contextlib.suppress(FileNotFoundError):
            return get(self.path(name)).decode()
        return None

    @contextlib.contextmanager
    def turn(self, stop: threading.Event) -> Iterator[None]:
        from operators.lease import Lease

        lease = Lease(self.path(".sign-in.lock"))
        while True:
            try:
                lease.acquire()
                break
            except LockHeldError:
                _go_on(stop)
                stop.wait(_PIECE)
        try:
            yield
        finally:
            lease.release()

    def _output(self, name: str) -> Output:
        return Output(self.path(name))


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise Stopped("stopped while another process signed in")


def memory_at(where: str | os.PathLike[str]) -> Memory:
    """The memory in that folder, or at that ``s3://[connection@]bucket/...``."""
    text = os.fspath(where)
    return StoredMemory(text) if "://" in text else Memory(text)
