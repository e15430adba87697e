"""Lives in hours: who is booked when, until when, how it ends and whether they come back."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from practice.facts import CALENDAR_START
from practice.history import laws
from practice.people import names

BURN_DAYS = 1100
"""The county is this old on day 0, so that long stays are there as they would be."""


@dataclass(slots=True)
class Custody:
    """One booking from ``start`` to ``end``, in hours. ``second``: it lies within another one of
    the same person and ends with it; both are ``paired``."""

    person: Resident
    start: float
    end: float
    grade: str
    band: str
    situation: str
    kind: str
    second: bool = False
    paired: bool = False
    number: str = ""

    @property
    def first_day(self) -> int:
        """The commitment day, from day 0."""
        return int(self.start // 24)

    @property
    def last_day(self) -> int:
        """The release day, from day 0."""
        return int(self.end // 24)

    @property
    def nights(self) -> int:
        return self.last_day - self.first_day


@dataclass(slots=True, eq=False)
class Resident:
    """Somebody who was booked at least once."""

    number: int
    name: str
    birth: dt.date
    sex: str
    race: str
    custodies: list[Custody] = field(default_factory=list)


def day(number: int) -> dt.date:
    """The calendar day of day ``number``."""
    return CALENDAR_START + dt.timedelta(number)


def residents(arrivals_a_day: float, days: int, seed: int) -> Iterator[Resident]:
    """Everybody who is booked for the first time until day ``days``, with all bookings of theirs
    that begin until then. Depends on the arguments alone."""
    clock, number = random.Random(f"{seed}|arrivals"), 0
    at = -24.0 * BURN_DAYS
    while True:
        at += clock.expovariate(arrivals_a_day / 24)
        if at >= 24 * (days + 1):
            return
        number += 1
        yield _resident(seed, number, at, 24.0 * (days + 1))


def _resident(seed: int, number: int, at: float, horizon: float) -> Resident:
    rng = random.Random(seed * 1_000_003 + number)
    draw, law = rng.random(), laws.RETURNS[-1]
    for one in laws.RETURNS:
        draw -= one.share
        if draw < 0:
            law = one
            break
    birth = day(0) - dt.timedelta(int(365.25 * (18 + 52 * rng.random() ** 2)) + rng.randrange(365))
    person = Resident(
        number,
        "",
        birth,
        laws.pick(rng, laws.SEXES),
        laws.pick(rng, laws.RACES),
    )
    while at < horizon:
        custody = _custody(rng, person, at)
        person.custodies.append(custody)
        if custody.end - custody.start > 120 and rng.random() < 0.02:
            custody.paired = True
            person.custodies.append(_second(rng, custody))
        if rng.random() >= law.chance:
            break
        at = custody.end + laws.SHORTEST_RETURN + rng.expovariate(1 / (24 * law.days))
    person.name = _name(rng)
    return person


def _custody(rng: random.Random, person: Resident, at: float) -> Custody:
    grade = laws.pick(rng, tuple((grade, share) for grade, _, share in laws.GRADES))
    band = laws.BAND_OF[grade]
    situation = laws.pick(rng, laws.SITUATIONS[band])
    stay = laws.stay_of(band, situation).draw(rng)
    kind = laws.pick(rng, laws.EXITS[laws.money(situation)])
    return Custody(person, at, at + stay, grade, band, situation, kind)


def _second(rng: random.Random, first: Custody) -> Custody:
    start = first.start + (first.end - first.start) * rng.uniform(0.1, 0.9)
    return Custody(
        first.person,
        start,
        first.end,
        "MA",
        "misdemeanor",
        first.situation,
        first.kind,
        True,
        True,
    )


_NAMES = [names.printed(names.plain(random.Random(f"history|{place}"))) for place in range(4000)]


def _name(rng: random.Random) -> str:
    """A name; some are borne by many people."""
    return _NAMES[int(len(_NAMES) * rng.random() ** 2)]
