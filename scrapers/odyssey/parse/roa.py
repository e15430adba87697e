"""Parser of the Register of Actions services (odyssey.md, section 6; gaps as docs/rules.md
fills them).

Ids come as numbers or as digits in quotes and are compared as text; missing parts are null, 0, ""
or []; the same key changes its type between kinds of events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from resilience.faults import LayoutChanged, SearchLost, WrongRecord
from scrapers.odyssey.parse.assemble import CaseRead, assemble, plain_number
from scrapers.odyssey.parse.blocks import birth_date, day
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.roa_events import read_dispositions, read_events
from scrapers.odyssey.parse.roa_keys import strange_keys
from scrapers.odyssey.parse.roa_money import money, read_financial
from scrapers.odyssey.parse.roa_values import at, described, rows, text
from scrapers.odyssey.records import Attorney, BondSetting, CourtCharge, Party
from scrapers.record import Unread

MUST = ("CaseSummariesSlim", "Charges", "DispositionEvents", "Parties")
"""Services without whose answer nothing is said of a case."""
LISTS = {
    "Charges": "Charges",
    "DispositionEvents": "Events",
    "CombinedEvents": "Events",
    "CaseEvents": "Events",
    "Hearings": "Hearings",
    "Parties": "Parties",
    "FinancialSummary": "CaseFees",
    "BondSettings": "BondSettings",
}
"""The name of each service's list."""


def read_roa(
    answers: Mapping[str, Any],
    url: str,
    link: CaseLink,
    zone: ZoneInfo,
    *,
    missing: tuple[str, ...] = (),
) -> CaseRead:
    """The case that the services tell of. ``answers`` holds one answer per service, the pages of a
    list put together.

    Raises LayoutChanged for a must-have that is not there, SearchLost for a summary that knows
    nothing of the key, WrongRecord for another case number than ``link`` has."""
    for name in MUST:
        if name not in answers:
            raise LayoutChanged(url, "Register of Actions", f"an answer of {name}", sorted(answers))
    extra: dict[str, Any] = {}
    summary = answers["CaseSummariesSlim"]
    head = at(summary, "CaseSummaryHeader")
    if not isinstance(head, dict):
        raise SearchLost(
            "the services know nothing under this key (a short or an old one)", url=url
        )
    number = text(head.get("CaseNumber"))
    if not number:
        raise LayoutChanged(url, "summary of the case", "CaseNumber", sorted(head))
    if number != link.case_number:
        raise WrongRecord(
            f"asked for case {link.case_number}, the services tell of {number}", url=url
        )
    lost = [key for key in ("Style", "Heading", "FiledOn") if key not in head]
    if lost:
        raise LayoutChanged(url, "summary of the case", lost, sorted(head))
    charges = [row for row in rows(answers["Charges"], "Charges", url) if not row.get("HideCharge")]
    numbers = {
        text(row.get("ChargeId")): plain_number(text(row.get("CurrChargeNum"))) for row in charges
    }
    whose = _whose(charges, answers["Parties"], url)
    events, hearings = read_events(answers, url, zone, extra)
    case = assemble(
        case_number=number,
        style=text(head.get("Style")) or "",
        court=text(head.get("Heading")) or text(head.get("NodeName")),
        case_type=described(at(summary, "CaseInformation", "CaseType")),
        status=_status(summary, url),
        file_date=day(text(head.get("FiledOn")), "FiledOn", url),
        judicial_officer=described(head.get("Judge")),
        cross_references=_references(summary),
        parties=[
            _party(row, url, extra)
            for row in rows(answers["Parties"], "Parties", url)
            if not row.get("RemovedReason")
        ],
        charges=[_charge(row, whose.get(text(row.get("PartyId"))), url) for row in charges],
        disposition_events=read_dispositions(answers["DispositionEvents"], numbers, url, extra),
        bond_settings=[
            _bond(row, url)
            for row in rows(answers.get("BondSettings", {"BondSettings": []}), "BondSettings", url)
        ],
        events=events,
        hearings=hearings,
        financial=read_financial(answers.get("FinancialSummary"), url, extra),
        missing=missing,
    )
    if not case.parties:
        raise LayoutChanged(url, "parties of the case", "a party", "none")
    strange = strange_keys(answers, url)
    if strange:
        extra["strange_keys"] = strange
    told = json.dumps(extra, ensure_ascii=False)
    return CaseRead(case=case, unread=(Unread(text=told),) if extra else ())


