"""What a perfect scrape writes: the records of both halves, made from the facts and never through
the scrapers' code.

The rules are those of docs/rules.md, carried out a second time on purpose: where a page, a
parser or a rule is wrong, the two disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from practice import truth_court
from practice.facts import BondFacts, BookingFacts, DetaineeFacts, NameFacts
from practice.truth_common import at, day
from practice.truth_told import USUAL, Told, blank, told
from practice.world import People

SUFFIXES = ("JR", "SR", "II", "III", "IV", "V")
DEFAULT = told(USUAL)
VIOLATIONS = ("I", "IE")

Json = dict[str, Any]


def truth(
    people: People, today: dt.date, *, outcomes: bool = False, dialect: str = USUAL
) -> Iterator[Json]:
    """``{"key", "jail", "odyssey"}`` of everybody on the roster, in its order; with ``outcomes``
    also ``"outcome"``: ``found``, ``unverified`` or ``not_found``. ``odyssey`` is None unless
    found. ``dialect``: what the portals speak."""
    says = told(dialect)
    court = truth_court.Court(people, says)
    for person in people.detainees:
        person = listed(person, today, says)
        if not person.bookings:
            continue
        outcome, record = court.history(person)
        line: Json = {
            "key": person.key,
            "jail": jail_record(person, today, says),
            "odyssey": record,
        }
        if outcomes:
            line["outcome"] = outcome
        yield line


def listed(person: DetaineeFacts, today: dt.date, says: Told) -> DetaineeFacts:
    """The person with those bookings that the roster lists."""
    if not says.in_custody_only:
        return person
    held = tuple(
        one
        for one in person.bookings
        if one.listed_release_date is None or one.listed_release_date > today
    )
    return replace(person, bookings=held)


def jail_record(person: DetaineeFacts, today: dt.date, says: Told = DEFAULT) -> Json:
    """The person's jail record as of a day."""
    dated = says.jail.birth_date and person.jail_birth_date == "full"
    return {
        "key": person.key,
        "permanent_id": person.permanent_id,
        "name": _name(person.name),
        "date_of_birth": day(person.birth_date) if dated else None,
        "bookings": [_booking(booking, person, today, says) for booking in _in_order(person)],
        "custody_status": custody_status(person, today, says),
    }


def _in_order(person: DetaineeFacts) -> list[BookingFacts]:
    """Oldest first. A booking whose page tells no commitment date is of the first day of the year
    that its number begins with."""

    def begun(booking: BookingFacts) -> tuple[dt.date, str]:
        first = dt.date(2000 + int(booking.booking_number[:2]), 1, 1)
        shown = booking.commitment_date if booking.incarceration_shown else first
        return shown, booking.booking_number

    return sorted(person.bookings, key=begun)


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


def _released(booking: BookingFacts, today: dt.date, says: Told) -> bool:
    release = booking.listed_release_date
    return says.jail.listed_release and release is not None and release <= today


def _booking(booking: BookingFacts, person: DetaineeFacts, today: dt.date, says: Told) -> Json:
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
    record: Json = {
        "booking_number": booking.booking_number,
        "listed_release_date": day(booking.listed_release_date)
        if says.jail.listed_release
        else None,
        "released": _released(booking, today, says),
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
            {"last": a.last, "first": a.first, "middle": a.middle, "details": []}
            for a in booking.aliases
        ],
        "detainers": [
            {
                "comp_date": day(hold.comp_date),
                "comp_number": hold.comp_number,
                "issued_by": hold.issued_by,
                "set_by": hold.set_by,
                "details": [],
            }
            for hold in booking.detainers
        ],
        "bonds": [_bond(bond, says) for bond in booking.bonds],
        "bond_grand_total_cents": booking.bond_grand_total_cents,
        "charges": [
            {
                "case_number": charge.case_number,
                "offense_date": day(charge.offense_date),
                "code": charge.code,
                "description": charge.description,
                "grade": charge.grade,
                "degree": charge.degree,
                "details": [],
            }
            for charge in booking.charges
        ],
        "hearings": [
            {
                "case_number": hearing.case_number,
                "date": None if hearing.words else day(hearing.date),
                "starts_at": None if hearing.words else at(hearing.date, hearing.time),
                "details": [],
            }
            for hearing in booking.hearings
        ],
        "as_printed": _as_printed(booking, person, says),
        "details": _details(booking, person, today, says),
    }
    if not booking.incarceration_shown:
        for path in ("commitment_date", "release_date", "projected_release_date"):
            record[path] = None
        record["housing"] = dict.fromkeys(record["housing"])
    for path in says.jail.lacks:
        blank(record, path)
    # An entry of which nothing is printed cannot be told from none.
    words = {one["field"] for one in record["as_printed"]}
    record["bonds"] = [
        bond
        for n, bond in enumerate(record["bonds"])
        if any(bond.values()) or f"bonds.{n}.amount_cents" in words
    ]
    return record


def _bond(bond: BondFacts, says: Told) -> Json:
    moment = says.jail.moments and bond.set_at
    return {
        "case_number": bond.case_number,
        "amount_cents": bond.amount_cents,
        "percent": bond.percent,
        "additional_cents": bond.additional_cents,
        "total_cents": bond.total_cents,
        "type": bond.type,
        "status": bond.status,
        "posted_by": bond.posted_by,
        "post_date": day(bond.post_date),
        "set_by": bond.set_by,
        "set_date": day(bond.set_at.date()) if bond.set_at else None,
        "details": [{"label": "Set Date", "text": f"{moment:%Y-%m-%d %H:%M:%S}.0"}]
        if moment
        else [],
    }


def _as_printed(booking: BookingFacts, person: DetaineeFacts, says: Told) -> list[Json]:
    """Words that stand where a date or an amount should, by the field that cannot be read."""
    found: list[tuple[str, str]] = []
    unsaid = {"masked": f"XX/XX/{person.birth_date.year}", "placeholder": "01/01/1900"}
    if says.jail.birth_date and person.jail_birth_date in unsaid:
        found.append(("date_of_birth", unsaid[person.jail_birth_date]))
    if booking.projected_release_words and booking.incarceration_shown:
        found.append(("projected_release_date", booking.projected_release_words))
    found.extend(
        (f"bonds.{n}.amount_cents", bond.amount_words)
        for n, bond in enumerate(booking.bonds)
        if bond.amount_words
    )
    found.extend(
        (f"hearings.{n}.date", hearing.words)
        for n, hearing in enumerate(booking.hearings)
        if hearing.words
    )
    return [
        {"field": field, "text": text}
        for field, text in found
        if field.split(".")[0] not in says.jail.lacks
    ]


def _details(
    booking: BookingFacts, person: DetaineeFacts, today: dt.date, says: Told
) -> list[Json]:
    """What is printed under a label that has no field, or in the photo's place."""
    found = []
    if booking.img_sys_id[-1:] == "0":
        found.append({"label": "Photo", "text": "No Photo Available"})
    if says.jail.age:
        born = person.birth_date
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        found.append({"label": "Age", "text": str(years)})
    return found


def custody_status(person: DetaineeFacts, today: dt.date, says: Told = DEFAULT) -> Json:
    """Pretrial or not by the labels of the bookings still held: the nine rules of
    docs/rules.md."""
    held = [one for one in _in_order(person) if not _released(one, today, says)]
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
