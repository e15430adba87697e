"""The court's index: under which names and birth dates a person's cases are found, and strangers of
the same name."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from practice.facts import (
    CALENDAR_START,
    AliasFacts,
    CaseFacts,
    CourtPartyFacts,
    DetaineeFacts,
    NameFacts,
    PartyFacts,
    Shown,
)
from practice.people import names
from practice.people.case_life import Prosecution
from practice.people.court import Registry, prosecutions
from practice.people.plans import Plan, Script

SUFFIXES = ("JR", "SR", "II", "III", "IV")
CROWD = 12
"""Strangers round a person of the common name, three cases each: more than the result limit."""
_PAST: tuple[Script, ...] = (
    "sentenced",
    "dismissed",
    "sentenced",
    "two_dispositions",
    "civil",
    "many_charges",
)


def court_name(name: NameFacts, plan: Plan, rng: random.Random) -> NameFacts:
    """The person's name as the court's clerks spell it."""
    if plan.name == "hyphen_blank":
        return replace(name, last=name.last.replace("-", " "))
    if plan.name == "hyphen_part":
        return replace(name, last=rng.choice(name.last.split("-")))
    if plan.name == "apostrophe":
        return replace(name, last=name.last.replace("'", ""))
    if plan.name == "accent":
        return replace(name, last="".join(_PLAIN.get(letter, letter) for letter in name.last))
    if plan.name == "suffix_after_last":
        last, _, suffix = name.last.rpartition(" ")
        return replace(name, last=last, suffix=suffix)
    return name


_PLAIN = {"Á": "A", "É": "E", "Í": "I", "Ö": "O", "Ü": "U"}


def defendant(name: NameFacts, birth_date: dt.date, shown: Shown, rng: random.Random) -> PartyFacts:
    """The person as a case page prints them."""
    return PartyFacts(
        role="Defendant",
        name=names.printed(name),
        birth_date=birth_date,
        birth_date_shown=shown,
        race=rng.choice(("Alpha", "Beta", "Gamma", None)),
        sex=rng.choice(("Male", "Female", None)),
        address=(f"{rng.randrange(1, 999)} EXAMPLE ST", "SAMPLETOWN TN 00000")
        if rng.random() < 0.7
        else (),
    )


def shown_on_page(plan: Plan, number: int, rng: random.Random) -> Shown:
    """How the case pages print the birth date. Only who is verified by the row may lack it
    there."""
    if plan.index == "unseen":
        return "masked" if number % 2 else "absent"
    if plan.index in ("row_masked", "row_absent", "page_only", "crowd"):
        return "full"
    return rng.choices(("full", "absent", "masked"), (88, 8, 4))[0]


def past(
    count: int, person: PartyFacts, registry: Registry, rng: random.Random, today: dt.date
) -> tuple[CaseFacts, ...]:
    """Earlier cases, all over long before the county's day 0, no two filed on one day."""
    cases: list[CaseFacts] = []
    for days in sorted(rng.sample(range(700, 4400), count), reverse=True):
        found = prosecutions(
            rng.choice(_PAST),
            rng=rng,
            registry=registry,
            defendant=person,
            filed=CALENDAR_START - dt.timedelta(days),
            start=CALENDAR_START - dt.timedelta(days - 200),
            today=today,
        )
        cases.extend(one.facts for one in found)
    return tuple(cases)


def _alias_page(case: CaseFacts, name: NameFacts) -> CaseFacts:
    """The case with its defendant under another name."""
    renamed = replace(case.person, name=names.printed(name))
    before, after = case.parties[: case.place], case.parties[case.place + 1 :]
    return replace(case, parties=(*before, renamed, *after))


