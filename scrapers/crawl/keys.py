"""Keys as file names, reversibly, on every file system.

Letters, digits, ``-`` and ``_`` stand as they are; every other byte of the key's UTF-8 is ``%XX``,
the first letter too where the name would be one that Windows reserves (``CON``, ``COM1``)."""

from __future__ import annotations

import re
import string
from urllib.parse import unquote

SUFFIX = ".json"
LONGEST = 200
"""Bytes of the longest file name made from a key; file systems bear 255, temporaries need some of
it."""

_PLAIN = frozenset((string.ascii_letters + string.digits + "-_").encode())
_ALL_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
"""Nearly every key: it is asked of each of 100,000 files twice over."""
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"}
_RESERVED |= {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}


class BadKeyError(ValueError):
    """A text that can be nobody's key; the message says why."""


def name_of(key: str) -> str:
    """The key as one path segment, without suffix. Raises BadKeyError for an empty or overlong
    key."""
    if not key.strip():
        raise BadKeyError("a key cannot be empty")
    name = key
    if not _ALL_PLAIN.fullmatch(key):
        name = "".join(
            chr(byte) if byte in _PLAIN else f"%{byte:02X}"
            for byte in key.encode("utf-8", "surrogatepass")
        )
    if key.lower() in _RESERVED:
        name = f"%{ord(key[0]):02X}{name[1:]}"
    if len(name) > LONGEST:
        raise BadKeyError(f"key {key[:40]!r}... is too long")
    return name


def key_of(name: str) -> str:
    """The key that `name_of` made the name from."""
    return unquote(name, encoding="utf-8", errors="surrogatepass") if "%" in name else name


def file_name(key: str) -> str:
    """``00400001`` as ``00400001.json``."""
    return name_of(key) + SUFFIX


def key_of_file(file: str) -> str | None:
    """The key of a person's file, or None for a name that no key gives (temporaries, strangers)."""
    if not file.endswith(SUFFIX):
        return None
    key = key_of(file[: -len(SUFFIX)])
    try:
        return key if file_name(key) == file else None
    except BadKeyError:
        return None
