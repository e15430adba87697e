"""A lock that dies with its holder: the operating system's lock on a folder or a small file.

Process ids are never looked at, so neither a foreign pid namespace nor a reused pid can mislead:
within one kernel the lock is seen by every container that mounts the same file system."""

from __future__ import annotations

import errno
import os
import sys

__all__ = ["Lock", "LockHeldError", "LocksUnsupportedError"]

_UNSUPPORTED = {
    errno.ENOLCK,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EINVAL,
    errno.EBADF,
}


class LockHeldError(OSError):
    """Somebody else, alive, holds the lock."""


class LocksUnsupportedError(OSError):
    """The file system has no locks (or, as NFS, none on folders)."""


class Lock:
    """An exclusive lock on ``path``: a folder that stands, or a file that is created if missing and
    never truncated."""

    def __init__(self, path: str, *, is_folder: bool = False, mode: int = 0o666) -> None:
        self.path = path
        self._is_folder = is_folder
        self._mode = mode
        self._descriptor: int | None = None

    def acquire(self, *, wait: bool) -> None:
        """Take the lock. Raises `LockHeldError` (only without ``wait``), `LocksUnsupportedError`,
        or another `OSError`."""
        descriptor = _open_folder(self.path) if self._is_folder else _open(self.path, self._mode)
        try:
            _lock(descriptor, wait)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def stands(self) -> bool:
        """Whether what is locked is still what stands at ``path``: false if it was removed before
        we held it."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go; harmless when nothing is held."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _open_folder(_path: str) -> int:
        raise LocksUnsupportedError(errno.ENOTSUP, "no locks on folders")

    def _open(path: str, mode: int) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT, mode)

    def _lock(descriptor: int, wait: bool) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise LockHeldError(error.errno, "locked by another process") from error

else:
    import fcntl

    def _open_folder(path: str) -> int:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)

    def _open(path: str, mode: int) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, mode)

    def _lock(descriptor: int, wait: bool) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockHeldError(error.errno, "locked by another process") from error
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                raise LocksUnsupportedError(error.errno, "this file system has no locks") from error
            raise