def _status(summary: Any, url: str) -> str | None:
    """The newest status; the portal's page lists the newest first, so of two on one day the first
    counts."""
    newest, status = None, None
    for entry in rows(at(summary, "CaseInformation"), "CaseStatuses", url):
        if "StatusDate" not in entry or not described(entry.get("CaseStatusId")):
            raise LayoutChanged(
                url, "status of the case", "StatusDate and CaseStatusId", sorted(entry)
            )
        date = day(text(entry.get("StatusDate")), "StatusDate", url)
        if status is None or (date is not None and (newest is None or date > newest)):
            newest, status = date, described(entry.get("CaseStatusId"))
    return status


def _references(summary: Any) -> list[str]:
    entries = at(summary, "CaseInformation", "CrossReferenceNumbers") or ()
    found = (
        text(entry.get("CrossReferenceNumber") if isinstance(entry, dict) else entry)
        for entry in entries
    )
    return [number for number in found if number]


def _whose(charges: list[dict[str, Any]], parties: Any, url: str) -> dict[str | None, str | None]:
    """The name of every party that has charges, by its id (which stands for a name that is not
    told); empty for one party."""
    ids = {key for row in charges if (key := text(row.get("PartyId")))}
    if len(ids) < 2:
        return {}
    names = {
        text(row.get("PartyId")): text(row.get("FormattedName"))
        for row in rows(parties, "Parties", url)
    }
    return {key: names.get(key) or key for key in ids}


def _charge(row: dict[str, Any], party: str | None, url: str) -> CourtCharge:
    offense = row.get("ChargeOffense") or {}
    number, description = (
        plain_number(text(row.get("CurrChargeNum"))),
        text(offense.get("ChargeOffenseDescription")),
    )
    if not number or not description:
        raise LayoutChanged(
            url, "charge", "CurrChargeNum and ChargeOffenseDescription", sorted(row)
        )
    return CourtCharge(
        number=number,
        party=party,
        description=description,
        statute=text(offense.get("Statute")),
        degree=text(offense.get("DegreeDescription")) or described(offense.get("DegreeId")),
        offense_date=day(text(row.get("OffenseDate")), "OffenseDate", url),
        filed_date=day(text(row.get("FiledDate")), "FiledDate", url),
        amended_date=day(text(row.get("AmendedDate")), "AmendedDate", url),
        original_description=text(at(row, "OriginalChargeOffense", "ChargeOffenseDescription")),
    )


def _party(row: dict[str, Any], url: str, extra: dict[str, Any]) -> Party:
    role, name = text(row.get("ConnectionType")), text(row.get("FormattedName"))
    if not role:
        role = next((text(one) for one in row.get("ConnectionTypes") or () if text(one)), None)
    if not role or not name:
        raise LayoutChanged(
            url, "party of the case", "ConnectionType and FormattedName", sorted(row)
        )
    entries = row.get("Addresses") or ()
    unsaid = sum("ConfidentialAddress" not in entry for entry in entries)
    if unsaid:
        extra["addresses_left_out"] = extra.get("addresses_left_out", 0) + unsaid
    return Party(
        role=role,
        name=name,
        date_of_birth=birth_date(text(row.get("DateOfBirth")) or text(row.get("DateofBirth"))),
        race=described(row.get("Race")),
        sex=described(row.get("Gender")),
        address=next((lines for lines in map(_address, entries) if lines), ()),
        attorneys=tuple(
            Attorney(
                name=counsel, lead=bool(one.get("IsLead")), kind=described(one.get("Appointment"))
            )
            for one in row.get("CasePartyAttorneys") or ()
            if (counsel := text(one.get("FormattedName")))
        ),
    )


def _address(entry: dict[str, Any]) -> tuple[str, ...]:
    """Its lines as the pages print them: street lines, then city, state and postal code.

    None of one that is confidential, or does not say that it is not.
    """
    if entry.get("ConfidentialAddress", True):
        return ()
    street = [text(entry.get(f"AddressLine{place}")) for place in range(1, 5)]
    place = " ".join(
        part for part in (text(entry.get(key)) for key in ("City", "State", "PostalCode")) if part
    )
    return tuple(line for line in (*street, place) if line)


def _bond(row: dict[str, Any], url: str) -> BondSetting:
    return BondSetting(
        date=day(text(row.get("SettingDate")), "SettingDate", url),
        amount_cents=money(row.get("Amount"), "bond setting", url),
        text=described(row.get("Description")),
        comment=text(row.get("Comment")),
    )
