"""Pretrial or not: the rule table of docs/rules.md (docs/portals/iml.md, 4a) over the bookings
still held."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from scrapers.jail.records import BondLabel, Booking, CustodyAnswer, CustodyRule, CustodyStatus

KNOWN_LABELS = frozenset({"Open", "Sentenced", "Paid", None})
"""Bond statuses met so far, compared exactly; any new word makes the answer ``unknown``."""
VIOLATION_GRADES = frozenset({"I", "IE"})
"""Charge grades of probation, parole or diversion violations."""
_GENERAL_SESSIONS = re.compile(r"^\d{8}$")
_CRIMINAL_COURT = re.compile(r"^[A-Za-z]\d{7}$")


def custody_of(bookings: Sequence[Booking], as_of: dt.date) -> CustodyStatus:
    """The answer with its deciding facts, for the county day ``as_of``. It is a label's reading,
    never a yes or no."""
    held = [booking for booking in bookings if not booking.released]
    if not held:
        return CustodyStatus(answer="not_held", rule="released", as_of=as_of)
    entries = tuple(
        BondLabel(case_number=bond.case_number, status=bond.status)
        for booking in held
        for bond in booking.bonds
    )
    detainers = sum(len(booking.detainers) for booking in held)
    met = {
        charge.grade for booking in held for charge in booking.charges if charge.grade is not None
    }
    grades = tuple(sorted(met & VIOLATION_GRADES))
    other_hold = bool(detainers or grades)
    answer, rule = _answer(entries, other_hold)
    return CustodyStatus(
        answer=answer,
        rule=rule,
        as_of=as_of,
        entries=entries,
        detainers=detainers,
        violation_grades=grades,
        other_hold=other_hold,
    )


def _answer(entries: Sequence[BondLabel], other_hold: bool) -> tuple[CustodyAnswer, CustodyRule]:
    labels = {entry.status for entry in entries}
    if not entries:
        return "unknown", "no_entries"
    if not labels <= KNOWN_LABELS:
        return "unknown", "unknown_word"
    if "Sentenced" not in labels:
        if labels != {"Open"}:
            return "unknown", "blank_or_paid"
        return (
            ("open_with_other_hold", "all_open_other_hold")
            if other_hold
            else ("pretrial_by_label", "all_open")
        )
    if _bound_over(entries):
        return "unresolved", "general_sessions_only"
    if labels == {"Sentenced"}:
        return "sentenced_label_all", "all_sentenced"
    return "sentenced_label_mixed", "some_sentenced"


def _bound_over(entries: Sequence[BondLabel]) -> bool:
    """Sentenced only on General Sessions cases, beside an open case of Criminal Court: perhaps only
    bound over."""
    sentenced = [entry.case_number or "" for entry in entries if entry.status == "Sentenced"]
    opened = [entry.case_number or "" for entry in entries if entry.status == "Open"]
    return all(map(_GENERAL_SESSIONS.match, sentenced)) and any(map(_CRIMINAL_COURT.match, opened))
