"""Groups of people and stays: sex, race, age band, most serious grade, offense group, bond.

What is known only later (charges fill in, a bond is decided) comes with the day on which it became
known: a stay counts in such a group from the day after, else people who leave early would all be in
the group *unknown* and the others would seem to stay longer than they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from reportcard.panel.facts import PageFacts
from reportcard.panel.model import Panel, Person, Stay

UNKNOWN = "unknown"
PERSONAL = ("sex", "race", "age")
LATER = ("grade", "offense", "bond")
ALL = (*PERSONAL, *LATER)
AGES = (18, 25, 35, 45, 55, 65)
BONDS = (1_000_00, 5_000_00, 10_000_00, 50_000_00)
NOMINAL_CENTS = 500_00
"""A bond below this is nominal: it is set by custom beside a hold, not to be paid."""


def age_band(birth: dt.date | None, day: dt.date) -> str:
    """``18-24`` to ``65+``, ``under_18``, or ``unknown``."""
    if birth is None:
        return UNKNOWN
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    if age < AGES[0]:
        return "under_18"
    start = max(limit for limit in AGES if limit <= age)
    place = AGES.index(start)
    return f"{start}+" if place == len(AGES) - 1 else f"{start}-{AGES[place + 1] - 1}"


def grade_of(panel: Panel, page: PageFacts) -> str | None:
    """The band of the most serious charge: ``felony``, ``misdemeanor``, ``violation`` (nothing but
    violations of probation or parole), ``other`` words; None while no charge has a grade."""
    grades = {charge.grade for charge in page.charges if charge.grade}
    if not grades:
        return None
    words = panel.words
    if not grades.isdisjoint(words.grades[: words.felonies]):
        return "felony"
    if not grades.isdisjoint(words.grades):
        return "misdemeanor"
    return "violation" if grades <= words.violations else "other"


def most_serious(panel: Panel, page: PageFacts) -> tuple[str | None, str | None] | None:
    """(description, code) of the most serious charge, the first of equals; None without charges."""
    if not page.charges:
        return None
    grades = panel.words.grades
    rank = {grade: place for place, grade in enumerate(grades)}
    first = min(page.charges, key=lambda charge: rank.get(charge.grade or "", len(rank)))
    return first.description, first.code


def offense_of(panel: Panel, page: PageFacts) -> str | None:
    """The offense group of the most serious charge; None without charges."""
    charge = most_serious(panel, page)
    return None if charge is None else panel.grouped(*charge).group


def decision_of(panel: Panel, page: PageFacts) -> tuple[str, int] | None:
    """What was decided of the bond, and the total in cents: ``money``, ``recognizance`` or
    ``none``; None where the page shows no decision."""
    kinds = [panel.words.kind(bond) for bond in page.bonds]
    total = sum(
        bond.total_cents or 0
        for bond, kind in zip(page.bonds, kinds, strict=True)
        if kind in ("court_set", "other", "none")
    )
    if total > 0:
        return "money", total
    if kinds and all(kind == "recognizance" for kind in kinds):
        return "recognizance", 0
    return ("none", 0) if "no_bond" in kinds else None


def bond_of(panel: Panel, page: PageFacts) -> str | None:
    """The bond's group: ``recognizance``, ``none``, ``to_1000`` ... ``over_50000`` dollars."""
    decision = decision_of(panel, page)
    if decision is None or decision[0] != "money":
        return decision[0] if decision else None
    for limit in BONDS:
        if decision[1] <= limit:
            return f"to_{limit // 100}"
    return f"over_{BONDS[-1] // 100}"


_OF_PAGE = {"grade": grade_of, "offense": offense_of, "bond": bond_of}


def personal(person: Person, by: str, day: dt.date) -> str:
    """A person's group of a kind that does not change while they are held."""
    if by == "age":
        return age_band(person.date_of_birth, day)
    value = person.sex if by == "sex" else person.race
    return value or UNKNOWN


def first_known(panel: Panel, stay: Stay, by: str) -> tuple[str, int] | None:
    """A stay's group by what a page showed first, and the day of the crawl that showed it; None
    where no page ever did."""
    found = [
        (place, group)
        for booking in stay.bookings
        for place, page in booking.pages
        if (group := _OF_PAGE[by](panel, page)) is not None
    ]
    if not found:
        return None
    place, group = min(found)
    return group, panel.crawls[place].day.toordinal()


def of_stay(panel: Panel, stay: Stay, by: str) -> tuple[str, int | None]:
    """A stay's group, and the day it became known (None: from the beginning)."""
    if by in PERSONAL:
        return personal(stay.person, by, dt.date.fromordinal(stay.start)), None
    found = first_known(panel, stay, by)
    return found if found is not None else (UNKNOWN, None)


def of_pages(panel: Panel, pages: Iterable[PageFacts | None], by: str) -> str:
    """The group of somebody held, by the pages of their bookings."""
    found = [group for page in pages if page and (group := _OF_PAGE[by](panel, page)) is not None]
    if not found:
        return UNKNOWN
    if by == "grade":
        order = ("felony", "misdemeanor", "violation", "other")
        return min(found, key=order.index)
    return found[0]
