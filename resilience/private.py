"""Folders of our own in places that others may write to, such as ``/tmp``.

Whoever comes first may make a folder or a link of any name there. One that is not ours is never
used: a planted link would make us overwrite somebody's file, a foreign folder show what we do."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

from resilience.faults import UnsafeFolder


def private_folder(name: str, *, parent: str | None = None) -> str:
    """The path of this user's own folder of that name, made if need be, mode 0700.

    It is below ``parent``, else the system's temporary folder (``TMPDIR``); its name ends in the
    user's number. Raises `UnsafeFolder` if something else stands there: a link, a file, another
    user's folder, or one that others may look into."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    path = os.path.join(parent or tempfile.gettempdir(), f"{name}-{user}")
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, 0o700)
    check_private(path)
    return path


def check_private(path: str) -> None:
    """Raises `UnsafeFolder` unless the path is a folder, no link, of this user, for nobody else."""
    info = os.lstat(path)
    user = os.getuid() if hasattr(os, "getuid") else info.st_uid
    if not stat.S_ISDIR(info.st_mode):
        wrong = "it is no folder"
    elif info.st_uid != user:
        wrong = "it belongs to another user"
    elif info.st_mode & 0o077 and os.name == "posix":
        wrong = "other users may use it"
    else:
        return
    raise UnsafeFolder(
        f"{path} is not a private folder of this user: {wrong}. Remove it, or set TMPDIR to a "
        "folder of your own"
    )
