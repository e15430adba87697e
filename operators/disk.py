"""The few system calls that make a file wholly there or not there, and what stands in where one is
missing."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
import unicodedata
from collections.abc import Callable

if sys.platform != "win32":
    import fcntl

__all__ = [
    "UnsupportedError",
    "copy_tree",
    "exchange",
    "folder_mode",
    "make_folders",
    "move_new",
    "other_case",
    "remove_tree",
    "set_mode",
    "sync_file",
    "sync_folder",
    "sync_tree",
]

_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_NO_LINKS = _UNSUPPORTED | {errno.EPERM, errno.EMLINK, errno.EACCES}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF}


class UnsupportedError(OSError):
    """The system or the file system cannot do this in one step."""


# --- to the disk ----------------------------------------------------------------------------------


def sync_file(path: str) -> None:
    """Put a file's bytes on the disk. Raises `OSError` when the disk says no, for instance when it
    is full."""
    # Windows flushes only what was opened for writing; elsewhere reading suffices and also serves
    # read-only files.
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: str) -> None:
    """Put a folder's names on the disk. Does nothing where folders cannot be flushed (Windows, some
    networks)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def sync_tree(path: str) -> None:
    """Put a folder with all that is in it on the disk, the innermost first."""
    for folder, _, names in os.walk(path, topdown=False, onerror=_raise):
        for name in names:
            inner = os.path.join(folder, name)
            if stat.S_ISREG(os.lstat(inner).st_mode):
                sync_file(inner)
        sync_folder(folder)


# --- into place -----------------------------------------------------------------------------------

_EXCLUSIVE, _SWAP = (4, 2) if sys.platform == "darwin" else (1, 2)


def _rename_call() -> Callable[[bytes, bytes, int], int] | None:
    """The system's rename with flags, if there is one: renameat2 on Linux, renamex_np on macOS."""
    if sys.platform == "win32":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        found = getattr(library, "renamex_np", None)
        if found is None:
            return None
        found.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint)
        return lambda source, target, flag: int(found(source, target, flag))
    found = getattr(library, "renameat2", None)
    if found is None:
        return None
    found.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    here = -100  # AT_FDCWD
    return lambda source, target, flag: int(found(here, source, here, target, flag))


_call = _rename_call()


def _flagged_rename(source: str, target: str, flag: int) -> None:
    if _call is None:
        raise UnsupportedError(errno.ENOSYS, "no rename with flags on this system")
    if _call(os.fsencode(source), os.fsencode(target), flag) != 0:
        number = ctypes.get_errno()
        if number in _UNSUPPORTED:
            raise UnsupportedError(number, os.strerror(number))
        raise OSError(number, os.strerror(number), source, None, target)


def move_new(source: str, target: str) -> None:
    """Rename without replacing, in one step: a file, or a folder where the system can.

    Raises `FileExistsError` when ``target`` stands (a broken link counts), `UnsupportedError` when
    neither a rename without replacement nor (for files) a hard link can be had, else the system's
    `OSError`."""
    if sys.platform == "win32":
        os.rename(source, target)
        return
    try:
        _flagged_rename(source, target, _EXCLUSIVE)
    except UnsupportedError:
        if os.path.isdir(source):
            raise
        _link(source, target)
        os.unlink(source)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        # NFS may carry the link out, lose the answer, and say on the repeat that it exists: it is
        # ours then.
        if os.path.islink(target) or not os.path.samefile(source, target):
            raise
    except OSError as error:
        if error.errno in _NO_LINKS:
            raise UnsupportedError(error.errno, "no hard links on this file system") from error
        raise


def exchange(one: str, other: str) -> None:
    """Swap two names in one step. Raises `UnsupportedError` where the system cannot."""
    _flagged_rename(one, other, _SWAP)


# --- around it ------------------------------------------------------------------------------------


def folder_mode(mode: int) -> int:
    """A file's mode as a folder's: who may read may also enter (0o640 gives 0o750)."""
    return mode | (mode & 0o444) >> 2


def set_mode(path: str, mode: int) -> None:
    """Give a file, or a folder and all in it, this mode whatever the umask says; links are left
    alone."""
    if not os.path.isdir(path):
        os.chmod(path, mode)
        return
    for folder, _, names in os.walk(path, onerror=_raise):
        os.chmod(folder, folder_mode(mode))
        for name in names:
            inner = os.path.join(folder, name)
            if not os.path.islink(inner):
                os.chmod(inner, mode)


def other_case(path: str, found: os.stat_result) -> str | None:
    """On a disk that takes two cases for one name: the name under which what was ``found`` at
    ``path`` stands, if that is another. None elsewhere, by one more look at the disk."""
    parent, name = os.path.split(path)
    try:
        twin = os.stat(os.path.join(parent, name.swapcase()))
    except OSError:
        return None
    if name.swapcase() == name or not os.path.samestat(twin, found):
        return None
    real = os.path.basename(_shown_path(path))
    same = unicodedata.normalize("NFC", real) == unicodedata.normalize("NFC", name)
    return None if same else real


def _shown_path(path: str) -> str:
    """The path as the file system shows it."""
    if sys.platform == "win32":
        return os.path.realpath(path)
    if sys.platform == "darwin":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            shown = fcntl.fcntl(descriptor, 50, b"\0" * 1024)  # F_GETPATH
        finally:
            os.close(descriptor)
        return os.fsdecode(shown.rstrip(b"\0"))
    parent, name = os.path.split(path)
    names = os.listdir(parent or ".")
    return name if name in names else next((n for n in names if n.lower() == name.lower()), name)


def make_folders(path: str, mode: int | None) -> None:
    """Make a folder and its missing parents, durable, each with the folder form of ``mode`` if one
    is given."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent != path:
        make_folders(parent, mode)
    try:
        os.mkdir(path)
        if mode is not None:
            os.chmod(path, folder_mode(mode))
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    sync_folder(parent)


def copy_tree(source: str, target: str) -> None:
    """Copy a file or a folder with modes and times; links are copied as links."""
    if os.path.isdir(source):
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def remove_tree(path: str) -> None:
    """Remove a file, a link, or a folder with all in it, also what a callable left without write
    permission."""
    if not os.path.isdir(path) or os.path.islink(path):
        os.unlink(path)
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        for folder, _, _ in os.walk(path):
            os.chmod(folder, 0o700)
        shutil.rmtree(path)


def _raise(error: OSError) -> None:
    raise error
