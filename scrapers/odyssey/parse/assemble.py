"""Puts the parts of a case together, the same way for both generations of case pages
(docs/rules.md, "Case record")."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import Field

from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.records import (
    BondSetting,
    Case,
    CaseDisposition,
    CaseEvent,
    ChargeDisposition,
    CourtCharge,
    CourtHearing,
    DispositionEvent,
    Financial,
    OtherEntry,
    Party,
    Warrant,
)
from scrapers.odyssey.rules.pretrial import pretrial_of
from scrapers.record import Doubt, Labeled, RecordModel, Unread
from scrapers.sites import CourtSite

_Line = tuple[str | None, str | None]
"""A charge's number with its description, or without."""
Dated = TypeVar("Dated", CaseDisposition, DispositionEvent, CaseEvent, CourtHearing, OtherEntry)


class CaseRead(RecordModel):
    """A case with what its page held beyond the record.

    ``unread``: texts that nobody read. ``doubts``: what looks misread, by paths in the case.
    ``regions``: texts of page furniture, and ``empty``: unknown keys that say nothing, each with
    their number; a crawl sums them up."""

    case: Case
    unread: tuple[Unread, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    regions: dict[str, int] = Field(default={}, exclude=True)
    empty: dict[str, int] = Field(default={}, exclude=True)


def plain_number(text: str | None) -> str | None:
    """``01`` as ``1``; other texts as they are, None when blank."""
    value = (text or "").strip()
    return (value.lstrip("0") or "0") if value.isdigit() else (value or None)


def _order(number: str | None) -> tuple[int, str]:
    if number is None:
        return (10**9, "")
    return (int(number), "") if number.isascii() and number.isdigit() else (10**9, number)


def _by_date(some: Iterable[Dated]) -> list[Dated]:
    """By date, those without one behind, otherwise as they stand on the page."""
    return sorted(some, key=lambda one: (one.date is None, one.date or dt.date.max))


def _with_dispositions(
    charge: CourtCharge, events: list[DispositionEvent], known: Mapping[_Line, set[str | None]]
) -> CourtCharge:
    """Joins by charge number, else by exact description (only a line whose number no charge has).

    A number that charges of several defendants share is not enough: the description must be the
    same too, and only one defendant's; a line that may be another's joins nobody."""
    said = []
    for event in events:
        for line in event.outcomes:
            if line.charge_number is not None and (line.charge_number, None) in known:
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
    return charge.model_copy(update={"dispositions": tuple(said)}) if said else charge


def assembled(
    *,
    case_number: str,
    style: str | None = None,
    court: str | None = None,
    case_type: str | None = None,
    status: str | None = None,
    file_date: dt.date | None = None,
    judicial_officer: str | None = None,
    cross_references: Iterable[str] = (),
    parties: Iterable[Party] = (),
    charges: Iterable[CourtCharge] = (),
    case_dispositions: Iterable[CaseDisposition] = (),
    disposition_events: Iterable[DispositionEvent] = (),
    bond_settings: Iterable[BondSetting] = (),
    warrants: Iterable[Warrant] = (),
    events: Iterable[CaseEvent] = (),
    hearings: Iterable[CourtHearing] = (),
    other_entries: Iterable[OtherEntry] = (),
    financial: Financial | None = None,
    other_financials: Iterable[Financial] = (),
    notices: Iterable[str] = (),
    details: Iterable[Labeled] = (),
    missing: Iterable[str] = (),
    margin: Margin | None = None,
    county: CourtSite | None = None,
    unread: bool = False,
) -> tuple[Case, tuple[Doubt, ...]]:
    """The case with everything sorted, dispositions joined to their charges, and its pretrial
    answer; and the doubts, by their paths in it. ``unread``: something was not read that may
    say how the case ended."""
    dispositions = _by_date(disposition_events)
    numbered = sorted(charges, key=lambda charge: _order(charge.number))
    known: dict[_Line, set[str | None]] = defaultdict(set)
    for charge in numbered:
        known[charge.number, None].add(charge.party)
        known[charge.number, charge.description].add(charge.party)
    joined = tuple(_with_dispositions(charge, dispositions, known) for charge in numbered)
    of_case = _by_date(case_dispositions)
    parts: dict[str, Any] = {
        "parties": tuple(parties),
        "charges": numbered,
        "case_dispositions": tuple(of_case),
        "disposition_events": tuple(dispositions),
        "bond_settings": tuple(sorted(bond_settings, key=lambda bond: bond.date or dt.date.min)),
        "warrants": tuple(warrants),
        "events": tuple(_by_date(events)),
        "hearings": tuple(_by_date(hearings)),
        "other_entries": tuple(_by_date(other_entries)),
        "other_financials": tuple(other_financials),
    }
    printed, doubts = (), ()
    if margin is not None:
        if financial is not None:
            margin.within(financial, "financial")
        printed, doubts = margin.told(parts.items())  # type: ignore[assignment]
    case = Case(
        case_number=case_number,
        style=style,
        court=court,
        case_type=case_type,
        status=status,
        file_date=file_date,
        judicial_officer=judicial_officer,
        cross_references=tuple(sorted(set(cross_references))),
        financial=financial,
        notices=tuple(notices),
        details=tuple(details),
        missing=tuple(sorted(set(missing))),
        as_printed=printed,
        pretrial=pretrial_of(
            public=True,
            status=status,
            charges=joined,
            disposition_events=tuple(dispositions),
            case_dispositions=tuple(of_case),
            unread=unread,
            open_words=county.open_statuses if county else (),
            closed_words=county.closed_statuses if county else (),
        ),
        **(parts | {"charges": joined}),
    )
    return case, doubts


def assemble(**parts: Any) -> Case:
    """The case alone, of `assembled`."""
    return assembled(**parts)[0]


def restricted(link: CaseLink) -> CaseRead:
    """A case that the portal does not show: only what the result list says of it."""
    case = Case(
        case_number=link.case_number,
        style=link.style or None,
        court=link.court,
        case_type=link.case_type,
        status=link.status,
        file_date=link.file_date,
        public=False,
        pretrial=pretrial_of(public=False, status=None, charges=(), disposition_events=()),
    )
    return CaseRead(case=case)
