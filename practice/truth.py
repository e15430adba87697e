"""What a perfect scrape writes: the records of both halves, made from the facts and never through
the scrapers' code.

The rules are those of docs/rules.md, carried out a second time on purpose: where a page, a
parser or a rule is wrong, the two disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from practice import truth_court
from practice.facts import BookingFacts, DetaineeFacts, NameFacts
from practice.truth_common import at, day
from practice.world import People

SUFFIXES = ("JR", "SR", "II", "III", "IV", "V")
VIOLATIONS = ("I", "IE")

Json = dict[str, Any]


def truth(people: People, today: dt.date, *, outcomes: bool = False) -> Iterator[Json]:
    """``{"key", "jail", "odyssey"}`` of everybody on the roster, in its order; with ``outcomes``
    also ``"outcome"``: ``found``, ``unverified`` or ``not_found``. ``odyssey`` is None unless
    found."""
    court = truth_court.Court(people)
    for person in people.detainees:
        outcome, record = court.history(person)
        line: Json = {"key": person.key, "jail": jail_record(person, today), "odyssey": record}
        if outcomes:
            line["outcome"] = outcome
        yield line


def jail_record(person: DetaineeFacts, today: dt.date) -> Json:
    """The person's jail record as of a day."""
    return {
        "key": person.key,
        "permanent_id": person.permanent_id,
        "name": _name(person.name),
        "date_of_birth": day(person.birth_date) if person.jail_birth_date == "full" else None,
        "bookings": [_booking(booking, today) for booking in _in_order(person)],
        "custody_status": custody_status(person, today),
    }


def _in_order(person: DetaineeFacts) -> list[BookingFacts]:
    return sorted(person.bookings, key=lambda booking: booking.booking_number)


def _name(name: NameFacts) -> Json:
    """The parts that the printed name has; a suffix typed into the last-name box is a suffix all
    the same."""
    last, suffix = name.last, name.suffix
    before, _, word = last.rpartition(" ")
    if suffix is None and before and word.upper().rstrip(".") in SUFFIXES:
        last, suffix = before, word
    given = " ".join(part for part in (name.first, name.middle, name.suffix) if part)
    return {
        "full": f"{name.last}, {given}" if given else name.last,
        "last": last,
        "first": name.first,
        "middle": name.middle,
        "suffix": suffix,
    }


def _released(booking: BookingFacts, today: dt.date) -> bool:
    return booking.listed_release_date is not None and booking.listed_release_date <= today


def _booking(booking: BookingFacts, today: dt.date) -> Json:
    physical = ("sex", "height", "weight", "hair_color", "hair_length", "eye_color", "complexion")
    inmate = (
        "race",
        "ethnicity",
        "state_id",
        "police_id",
        "fbi_number",
        "ice_number",
        "marital_status",
        "citizen",
        "country_of_birth",
    )
    return {
        "booking_number": booking.booking_number,
        "listed_release_date": day(booking.listed_release_date),
        "released": _released(booking, today),
        "commitment_date": day(booking.commitment_date),
        "release_date": day(booking.release_date),
        "projected_release_date": day(booking.projected_release_date),
        "physical": {field: getattr(booking, field) for field in physical},
        "inmate": {field: getattr(booking, field) for field in inmate},
        "housing": {
            "section": booking.housing_section,
            "block": booking.housing_block,
            "cell": booking.housing_cell,
            "bed": booking.housing_bed,
            "location": booking.location,
            "county": booking.county,
        },
        "aliases": [
            {"last": a.last, "first": a.first, "middle": a.middle} for a in booking.aliases
        ],
        "detainers": [
            {
                "comp_date": day(hold.comp_date),
                "comp_number": hold.comp_number,
                "issued_by": hold.issued_by,
                "set_by": hold.set_by,
            }
            for hold in booking.detainers
        ],
        "bonds": [
            {
                "case_number": bond.case_number,
                "amount_cents": bond.amount_cents,
                "percent": bond.percent,
                "additional_cents": bond.additional_cents,
                "total_cents": bond.total_cents,
                "type": bond.type,
                "status": bond.status,
                "posted_by": bond.posted_by,
                "post_date": day(bond.post_date),
            }
            for bond in booking.bonds
        ],
        "bond_grand_total_cents": booking.bond_grand_total_cents,
        "charges": [
            {
                "case_number": charge.case_number,
                "offense_date": day(charge.offense_date),
                "code": charge.code,
                "description": charge.description,
                "grade": charge.grade,
                "degree": charge.degree,
            }
            for charge in booking.charges
        ],
        "hearings": [
            {
                "case_number": hearing.case_number,
                "date": day(hearing.date),
                "starts_at": at(hearing.date, hearing.time),
            }
            for hearing in booking.hearings
        ],
    }


def custody_status(person: DetaineeFacts, today: dt.date) -> Json:
    """Pretrial or not by the labels of the bookings still held: the nine rules of
    docs/rules.md."""
    held = [booking for booking in _in_order(person) if not _released(booking, today)]
    bonds = [bond for booking in held for bond in booking.bonds]
    grades = sorted(
        {c.grade for b in held for c in b.charges if c.grade is not None and c.grade in VIOLATIONS}
    )
    detainers = sum(len(booking.detainers) for booking in held)
    other_hold = bool(detainers or grades)
    answer, rule = _rule(
        [(bond.case_number, bond.status) for bond in bonds], bool(held), other_hold
    )
    return {
        "answer": answer,
        "rule": rule,
        "as_of": day(today),
        "entries": [{"case_number": bond.case_number, "status": bond.status} for bond in bonds],
        "detainers": detainers,
        "violation_grades": grades,
        "other_hold": other_hold,
    }


def _rule(
    entries: list[tuple[str | None, str | None]], held: bool, other_hold: bool
) -> tuple[str, str]:
    labels = {status or "" for _, status in entries}
    if not held:
        return "not_held", "released"
    if not entries:
        return "unknown", "no_entries"
    if labels - {"Open", "Sentenced", "Paid", ""}:
        return "unknown", "unknown_word"
    if "Sentenced" not in labels:
        if labels != {"Open"}:
            return "unknown", "blank_or_paid"
        if other_hold:
            return "open_with_other_hold", "all_open_other_hold"
        return "pretrial_by_label", "all_open"
    sentenced = [number for number, status in entries if status == "Sentenced"]
    still_open = [number for number, status in entries if status == "Open"]
    if all(map(_general_sessions, sentenced)) and any(map(_criminal_court, still_open)):
        return "unresolved", "general_sessions_only"
    if labels == {"Sentenced"}:
        return "sentenced_label_all", "all_sentenced"
    return "sentenced_label_mixed", "some_sentenced"


def _general_sessions(number: str | None) -> bool:
    return number is not None and len(number) == 8 and number.isdigit()


def _criminal_court(number: str | None) -> bool:
    return number is not None and len(number) == 8 and number[0].isalpha() and number[1:].isdigit()
