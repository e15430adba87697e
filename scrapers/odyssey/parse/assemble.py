"""Puts the parts of a case together, the same way for both generations of case pages
(docs/rules.md, "Case record")."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.records import (
    BondSetting,
    Case,
    CaseEvent,
    ChargeDisposition,
    CourtCharge,
    CourtHearing,
    DispositionEvent,
    Financial,
    Party,
)
from scrapers.odyssey.rules.pretrial import pretrial_of
from scrapers.record import RecordModel

_Line = tuple[str, str | None]
"""A charge's number with its description, or without."""


class CaseRead(RecordModel):
    """A case with what its page held beyond the record, for the envelope's ``extra``."""

    case: Case
    extra: dict[str, Any] = {}


def plain_number(text: str | None) -> str | None:
    """``01`` as ``1``; other texts as they are, None when blank."""
    value = (text or "").strip()
    return (value.lstrip("0") or "0") if value.isdigit() else (value or None)


def _order(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdigit() else (10**9, number)


def _with_dispositions(
    charge: CourtCharge, events: list[DispositionEvent], known: Mapping[_Line, set[str | None]]
) -> CourtCharge:
    """Joins by charge number, else by exact description (only a line whose number no charge has).

    A number that charges of several defendants share is not enough: the description must be the
    same too, and only one defendant's; a line that may be another's joins nobody."""
    said = []
    for event in events:
        for line in event.outcomes:
            if (line.charge_number, None) in known:
                mine = line.charge_number == charge.number
                if len(known[charge.number, None]) > 1:
                    mine &= line.description == charge.description
                    mine &= len(known[charge.number, charge.description]) == 1
            else:
                mine = line.description is not None and line.description == charge.description
            if mine and line.result is not None:
                said.append(
                    ChargeDisposition(date=event.date, event=event.name, result=line.result)
                )
    return charge.model_copy(update={"dispositions": tuple(said)})


def assemble(
    *,
    case_number: str,
    style: str,
    court: str | None,
    case_type: str | None,
    status: str | None,
    file_date: dt.date | None,
    judicial_officer: str | None,
    cross_references: Iterable[str] = (),
    parties: Iterable[Party] = (),
    charges: Iterable[CourtCharge] = (),
    disposition_events: Iterable[DispositionEvent] = (),
    bond_settings: Iterable[BondSetting] = (),
    events: Iterable[CaseEvent] = (),
    hearings: Iterable[CourtHearing] = (),
    financial: Financial | None = None,
    missing: Iterable[str] = (),
) -> Case:
    """The case with everything sorted, dispositions joined to their charges, and its pretrial
    answer."""
    dispositions = sorted(disposition_events, key=lambda event: event.date)
    numbered = sorted(charges, key=lambda charge: _order(charge.number))
    known: dict[_Line, set[str | None]] = defaultdict(set)
    for charge in numbered:
        known[charge.number, None].add(charge.party)
        known[charge.number, charge.description].add(charge.party)
    joined = tuple(_with_dispositions(charge, dispositions, known) for charge in numbered)
    return Case(
        case_number=case_number,
        style=style,
        court=court,
        case_type=case_type,
        status=status,
        file_date=file_date,
        judicial_officer=judicial_officer,
        cross_references=tuple(sorted(set(cross_references))),
        parties=tuple(parties),
        charges=joined,
        disposition_events=tuple(dispositions),
        bond_settings=tuple(sorted(bond_settings, key=lambda bond: bond.date or dt.date.min)),
        events=tuple(sorted(events, key=lambda event: event.date)),
        hearings=tuple(sorted(hearings, key=lambda hearing: hearing.date)),
        financial=financial,
        missing=tuple(sorted(missing)),
        pretrial=pretrial_of(
            public=True, status=status, charges=joined, disposition_events=tuple(dispositions)
        ),
    )


def restricted(link: CaseLink) -> CaseRead:
    """A case that the portal does not show: only what the result list says of it."""
    case = Case(
        case_number=link.case_number,
        style=link.style,
        court=link.court,
        case_type=link.case_type,
        status=link.status,
        file_date=link.file_date,
        public=False,
        pretrial=pretrial_of(public=False, status=None, charges=(), disposition_events=()),
    )
    return CaseRead(case=case)
