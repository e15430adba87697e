"""Court cases: each follows a script through time, and is shown as it stands on a day.

Every draw is made for the whole life of a case before anything later than the day is left out, so that one case tells
the same story on every day.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from practice.facts import (
    AttorneyFacts,
    BondSettingFacts,
    CaseFacts,
    CourtChargeFacts,
    CourtHearingFacts,
    DispositionEventFacts,
    EventFacts,
    OutcomeFacts,
    PartyFacts,
    TransactionFacts,
)
from practice.people import names
from practice.people.plans import Script

Series = Literal["sessions", "criminal", "civil"]

COURTS: dict[Series, tuple[str, str, str]] = {
    "sessions": ("General Sessions Criminal Court", "GS Criminal", "GSC"),
    "criminal": ("Sample Criminal Court", "Criminal", "CRIM"),
    "civil": ("Sample Circuit Court", "Contract/Debt", "CD"),
}

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
DEGREES = {
    "FA": "Class A Felony",
    "FB": "Class B Felony",
    "FC": "Class C Felony",
    "FD": "Class D Felony",
    "FE": "Class E Felony",
    "MA": "Class A Misdemeanor",
    "MB": "Class B Misdemeanor",
    "MC": "Class C Misdemeanor",
}
_CODES = {
    "Guilty": "GP",
    "Dismissed": "DIS",
    "Bound Over to Grand Jury": "BO",
    "Transferred to Drug Court": "TR",
    "Reduced": "RED",
    "Not Guilty": "NG",
    "Imposed": "IMP",
}
_TIMES = (dt.time(9), dt.time(9, 30), dt.time(13, 30), dt.time(10, 15), None)
_HEARINGS = ("Report Date", "Arraignment", "Preliminary Hearing", "Disposition Hearing", "Motion Hearing")


class Registry:
    """Hands out numbers in the order of asking; one registry per county."""

    def __init__(self) -> None:
        self._case_id = 9_000_000
        self._numbers: Counter[tuple[str, str]] = Counter()

    def case_id(self) -> str:
        """The next inner id."""
        self._case_id += 1
        return str(self._case_id)

    def number(self, series: Series, filed: dt.date) -> str:
        """The next case number of a series and year: 8 digits, a letter with 7 digits, or a civil number."""
        year = f"{filed.year % 100:02d}"
        self._numbers[series, year] += 1
        count = self._numbers[series, year]
        if series == "sessions":
            return f"{year}{count:06d}"
        if series == "criminal":
            return f"{'H' if count % 12 == 0 else 'C'}{year}{count:05d}"
        return f"CT-{count:06d}-{year}"


@dataclass(frozen=True)
class Prosecution:
    """A case on a day, as court and jail see it. ``facts`` is not to be shown while ``filed`` is False."""

    facts: CaseFacts
    series: Series
    filed: bool
    label: Literal["Open", "Sentenced"]
    """What a jail's bond entry would say of it."""


