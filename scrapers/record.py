"""What every record has in common, and the envelope that a person's file is.

``record`` holds only facts that are stable across sessions, page generations and runs. What varies
(addresses, what was tried, labels we did not know) stands beside it in the envelope."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

SCHEMA = 2
"""Version of the record schema; older ones stay valid and are lifted by ``cj reparse``.

1: as first written. 2: what a page says beyond its fields (`AsPrinted`, `Labeled`, `Doubt`,
`Unread`), parts that could not be read, and what a file was asked with."""


class RecordModel(BaseModel):
    """Base of every record part: immutable, and refusing what the schema does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(RecordModel):
    """A person's name as printed, and its parts.

    ``full`` is the printed text with white space collapsed. Parts keep the printed case. A name of
    one word is ``last``."""

    full: str
    last: str
    first: str | None = None
    middle: str | None = None
    suffix: str | None = None


class AsPrinted(RecordModel):
    """A value that is there but cannot be read as its field's kind, as the page prints it.

    ``field`` is the path from the part that holds it (``bonds.0.amount_cents``), whose value is
    None then."""

    field: str
    text: str


class Labeled(RecordModel):
    """A labeled text that has no field of its own, as printed. Kept in page order."""

    label: str
    text: str


class Unread(RecordModel):
    """A visible text of a page that no reader took, and where it stood."""

    section: str | None = None
    label: str | None = None
    text: str


DoubtKind = Literal["label_missing", "implausible", "mismatch", "duplicate"]


class Doubt(RecordModel):
    """Something that looks misread. It never changes another field.

    ``field`` is a path in the record; ``expected`` and ``found`` are words for a person."""

    field: str
    expected: str
    found: str
    kind: DoubtKind


class Extra(RecordModel):
    """What a file keeps beside the record: `unread`, and what older files kept under other names.

    Nothing here is keyed by what can repeat; everything is a list in page order."""

    model_config = ConfigDict(frozen=True, extra="allow")

    unread: tuple[Unread, ...] = ()


class UnreadPart(RecordModel):
    """A case or a booking of a person that could not be read: its number and the fault's name."""

    kind: Literal["case", "booking"]
    number: str
    fault: str
    reason: str = ""


class Inputs(RecordModel):
    """What a person's file was asked with. Other inputs make the file stale."""

    name: str
    date_of_birth: dt.date | None = None
    aliases: tuple[str, ...] = ()


class PersonRecord(RecordModel):
    """What the records of both halves have in common."""

    key: str

    @property
    def search_inputs(self) -> Inputs | None:
        """What a search for this person is made with; None where the record does not say."""
        return None

    @property
    def parts(self) -> Sequence[RecordModel]:
        """The person's cases or bookings that the record holds."""
        return ()

    @property
    def part_numbers(self) -> tuple[str, ...]:
        """Their numbers."""
        return ()

    @property
    def parts_missing(self) -> Mapping[str, int]:
        """How many of them lack a part that the portal would not give, by part."""
        return {}


class PageProof(RecordModel):
    """One page that a record was read from: its kind, and the sha256 of the text that was
    parsed."""

    kind: str
    sha256: str


@dataclass(frozen=True)
class Seen:
    """A text that a record is read from, as it came, with what is needed to read it again.

    ``url`` is where it came from; links and secrets in it are good for one portal session only.
    ``about`` says what was
    asked: of a booking's page its numbers, of results the search and the place in its pagers, of a
    case its number.
    """

    kind: str
    url: str
    text: str = field(repr=False)
    about: Mapping[str, str]

    @property
    def proof(self) -> PageProof:
        """Its kind and fingerprint, for the provenance."""
        digest = hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()
        return PageProof(kind=self.kind, sha256=digest)


Keep = Callable[[str, tuple[Seen, ...]], None]
"""Told once of every finished person, before their file is written: the key, and every text that
the file is read from."""


class Reparsed(RecordModel):
    """When, and by which version, a file was made again from its kept pages."""

    at: dt.datetime
    version: str


class Provenance(RecordModel):
    """Where and how a record was read. Varies between runs; never part of ``record``.

    ``fetched_at`` and ``version`` are the visit's, also in a file that ``cj reparse`` has made
    again (``reparsed``)."""

    site: str
    fetched_at: dt.datetime
    version: str
    attempts: int = 1
    retries: dict[str, int] = {}
    pages: tuple[PageProof, ...] = ()
    reparsed: Reparsed | None = None


class SearchAttempt(RecordModel):
    """One search that was made for a person, and how many parties it brought."""

    search: str
    date_of_birth: dt.date | None = None
    hits: int = 0
    accepted: int = 0
    note: str = ""


class Candidate(RecordModel):
    """A party that may be this person but whose birth date could not be confirmed."""

    name: str
    date_of_birth: str | None = None
    cases: tuple[str, ...] = ()
    reason: str = ""


Outcome = Literal["found", "not_found", "unverified"]

R_co = TypeVar("R_co", bound=RecordModel, covariant=True)


class Envelope(RecordModel, Generic[R_co]):
    """A person's file. ``record`` is None unless ``outcome`` is ``found``.

    ``extra.unread``: visible texts that no reader took. ``doubts``: what looks misread.
    ``unread_parts``: cases or bookings that could not be read; with any, the person is *partly
    read*. ``inputs``: what was asked. ``dialect``: hash of the site entry's dialect that the pages
    were read with. Files of schema 1 have none of these."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    format: str
    schema_version: int = SCHEMA
    key: str
    outcome: Outcome
    record: R_co | None
    extra: Extra = Extra()
    tried: tuple[SearchAttempt, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unread_parts: tuple[UnreadPart, ...] = ()
    inputs: Inputs | None = None
    dialect: str | None = None
    provenance: Provenance
