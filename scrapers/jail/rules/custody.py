"""Pretrial or not: the rule table of docs/rules.md (docs/portals/iml.md, 4a) over the bookings
still held."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from scrapers.jail.records import BondLabel, Booking, CustodyAnswer, CustodyRule, CustodyStatus
from scrapers.sites import CustodyWords


def custody_of(
    bookings: Sequence[Booking], as_of: dt.date, words: CustodyWords, *, unread: bool = False
) -> CustodyStatus:
    """The answer with its deciding facts, for the county day ``as_of``, by the county's own words.
    It is a label's reading, never a yes or no. ``unread``: a booking still held could not be
    read."""
    held = [booking for booking in bookings if not booking.released]
    if not held and not unread:
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
    grades = tuple(sorted(met & set(words.violation_grades)))
    other_hold = bool(detainers or grades)
    answer, rule = _unread() if unread else _answer(entries, other_hold, words)
    return CustodyStatus(
        answer=answer,
        rule=rule,
        as_of=as_of,
        entries=entries,
        detainers=detainers,
        violation_grades=grades,
        other_hold=other_hold,
    )


def _unread() -> tuple[CustodyAnswer, CustodyRule]:
    return "unknown", "unread"


def _answer(
    entries: Sequence[BondLabel], other_hold: bool, words: CustodyWords
) -> tuple[CustodyAnswer, CustodyRule]:
    labels = {entry.status for entry in entries}
    opened, sentenced = set(words.open), set(words.sentenced)
    if not entries:
        return "unknown", "no_entries"
    if not labels <= {*opened, *sentenced, *words.neutral, None}:
        return "unknown", "unknown_word"
    if labels.isdisjoint(sentenced):
        if not labels <= opened:
            return "unknown", "blank_or_paid"
        return (
            ("open_with_other_hold", "all_open_other_hold")
            if other_hold
            else ("pretrial_by_label", "all_open")
        )
    if _bound_over(entries, words):
        return "unresolved", "general_sessions_only"
    if labels <= sentenced:
        return "sentenced_label_all", "all_sentenced"
    return "sentenced_label_mixed", "some_sentenced"


def _bound_over(entries: Sequence[BondLabel], words: CustodyWords) -> bool:
    """Sentenced only on cases of the lower court, beside an open case of the higher: perhaps only
    bound over."""
    if words.general_sessions is None or words.criminal_court is None:
        return False
    lower, higher = re.compile(words.general_sessions), re.compile(words.criminal_court)
    sentenced = [entry.case_number or "" for entry in entries if entry.status in words.sentenced]
    opened = [entry.case_number or "" for entry in entries if entry.status in words.open]
    return all(map(lower.fullmatch, sentenced)) and any(map(higher.fullmatch, opened))
