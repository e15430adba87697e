"""An invented county's guarded numbers, for tests of publishing."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from reportcard.guard.release import guard_measures
from reportcard.measures.measure import Measure
from reportcard.publish.release import CountyRelease, Maker
from reportcard.report.compose import About

DAY = dt.date(2026, 3, 5)
MAKER = Maker("0.1.0", "0" * 40, "desk@newsroom.example", "Sample Newsroom")


def measures(held: int = 600, waiting: int = 250) -> list[Measure]:
    """The numbers of a county with that many people."""

    def people(name: str, part: str, value: int, by: str = "", group: str = "",
               low: float | None = None, high: float | None = None) -> Measure:  # fmt: skip
        return Measure(name, part, "people", value, low, high, held, as_of=DAY, by=by, group=group,
                       limits="bounds" if low is not None else "none")  # fmt: skip

    return [
        *(Measure("held", "people", "people", held - 3 * n, n=held, as_of=DAY,
                  day=DAY - dt.timedelta(days=n)) for n in range(20, -1, -1)),
        people("held", "people", held),
        people("held", "people", held - 204, "race", "ALPHA"),
        people("held", "people", 200, "race", "BETA"),
        people("held", "people", 4, "race", "GAMMA"),
        people("awaiting_trial", "people", waiting, low=waiting, high=450),
        people("awaiting_trial", "not_waiting", 150),
        people("awaiting_trial", "unknown", held - waiting - 150),
        Measure("stay", "over_1", "share", 0.6, 0.58, 0.62, 3000, as_of=DAY, limits="sampling"),
        Measure("stay", "over_30", "share", 0.15, 0.13, 0.17, 3000, as_of=DAY, limits="sampling"),
    ]  # fmt: skip


def county(
    key: str = "sample-tn", *, held: int = 600, waiting: int = 250, day: dt.date = DAY
) -> CountyRelease:
    """A county ready to be published."""
    found = guard_measures(measures(held, waiting))
    about = About(
        "Sample County",
        key,
        dt.datetime.combine(day, dt.time(4, 30), ZoneInfo("America/Chicago"))
        + dt.timedelta(days=1),
        day,
        MAKER.version,
    )
    return CountyRelease(
        key,
        about,
        tuple(one for one in found.numbers if not one.by),
        tuple(one for one in found.numbers if one.by),
        "2026-02",
        found.scope,
        {"2026-03-06-sample-tn": "a" * 64},
        {"site": "b" * 64},
    )
