"""What the Register of Actions services say of a case. Missing parts are null, 0 or an empty list,
never left out.

An id is a number in some answers and digits in quotes in others, as in the product.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from practice.facts import (
    AttorneyFacts,
    BondSettingFacts,
    CaseFacts,
    CourtChargeFacts,
    CourtHearingFacts,
    DispositionEventFacts,
    EventFacts,
    PartyFacts,
    TransactionFacts,
)
from practice.odyssey import show

Answer = dict[str, Any]


def code(word: str | None, description: str | None) -> Answer | None:
    """A coded value; the code's id is made of its word."""
    if word is None and description is None:
        return None
    return {
        "CodeID": str(10 + sum(map(ord, word or "")) % 90),
        "Word": word,
        "Description": description,
    }


def number(text: str) -> int | str:
    """An id as a number where it is one."""
    return int(text) if text.isdigit() else text


def summary(case: CaseFacts) -> Answer:
    """``CaseSummariesSlim``: header with cross references, type, status, what was decided of the
    whole case, warrants."""
    header: Answer = {
        "CaseNumber": case.case_number,
        "Style": case.style,
        "Heading": case.court,
        "FiledOn": show.date(case.file_date),
        "AppearBy": None,
        "Judge": case.judicial_officer,
        "NodeId": 101,
        "NodeName": case.court,
        "CrossReferenceNumbers": [{"CrossReferenceNumber": n} for n in case.cross_references],
    }
    information: Answer = {
        "CaseType": code(case.case_type_word, case.case_type),
        "CaseStatuses": _statuses(case),
    }
    return {
        "CaseId": number(case.case_id),
        "CaseSummaryHeader": header,
        "CaseInformation": information,
        "CauseInformation": None,
        "DispositionInformation": _case_dispositions(case),
        "WarrantInformation": _warrants(case),
    }


def _case_dispositions(case: CaseFacts) -> Answer:
    if not case.case_dispositions:
        return {"Dispositions": []}
    rows = [
        {"DispositionDate": show.date(day), "DispositionTypeId": {"Description": text}}
        for day, text in case.case_dispositions
    ]
    return {"ShowDispositions": True, "Dispositions": rows}


def _warrants(case: CaseFacts) -> Answer | None:
    if not case.warrants:
        return None
    rows = [{"WarrantNumber": number} for number in case.warrants]
    return {"ShowWarrants": True, "ShowWarrantHeaderIcon": True, "Warrants": rows}


def _statuses(case: CaseFacts) -> list[Answer]:
    """Newest first: what the case is now, and that it was open before its last disposition closed
    it."""
    now = code(case.status_word, case.status)
    last = max((e.date for e in case.disposition_events), default=case.file_date)
    if not case.status:
        return []
    if case.status.casefold() not in ("closed", "disposed") or last <= case.file_date:
        return [{"StatusDate": show.date(case.file_date), "CaseStatusId": now}]
    return [
        {"StatusDate": show.date(last), "CaseStatusId": now},
        {"StatusDate": show.date(case.file_date), "CaseStatusId": code("OPEN", "Open")},
    ]


SUMMARY_KEYS = (
    "CaseId",
    "CaseSummaryHeader",
    "CaseInformation",
    "CauseInformation",
    "DispositionInformation",
    "WarrantInformation",
)


def charges(case: CaseFacts) -> list[Answer]:
    """``Charges``."""
    return [_charge(case, c) for c in case.charges]


def disposition_events(case: CaseFacts) -> list[Answer]:
    """``DispositionEvents``: pleas, dispositions and sentences by date. How civil judgments come is
    not known, so they do not."""
    events = [e for e in case.disposition_events if e.kind in KINDS]
    return [_disposition_event(case, e) for e in sorted(events, key=lambda e: e.date)]


def case_events(case: CaseFacts) -> list[Answer]:
    """``CaseEvents``: the docket without hearings."""
    return [_event(case, e) for e in sorted(case.events, key=lambda e: e.date)]


