"""Where both halves meet: the jail's label, confirmed by the court or left as it is (iml.md 4a,
rule 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from scrapers.jail.records import CustodyStatus, JailRecord
from scrapers.odyssey.records import CourtRecord
from scrapers.record import RecordModel

CONFIRMABLE = ("pretrial_by_label", "unresolved")
"""Answers that the court may confirm. Another hold is never purely pretrial; a label that says
sentenced stays a label."""


class CaseDate(RecordModel):
    """A listed case as the court answered it."""

    case_number: str
    pretrial: str
    status: str | None = None


class ConfirmedCustody(CustodyStatus):
    """A custody status with the court's side: ``as_of`` is the day of the jail's page,
    ``court_as_of`` of the court's."""

    court_as_of: dt.date
    cases: tuple[CaseDate, ...] = ()


def listed_cases(record: JailRecord) -> tuple[str | None, ...]:
    """Every case number on the pages of the bookings still held: bonds, charges, hearings; None for
    an entry without one.

    In page order, each once.
    """
    held = [booking for booking in record.bookings if not booking.released]
    found = [
        row.case_number
        for booking in held
        for rows in (booking.bonds, booking.charges, booking.hearings)
        for row in rows
    ]
    return tuple(dict.fromkeys(found))


def confirms(listed: Sequence[str | None], answers: Mapping[str, str]) -> bool:
    """Whether the court answers ``pretrial``, by exact case number, for every listed case, of which
    there must be one. An entry without a number, or a case without an answer, confirms nothing."""
    return bool(listed) and all(
        number is not None and answers.get(number) == "pretrial" for number in listed
    )


def confirm(
    jail_record: JailRecord, court_record: CourtRecord | None, *, court_as_of: dt.date
) -> CustodyStatus:
    """``pretrial_confirmed`` when the court answers pretrial, by exact case number, for EVERY case
    listed on the pages of the bookings still held; otherwise the jail's own status, unchanged.

    Only `CONFIRMABLE` answers without another hold can be confirmed. A listed entry without a case
    number, a case that the court half does not hold, a restricted one, or any answer but
    ``pretrial`` leaves the status as it is."""
    status = jail_record.custody_status
    if status.answer not in CONFIRMABLE or status.other_hold or court_record is None:
        return status
    known = {case.case_number: case for case in court_record.cases}
    listed = listed_cases(jail_record)
    if not confirms(listed, {number: case.pretrial.answer for number, case in known.items()}):
        return status
    cases = tuple(
        CaseDate(case_number=case.case_number, pretrial=case.pretrial.answer, status=case.status)
        for case in (known[number] for number in listed if number is not None)
    )
    told = {
        name: getattr(status, name)
        for name in CustodyStatus.model_fields
        if name not in ("answer", "rule")
    }
    return ConfirmedCustody(
        **told,
        answer="pretrial_confirmed",
        rule="court_confirms",
        court_as_of=court_as_of,
        cases=cases,
    )
