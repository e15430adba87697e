"""Temporaries: private hidden folders under a lock, and the sweeper that takes those of dead
writers.

A temporary is the folder ``.writing-<boot>-<random>/`` (mode 0700) beside the target, itself
locked, and in it the output under its real name, so that its suffix says what it is. Where folders
cannot be locked (NFS, Windows) a file ``.lock`` in it is. ``<boot>`` names the running kernel: a
lock proves death only within one kernel, since a network file system may keep locks to each host.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from functools import lru_cache

from . import disk
from .lock import Lock, LockHeldError, LocksUnsupportedError

__all__ = ["LOCK", "PREFIX", "REPLACED", "Temporary", "aside", "folder_lock", "sweep_folder"]

PREFIX = ".writing-"
REPLACED = ".replaced-"
_OURS = re.compile(r"\.writing-[0-9a-f]{8}-[0-9a-f]{12}")
_ASIDE = re.compile(r"\.replaced-[0-9a-f]{12}")
FOREIGN_AFTER = 3 * 86400.0
LOCK = ".lock"
_FOLDER_LOCK = ".writing.lock"
_log = logging.getLogger(__name__)
_held = threading.local()


@lru_cache(maxsize=1)
def boot() -> str:
    """Eight digits for this run of this kernel; the same in all of its containers where Linux tells
    it."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            identity = file.read()
    except OSError:
        identity = socket.gethostname()
    return hashlib.sha256(identity.encode()).hexdigest()[:8]


class Temporary:
    """A private place to write one output, locked as long as its writer lives."""

    def __init__(self, parent: str, name: str) -> None:
        self.folder, self._lock = _claim(parent)
        self.path = os.path.join(self.folder, name)

    def remove(self) -> None:
        """Remove it with all that is left in it. A failure is logged, not raised: it must not hide
        a first error."""
        if os.name == "nt":
            self._lock.release()  # an open file cannot be removed there
        try:
            if self._lock.path != self.folder:
                os.unlink(self._lock.path)
            os.rmdir(self.folder)
        except FileNotFoundError:
            pass
        except OSError:
            try:
                disk.remove_tree(self.folder)
            except OSError as error:
                _log.warning(
                    "A temporary could not be removed, the sweeper will: %s (%s)",
                    self.folder,
                    error,
                )
        finally:
            self._lock.release()

    def strays(self) -> list[str]:
        """Names of what stands beside the output: files a callable wrote next to its path, which
        will be dropped."""
        return sorted(set(os.listdir(self.folder)) - {os.path.basename(self.path), LOCK})


def _claim(parent: str) -> tuple[str, Lock]:
    """Make a folder and lock it; the folder and its lock."""
    while True:
        folder = os.path.join(parent, f"{PREFIX}{boot()}-{secrets.token_hex(6)}")
        os.mkdir(folder, 0o700)
        try:
            lock = _lock_folder(folder)
        except (LockHeldError, FileNotFoundError):
            # A sweeper came between the making and the locking: it takes this one, we another.
            continue
        except LocksUnsupportedError:
            return folder, Lock(folder, is_folder=True)
        except BaseException:
            # Disk full: the folder was made, its lock file could not be.
            with contextlib.suppress(OSError):
                disk.remove_tree(folder)
            raise
        if lock.stands():
            return folder, lock
        lock.release()


def _lock_folder(folder: str) -> Lock:
    """A held lock on a temporary: on the folder itself, else on a file in it. Raises what
    `Lock.acquire` raises."""
    lock = Lock(folder, is_folder=True)
    try:
        lock.acquire(wait=False)
    except LocksUnsupportedError:
        lock = Lock(os.path.join(folder, LOCK), mode=0o600)
        lock.acquire(wait=False)
    return lock