def hearings(case: CaseFacts) -> list[Answer]:
    """``Hearings``."""
    return [_hearing(h) for h in sorted(case.hearings, key=lambda h: h.date)]


def combined_events(case: CaseFacts) -> list[Answer]:
    """``CombinedEvents``: docket, hearings and dispositions mixed, by date."""
    dated: list[tuple[dt.date, Answer]] = [
        *((e.date, _event(case, e)) for e in case.events),
        *((h.date, _hearing(h)) for h in case.hearings),
        *(
            (e.date, _disposition_event(case, e))
            for e in case.disposition_events
            if e.kind in KINDS
        ),
    ]
    return [row for _, row in sorted(dated, key=lambda pair: pair[0])]


def parties(case: CaseFacts) -> list[Answer]:
    """``Parties``."""
    return [_party(case, n, p) for n, p in enumerate(case.parties)]


def party_names(case: CaseFacts) -> list[Answer]:
    """``PartyNames``."""
    return [{"FormattedName": p.name, **_name_parts(p.name)} for p in case.parties]


def bond_settings(case: CaseFacts) -> list[Answer]:
    """``BondSettings``: an amount, or a description where there is none."""
    return [_bond(b) for b in case.bond_settings]


def case_fees(case: CaseFacts) -> list[Answer]:
    """``FinancialSummary``: one entry for each party that owes or paid."""
    return [
        _case_fee(party, those)
        for place, party in enumerate(case.parties)
        if (those := [t for t in case.transactions if t.party == place])
    ]


def _case_fee(party: PartyFacts, transactions: list[TransactionFacts]) -> Answer:
    paid, credited, charged = (
        sum(abs(t.amount_cents) for t in transactions if t.kind == kind)
        for kind in ("Payment", "Credit", "Charge")
    )
    return {
        "FinancialCategory": {"Description": "Costs"},
        "DueDate": show.date(max(t.date for t in transactions)),
        "Party": {"ConnectionType": party.role, "FormattedName": party.name},
        "CaseFeeParty": {
            "Balance": (charged - paid - credited) / 100,
            "Charges": charged / 100,
            "Payments": paid / 100,
            "Credits": credited / 100,
            "TransBalances": {"TransBalances": [_transaction(t) for t in transactions]},
        },
    }


LISTS: dict[str, tuple[str, Callable[[CaseFacts], list[Answer]]]] = {
    "Charges": ("Charges", charges),
    "DispositionEvents": ("Events", disposition_events),
    "CombinedEvents": ("Events", combined_events),
    "CaseEvents": ("Events", case_events),
    "Hearings": ("Hearings", hearings),
    "Parties": ("Parties", parties),
    "PartyNames": ("Names", party_names),
    "FinancialSummary": ("CaseFees", case_fees),
    "BondSettings": ("BondSettings", bond_settings),
}
"""Service name: the list's key in the answer, and what fills it."""
PAGED = frozenset(
    {"DispositionEvents", "CombinedEvents", "CaseEvents", "Hearings", "Parties", "BondSettings"}
)
"""Services that know ``$top`` and ``$skip``."""


def _charge(case: CaseFacts, charge: CourtChargeFacts) -> Answer:
    arrest = {
        "ArrestDate": None,
        "AgencyCode": None,
        "AgencyDescription": charge.arresting_agency,
        "ArrestControlNumber": None,
    }
    return {
        "ChargeId": number(charge.charge_id),
        "PartyId": _party_id(case, case.place),
        "CasePartyId": 81,
        "CurrChargeNum": number(charge.number),
        "OffenseDate": show.date(charge.offense_date) or None,
        "FiledDate": show.date(charge.filed_date) or None,
        "AmendedDate": show.date(charge.amended_date) or None,
        "CitationNumber": None,
        "FilingAgencyDescription": charge.arresting_agency,
        "FilingAgencyAddress": [],
        "Arrests": [arrest] if charge.arresting_agency else [],
        "OriginalChargeOffense": _original(charge),
        "ChargeOffense": {
            "ChargeOffenseDescription": charge.description,
            "Statute": charge.statute,
            "Degree": charge.degree,
            "DegreeDescription": charge.degree_word,
            "FineAmount": 0,
        },
    }