@dataclass
class _Life:
    """The whole life of a case, before a day cuts it."""

    series: Series
    number: str
    case_id: str
    filed: dt.date
    defendant: PartyFacts
    judge: str | None
    charges: list[CourtChargeFacts]
    dispositions: list[DispositionEventFacts]
    closes: dt.date | None = None
    closed_status: str = "Closed"
    open_status: str = "Open"
    sentenced_label: bool = False
    held: bool = False
    cross_reference: tuple[dt.date, str] | None = None
    lesser: dict[str, tuple[dt.date, tuple[str, str, str]]] | None = None

    def dispose(
        self,
        kind: Literal["plea", "disposition", "sentence"],
        date: dt.date,
        results: dict[int, str],
        sentence: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Adds an event saying ``results`` (by place of the charge)."""
        self.dispositions.append(
            DispositionEventFacts(
                event_id=f"{self.case_id}{80 + len(self.dispositions)}",
                date=date,
                kind=kind,
                name={"plea": "Plea", "disposition": "Disposition", "sentence": "Sentence"}[kind],
                judicial_officer=self.judge,
                outcomes=tuple(
                    OutcomeFacts(self.charges[place].charge_id, result, _CODES[result])
                    for place, result in results.items()
                ),
                sentence=sentence,
            )
        )


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
    series: Series, filed: dt.date, count: int, defendant: PartyFacts, registry: Registry, rng: random.Random
) -> _Life:
    case_id = registry.case_id()
    return _Life(
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


def _day(days: int, life: _Life) -> dt.date:
    return life.filed + dt.timedelta(days)


def _lives(
    script: Script, filed: dt.date, defendant: PartyFacts, registry: Registry, rng: random.Random
) -> Iterator[_Life]:
    """The cases of one script; a bind-over is two."""
    series: Series = "civil" if script == "civil" else "criminal" if rng.random() < 0.3 else "sessions"
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
        length = rng.choice(("6 Months", "11 Months 29 Days", "2 Years", "30 Days, Sample County Jail"))
        blocks = [("Confinement", length)]
        if rng.random() < 0.4:
            blocks.append(("Probation", rng.choice(("1 Year", "2 Years"))))
        life.dispose("plea", _day(45, life), dict.fromkeys(everything, "Guilty"))
        life.dispose("disposition", _day(60, life), dict.fromkeys(everything, "Guilty"))
        life.dispose("sentence", _day(60, life), {0: "Imposed"}, tuple(blocks))
        life.closes, life.sentenced_label = _day(60, life), True
    elif script == "bound_over":
        life.dispose("disposition", _day(28, life), dict.fromkeys(everything, "Bound Over to Grand Jury"))
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


def _charges_on(life: _Life, today: dt.date) -> tuple[CourtChargeFacts, ...]:
    shown = []
    for charge in life.charges:
        amended = (life.lesser or {}).get(charge.charge_id)
        if amended and amended[0] <= today:
            description, statute, degree = amended[1]
            charge = replace(
                charge,
                description=description,
                statute=statute,
                degree=degree,
                degree_word=DEGREES[degree],
                amended_date=amended[0],
                original_description=charge.description,
            )
        shown.append(charge)
    return tuple(shown)


def _hearings(
    life: _Life, start: dt.date, rng: random.Random, today: dt.date
) -> tuple[CourtHearingFacts, ...]:
    """Past hearings and the next one, of a calendar fixed at the case's beginning."""
    step = max(rng.choice((21, 28, 42)), (start - life.filed).days // 6)
    shown = []
    for place in range(40):
        date = life.filed + dt.timedelta(14 + step * place)
        kind, time = rng.choice(_HEARINGS), rng.choice(_TIMES)
        result = rng.choice(("Hearing Held", "Hearing Held", "Continued", "Hearing Cancelled"))
        judge = life.judge if rng.random() < 0.8 else None
        comment = (
            "Moved at the request of both sides" if result == "Continued" and rng.random() < 0.5 else None
        )
        if life.closes is not None and date > life.closes and today >= life.closes:
            break
        past = date < today
        shown.append(
            CourtHearingFacts(
                f"{life.case_id}{40 + place}",
                date,
                kind,
                time,
                judge,
                result if past else None,
                comment if past else None,
            )
        )
        if not past:
            break
    return tuple(shown)


def _events(life: _Life, rng: random.Random, today: dt.date) -> tuple[EventFacts, ...]:
    opening = {"sessions": "Complaint Filed", "criminal": "Indictment Filed", "civil": "Complaint Filed"}[
        life.series
    ]
    rows: list[tuple[dt.date, str, str, str | None]] = [
        (life.filed, opening, "CMPF" if life.series != "criminal" else "INDF", None)
    ]
    if life.series != "civil":
        rows.append((life.filed + dt.timedelta(1), "Bond Decision Entered", "BDE", None))
    for _ in range(rng.randrange(4)):
        name, word = rng.choice((("Motion Filed", "MOT"), ("Order Entered", "ORD"), ("Notice Mailed", "NOT")))
        comment = rng.choice((None, "Filed by counsel & served", "Copy to the <clerk>", "Reçu par télécopie"))
        rows.append((life.filed + dt.timedelta(rng.randrange(2, 80)), name, word, comment))
    rows.sort(key=lambda row: row[0])
    return tuple(
        EventFacts(f"{life.case_id}{20 + place}", date, name, word, comment)
        for place, (date, name, word, comment) in enumerate(rows)
        if date <= today
    )


def _settings(life: _Life, rng: random.Random, today: dt.date) -> tuple[BondSettingFacts, ...]:
    if life.series == "civil":
        return ()
    if life.held:
        return (BondSettingFacts(None, None, text="Hold Without Bond"),)
    amounts = [rng.choice((50_000, 100_000, 250_000, 500_000, 1_500_000, 7_500_000))]
    if rng.random() < 0.25:
        amounts.append(amounts[0] // 2)
    comment = "Reduced on motion" if len(amounts) == 2 else None
    rows = (
        BondSettingFacts(
            life.filed + dt.timedelta(1 + 20 * place), amount, comment=comment if place else None
        )
        for place, amount in enumerate(amounts)
    )
    return tuple(row for row in rows if row.date is not None and row.date <= today)


def _transactions(life: _Life, rng: random.Random, today: dt.date) -> tuple[TransactionFacts, ...]:
    if life.closes is None or rng.random() < 0.3:
        return ()
    rows: list[tuple[dt.date, Literal["Charge", "Payment", "Credit"], str | None, int]] = [
        (life.closes, "Charge", None, rng.choice((5_400, 29_650, 125_000)))
    ]
    if rng.random() < 0.6:
        rows.append(
            (life.closes + dt.timedelta(20), "Payment", f"R{life.case_id[-6:]}", -rng.choice((1_000, 5_400)))
        )
    if rng.random() < 0.3:
        rows.append((life.closes + dt.timedelta(25), "Credit", None, -250))
    return tuple(
        TransactionFacts(f"{life.case_id}{60 + place}", date, kind, receipt, amount)
        for place, (date, kind, receipt, amount) in enumerate(rows)
        if date <= today
    )


def _parties(life: _Life, rng: random.Random) -> tuple[PartyFacts, ...]:
    counsel = AttorneyFacts(
        names.counsel(rng), True, rng.choice(("Retained", "Public Defender", "Appointed"))
    )
    second = AttorneyFacts(names.counsel(rng), False, "Retained")
    draw = rng.random()
    attorneys = () if draw < 0.3 else (counsel,) if draw < 0.85 else (counsel, second)
    defendant = replace(life.defendant, attorneys=attorneys)
    if life.series == "civil":
        plaintiff = PartyFacts(
            "Plaintiff",
            f"{names.surname(rng)} PRACTICE LOANS, LLC",
            address=("9 LEDGER LN", "SAMPLETOWN TN 00000"),
            attorneys=(AttorneyFacts(names.counsel(rng), True, "Retained"),),
        )
        return (defendant, plaintiff)
    return (defendant, PartyFacts("Plaintiff", "STATE OF TENNESSEE"))


def _on(life: _Life, rng: random.Random, start: dt.date, today: dt.date) -> Prosecution:
    closed = life.closes is not None and life.closes <= today
    status = life.closed_status if closed else life.open_status
    court, case_type, word = COURTS[life.series]
    parties = _parties(life, rng)
    last, _, given = life.defendant.name.partition(", ")
    short = f"{last}, {given.split()[0]}" if given else last
    against = parties[1].name if life.series == "civil" else "STATE"
    reference = life.cross_reference
    facts = CaseFacts(
        case_id=life.case_id,
        case_number=life.number,
        style=f"{against} VS {short}",
        court=court,
        case_type=case_type,
        case_type_word=word,
        status=status,
        status_word=status.upper()[:4],
        file_date=life.filed,
        judicial_officer=life.judge,
        cross_references=(reference[1],) if reference and reference[0] <= today else (),
        parties=parties,
        charges=_charges_on(life, today),
        disposition_events=tuple(
            sorted(
                (event for event in life.dispositions if event.date <= today), key=lambda event: event.date
            )
        ),
        bond_settings=_settings(life, rng, today),
        events=_events(life, rng, today),
        transactions=_transactions(life, rng, today),
        hearings=_hearings(life, start, rng, today),
    )
    return Prosecution(
        facts, life.series, life.filed <= today, "Sentenced" if closed and life.sentenced_label else "Open"
    )


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
    """The cases of one script as they stand ``today``; ``start`` is the county's day 0 (or the person's first day)."""
    lives = sorted(_lives(script, filed, defendant, registry, rng), key=lambda life: life.filed)
    # A generator of its own for each case: how many hearings a day shows must not move another case's draws.
    return tuple(_on(life, random.Random(f"{rng.random()}"), start, today) for life in lives)
