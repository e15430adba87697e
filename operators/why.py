"""Why a task's callable runs or does not, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .note import Note
from .output import Output

__all__ = ["Reason", "changed", "missing", "standing"]


@dataclass(frozen=True)
class Reason:
    """``makes_again``: over what stands. ``stands``: nothing is to be done."""

    words: str
    makes_again: bool
    stands: bool


def missing(output: Output) -> Reason:
    """Nothing stands that counts."""
    if output.note() is not None:
        return Reason("made, as what its note tells of is gone or not valid any more", False, False)
    return Reason("made, as nothing valid stood there", False, False)


def standing(note: Note | None, mine: Note, output: Output) -> Reason:
    """An output stands, and is done whatever its note says."""
    return Reason(f"exists, {_told(note, mine, output)}", False, True)


def _told(note: Note | None, mine: Note, output: Output) -> str:
    if note is None:
        return "and no note says who made it"
    if note.size != output._place.size():
        return f"changed since it was {note.by()}"
    if note.version != mine.version:
        return f"{note.by()} by version {note.version} of the callable, which is {mine.version} now"
    if note.arguments != mine.arguments:
        return f"{note.by()} with other arguments"
    inputs = changed_inputs(note.inputs, {path: checksum(path) for path in note.inputs})
    return (
        f"{note.by()} from other inputs ({inputs})"
        if inputs
        else f"{note.by()} from the same inputs"
    )


def changed(note: Note, mine: Note, inputs: Mapping[str, str | None]) -> str:
    """What differs from the note: the callable's version or an input; nothing where nothing
    does."""
    if note.version != mine.version:
        return f"the callable's version is {mine.version} and was {note.version}"
    return changed_inputs(note.inputs, inputs)


def changed_inputs(before: Mapping[str, str], after: Mapping[str, str | None]) -> str:
    """In words, which input differs."""
    for path in sorted({*before, *after} - {"*"}):
        if path not in before:
            return f"the input {path} is new"
        if after.get(path) is None:
            return f"the input {path} is not required any more, or is gone"
        if before[path] != after[path]:
            return f"the input {path} has changed"
    return ""


def checksum(path: str) -> str | None:
    """An output's checksum as it stands, None for what is gone or cannot be read."""
    try:
        output = Output(path)
        return output.quick_checksum() if output.exists() else None
    except (OSError, ValueError):
        return None
