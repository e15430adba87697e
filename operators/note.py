"""The maker's note of an output: who made it, from what, when. It stands beside the output, and
never decides whether there is one.

On a file system it is ``.idempatomic/<name>`` in the output's folder, in a store the object's
metadata or part of the set's manifest. It is written before the output is committed, so a note
without an output is nothing, and an output without a note is an output. Only the Airflow operators
write notes."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .canonical import canonical
from .errors import TwoMakersError

__all__ = ["FOLDER", "LONGEST", "Note", "digest_of", "notes_below", "now"]

FOLDER = ".idempatomic"
_FORMAT = "idempatomic/note-1"
LONGEST = 1800
"""Bytes of a note as an object's metadata: S3 takes 2 kB in all."""


@dataclass(frozen=True)
class Note:
    """What is known of an output's making.

    ``maker``: the task's declared name, by default ``dag.task``. ``keys``: the mapped arguments, by
    name; None for a task that is not mapped. ``arguments``: a digest of all of them as rendered.
    ``inputs``: checksum by path of what `requires` gave the callable. ``salts``: those of the
    salted tasks above it; ``salt``: its own. ``run``: the DAG run's id; ``when``: UTC, ISO.
    ``used``: run and time of the latest run that found it. ``again``: the request by which it was
    made again."""

    maker: str
    run: str
    arguments: str
    keys: Mapping[str, Any] | None = None
    version: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    salt: str | None = None
    salts: tuple[str, ...] = ()
    again: str | None = None
    when: str = ""
    files: int = 0
    size: int = 0
    sha256: str = ""
    used: tuple[str, str] | None = None

    def text(self, longest: int | None = None) -> str:
        """As JSON; above ``longest`` bytes without the inputs, whose digest stays."""
        told = {"format": _FORMAT, **dataclasses.asdict(self)}
        text = json.dumps(told, sort_keys=True)
        if longest is not None and len(text) > longest:
            told |= {"inputs": {"*": digest_of(self.inputs)}}
            if self.keys is not None:
                told["keys"] = {"*": digest_of(self.keys)}
            text = json.dumps(told, sort_keys=True)
        return text

    @staticmethod
    def parse(text: str | bytes) -> Note | None:
        """The note, or None for what is none of ours."""
        with contextlib.suppress(ValueError, TypeError, KeyError):
            told = json.loads(text)
            if told.pop("format") == _FORMAT:
                used = told.pop("used", None)
                known = {each.name for each in dataclasses.fields(Note)}
                told = {name: value for name, value in told.items() if name in known}
                told["salts"] = tuple(told.get("salts", ()))
                return Note(**told, used=None if used is None else (used[0], used[1]))
        return None

    def refuse_another_maker(self, mine: Note, path: str) -> None:
        """Raises `TwoMakersError` if this note, whose checksum fits the output, shows that it is
        not what ``mine`` would make: an unrelated maker, or another mapped instance of one run."""
        if self.maker != mine.maker:
            raise TwoMakersError(
                f"{path!r} was made by {self.maker} in run {self.run} on {self.when}, and is the"
                f" output of {mine.maker} as well: give each a path of its own, or the same maker="
                " if it is the same work"
            )
        if self.run == mine.run and not self.has_keys_of(mine):
            raise TwoMakersError(
                f"{path!r} was made in this run by the instance {shown(self.keys)}, and is the"
                f" output of {shown(mine.keys)} as well: output_pattern must name what differs"
            )

    def has_keys_of(self, other: Note) -> bool:
        """Whether both are of the same mapped instance, also where one keeps the digest alone."""
        if self.keys is None or other.keys is None or self.keys == other.keys:
            return self.keys == other.keys
        whole = {digest_of(each.keys) for each in (self, other) if "*" not in (each.keys or {})}
        short = {each.keys["*"] for each in (self, other) if each.keys and "*" in each.keys}
        return bool(short) and len(whole | short) == 1

    def by(self) -> str:
        """Who made it and when, in words."""
        return f"made by run {self.run} on {self.when}"


def shown(keys: Mapping[str, Any] | None) -> str:
    """Mapped arguments in words."""
    return ", ".join(f"{name}={value}" for name, value in (keys or {}).items()) or "without a key"


def digest_of(value: Any) -> str:
    """Sixteen digits of a sha256 over a value, the same in every process; what has no such form
    counts by its type alone."""
    text = json.dumps(_plain(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    try:
        return canonical(value)
    except ValueError:
        return type(value).__qualname__


def now() -> str:
    """This moment, UTC, ISO to the second."""
    return dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


# --- on a file system


def read(target: str) -> Note | None:
    """The note of the output at that path."""
    try:
        with open(_place(target), encoding="utf-8") as file:
            return Note.parse(file.read())
    except (OSError, UnicodeDecodeError):
        return None


def write(target: str, note: Note | None, mode: int | None) -> None:
    """Put the note there, or with None take it away."""
    place = _place(target)
    if note is None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(place)
        return
    folder = os.path.dirname(place)
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder)
        if mode is not None:
            os.chmod(folder, mode | (mode & 0o444) >> 2)
    beside = os.path.join(folder, f".{secrets.token_hex(6)}")
    try:
        with open(beside, "x", encoding="utf-8") as file:
            if mode is not None:
                os.chmod(beside, mode)
            file.write(note.text() + "\n")
        os.replace(beside, place)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)
        raise


def notes_below(folder: str) -> Iterator[tuple[str, Note]]:
    """Every note below a folder of this machine, with its output's path, whether that stands or
    not."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        if os.path.basename(place) == FOLDER:
            for name in sorted(names):
                target = os.path.join(os.path.dirname(place), name)
                note = read(target)
                if note is not None:
                    yield target, note


def _place(target: str) -> str:
    parent, name = os.path.split(os.path.realpath(target))
    return os.path.join(parent, FOLDER, name)
