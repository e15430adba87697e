"""The generator: a county of any size, the same people in jail and court, moving on day by day."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

from practice.facts import CALENDAR_START, AliasFacts, CourtPartyFacts, DetaineeFacts, NameFacts
from practice.people import jail, names, oddities
from practice.people import parties as index
from practice.people.case_life import Prosecution
from practice.people.court import Registry, prosecutions
from practice.people.plans import POSITIONS, Plan, drawn_scripts, plan_for
from practice.world import People

MOST_PEOPLE = 50_000
LAST_DAY = 365
TURNOVER = 0.015
"""Share of the people who are released, and of new ones who arrive, in a day."""
_ARRIVALS_AT = 300_000
_ARRIVALS_A_DAY = 400


@dataclass(frozen=True)
class _Person:
    """Who somebody is, before any day. ``number`` is unique in the county; ``position`` None:
    arrives on a later day."""

    number: int
    position: int | None
    stream: str
    plan: Plan
    name: NameFacts
    birth_date: dt.date
    commitment: dt.date
    release: dt.date | None


def _base_name(seed: int, position: int) -> NameFacts:
    """The name of the person at a position before anything difficult is done to it; a twin takes
    the one before."""
    plan = plan_for(seed, position, f"{position}")
    if plan.name == "common":
        return names.COMMON
    if plan.name == "twin" and position > 0:
        before = _base_name(seed, position - 1)
        return replace(before, middle=names.middle(random.Random(f"{seed}|middle|{position}")))
    return names.plain(random.Random(f"{seed}|name|{position}"))


def _name(seed: int, position: int | None, plan: Plan, stream: str) -> NameFacts:
    rng = random.Random(f"{seed}|kind|{stream}")
    if position is not None:
        name = _base_name(seed, position)
    else:
        name = (
            names.COMMON
            if plan.name == "common"
            else names.plain(random.Random(f"{seed}|name|{stream}"))
        )
    if plan.name in ("hyphen_blank", "hyphen_part"):
        return replace(name, last=f"{name.last}-{names.surname(rng)}")
    if plan.name == "apostrophe":
        return replace(name, last=f"O'{name.last}")
    if plan.name == "accent":
        return replace(name, last=names.accented(name.last))
    if plan.name == "one_word":
        return NameFacts(f"{name.last}{names.surname(rng)}")
    if plan.name == "suffix":
        return replace(name, suffix=rng.choice(index.SUFFIXES))
    if plan.name == "suffix_after_last":
        return replace(name, last=f"{name.last} {rng.choice(index.SUFFIXES)}")
    return name


def _person(
    seed: int, number: int, position: int | None, stream: str, arrives: dt.date | None
) -> _Person:
    plan = plan_for(seed, position, stream)
    rng = random.Random(f"{seed}|life|{stream}")
    birth_date = dt.date(1955, 1, 1) + dt.timedelta(rng.randrange(53 * 365))
    stay = 1 + int(rng.expovariate(TURNOVER))
    release: dt.date | None
    if arrives is not None:
        commitment, release = arrives, arrives + dt.timedelta(stay)
    else:
        fixed = position is not None and position < len(POSITIONS)
        # The fixed hard ones were booked long enough ago that their cases' scripts have happened.
        age = rng.randrange(150, 500) if fixed else 1 + int(rng.expovariate(1 / 95))
        commitment = CALENDAR_START - dt.timedelta(age)
        release = None if fixed else CALENDAR_START + dt.timedelta(stay)
        if plan.custody == "released":
            release = CALENDAR_START - dt.timedelta(rng.randrange(min(3, age)))
    if plan.flags and plan.flags[0] in ("future_release", "withdrawn_release"):
        release = None
    return _Person(
        number,
        position,
        stream,
        plan,
        _name(seed, position, plan, stream),
        birth_date,
        commitment,
        release,
    )


def _listed_release(person: _Person, today: dt.date) -> dt.date | None:
    """The release date that the roster prints today."""
    if "future_release" in person.plan.flags:
        return max(CALENDAR_START, person.commitment) + dt.timedelta(9)
    if "withdrawn_release" in person.plan.flags:
        day = (today - CALENDAR_START).days
        return CALENDAR_START + dt.timedelta(20) if day % 4 < 2 and day < 15 else None
    return person.release if person.release is not None and person.release <= today else None


def _aliases(
    person: _Person, rng: random.Random
) -> tuple[AliasFacts | None, tuple[AliasFacts, ...]]:
    """The alias under which the court knows cases (if so), and all rows of the jail's page."""
    row = AliasFacts(names.surname(rng), names.given(rng), names.middle(rng))
    if person.plan.index in ("alias", "alias_only"):
        rows = [row]
        if "repeated_alias" in person.plan.flags:
            rows = [row, AliasFacts(person.name.last, person.name.first), row]
        return row, tuple(rows)
    if rng.random() < 0.12:
        return None, (row, AliasFacts(f"{row.last}X")) if rng.random() < 0.3 else (row,)
    return None, ()