def _original(charge: CourtChargeFacts) -> Answer | None:
    original = charge.original_description
    return {"ChargeOffenseDescription": original} if original else None


def _charge_in_event(case: CaseFacts, charge: CourtChargeFacts) -> Answer:
    return {
        "ChargeId": charge.charge_id,
        "BookingNumber": None,
        "ArrestDate": None,
        "HideCharge": False,
        "PartyName": case.person.name if case.parties else None,
        "OriginalChargeOffense": _original(charge),
        "ChargeOffense": {
            "ChargeNumber": charge.number.zfill(2),
            "ChargeOffenseDescription": charge.description,
            "DegreeId": code(charge.degree, charge.degree_word),
            "Statute": charge.statute,
            "FineAmount": 0,
            "IsAmended": charge.amended_date is not None,
        },
    }


KINDS = {
    "plea": ("PleaEvent", "CriminalPleas", "CriminalPleaTypeId"),
    "disposition": (
        "CriminalDispositionEvent",
        "CriminalDispositions",
        "CriminalDispositionTypeId",
    ),
    "sentence": ("SentenceEvent", "CriminalSentences", "SentenceTypeId"),
}


def _disposition_event(case: CaseFacts, event: DispositionEventFacts) -> Answer:
    kind, rows_key, type_key = KINDS[event.kind]
    of = {c.charge_id: c for c in case.charges}
    rows: list[Answer] = []
    for outcome in event.outcomes:
        row: Answer = {
            "ChargeID": outcome.charge_id,
            type_key: code(outcome.code, outcome.result),
            "Charge": _charge_in_event(case, of[outcome.charge_id]),
        }
        if event.kind == "disposition":
            row["CriminalDispositionEventId"] = event.event_id
        rows.append(row)
    if event.kind == "sentence":
        if not rows:
            rows.append({"ChargeID": None, type_key: None, "Charge": None})
        for row in rows:
            row["Components"] = []
        rows[0]["Components"] = [
            {"Description": part, "Text": text} for part, text in event.sentence
        ]
    judge = event.judicial_officer
    return {
        "@odata.type": f"#Ody.ROA.Service.Models.CaseSummary{kind}",
        "Type": kind,
        "EventId": event.event_id,
        "SortEventDate": show.date(event.date),
        "TimestampCreate": f"{show.date(event.date)} 00:00:00:000",
        "Amended": False,
        "ShowAmendReasons": False,
        "CriminalDispositionLabel": event.name,
        "DocumentCount": 0,
        "Event": {
            "Date": show.date(event.date),
            "EventDate": show.date(event.date),
            "JudgeId": {"CodeID": "51", "Word": "JDG", "Description": judge} if judge else None,
            "Comment": None,
            "TypeId": 0,
            "IsDeleted": False,
            "AmendReasons": [],
            rows_key: rows,
        },
    }


def _event(case: CaseFacts, event: EventFacts) -> Answer:
    return {
        "Type": "Event",
        "EventId": number(event.event_id),
        "SortEventDate": show.date(event.date),
        "DocumentCount": 0,
        "Charges": [],
        "Event": {
            "TypeId": code(event.word, event.name),
            "EventDate": show.date(event.date),
            "Date": show.date(event.date),
            "Comment": event.comment,
            "IsDeleted": False,
            "Partys": [],
            "Documents": [],
        },
    }


