"""Facts that make a practice page show what a saved page of its county showed, with invented
people: for the comparison of the two outlines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from practice.facts import (
    AttorneyFacts,
    BookingFacts,
    CaseFacts,
    CourtHearingFacts,
    DetaineeFacts,
    DispositionEventFacts,
    EventFacts,
    JailChargeFacts,
    NameFacts,
    OtherEntryFacts,
    PartyFacts,
    TransactionFacts,
)

DAY = dt.date(2025, 5, 12)
STREET = ("1 EXAMPLE ST", "SAMPLETOWN GA 00000")


def booked(number: int, **facts: object) -> DetaineeFacts:
    """Somebody on a roster, with one booking."""
    inner = str(3_296_000 + number)
    booking = BookingFacts(f"26{number:06d}", inner, "", DAY, **facts)  # type: ignore[arg-type]
    name = NameFacts("SAMPLE", "JORDAN")
    return DetaineeFacts(f"{number:08d}", f"{number:08d}", name, DAY, "full", (booking,))


BERGEN = booked(
    1,
    sex="M",
    height="5' 10\"",
    weight="170",
    race="ALPHA",
    hair_color="BRO",
    eye_color="BLU",
    complexion="Medium Light",
    ice_number="123",
    citizen="US",
    country_of_birth="US",
    location="MAIN",
    county="SAMPLE",
    housing_section="NORTH",
    housing_block="T1",
    housing_cell="01",
    housing_bed="A",
    charges=(JailChargeFacts(None, DAY, "AB", "SYNTHETIC OFFENSE", None),),
)


def _case(number: int, status: str, **facts: object) -> CaseFacts:
    return CaseFacts(
        case_id=str(480_000 + number),
        case_number=f"25CV{number:05d}",
        style="PRACTICE LOANS, LLC VS SAMPLE, JORDAN",
        court="Example Court",
        case_type="Dispossessory",
        case_type_word="DIS",
        status=status,
        status_word="",
        file_date=DAY,
        **facts,  # type: ignore[arg-type]
    )


def _counsel(name: str, lead: bool = True, phone: str | None = None) -> AttorneyFacts:
    return AttorneyFacts(name, lead, "Retained", phone)


def _event(place: int, name: str, **facts: object) -> EventFacts:
    day = DAY + dt.timedelta(place)
    return EventFacts(f"{480_000 + place}", day, name, "", **facts)  # type: ignore[arg-type]


def _judgment(**facts: object) -> DispositionEventFacts:
    blank = DispositionEventFacts("1", DAY + dt.timedelta(40), "judgment", "Judgment", None)
    return replace(blank, **facts)  # type: ignore[arg-type]


DEKALB = _case(
    1,
    "Closed",
    judicial_officer="Bench, Alex",
    parties=(
        PartyFacts(
            "Plaintiff", "PRACTICE LOANS, LLC", address=STREET, attorneys=(_counsel("Counsel, A"),)
        ),
        PartyFacts("Defendant", "SAMPLE, JORDAN", address=STREET),
        PartyFacts("Defendant", "SAMPLE, LEE"),
    ),
    disposition_events=(_judgment(judicial_officer=None, judgment_type="Dismissed by Plaintiff"),),
    events=(
        _event(0, "Complaint Filed", comment="By mail", documents=("InitialFiling",)),
        _event(3, "Summons Issued", comment="By hand", documents=("Summons 0003 Issued",)),
        _event(40, "Order Entered", comment="Copies sent", documents=("Order 0040 Entered",)),
    ),
    transactions=(
        TransactionFacts("1", DAY, "Charge", None, 5400, party=0),
        TransactionFacts("2", DAY, "Counter Payment", "R 1", -5400, party=0),
    ),
)
CHATHAM = _case(
    2,
    "Closed",
    judicial_officer=None,
    parties=(
        PartyFacts("Plaintiff", "PRACTICE LOANS, LLC", pro_se=True),
        *(
            PartyFacts("Defendant", name, DAY, "masked", "ALPHA", sex, pro_se=True)
            for name, sex in (("SAMPLE, JORDAN", "Male"), ("SAMPLE, LEE", "Female"))
        ),
    ),
    disposition_events=(
        _judgment(
            judicial_officer="Bench, Alex",
            judgment_type="Judgment",
            judgment_for="Plaintiff",
            award_cents=120_000,
        ),
    ),
    events=(
        _event(0, "Complaint Filed"),
        _event(2, "Proof of Mailing Filed"),
        _event(3, "Answer Filed", comment="By the defendant"),
        _event(6, "Certificate Mailed"),
        _event(8, "Order Entered", comment="Copies sent"),
    ),
    hearings=(
        CourtHearingFacts(
            "7",
            DAY + dt.timedelta(7),
            "Dispossessory Hearing",
            dt.time(9),
            "Bench, Alex",
            "Hearing Held",
            "Both sides there",
        ),
    ),
    other_entries=(OtherEntryFacts(DAY, "cause", "Cause Of Action", labels=(("Action", "Rent"),)),),
)
NAPA = _case(
    3,
    "Disposed",
    judicial_officer=None,
    parties=(
        PartyFacts(
            "Plaintiff", "PRACTICE LOANS, LLC", attorneys=(_counsel("Counsel, A", phone="7-0100"),)
        ),
        PartyFacts("Defendant", "SAMPLE, JORDAN", address=STREET, pro_se=True),
        PartyFacts("Defendant", "SAMPLE, LEE", address=STREET, pro_se=True),
    ),
    disposition_events=(
        _judgment(
            judicial_officer=None,
            judgment_type="Judgment - Court Finding",
            parties=("PRACTICE LOANS, LLC", "SAMPLE, JORDAN", "SAMPLE, LEE"),
        ),
    ),
    events=(
        _event(0, "Complaint Filed"),
        _event(2, "Minute Order", comment="In chambers"),
        _event(3, "Notice Mailed"),
        _event(10, "Judgment"),
        _event(12, "Writ Issued"),
        _event(14, "Writ Returned", comment="By the sheriff"),
    ),
    hearings=(
        CourtHearingFacts(
            "8", DAY + dt.timedelta(4), "Trial", dt.time(9), "Bench, A", "Heard", "Both sides there"
        ),
        CourtHearingFacts(
            "9",
            DAY + dt.timedelta(20),
            "Order of Examination",
            dt.time(13, 30),
            "Bench, A",
            None,
            canceled=True,
            cancel_reason="Vacated",
        ),
    ),
)
SNOHOMISH = _case(
    4,
    "Completed",
    judicial_officer=None,
    parties=(
        PartyFacts(
            "Plaintiff",
            "PRACTICE LOANS, LLC",
            attorneys=(
                _counsel("Counsel, A"),
                _counsel("Second, B", lead=False),
                _counsel("Third, C", lead=False),
            ),
        ),
        PartyFacts("Defendant", "SAMPLE, JORDAN"),
    ),
    events=(
        _event(0, "Summons"),
        _event(1, "Complaint"),
        _event(2, "Affidavit of Service", comment="By a neighbor"),
        _event(3, "Order Entered", judicial_officer="Bench, Alex"),
        _event(4, "Notice of Appearance"),
        _event(5, "Order of Dismissal", judicial_officer="Bench, Alex", comment="Final"),
        _event(6, "Certificate Mailed"),
    ),
)
