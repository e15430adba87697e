"""Records, as they stand in people's files and in the database, as facts of the panel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from reportcard.panel.facts import (
    BondFacts,
    CaseFacts,
    ChargeFacts,
    CourtChargeFacts,
    Disposition,
    PageFacts,
)

Json = Mapping[str, Any]


def page_facts(booking: Json) -> PageFacts:
    """A booking of a jail record (JSON; fields that are empty may be left out)."""
    return PageFacts(
        commitment=day(booking.get("commitment_date")),
        release=day(booking.get("release_date")),
        sex=booking.get("physical", {}).get("sex"),
        race=booking.get("inmate", {}).get("race"),
        bonds=tuple(_bond(bond) for bond in booking.get("bonds", ())),
        charges=tuple(
            ChargeFacts(
                charge.get("case_number"),
                charge.get("code"),
                charge.get("description"),
                charge.get("grade"),
            )
            for charge in booking.get("charges", ())
        ),
        hearings=tuple(
            (hearing.get("case_number"), day(hearing.get("date")))
            for hearing in booking.get("hearings", ())
        ),
        detainers=len(booking.get("detainers", ())),
        total_cents=booking.get("bond_grand_total_cents"),
    )


def _bond(bond: Json) -> BondFacts:
    total = bond.get("total_cents")
    return BondFacts(
        bond.get("case_number"),
        total if total is not None else bond.get("amount_cents"),
        bond.get("type"),
        bond.get("status"),
        bool(bond.get("posted_by") or bond.get("post_date")),
    )


def case_facts(case: Json) -> CaseFacts:
    """A case of a court record (JSON; fields that are empty may be left out)."""
    pretrial = case.get("pretrial", {})
    still = set(pretrial.get("open_charges", ()))
    events = case.get("disposition_events", ())
    counsel = [
        bool(party.get("attorneys"))
        for party in case.get("parties", ())
        if "defendant" in (party.get("role") or "").lower()
    ]
    return CaseFacts(
        number=case["case_number"],
        court=case.get("court"),
        status=case.get("status"),
        filed=day(case.get("file_date")),
        answer=pretrial.get("answer", "unknown"),
        reasons=tuple(pretrial.get("reasons", ())),
        charges=tuple(_charge(charge, still) for charge in case.get("charges", ())),
        sentences=tuple(
            (day(event.get("date")), part.get("kind") or "", part.get("text") or "")
            for event in events
            for part in event.get("sentence", ())
        ),
        hearings=tuple(
            (_must(hearing["date"]), _result(hearing))
            for hearing in case.get("hearings", ())
            if hearing.get("date")
        ),
        bonds=tuple(
            (day(bond.get("date")), bond.get("amount_cents"))
            for bond in case.get("bond_settings", ())
        ),
        events=tuple(
            (_must(event["date"]), event.get("name") or "")
            for event in case.get("events", ())
            if event.get("date")
        ),
        references=tuple(case.get("cross_references", ())),
        attorney=any(counsel) if counsel else None,
        public=case.get("public", True),
    )


def _result(hearing: Json) -> str | None:
    result: str | None = hearing.get("result")
    return f"Canceled: {result}" if hearing.get("canceled") and result else result


def _charge(charge: Json, still: set[str]) -> CourtChargeFacts:
    return CourtChargeFacts(
        charge.get("description") or "",
        charge.get("degree"),
        (charge.get("number") or charge.get("description")) in still,
        bool(charge.get("amended_date") or charge.get("original_description")),
        tuple(
            Disposition(day(said.get("date")), said.get("event") or "", said.get("result") or "")
            for said in charge.get("dispositions", ())
        ),
    )


def day(value: str | dt.date | None) -> dt.date | None:
    """An ISO date, or a date as it is."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _must(value: str | dt.date) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