def _hearing(hearing: CourtHearingFacts) -> Answer:
    time = hearing.time.strftime("%I:%M %p").lstrip("0") if hearing.time else None
    reason = hearing.cancel_reason
    return {
        "Type": "HearingEvent",
        "EventId": number(hearing.event_id),
        "SortEventDate": show.date(hearing.date),
        "HearingTime": hearing.time_words or time,
        "EventType": hearing.type,
        "JudgeOrMagistrateDesc": hearing.judicial_officer,
        "ActiveSettingsCount": 0 if hearing.canceled else 1,
        "HearingChargeNumbers": None,
        "Event": {
            "Date": show.date(hearing.date),
            "Comment": hearing.comment,
            "Setting": {"ResultId": {"Description": hearing.result} if hearing.result else None},
            "CanceledReasonId": {"Description": reason} if reason else None,
        },
    }


def _party_id(case: CaseFacts, position: int) -> int | str:
    own = number(case.case_id)
    return own * 10 + position if isinstance(own, int) else f"{own}-{position}"


def _party(case: CaseFacts, position: int, party: PartyFacts) -> Answer:
    return {
        "PartyId": _party_id(case, position),
        "FormattedName": party.name,
        **_name_parts(party.name),
        "ConnectionType": party.role,
        "ConnectionTypes": [party.role, *party.more_roles],
        "DateOfBirth": show.birth(party.birth_date, party.birth_date_shown) or None,
        "Gender": party.sex,
        "Race": party.race,
        "InJail": False,
        "HasActiveWarrants": False,
        "Addresses": [_address(party)] if party.address else [],
        "CasePartyAttorneys": [_attorney(a) for a in party.attorneys],
        **(_removal(*party.removed) if party.removed else {}),
    }


def _removal(day: dt.date, reason: str) -> Answer:
    return {"RemovedDate": show.date(day), "RemovedReason": reason}


def _name_parts(name: str) -> Answer:
    last, _, given = name.partition(", ")
    first, _, middle = given.partition(" ")
    return {"NameLast": last, "NameFirst": first or None, "NameMid": middle or None}


def _address(party: PartyFacts) -> Answer:
    """Street lines, or the street in parts (type 0); then the last line cut into city, state and
    postal code where it has all three."""
    lines = party.address
    end = lines[-1].rsplit(" ", 2)
    has_place = len(lines) > 1 and len(end) == 3
    street = lines[:-1] if has_place else lines
    city, state, postal = end if has_place else (None, None, None)
    where = {"City": city, "State": state, "PostalCode": postal, "ConfidentialAddress": False}
    if party.street:
        names = ("Block", "Street", "UnitNumber")
        return {"AddressType": 0, **dict(zip(names, party.street, strict=True)), **where}
    return {
        "AddressType": 1,
        **{f"AddressLine{n}": line for n, line in enumerate(street, 1)},
        **where,
    }


def _attorney(attorney: AttorneyFacts) -> Answer:
    return {"FormattedName": attorney.name, "IsLead": attorney.lead, "Appointment": attorney.kind}


def _bond(bond: BondSettingFacts) -> Answer:
    return {
        "SettingDate": show.date(bond.date) or None,
        "Amount": None if bond.amount_cents is None else bond.amount_cents / 100,
        "Description": bond.text,
        "Comment": bond.comment,
    }


def _transaction(transaction: TransactionFacts) -> Answer:
    amounts = {"Charge": 0.0, "Payment": 0.0, "Credit": 0.0}
    amounts[transaction.kind] = abs(transaction.amount_cents) / 100
    words = {"Charge": "CHG", "Payment": "PAY", "Credit": "CRD"}
    return {
        "TranId": number(transaction.transaction_id),
        "TypeKey": {"Word": words[transaction.kind], "Description": transaction.description},
        "Date": show.date(transaction.date),
        "ReceiptNum": transaction.receipt,
        "ChgAmt": amounts["Charge"],
        "PayAmt": amounts["Payment"],
        "CreditAmt": amounts["Credit"],
    }
