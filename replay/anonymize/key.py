"""The secret key that invented values depend on. Whoever has it can test guesses, so it is kept
outside of any repository.

Recordings made with the same key agree with each other, across days and products."""

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
    """A key file that must not be used; the one-line message says why and what to do."""


class Key:
    """Pseudo-random draws that depend on the key, the purpose, and the value."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def draw(self, purpose: str, value: str, below: int, attempt: int = 0) -> int:
        """A number from 0 to ``below - 1``. Each ``attempt`` gives another one."""
        text = f"{purpose}\0{value}\0{attempt}".encode()
        return int.from_bytes(hmac.new(self._secret, text, hashlib.sha256).digest(), "big") % below

    def __repr__(self) -> str:
        return "Key(...)"


def default_path() -> Path:
    """The path of the user's own key, in the settings folder."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "cj-report-card" / _NAME


def key_of(place: Path | None = None) -> Key:
    """The key in that file (default: the user's own), created at first use with mode 0600.

    Raises BadKeyError for a file inside a repository, one that others can read, or one that is too
    short."""
    where = place or default_path()
    _check_outside_repository(where)
    if not where.exists():
        _make(where)
    if stat.S_IMODE(where.stat().st_mode) & 0o077:
        raise BadKeyError(f"the key {where} can be read by others: chmod 600 {where}")
    text = where.read_bytes().strip()
    if len(text) < _LEAST:
        raise BadKeyError(
            f"the key {where} is too short: delete it, and the next recording creates a new one"
        )
    return Key(text)


def _check_outside_repository(where: Path) -> None:
    for parent in where.absolute().resolve().parents:
        if (parent / ".git").exists():
            raise BadKeyError(
                f"the key {where} would be in the repository {parent}: keep it outside"
            )


def _make(where: Path) -> None:
    where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another recording created it at the same time
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(handle, 0o600)
        file.write(secrets.token_hex(32) + "\n")
