"""A person's file: read it back in full, and say whether it is what it should be.

A file counts as done only if the whole envelope validates, is of its half's format, and bears the
key of its name."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from scrapers.crawl.outcomes import Outcome
from scrapers.crawl.place import read_at
from scrapers.halves import FILES, Half, PersonFile
from scrapers.record import SCHEMA, Inputs, Unread
from scrapers.roster import Person

_OUTCOME = {outcome.value: outcome for outcome in Outcome}


class InvalidFileError(ValueError):
    """The file is no valid file of that person; the message says why."""


@dataclass(frozen=True)
class Done:
    """What the count needs of a person's valid file. ``missing``: how many cases lack a part, by
    part. ``parts``: cases or bookings that were read, ``unread_parts``: that could not be.
    ``doubts`` by kind, ``unread`` texts by section and label, ``dialect`` as in the file."""

    outcome: Outcome
    retries: Mapping[str, int]
    pages: int
    missing: Mapping[str, int]
    parts: int = 0
    unread_parts: int = 0
    doubts: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
    dialect: str | None = None


def parse_person(text: str | bytes, half: Half, key: str) -> PersonFile:
    """The envelope in that text. Raises InvalidFileError."""
    kind = FILES[half]
    try:
        file = kind.model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidFileError(f"{where or 'the file'}: {first['msg']}") from None
    if file.format != kind.format:
        raise InvalidFileError(f"format is {file.format!r}, not {kind.format!r}")
    if not 1 <= file.schema_version <= SCHEMA:
        raise InvalidFileError(
            f"schema {file.schema_version} is newer than this program's {SCHEMA}"
        )
    if file.outcome not in kind.outcomes:
        raise InvalidFileError(f"outcome {file.outcome!r} does not exist in this half")
    if (file.record is not None) != (file.outcome == "found"):
        raise InvalidFileError("there is a record if and only if the outcome is found")
    if file.key != key or (file.record is not None and file.record.key != key):
        raise InvalidFileError(f"it is about {file.key!r}, not {key!r}")
    return file


def read_person(path: str | os.PathLike[str], half: Half, key: str) -> PersonFile:
    """The person's file at that path, or address in a store. Raises InvalidFileError, or
    FileNotFoundError."""
    return parse_person(read_at(path), half, key)


def is_person(path: str | os.PathLike[str], half: Half, key: str) -> bool:
    """Whether that path holds the person's valid file: the ``valid=`` of every person's output."""
    try:
        read_person(path, half, key)
    except InvalidFileError:
        return False
    return True


def done_of(file: PersonFile) -> Done:
    """What the count needs of it."""
    missing = file.record.parts_missing if file.record is not None else {}
    provenance = file.provenance
    return Done(
        _OUTCOME[file.outcome],
        provenance.retries,
        len(provenance.pages),
        missing,
        parts=len(file.record.parts) if file.record is not None else 0,
        unread_parts=len(file.unread_parts),
        doubts=Counter(doubt.kind for doubt in file.doubts),
        unread=Counter(map(_place_of, file.extra.unread)),
        dialect=file.dialect,
    )


def _place_of(text: Unread) -> str:
    """Section and label; never the text, which may name somebody."""
    return " / ".join(part for part in (text.section, text.label) if part) or "no section"


def inputs_of(person: Person, file: PersonFile | None) -> Inputs:
    """What the person is searched with: what the listing half's file says, else the roster."""
    known = file.record.search_inputs if file is not None and file.record is not None else None
    if known is None:
        return Inputs(name=person.name, date_of_birth=person.date_of_birth)
    born = known.date_of_birth or person.date_of_birth
    return known.model_copy(update={"date_of_birth": born})


def text_of(file: PersonFile) -> str:
    """The file as it is written: JSON, indented, a line's end at the end."""
    return file.model_dump_json(indent=1) + "\n"