def parties(
    person: DetaineeFacts,
    plan: Plan,
    *,
    number: int,
    name: NameFacts,
    alias: AliasFacts | None,
    current: tuple[Prosecution, ...],
    page: PartyFacts,
    registry: Registry,
    rng: random.Random,
    today: dt.date,
) -> tuple[CourtPartyFacts, ...]:
    """Everybody whom the court's index holds on this person's account: the person, once or more
    often, and strangers."""
    how_many = 40 - len(current) if plan.index == "forty" else rng.choice((0, 0, 1, 1, 2, 3))
    if plan.index in ("two_parties", "alias"):
        how_many = max(how_many, 2)
    if plan.index == "none":
        return _strangers(person, plan, name, number, registry, rng, today)
    cases = (
        *(one.facts for one in current if one.filed),
        *past(how_many, page, registry, rng, today),
    )
    if plan.index == "restricted":
        cases = (replace(cases[0], restricted=True), *cases[1:]) if cases else ()
    known: dt.date | None = person.birth_date
    row: Shown = "full"
    if plan.index == "row_masked":
        row = "masked"
    elif plan.index == "row_absent":
        row = "absent"
    elif plan.index in ("page_only", "crowd"):
        known, row = None, "absent"
    elif plan.index == "unseen":
        known, row = (person.birth_date, "masked") if number % 2 else (None, "absent")

    def party(which: int, of: NameFacts, those: tuple[CaseFacts, ...]) -> CourtPartyFacts:
        return CourtPartyFacts(
            party_id(number, which), of, known, row, those, belongs_to=person.key
        )

    mine: tuple[CourtPartyFacts, ...]
    if plan.index == "two_parties":
        half = len(cases) // 2
        # The middle case stands under both parties: a history must hold it once.
        mine = (
            party(1, name, cases[: half + 1]),
            party(2, replace(name, middle=None), cases[half:]),
        )
    elif plan.index in ("alias", "alias_only") and alias is not None and alias.last is not None:
        other = NameFacts(alias.last, alias.first, alias.middle)
        keep = 1 if plan.index == "alias" else 0
        mine = (
            party(1, name, cases[:keep]),
            party(2, other, tuple(_alias_page(case, other) for case in cases[keep:])),
        )
    else:
        mine = (party(1, name, cases),)
    return (
        *(one for one in mine if one.cases),
        *_strangers(person, plan, name, number, registry, rng, today),
    )


def party_id(number: int, which: int) -> str:
    """The index's id of a person's ``which``-th party."""
    return str(1_000_000 + number * 20 + which)


def number_of(party: str) -> int:
    """The number of the person whom a party's id was made for."""
    return (int(party) - 1_000_000) // 20


def _strangers(
    person: DetaineeFacts,
    plan: Plan,
    name: NameFacts,
    number: int,
    registry: Registry,
    rng: random.Random,
    today: dt.date,
) -> tuple[CourtPartyFacts, ...]:
    """Other people of the same name, never of the same birth date."""
    count = CROWD if plan.index == "crowd" else 1 if "stranger" in plan.flags else 0
    found = []
    for place in range(count):
        birth_date = person.birth_date - dt.timedelta(rng.randrange(30, 6000))
        other = replace(name, middle=names.middle(rng), suffix=None)
        page = defendant(other, birth_date, "full", rng)
        masked = place % 6 == 5
        found.append(
            CourtPartyFacts(
                party_id=party_id(number, 3 + place),
                name=other,
                birth_date=birth_date,
                birth_date_on_row="masked" if masked else "full",
                cases=past(3 if count > 1 else 2, page, registry, rng, today),
            )
        )
    return tuple(found)


CONTROL = NameFacts("KONTROLLA", "PROBE")
CONTROL_BIRTH_DATE = dt.date(1970, 1, 1)


def control(registry: Registry, today: dt.date) -> CourtPartyFacts:
    """Somebody known to have two cases, the same in every county: what a control search looks
    for."""
    rng = random.Random("control")
    page = defendant(CONTROL, CONTROL_BIRTH_DATE, "full", rng)
    cases: tuple[CaseFacts, ...] = ()
    for script, days in (("sentenced", 900), ("dismissed", 700)):
        filed = CALENDAR_START - dt.timedelta(days)
        found = prosecutions(
            "sentenced" if script == "sentenced" else "dismissed",
            rng=rng,
            registry=registry,
            defendant=page,
            filed=filed,
            start=filed + dt.timedelta(200),
            today=today,
        )
        cases = (*cases, *(one.facts for one in found))
    return CourtPartyFacts("1000", CONTROL, CONTROL_BIRTH_DATE, "full", cases)
