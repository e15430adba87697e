"""Records as rows: pure functions from a person's validated file to what goes into each table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Table

from reportcard import tables as t
from scrapers.jail.records import Booking, JailFile, JailRecord
from scrapers.odyssey.records import Case, CourtFile
from scrapers.record import RecordModel

Row = dict[str, Any]
Rows = dict[Table, list[Row]]


@dataclass(frozen=True)
class Source:
    """Where rows come from: the crawl, its site, and the file relative to the data folder."""

    site: str
    crawl_id: str
    file: str

    @property
    def columns(self) -> Row:
        """The two columns that every row ends with."""
        return {"crawl_id": self.crawl_id, "source_file": self.file}


@dataclass
class Family:
    """A row and all that belongs to it, which is replaced as a set. ``version`` is what stays of it
    when it changes; equal ``content`` means that all its lines are equal."""

    row: Row
    parts: Rows = field(default_factory=dict)
    version: Row = field(default_factory=dict)
    content: int = 0


def number_of(*parts: object) -> int:
    """A number for a text that is kept once: equal texts have equal numbers, in any database.
    63 bits, so that among a hundred million there is hardly ever a pair."""
    text = "\x1f".join("" if part is None else f"={part}" for part in parts)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def jail_sighting(file: JailFile, source: Source) -> Row:
    """What the jail half of this crawl says of the person (without ``person_id``)."""
    record = file.record
    row: Row = {
        "crawl_id": source.crawl_id,
        "key": file.key,
        "jail_outcome": file.outcome,
        "jail_fetched_at": file.provenance.fetched_at,
        "jail_source_file": source.file,
        "permanent_id": record.permanent_id if record else None,
        "name": record.name.full if record else None,
        "date_of_birth": record.date_of_birth if record else None,
        "custody_answer": record.custody_status.answer if record else None,
        "custody_rule": record.custody_status.rule if record else None,
        "custody_other_hold": record.custody_status.other_hold if record else None,
        "jail_unread_parts": len(file.unread_parts),
    }
    return row


def court_sighting(file: CourtFile, source: Source) -> Row:
    """What the court half of this crawl says of the person (without ``person_id``)."""
    return {
        "crawl_id": source.crawl_id,
        "key": file.key,
        "court_outcome": file.outcome,
        "court_candidates": len(file.candidates),
        "court_unread_parts": len(file.unread_parts),
        "court_fetched_at": file.provenance.fetched_at,
        "court_source_file": source.file,
    }


def person_row(record: JailRecord) -> Row:
    """What a jail record says of a person, by the columns of ``people`` (birth date and sources are
    the loader's)."""
    custody = record.custody_status
    return {
        "key": record.key,
        "permanent_id": record.permanent_id,
        "name": record.name.full,
        "last": record.name.last,
        "first": record.name.first,
        "middle": record.name.middle,
        "suffix": record.name.suffix,
        "custody_answer": custody.answer,
        "custody_rule": custody.rule,
        "custody_as_of": custody.as_of,
        "custody_detainers": custody.detainers,
        "custody_violation_grades": _joined(custody.violation_grades),
        "custody_other_hold": custody.other_hold,
    }


_CURRENT = {"released", "listed_release_date"}
"""What a list, or the day, says of a booking, and not its page."""


def booking_family(booking: Booking, file: JailFile, person_id: str, source: Source) -> Family:
    """A booking with its bonds, charges, hearings, aliases and detainers."""
    key = {"site": source.site, "booking_number": booking.booking_number}
    housing = booking.housing
    version = booking_version(booking, key)
    row = {
        **key,
        "person_id": person_id,
        "listed_release_date": booking.listed_release_date,
        "released": booking.released,
        "commitment_date": booking.commitment_date,
        "release_date": booking.release_date,
        "projected_release_date": booking.projected_release_date,
        **_facts(t.bookings, booking.physical),
        **_facts(t.bookings, booking.inmate),
        "housing_section": housing.section,
        "housing_block": housing.block,
        "housing_cell": housing.cell,
        "housing_bed": housing.bed,
        "housing_location": housing.location,
        "housing_county": housing.county,
        "bond_grand_total_cents": storable(booking.bond_grand_total_cents),
        "version_id": version["version_id"],
        "fetched_at": file.provenance.fetched_at,
        **source.columns,
    }
    parts: Rows = {
        t.aliases: _numbered(t.aliases, booking.aliases, key, source),
        t.detainers: _numbered(t.detainers, booking.detainers, key, source),
        t.bonds: _numbered(t.bonds, booking.bonds, key, source),
        t.jail_charges: _numbered(t.jail_charges, booking.charges, key, source),
        t.jail_hearings: _numbered(t.jail_hearings, booking.hearings, key, source),
    }
    return Family(row, parts, version, version["version_id"])


def booking_version(booking: Booking, key: Row) -> Row:
    """The booking's page as a row of ``booking_versions``."""
    facts = booking.model_dump_json(exclude_defaults=True, exclude=_CURRENT)
    totals = [bond.total_cents for bond in booking.bonds if bond.total_cents is not None]
    return {
        "version_id": number_of("booking", key["site"], key["booking_number"], facts),
        **key,
        "commitment_date": booking.commitment_date,
        "release_date": booking.release_date,
        "housing_location": booking.housing.location,
        "bond_total_cents": storable(sum(totals)) if totals else None,
        "bond_types": _joined(dict.fromkeys(bond.type or "-" for bond in booking.bonds)),
        "bond_statuses": _joined(dict.fromkeys(bond.status or "-" for bond in booking.bonds)),
        "grades": _joined(sorted({charge.grade or "-" for charge in booking.charges})),
        "facts": facts,
    }


def court_names(names: Iterable[str], person_id: str, source: Source) -> list[Row]:
    """The names under which the court knows a person."""
    return [
        {"person_id": person_id, "position": position, "name": name, **source.columns}
        for position, name in enumerate(names)
    ]


_CASE_FACTS: Any = {
    "case_number": True,
    "court": True,
    "case_type": True,
    "status": True,
    "file_date": True,
    "public": True,
    "cross_references": True,
    "parties": {"__all__": {"role", "attorneys"}},
    "charges": True,
    "disposition_events": True,
    "bond_settings": True,
    "events": {"__all__": {"date", "name"}},
    "hearings": {"__all__": {"date", "type", "result"}},
    "missing": True,
    "pretrial": True,
}
"""What a version of a case keeps: no names but those of counsel, no addresses, no comments."""


def case_family(case: Case, file: CourtFile, source: Source) -> Family:
    """A case with everything that belongs to it."""
    key = {"site": source.site, "case_number": case.case_number}
    version = case_version(case, key)
    row = {
        **key,
        "style": case.style,
        "court": case.court,
        "case_type": case.case_type,
        "status": case.status,
        "file_date": case.file_date,
        "judicial_officer": case.judicial_officer,
        "public": case.public,
        "pretrial_answer": case.pretrial.answer,
        "pretrial_reasons": _joined(case.pretrial.reasons),
        "missing": _joined(case.missing),
        "version_id": version["version_id"],
        "fingerprint": number_of(case.model_dump_json(exclude_defaults=True)),
        "fetched_at": file.provenance.fetched_at,
        **source.columns,
    }
    references = [
        {**key, "position": position, "other_case_number": other, **source.columns}
        for position, other in enumerate(case.cross_references)
    ]
    parts: Rows = {
        t.cross_references: references,
        t.case_events: _numbered(t.case_events, case.events, key, source),
        t.court_hearings: _numbered(t.court_hearings, case.hearings, key, source),
        t.bond_settings: _numbered(t.bond_settings, case.bond_settings, key, source),
    }
    _add_parties(parts, case, key, source)
    _add_charges(parts, case, key, source)
    _add_disposition_events(parts, case, key, source)
    _add_financial(parts, case, key, source)
    return Family(row, parts, version, row["fingerprint"])


def case_version(case: Case, key: Row) -> Row:
    """The case as a row of ``case_versions``."""
    facts = case.model_dump_json(exclude_defaults=True, include=_CASE_FACTS)
    return {
        "version_id": number_of("case", key["site"], key["case_number"], facts),
        **key,
        "status": case.status,
        "pretrial_answer": case.pretrial.answer,
        "facts": facts,
    }


def _add_parties(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.parties], parts[t.attorneys] = [], []
    for position, party in enumerate(case.parties):
        row = _facts(t.parties, party) | {"address": "\n".join(party.address) or None}
        parts[t.parties].append({**key, "position": position, **row, **source.columns})
        parts[t.attorneys] += _numbered(
            t.attorneys, party.attorneys, key | {"party_position": position}, source
        )


def _add_charges(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.court_charges], parts[t.dispositions] = [], []
    for position, charge in enumerate(case.charges):
        row = _facts(t.court_charges, charge)
        row["open"] = charge.number in case.pretrial.open_charges
        parts[t.court_charges].append({**key, "position": position, **row, **source.columns})
        parts[t.dispositions] += _numbered(
            t.dispositions, charge.dispositions, key | {"charge_position": position}, source
        )


def _add_disposition_events(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.disposition_events], parts[t.disposition_outcomes], parts[t.sentences] = [], [], []
    for position, event in enumerate(case.disposition_events):
        row = _facts(t.disposition_events, event)
        parts[t.disposition_events].append({**key, "position": position, **row, **source.columns})
        event_key = key | {"event_position": position}
        parts[t.disposition_outcomes] += _numbered(
            t.disposition_outcomes, event.outcomes, event_key, source
        )
        parts[t.sentences] += _numbered(t.sentences, event.sentence, event_key, source)


def _add_financial(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.financials], parts[t.transactions] = [], []
    if case.financial is None:
        return
    row = _facts(t.financials, case.financial)
    parts[t.financials].append({**key, "position": 0, **row, **source.columns})
    of_it = key | {"financial_position": 0}
    parts[t.transactions] += _numbered(t.transactions, case.financial.transactions, of_it, source)


def _numbered(
    table: Table, facts: Iterable[RecordModel], key: Mapping[str, Any], source: Source
) -> list[Row]:
    told = source.columns
    return [
        {**key, "position": position, **_facts(table, fact), **told}
        for position, fact in enumerate(facts)
    ]


def _facts(table: Table, fact: RecordModel) -> Row:
    """The fact's fields for which the table has a column; the file has them all."""
    plain, cents = _fields(table, type(fact))
    row = {name: getattr(fact, name) for name in plain}
    for name in cents:
        row[name] = storable(row[name])
    return row


@cache
def _fields(table: Table, kind: type[RecordModel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields that are columns, and those of them that hold money."""
    names = tuple(name for name in kind.model_fields if name in table.c)
    return names, tuple(name for name in names if isinstance(table.c[name].type, BigInteger))


def storable(cents: int | None) -> int | None:
    """An amount that fits into 64 bits, else None: no county has such a bond, only a misread
    page."""
    return cents if cents is None or -_MOST <= cents <= _MOST else None


_MOST = 2**63 - 1


def _joined(words: Iterable[str]) -> str | None:
    return ", ".join(words) or None
