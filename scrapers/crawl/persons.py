"""A person's file: read it back in full, and say whether it is what it should be.

A file counts as done only if the whole envelope validates, is of its half's format, and bears the
key of its name."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from scrapers.crawl.outcomes import COURT, JAIL, Half, Outcome
from scrapers.crawl.place import read_at
from scrapers.jail.records import JAIL_FORMAT, JailFile, JailRecord
from scrapers.odyssey.records import COURT_FORMAT, CourtFile, CourtRecord
from scrapers.record import SCHEMA, Envelope

PersonFile = Envelope[Any]

_MODELS: dict[Half, type[Envelope[Any]]] = {JAIL: JailFile, COURT: CourtFile}
_FORMATS = {JAIL: JAIL_FORMAT, COURT: COURT_FORMAT}
_OUTCOME = {outcome.value: outcome for outcome in Outcome}
_OUTCOMES = {JAIL: {"found"}, COURT: {"found", "not_found", "unverified"}}


class InvalidFileError(ValueError):
    """The file is no valid file of that person; the message says why."""


@dataclass(frozen=True)
class Done:
    """What the count needs of a person's valid file. ``missing``: how many cases lack a part, by
    part."""

    outcome: Outcome
    retries: dict[str, int]
    pages: int
    missing: dict[str, int]


def parse_person(text: str | bytes, half: Half, key: str) -> PersonFile:
    """The envelope in that text. Raises InvalidFileError."""
    try:
        file = _MODELS[half].model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidFileError(f"{where or 'the file'}: {first['msg']}") from None
    if file.format != _FORMATS[half]:
        raise InvalidFileError(f"format is {file.format!r}, not {_FORMATS[half]!r}")
    if not 1 <= file.schema_version <= SCHEMA:
        raise InvalidFileError(
            f"schema {file.schema_version} is newer than this program's {SCHEMA}"
        )
    if file.outcome not in _OUTCOMES[half]:
        raise InvalidFileError(f"outcome {file.outcome!r} does not exist in this half")
    if (file.record is not None) != (file.outcome == "found"):
        raise InvalidFileError("there is a record if and only if the outcome is found")
    record: JailRecord | CourtRecord | None = file.record
    if file.key != key or (record is not None and record.key != key):
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
    record, provenance = file.record, file.provenance
    # No getattr with a default: pydantic makes an exception's text of each name that is not there.
    cases = record.cases if isinstance(record, CourtRecord) else ()
    missing = Counter(part for case in cases for part in case.missing) if cases else {}
    return Done(
        _OUTCOME[file.outcome], dict(provenance.retries), len(provenance.pages), dict(missing)
    )


def text_of(file: PersonFile) -> str:
    """The file as it is written: JSON, indented, a line's end at the end."""
    return file.model_dump_json(indent=1) + "\n"
