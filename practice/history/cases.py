"""The court cases of a custody in hours, and the record that the court shows of each at a
moment."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from practice.history.lives import Custody, day

Json = dict[str, Any]
OFFENSES = (
    ("SIMPLE ASSAULT", "39-13-101"),
    ("AGGRAVATED ASSAULT", "39-13-102"),
    ("THEFT OF PROPERTY $1,000 OR LESS", "39-14-103"),
    ("BURGLARY OF A VEHICLE", "39-13-1002"),
    ("SIMPLE POSSESSION", "39-17-418"),
    ("POSSESSION WITH INTENT TO SELL", "39-17-417"),
    ("DISORDERLY CONDUCT", "39-17-305"),
    ("DRIVING ON A SUSPENDED LICENSE", "55-50-504"),
    ("SYNTHETIC OFFENSE", "00-00-000"),
)
"""(description, statute)."""
FINAL = {"guilty": "Guilty", "dismissed": "Dismissed", "reduced": "Guilty"}


@dataclass(slots=True)
class CaseLife:
    """A case. It is decided at ``closes``; with ``over`` it only went on in case ``goes_to``, whose
    number the court tells if ``linked``. ``hidden``: the court's answers do not have it;
    ``restricted``: they do not show what is in it."""

    number: str
    series: str
    filed: float
    closes: float
    result: str
    charges: tuple[tuple[str, str, str], ...]
    over: bool = False
    goes_to: str | None = None
    linked: bool = False
    hidden: bool = False
    restricted: bool = False
    listed: float = 0.0
    bond_cents: int | None = None
    missed: float | None = None

    def key(self, now: float) -> tuple[bool, ...]:
        """What of it has happened: equal keys show equal records."""
        seen = (self.filed, self.closes, self.closes - 24 * 20, self.missed or 1e12)
        return tuple(at <= now for at in seen)

    def pending(self, now: float) -> bool:
        """Whether it waits for a decision (before it is filed too)."""
        return now < self.closes


def charges_of(rng: random.Random, grade: str, count: int) -> tuple[tuple[str, str, str], ...]:
    """(description, statute, grade), the most serious first."""
    rows = [rng.choice(OFFENSES) for _ in range(count)]
    lesser = grade if grade == "I" else "MC"
    return tuple((*row, grade if place == 0 else lesser) for place, row in enumerate(rows))


def cases_of(
    rng: random.Random, custody: Custody, serial: int, hidden: float = 0.08
) -> tuple[CaseLife, ...]:
    """The cases of a custody, decided before its end only by what lets a person go or keeps them
    without a trial: a sentence, or a dismissal beside another hold."""
    if custody.band == "violation" and rng.random() < 0.5:
        return ()
    start, end = custody.start, custody.end
    sentenced = custody.kind == "sentence"
    median = 24 * (45 if custody.band == "misdemeanor" else 110)
    closes = start + 24 + median * rng.lognormvariate(0, 0.8)
    result = "guilty" if sentenced else rng.choice(("dismissed", "reduced", "guilty"))
    if sentenced:
        closes = start + (end - start) * rng.uniform(0.1, 0.9)
    elif closes < end:
        result = "dismissed"
    rows = charges_of(rng, custody.grade, rng.choice((1, 1, 2, 3)))
    year = day(custody.first_day).year % 100
    first = CaseLife(
        f"{year:02d}{serial % 1_000_000:06d}",
        "sessions",
        start + 24 * rng.uniform(0.2, 1.2),
        closes,
        result,
        rows,
        hidden=rng.random() < hidden,
        restricted=rng.random() < 0.02,
        bond_cents=int(custody.situation) if custody.situation.isdigit() else None,
    )
    over = start + 24 * 20 * rng.lognormvariate(0, 0.5)
    filed = over + 24 * rng.uniform(5, 40)
    if custody.band == "felony" and filed + 24 < closes and rng.random() < 0.7:
        second = CaseLife(
            f"C{year:02d}{serial % 100_000:05d}",
            "criminal",
            filed,
            closes,
            result,
            rows,
            hidden=rng.random() < hidden,
            listed=filed + 24 * rng.uniform(0, 6),
        )
        first.closes, first.over, first.goes_to = over, True, second.number
        first.linked = rng.random() < 0.75
        return first, second
    return (first,)


def earlier_cases(rng: random.Random, custody: Custody, serial: int) -> tuple[CaseLife, ...]:
    """Decided cases of before the custody; in some of them a hearing was missed."""
    found = []
    for place in range(min(6, int(rng.expovariate(1 / 1.3)))):
        filed = custody.start - 24 * rng.uniform(60, 1500)
        closes = filed + (custody.start - filed) * rng.uniform(0.2, 0.9)
        missed = filed + (closes - filed) * 0.5 if rng.random() < 0.25 else None
        found.append(
            CaseLife(
                f"{day(int(filed // 24)).year % 100:02d}{700_000 + (serial * 7 + place) % 90_000}",
                "sessions",
                filed,
                closes,
                rng.choice(("guilty", "dismissed", "dismissed")),
                charges_of(rng, "MA", 1),
                missed=missed,
            )
        )
    return tuple(found)


def record(case: CaseLife, now: float, name: str, birth: str) -> Json:
    """The case as the court shows it: a case of a person's file, without what is empty."""
    closed = case.closes <= now
    filed, ended = _date(case.filed), _date(case.closes)
    final = "Bound Over to Grand Jury" if case.over else FINAL[case.result]
    sentence = closed and not case.over and case.result in ("guilty", "reduced")
    told: Json = {
        "case_number": case.number,
        "style": f"STATE VS {name.split(',')[0]}",
        "court": "General Sessions Criminal Court"
        if case.series == "sessions"
        else "Sample Criminal Court",
        "case_type": "GS Criminal" if case.series == "sessions" else "Criminal",
        "status": "Closed" if closed else "Open",
        "file_date": filed,
    }
    if case.restricted:
        return {**told, "public": False, "pretrial": _pretrial("unknown", [], "restricted")}
    numbers = [str(place + 1) for place in range(len(case.charges))]
    said = [{"date": ended, "event": "Disposition", "result": final}] if closed else []
    told["charges"] = [
        {
            "number": number,
            "description": description,
            "statute": statute,
            "degree": degree,
            "dispositions": said,
        }
        for number, (description, statute, degree) in zip(numbers, case.charges, strict=True)
    ]
    opening = "Complaint Filed" if case.series == "sessions" else "Indictment Filed"
    told["events"] = [{"date": filed, "name": opening}]
    if case.missed is not None and case.missed <= now:
        told["events"].append({"date": _date(case.missed), "name": "Failure to Appear"})
    told["parties"] = [
        {
            "role": "Defendant",
            "name": name,
            "date_of_birth": birth,
            "attorneys": [] if int(case.number[-1]) < 3 else [{"name": "Venlo, Wil", "lead": True}],
        }
    ]
    told["hearings"] = _hearings(case, now)
    if case.bond_cents is not None:
        told["bond_settings"] = [{"date": filed, "amount_cents": case.bond_cents}]
    if closed:
        event: Json = {"date": ended, "name": "Disposition"}
        event["outcomes"] = [
            {"charge_number": number, "description": row[0], "result": final}
            for number, row in zip(numbers, case.charges, strict=True)
        ]
        told["disposition_events"] = [event]
        if sentence:
            parts = [{"kind": "Confinement", "text": "6 Months"}]
            told["disposition_events"].append(
                {"date": ended, "name": "Sentence", "sentence": parts}
            )
    if closed and case.over and case.linked and case.goes_to is not None:
        told["cross_references"] = [case.goes_to]
    still = numbers if not closed or case.over else []
    if closed:
        why = "sentence" if sentence else "status_not_open"
        told["pretrial"] = _pretrial("not_pretrial", still, why)
    else:
        told["pretrial"] = _pretrial("pretrial", still, "open_charge")
    return told


def _pretrial(answer: str, still: list[str], reason: str) -> Json:
    return {"answer": answer, "open_charges": still, "reasons": [reason]}


def _hearings(case: CaseLife, now: float) -> list[Json]:
    """A hearing every four weeks; the result of one that is past."""
    rows = []
    for place in range(60):
        at = case.filed + 24 * (14 + 28 * place)
        if at > case.closes and case.closes <= now:
            break
        past = at <= now
        result = ("Continued" if place % 3 else "Hearing Held") if past else None
        rows.append({"date": _date(at), "type": "Report Date", "result": result})
        if not past:
            break
    return rows


def _date(hours: float) -> str:
    return day(int(hours // 24)).isoformat()
