"""The key that invented values depend on: whoever has it can tell which value stands for which, so
it stays outside.

Two recordings made with one key agree with each other, also on another day and of another product.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

_LEAST = 32
_NAME = "recording.key"


class BadKeyError(ValueError):
    """A key file that must not be used; the message is one line that says why and what to do."""


class Key:
    """Draws that depend on the key, on what is drawn, and on the value that it is drawn for."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def draw(self, what: str, value: str, below: int, again: int = 0) -> int:
        """A number from 0 to ``below - 1``; ``again`` counts the draws for one value."""
        text = f"{what}\0{value}\0{again}".encode()
        return int.from_bytes(hmac.new(self._secret, text, hashlib.sha256).digest(), "big") % below

    def __repr__(self) -> str:
        return "Key(...)"


def own_place() -> Path:
    """Where the user's own key lies: the folder for settings, outside of any repository."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "cj-report-card" / _NAME


def key_of(place: Path | None = None) -> Key:
    """The key in that file, made there at first use (readable by its owner alone). Without
    ``place`` the user's own.

    Raises BadKeyError for a file inside a repository, one that others may read, or one with too
    little in it."""
    where = place or own_place()
    _outside(where)
    if not where.exists():
        _make(where)
    if stat.S_IMODE(where.stat().st_mode) & 0o077:
        raise BadKeyError(f"the key {where} may be read by others: chmod 600 {where}")
    text = where.read_bytes().strip()
    if len(text) < _LEAST:
        raise BadKeyError(
            f"the key {where} is too short: delete it, and a good one is made at the next recording"
        )
    return Key(text)


def _outside(where: Path) -> None:
    for parent in where.absolute().resolve().parents:
        if (parent / ".git").exists():
            raise BadKeyError(
                f"the key {where} would lie in the repository {parent}: keep it outside"
            )


def _make(where: Path) -> None:
    where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another recording made it in this moment
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(handle, 0o600)
        file.write(secrets.token_hex(32) + "\n")