def _add(
    person: _Person, seed: int, registry: Registry, today: dt.date
) -> tuple[DetaineeFacts | None, tuple[CourtPartyFacts, ...]]:
    """The person on the roster (None: not listed today) and in the court's index."""
    plan, rng = person.plan, random.Random(f"{seed}|facts|{person.stream}")
    start = max(CALENDAR_START, person.commitment)
    name = index.court_name(person.name, plan, rng)
    page = index.defendant(
        name, person.birth_date, index.shown_on_page(plan, person.number, rng), rng
    )
    current: tuple[Prosecution, ...] = ()
    for place, script in enumerate(plan.scripts or drawn_scripts(rng)):
        filed = person.commitment + dt.timedelta(1 + 3 * place)
        current += prosecutions(
            script,
            rng=rng,
            registry=registry,
            defendant=page,
            filed=filed,
            start=start,
            today=today,
        )
    alias, aliases = _aliases(person, rng)
    listed = _listed_release(person, today)
    rows = jail.bookings(
        plan,
        serial=100_000 + person.number,
        number=person.number,
        commitment=person.commitment,
        listed_release=listed,
        projected=listed if listed is not None and listed > today else None,
        aliases=aliases,
        current=current,
        rng=random.Random(f"{seed}|jail|{person.stream}"),
        start=CALENDAR_START,
        today=today,
    )
    permanent = None if "blank_id" in plan.flags else f"{400_001 + person.number:08d}"
    detainee = DetaineeFacts(
        key=permanent or f"booking-{rows[-1].booking_number}",
        permanent_id=permanent,
        name=person.name,
        birth_date=person.birth_date,
        jail_birth_date="absent"
        if "birth_date_absent" in plan.flags
        else "masked"
        if "birth_date_masked" in plan.flags
        else "full",
        bookings=rows,
    )
    known = index.parties(
        detainee,
        plan,
        number=person.number,
        name=name,
        alias=alias,
        current=current,
        page=page,
        registry=registry,
        rng=rng,
        today=today,
    )
    last_listed = (
        None if person.release is None else person.release + dt.timedelta(jail.LISTED_DAYS)
    )
    if "future_release" in plan.flags and listed is not None:
        last_listed = listed + dt.timedelta(jail.LISTED_DAYS)
    return (None if last_listed is not None and today > last_listed else detainee), known


def _everybody(people: int, seed: int, day: int) -> list[_Person]:
    """Who was in jail on day 0, then who arrived until ``day``, in a fixed order."""
    found = [_person(seed, position, position, f"{position}", None) for position in range(people)]
    for arrival in range(1, day + 1):
        count = int(arrival * people * TURNOVER) - int((arrival - 1) * people * TURNOVER)
        date = CALENDAR_START + dt.timedelta(arrival)
        for place in range(min(count, _ARRIVALS_A_DAY)):
            number = _ARRIVALS_AT + (arrival - 1) * _ARRIVALS_A_DAY + place
            found.append(_person(seed, number, None, f"day-{arrival}-{place}", date))
    return found


def generate(people: int, seed: int, day: int = 0) -> People:
    """The county on a day: exactly ``people`` persons are listed on day 0 (some with two bookings),
    alphabetically.

    Depends on the arguments alone. The first forty people hold every difficulty once; a smaller
    county holds the first. Raises ValueError for a size that is not 1 to 50,000 or a day that is
    not 0 to 365."""
    if not 1 <= people <= MOST_PEOPLE:
        raise ValueError(f"people must be from 1 to {MOST_PEOPLE}, not {people}")
    if not 0 <= day <= LAST_DAY:
        raise ValueError(f"day must be from 0 to {LAST_DAY}, not {day}")
    today = CALENDAR_START + dt.timedelta(day)
    registry = Registry()
    known: list[CourtPartyFacts] = [index.control(registry, today)]
    listed: list[DetaineeFacts] = []
    for person in _everybody(people, seed, day):
        detainee, those = _add(person, seed, registry, today)
        known.extend(those)
        if detainee is not None:
            listed.append(detainee)
    listed.sort(key=lambda detainee: (names.printed(detainee.name), detainee.key))
    return oddities.odd(People(tuple(listed), tuple(known)), today)
