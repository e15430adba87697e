"""A person's bookings as the jail shows them on a day, from the person's plan and court cases."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from practice.facts import (
    AliasFacts,
    BondFacts,
    BookingFacts,
    DetainerFacts,
    JailChargeFacts,
    JailHearingFacts,
)
from practice.people.case_life import Prosecution
from practice.people.court import OFFENSES
from practice.people.plans import Plan

MISSPELT = "Uknown-Contact Court Cerks Office"
"""A bond type as a county's page really spells it (docs/portals/iml.md)."""
_CODES = {
    description: f"{100 + 7 * place:05d}" for place, (description, _, _) in enumerate(OFFENSES)
}
LISTED_DAYS = 3
"""Days that a released booking stays on the roster."""


def booking_number(commitment: dt.date, serial: int) -> str:
    """Eight digits, the first two the year."""
    return f"{commitment.year % 100:02d}{serial:06d}"


def physical(rng: random.Random, number: int) -> dict[str, Any]:
    """What stands the same on every booking of one person: body and papers, some of it blank."""

    def some(chance: float, value: str) -> str | None:
        return value if rng.random() < chance else None

    return {
        "sex": some(0.98, rng.choice("MF")),
        "height": some(0.95, f"{rng.choice((5, 6))}' {rng.randrange(12)}\""),
        "weight": some(0.95, str(rng.randrange(110, 290))),
        "hair_color": some(0.9, rng.choice(("BLK", "BRO", "GRY", "RED"))),
        "hair_length": some(0.4, rng.choice(("Short", "Long"))),
        "eye_color": some(0.9, rng.choice(("BRO", "BLU", "GRN"))),
        "complexion": some(0.4, rng.choice(("Light", "Medium", "Dark"))),
        "race": some(0.97, rng.choice(("ALPHA", "BETA", "GAMMA", "DELTA"))),
        "ethnicity": some(0.5, "SAMPLE ETHNICITY"),
        "state_id": some(0.4, f"{100000 + number}"),
        "police_id": some(0.5, f"P{number:07d}"),
        "fbi_number": some(0.2, f"{number:06d}XX{number % 10}"),
        "ice_number": some(0.03, f"A{number:09d}"),
        "marital_status": some(0.4, rng.choice(("Single", "Married"))),
        "citizen": some(0.8, "US"),
        "country_of_birth": some(0.6, rng.choice(("US", "US", "US", "SAMPLONIÉ"))),
    }


def housing(rng: random.Random) -> dict[str, Any]:
    """Where a person sleeps."""
    return {
        "housing_section": rng.choice(("TEST", "NORTH", None)),
        "housing_block": f"T{rng.randrange(1, 9)}",
        "housing_cell": f"{rng.randrange(1, 40):02d}",
        "housing_bed": rng.choice(("A", "B", None)),
        "location": "JMS",
        "county": rng.choice(("SAMPLE", None)),
    }


def charges(
    plan: Plan, current: tuple[Prosecution, ...], rng: random.Random, commitment: dt.date
) -> tuple[JailChargeFacts, ...]:
    """Charges case by case; a case not filed yet has no number."""
    rows = []
    for one in current:
        if one.series == "civil":
            continue
        case_number = one.facts.case_number if one.filed else None
        for charge in one.facts.charges:
            rows.append(
                JailChargeFacts(
                    case_number=case_number,
                    offense_date=charge.offense_date,
                    code=_CODES[charge.original_description or charge.description],
                    description=charge.original_description or charge.description,
                    grade=charge.degree,
                    degree=rng.choice((None, None, "1ST")),
                )
            )
    violation = plan.custody == "violation" or (plan.custody == "by_court" and rng.random() < 0.08)
    if violation:
        kind = rng.choice((("I", "VIOLATION OF PROBATION"), ("IE", "VIOLATION OF PAROLE")))
        first = next((row.case_number for row in rows), None)
        rows.append(JailChargeFacts(first, commitment, "00900", kind[1], kind[0]))
    return tuple(rows)


def _statuses(
    plan: Plan, entries: list[Prosecution], rng: random.Random, commitment: dt.date
) -> list[dict[str, Any]]:
    """Status, and who posted, of each entry."""
    rows: list[dict[str, Any]] = [{"status": entry.label} for entry in entries]
    if not rows:
        return rows
    custody = plan.custody
    if custody in ("all_open", "detainer", "violation", "blank", "paid", "unknown_word"):
        rows = [{"status": "Open"} for _ in entries]
    if custody == "blank":
        rows[0] = {"status": None}
    elif custody == "paid":
        rows[0] = {
            "status": "Paid",
            "posted_by": "SAMPLE BONDING CO",
            "post_date": commitment + dt.timedelta(rng.randrange(1, 9)),
        }
    elif custody == "unknown_word":
        rows[0] = {"status": rng.choice(("Pending Review", "OPEN"))}
    elif custody == "all_sentenced":
        rows = [{"status": "Sentenced"} for _ in entries]
    elif custody == "general_sessions_only":
        rows = [
            {"status": "Sentenced" if entry.series == "sessions" else "Open"} for entry in entries
        ]
    elif custody == "mixed":
        # A letter case where there is one: 'Sentenced' on General Sessions cases alone is another
        # answer.
        marked = next((i for i, entry in enumerate(entries) if entry.series == "criminal"), 0)
        rows = [{"status": "Sentenced" if i == marked else "Open"} for i in range(len(entries))]
    return rows