@contextlib.contextmanager
def folder_lock(parent: str, mode: int | None = None) -> Iterator[None]:
    """The lock of a folder's targets: for the steps that no single system call can do.

    It is one hidden file per folder that stays, since removing a lock file lets two holders in.
    Where the file system has no locks the step is done without: two writers at that very moment may
    then both believe they won."""
    held: set[str] = _held.__dict__.setdefault("folders", set())
    here = os.path.realpath(parent)
    if here in held:
        yield  # by this thread: a ``valid=`` that itself produces in this folder
        return
    lock = Lock(os.path.join(parent, _FOLDER_LOCK), mode=0o666 if mode is None else mode)
    try:
        lock.acquire(wait=True)
    except LocksUnsupportedError:
        _log.warning("No locks on the file system of %s", parent)
    held.add(here)
    try:
        yield
    finally:
        held.discard(here)
        lock.release()


def sweep_folder(
    folder: str, *, recursive: bool = False, foreign_after: float = FOREIGN_AFTER
) -> list[str]:
    """Remove the temporaries of dead writers in ``folder``; see `operators.output.sweep`."""
    taken: list[str] = []
    folders = (
        [folder]
        if not recursive
        else [place for place, _, _ in os.walk(folder) if PREFIX not in place]
    )
    for place in folders:
        for name in sorted(name for name in _names(place) if name.startswith(".")):
            if _OURS.fullmatch(name):
                if _take(os.path.join(place, name), foreign_after):
                    taken.append(os.path.relpath(os.path.join(place, name), folder))
            elif _ASIDE.fullmatch(name):
                for inner in _names(os.path.join(place, name)):
                    restore(place, inner)
                _remove_empty_aside(place, name)
    return taken


def _remove_empty_aside(parent: str, name: str) -> None:
    """A writer that died before it moved the old output in, or after it moved it back, leaves the
    private folder empty. A living one holds the folder's lock."""
    with folder_lock(parent), contextlib.suppress(OSError):
        os.rmdir(os.path.join(parent, name))


def aside(parent: str, name: str) -> str:
    """The private folder for the old output while the new one takes its name, where the system
    cannot exchange the two; in it the old one keeps its name, however long that is."""
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    return os.path.join(parent, f"{REPLACED}{digest}")


def restore(parent: str, name: str) -> None:
    """Finish what a writer died in while replacing a folder without exchange: no output, the old
    one set aside."""
    folder = aside(parent, name)
    if not os.path.lexists(os.path.join(folder, name)):
        return
    with folder_lock(parent):
        if not os.path.lexists(os.path.join(folder, name)):
            return
        if os.path.lexists(os.path.join(parent, name)):
            disk.remove_tree(folder)
        else:
            os.rename(os.path.join(folder, name), os.path.join(parent, name))
            os.rmdir(folder)
            _log.warning(
                "Put back %s: its writer died while replacing it", os.path.join(parent, name)
            )
        disk.sync_folder(parent)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _take(temporary: str, foreign_after: float) -> bool:
    """Remove one temporary if its writer is surely dead."""
    ours = os.path.basename(temporary).startswith(f"{PREFIX}{boot()}-")
    lock = None
    try:
        if not os.path.isdir(temporary):
            return False
        try:
            lock = _lock_folder(temporary)
        except LocksUnsupportedError:
            ours = False
        if not ours and time.time() - _newest(temporary) < foreign_after:
            return False
        # A lock file goes last: as long as it stands nobody else can believe the folder to be free.
        for name in sorted(_names(temporary), key=lambda name: name == LOCK):
            disk.remove_tree(os.path.join(temporary, name))
        os.rmdir(temporary)
    except (LockHeldError, FileNotFoundError):
        return False
    except OSError as error:
        _log.warning("Not swept: %s (%s)", temporary, error)
        return False
    finally:
        if lock is not None:
            lock.release()
    return True


def _newest(folder: str) -> float:
    """When anything in it was last changed, in seconds since 1970 by the file system's clock."""
    newest = os.lstat(folder).st_mtime
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            # A lock file may have been made by a sweeper that merely tried.
            if name != LOCK:
                with contextlib.suppress(FileNotFoundError):
                    newest = max(newest, os.lstat(os.path.join(place, name)).st_mtime)
    return newest
