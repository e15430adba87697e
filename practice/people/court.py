"""Court cases: each follows a script through time, and is shown as it stands on a day.

Every draw is made for the whole life of a case before anything later than the day is left out, so
that one case tells the same story on every day."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from practice.facts import (
    CourtChargeFacts,
    PartyFacts,
)
from practice.people import names
from practice.people.case_life import DEGREES, Life, Prosecution, Series, on_day
from practice.people.plans import Script

OFFENSES: tuple[tuple[str, str, str], ...] = (
    ("UNLAWFUL WHISTLING", "39-01-101", "MA"),
    ("TAKING A PRACTICE BICYCLE", "39-01-203", "MB"),
    ("SYNTHETIC OFFENSE", "39-00-000", "MA"),
    ("FAILURE TO RETURN A LIBRARY CART", "39-02-110", "MC"),
    ("IMITATION OF A STREET LAMP", "39-02-417", "FE"),
    ("RECKLESS KITE FLYING", "39-03-005", "FD"),
    ("SECOND SYNTHETIC OFFENSE", "39-00-001", "FC"),
    ("INVENTED MISCHIEF OVER $1,000", "39-04-212", "FB"),
    ("ENTERING A MODEL HOUSE & HIDING", "39-04-300", "FA"),
    ('KEEPING A "LOUD" CLOCK', "39-05-118", "MA"),
)
LESSER = ("LESSER SYNTHETIC OFFENSE", "39-00-009", "MB")


class Registry:
    """Hands out numbers in the order of asking, from 1 or above; one registry per county.

    ``above``: a second registry's numbers begin there, so that they are not the first one's."""

    def __init__(self, above: int = 0) -> None:
        self._case_id = 9_000_000 + 100 * above
        self._above = above
        self._numbers: Counter[tuple[str, str]] = Counter()

    def case_id(self) -> str:
        """The next inner id."""
        self._case_id += 1
        return str(self._case_id)

    def number(self, series: Series, filed: dt.date) -> str:
        """The next case number of a series and year: 8 digits, a letter with 7 digits, or a civil
        number."""
        year = f"{filed.year % 100:02d}"
        self._numbers[series, year] += 1
        count = self._above + self._numbers[series, year]
        if series == "sessions":
            return f"{year}{count:06d}"
        if series == "criminal":
            return f"{'H' if count % 12 == 0 else 'C'}{year}{count:05d}"
        return f"CT-{count:06d}-{year}"


def _charge(case_id: str, place: int, filed: dt.date, rng: random.Random) -> CourtChargeFacts:
    description, statute, degree = rng.choice(OFFENSES)
    return CourtChargeFacts(
        charge_id=f"{case_id}{10 + place}",
        number=str(place + 1),
        description=description,
        statute=statute,
        degree=degree,
        degree_word=DEGREES[degree],
        offense_date=filed - dt.timedelta(rng.randrange(1, 9)),
        filed_date=filed,
        arresting_agency="Sample Police",
    )


def _begin(
    series: Series,
    filed: dt.date,
    count: int,
    defendant: PartyFacts,
    registry: Registry,
    rng: random.Random,
) -> Life:
    case_id = registry.case_id()
    return Life(
        series=series,
        number=registry.number(series, filed),
        case_id=case_id,
        filed=filed,
        defendant=defendant,
        judge=None if rng.random() < 0.1 else names.counsel(rng),
        charges=[_charge(case_id, place, filed, rng) for place in range(count)],
        dispositions=[],
        open_status="ACTIVE" if rng.random() < 0.2 else "Open",
    )


def _day(days: int, life: Life) -> dt.date:
    return life.filed + dt.timedelta(days)


def _lives(
    script: Script, filed: dt.date, defendant: PartyFacts, registry: Registry, rng: random.Random
) -> Iterator[Life]:
    """The cases of one script; a bind-over is two."""
    series: Series = (
        "civil" if script == "civil" else "criminal" if rng.random() < 0.3 else "sessions"
    )
    if script == "bound_over":
        series = "sessions"
    count = {"one_dismissed": 2, "amended": 2, "many_charges": 11, "civil": 0}.get(
        script, rng.choice((1, 1, 2, 3))
    )
    life = _begin(series, filed, count, defendant, registry, rng)
    everything = range(count)
    if script == "one_dismissed":
        life.dispose("disposition", _day(30, life), {1: "Dismissed"})
    elif script == "amended":
        life.lesser = {life.charges[1].charge_id: (_day(35, life), LESSER)}
        if rng.random() < 0.5:
            life.dispose("disposition", _day(40, life), {1: "Guilty"})
    elif script == "plea_only":
        life.dispose("plea", _day(45, life), dict.fromkeys(everything, "Guilty"))
    elif script == "sentenced":
        length = rng.choice(
            ("6 Months", "11 Months 29 Days", "2 Years", "30 Days, Sample County Jail")
        )
        blocks = [("Confinement", length)]
        if rng.random() < 0.4:
            blocks.append(("Probation", rng.choice(("1 Year", "2 Years"))))
        life.dispose("plea", _day(45, life), dict.fromkeys(everything, "Guilty"))
        life.dispose("disposition", _day(60, life), dict.fromkeys(everything, "Guilty"))
        life.dispose("sentence", _day(60, life), {0: "Imposed"}, tuple(blocks))
        life.closes, life.sentenced_label = _day(60, life), True
    elif script == "bound_over":
        life.dispose(
            "disposition", _day(28, life), dict.fromkeys(everything, "Bound Over to Grand Jury")
        )
        life.closes, life.closed_status, life.sentenced_label = _day(28, life), "Disposed", True
        after = _begin("criminal", _day(55, life), count, defendant, registry, rng)
        life.cross_reference = (after.filed, after.number)
        after.cross_reference = (after.filed, life.number)
        yield after
    elif script == "two_dispositions":
        first = rng.choice(("Transferred to Drug Court", "Reduced"))
        life.dispose("disposition", _day(30, life), {0: first})
        life.dispose("disposition", _day(90, life), {0: "Guilty"})
    elif script == "dismissed":
        life.dispose("disposition", _day(50, life), dict.fromkeys(everything, "Dismissed"))
        life.closes = _day(50, life)
    elif script == "held":
        life.held = True
    elif script == "odd_status":
        life.open_status = "Inactive"
    elif script == "bare":
        life.judge = None
        life.charges[0] = replace(life.charges[0], statute=None)
        life.charges[-1] = replace(life.charges[-1], degree=None, degree_word=None)
    elif script == "many_charges":
        life.dispose("disposition", _day(20, life), {9: "Dismissed", 1: "Not Guilty"})
    yield life


def prosecutions(
    script: Script,
    *,
    rng: random.Random,
    registry: Registry,
    defendant: PartyFacts,
    filed: dt.date,
    start: dt.date,
    today: dt.date,
) -> tuple[Prosecution, ...]:
    """The cases of one script as they stand ``today``; ``start`` is the county's day 0 (or the
    person's first day)."""
    lives = sorted(_lives(script, filed, defendant, registry, rng), key=lambda life: life.filed)
    # A generator of its own for each case: how many hearings a day shows must not move another
    # case's draws.
    return tuple(on_day(life, random.Random(f"{rng.random()}"), start, today) for life in lives)
