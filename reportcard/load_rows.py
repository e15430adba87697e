"""Records as rows: pure functions from a person's validated file to what goes into each table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

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
    """A row and all that belongs to it, which is replaced as a set."""

    row: Row
    parts: Rows = field(default_factory=dict)


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
    }
    return row


def court_sighting(file: CourtFile, source: Source) -> Row:
    """What the court half of this crawl says of the person (without ``person_id``)."""
    return {
        "crawl_id": source.crawl_id,
        "key": file.key,
        "court_outcome": file.outcome,
        "court_candidates": len(file.candidates),
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


def booking_family(booking: Booking, file: JailFile, person_id: str, source: Source) -> Family:
    """A booking with its bonds, charges, hearings, aliases and detainers."""
    key = {"site": source.site, "booking_number": booking.booking_number}
    housing = booking.housing
    row = {
        **key,
        "person_id": person_id,
        "listed_release_date": booking.listed_release_date,
        "released": booking.released,
        "commitment_date": booking.commitment_date,
        "release_date": booking.release_date,
        "projected_release_date": booking.projected_release_date,
        **_facts(booking.physical),
        **_facts(booking.inmate),
        "housing_section": housing.section,
        "housing_block": housing.block,
        "housing_cell": housing.cell,
        "housing_bed": housing.bed,
        "housing_location": housing.location,
        "housing_county": housing.county,
        "bond_grand_total_cents": booking.bond_grand_total_cents,
        "fetched_at": file.provenance.fetched_at,
        **source.columns,
    }
    parts: Rows = {
        t.aliases: _numbered(booking.aliases, key, source),
        t.detainers: _numbered(booking.detainers, key, source),
        t.bonds: _numbered(booking.bonds, key, source),
        t.jail_charges: _numbered(booking.charges, key, source),
        t.jail_hearings: _numbered(booking.hearings, key, source),
    }
    return Family(row, parts)


def court_names(names: Iterable[str], person_id: str, source: Source) -> list[Row]:
    """The names under which the court knows a person."""
    return [
        {"person_id": person_id, "position": position, "name": name, **source.columns}
        for position, name in enumerate(names)
    ]


def case_family(case: Case, file: CourtFile, source: Source) -> Family:
    """A case with everything that belongs to it."""
    key = {"site": source.site, "case_number": case.case_number}
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
        "fetched_at": file.provenance.fetched_at,
        **source.columns,
    }
    references = [
        {**key, "position": position, "other_case_number": other, **source.columns}
        for position, other in enumerate(case.cross_references)
    ]
    parts: Rows = {
        t.cross_references: references,
        t.case_events: _numbered(case.events, key, source),
        t.court_hearings: _numbered(case.hearings, key, source),
        t.bond_settings: _numbered(case.bond_settings, key, source),
    }
    _add_parties(parts, case, key, source)
    _add_charges(parts, case, key, source)
    _add_disposition_events(parts, case, key, source)
    _add_financial(parts, case, key, source)
    return Family(row, parts)


def _add_parties(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.parties], parts[t.attorneys] = [], []
    for position, party in enumerate(case.parties):
        row = _facts(party, without={"attorneys"}) | {"address": "\n".join(party.address) or None}
        parts[t.parties].append({**key, "position": position, **row, **source.columns})
        parts[t.attorneys] += _numbered(party.attorneys, key | {"party_position": position}, source)


def _add_charges(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.court_charges], parts[t.dispositions] = [], []
    for position, charge in enumerate(case.charges):
        row = _facts(charge, without={"dispositions"})
        row["open"] = charge.number in case.pretrial.open_charges
        parts[t.court_charges].append({**key, "position": position, **row, **source.columns})
        parts[t.dispositions] += _numbered(
            charge.dispositions, key | {"charge_position": position}, source
        )


def _add_disposition_events(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.disposition_events], parts[t.disposition_outcomes], parts[t.sentences] = [], [], []
    for position, event in enumerate(case.disposition_events):
        row = _facts(event, without={"outcomes", "sentence"})
        parts[t.disposition_events].append({**key, "position": position, **row, **source.columns})
        event_key = key | {"event_position": position}
        parts[t.disposition_outcomes] += _numbered(event.outcomes, event_key, source)
        parts[t.sentences] += _numbered(event.sentence, event_key, source)


def _add_financial(parts: Rows, case: Case, key: Row, source: Source) -> None:
    parts[t.financials], parts[t.transactions] = [], []
    if case.financial is None:
        return
    row = _facts(case.financial, without={"transactions"})
    parts[t.financials].append({**key, "position": 0, **row, **source.columns})
    of_it = key | {"financial_position": 0}
    parts[t.transactions] += _numbered(case.financial.transactions, of_it, source)


def _numbered(facts: Iterable[RecordModel], key: Mapping[str, Any], source: Source) -> list[Row]:
    return [
        {**key, "position": position, **_facts(fact), **source.columns}
        for position, fact in enumerate(facts)
    ]


_IN_FILES = frozenset(
    {
        "awards",
        "canceled",
        "details",
        "judgment_type",
        "parties",
        "payer",
        "removed",
        "represented",
        "roles",
    }
)
"""Facts of schema 2 that have no column yet."""


def _facts(fact: RecordModel, *, without: Iterable[str] = ()) -> Row:
    left_out = _IN_FILES.union(without)
    return {name: getattr(fact, name) for name in type(fact).model_fields if name not in left_out}


def _joined(words: Iterable[str]) -> str | None:
    return ", ".join(words) or None