def bonds(
    plan: Plan, current: tuple[Prosecution, ...], rng: random.Random, commitment: dt.date
) -> tuple[BondFacts, ...]:
    """One entry per filed case."""
    entries = [one for one in current if one.filed and one.series != "civil"]
    if plan.custody == "no_entries":
        return ()
    found = []
    for entry, status in zip(entries, _statuses(plan, entries, rng, commitment), strict=True):
        settings = entry.facts.bond_settings
        kind, amount = "Bond Assessed - Courts", settings[-1].amount_cents if settings else None
        # By the case, not by the place: one more case next week must not change this entry.
        draw = random.Random(entry.facts.case_id)
        if amount is None:
            kind = draw.choice(("No Bond Set", "Not Assessed"))
        elif draw.random() < 0.1:
            kind, amount = "Released on own Recognizance", 0
        if "thousands" in plan.flags:
            kind, amount = "Bond Assessed - Courts", 125_000_000 + 50
        if "misspelt" in plan.flags:
            kind = MISSPELT
        additional = 2_500 if amount and draw.random() < 0.1 else None
        found.append(
            BondFacts(
                case_number=entry.facts.case_number,
                amount_cents=amount,
                percent="10" if amount and draw.random() < 0.2 else None,
                additional_cents=additional,
                total_cents=None if amount is None else amount + (additional or 0),
                type=kind,
                **status,
            )
        )
    return tuple(found)


def hearings(current: tuple[Prosecution, ...], today: dt.date) -> tuple[JailHearingFacts, ...]:
    """The next court date of each case that has one."""
    rows = []
    for one in current:
        following = [hearing for hearing in one.facts.hearings if hearing.date >= today]
        if one.filed and one.series != "civil" and following:
            rows.append(
                JailHearingFacts(one.facts.case_number, following[0].date, following[0].time)
            )
    return tuple(rows)


def detainers(plan: Plan, rng: random.Random, commitment: dt.date) -> tuple[DetainerFacts, ...]:
    """Other authorities' holds."""
    if plan.custody != "detainer" and not (plan.custody == "by_court" and rng.random() < 0.1):
        return ()
    row = DetainerFacts(
        commitment,
        f"D{rng.randrange(10_000, 99_999)}",
        "SAMPLE STATE",
        rng.choice(("DESK 4", None)),
    )
    return (row,) if rng.random() < 0.7 else (row, DetainerFacts(None, None, "OTHER COUNTY", None))


def bookings(
    plan: Plan,
    *,
    serial: int,
    number: int,
    commitment: dt.date,
    listed_release: dt.date | None,
    projected: dt.date | None,
    aliases: tuple[AliasFacts, ...],
    current: tuple[Prosecution, ...],
    rng: random.Random,
    start: dt.date,
    today: dt.date,
) -> tuple[BookingFacts, ...]:
    """The person's bookings that the roster lists today, oldest first."""
    person, cell = physical(rng, number), housing(rng)
    holds, counts = detainers(plan, rng, commitment), charges(plan, current, rng, commitment)
    entries = bonds(plan, current, rng, commitment)
    rows = [
        _booking(
            number,
            0,
            booking_number=booking_number(commitment, serial),
            commitment_date=commitment,
            listed_release_date=listed_release,
            release_date=listed_release if listed_release and listed_release <= today else None,
            projected_release_date=projected,
            aliases=aliases,
            detainers=holds,
            bonds=entries,
            bond_grand_total_cents=sum(entry.total_cents or 0 for entry in entries)
            if entries
            else None,
            charges=counts,
            hearings=hearings(current, today),
            # Only of somebody held: nobody reads a released person's page again.
            fills_in_late="late" in plan.flags and not (listed_release and listed_release <= today),
            **person,
            **cell,
        )
    ]
    if "two_bookings" in plan.flags:
        before = commitment - dt.timedelta(40)
        # Either still held on both (serving week-ends), or let go from the older one a day before
        # the county's day 0.
        released = None if number % 2 == 0 else start - dt.timedelta(1)
        if released is None or today <= released + dt.timedelta(LISTED_DAYS):
            rows.insert(
                0,
                _booking(
                    number,
                    1,
                    booking_number=booking_number(before, 550_000 + number),
                    commitment_date=before,
                    listed_release_date=released,
                    release_date=released,
                    charges=(JailChargeFacts(None, before, "00901", "SERVING WEEKENDS", None),),
                    bonds=(
                        BondFacts(
                            None,
                            None,
                            None,
                            None,
                            None,
                            "Not Assessed",
                            "Open" if released is None else None,
                        ),
                    ),
                    bond_grand_total_cents=0,
                    **person,
                ),
            )
    return tuple(sorted(rows, key=lambda row: row.booking_number))


def _booking(number: int, which: int, **facts: Any) -> BookingFacts:
    sys_id = f"3296{number * 2 + which:011d}"
    # docs/portals/iml.md: the image id equals the system id, differs, is 0, or is empty.
    image = (sys_id, f"3297{number:011d}", "0", sys_id, "")[(number + which) % 5]
    return BookingFacts(sys_id=sys_id, img_sys_id=image, **facts)
