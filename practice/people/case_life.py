"""The life of a court case, and what a day shows of it: everything later than the day is left
out."""

from __future__ import annotations

import datetime as dt
import random
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

Series = Literal["sessions", "criminal", "civil"]

COURTS: dict[Series, tuple[str, str, str]] = {
    "sessions": ("General Sessions Criminal Court", "GS Criminal", "GSC"),
    "criminal": ("Sample Criminal Court", "Criminal", "CRIM"),
    "civil": ("Sample Circuit Court", "Contract/Debt", "CD"),
}
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
_HEARINGS = (
    "Report Date",
    "Arraignment",
    "Preliminary Hearing",
    "Disposition Hearing",
    "Motion Hearing",
)


@dataclass(frozen=True)
class Prosecution:
    """A case on a day, as court and jail see it. ``facts`` is not to be shown while ``filed`` is
    False."""

    facts: CaseFacts
    series: Series
    filed: bool
    label: Literal["Open", "Sentenced"]
    """What a jail's bond entry would say of it."""


@dataclass
class Life:
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


def _charges_on(life: Life, today: dt.date) -> tuple[CourtChargeFacts, ...]:
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
    life: Life, start: dt.date, rng: random.Random, today: dt.date
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
            "Moved at the request of both sides"
            if result == "Continued" and rng.random() < 0.5
            else None
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


def _events(life: Life, rng: random.Random, today: dt.date) -> tuple[EventFacts, ...]:
    opening = {
        "sessions": "Complaint Filed",
        "criminal": "Indictment Filed",
        "civil": "Complaint Filed",
    }[life.series]
    rows: list[tuple[dt.date, str, str, str | None]] = [
        (life.filed, opening, "CMPF" if life.series != "criminal" else "INDF", None)
    ]
    if life.series != "civil":
        rows.append((life.filed + dt.timedelta(1), "Bond Decision Entered", "BDE", None))
    for _ in range(rng.randrange(4)):
        name, word = rng.choice(
            (("Motion Filed", "MOT"), ("Order Entered", "ORD"), ("Notice Mailed", "NOT"))
        )
        comment = rng.choice(
            (None, "Filed by counsel & served", "Copy to the <clerk>", "Reçu par télécopie")
        )
        rows.append((life.filed + dt.timedelta(rng.randrange(2, 80)), name, word, comment))
    rows.sort(key=lambda row: row[0])
    return tuple(
        EventFacts(f"{life.case_id}{20 + place}", date, name, word, comment)
        for place, (date, name, word, comment) in enumerate(rows)
        if date <= today
    )


def _settings(life: Life, rng: random.Random, today: dt.date) -> tuple[BondSettingFacts, ...]:
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


def _transactions(life: Life, rng: random.Random, today: dt.date) -> tuple[TransactionFacts, ...]:
    if life.closes is None or rng.random() < 0.3:
        return ()
    rows: list[tuple[dt.date, str, str | None, int]] = [
        (life.closes, "Charge", None, rng.choice((5_400, 29_650, 125_000)))
    ]
    if rng.random() < 0.6:
        rows.append(
            (
                life.closes + dt.timedelta(20),
                "Payment",
                f"R{life.case_id[-6:]}",
                -rng.choice((1_000, 5_400)),
            )
        )
    if rng.random() < 0.3:
        rows.append((life.closes + dt.timedelta(25), "Credit", None, -250))
    return tuple(
        TransactionFacts(f"{life.case_id}{60 + place}", date, kind, receipt, amount)
        for place, (date, kind, receipt, amount) in enumerate(rows)
        if date <= today
    )


def _parties(life: Life, rng: random.Random) -> tuple[PartyFacts, ...]:
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


def on_day(life: Life, rng: random.Random, start: dt.date, today: dt.date) -> Prosecution:
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
                (event for event in life.dispositions if event.date <= today),
                key=lambda event: event.date,
            )
        ),
        bond_settings=_settings(life, rng, today),
        events=_events(life, rng, today),
        transactions=_transactions(life, rng, today),
        hearings=_hearings(life, start, rng, today),
    )
    return Prosecution(
        facts,
        life.series,
        life.filed <= today,
        "Sentenced" if closed and life.sentenced_label else "Open",
    )
