"""Waiting for a trial, by the court's own records: an answer with its reasons, never a guess.

The jail lists case numbers; the court says of each case whether it is open without a sentence
(docs/portals/odyssey.md). A person *waits* if the court answers so for at least one listed case;
does *not wait* if the court answers so for every listed case; anything else the records do not say.
A General Sessions case that ended by being bound over goes on elsewhere: it is followed by the
court's explicit cross-references only, and without one nothing is known of it. Somebody who waits
and is also held for something else still waits, with that said beside (`Custody.also`).

So the number of those who wait lies between the people with answer ``waiting`` and everybody but
those with ``not_waiting`` (docs/measures.md, measure 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from reportcard.panel.facts import CaseFacts, PageFacts
from reportcard.panel.words import SHELBY, Words

Answer = Literal["waiting", "not_waiting", "unknown"]
Reason = Literal[
    "court_says_open",
    "court_says_ended",
    "page_unread",
    "no_case_listed",
    "entry_without_case",
    "court_not_asked",
    "court_not_found",
    "birth_date_unverified",
    "partly_read",
    "case_not_in_court",
    "case_unclear",
    "bound_over_not_linked",
]


@dataclass(frozen=True, slots=True)
class Custody:
    """The answer for one person on one day. ``reason`` is the first fact that decided; ``also``:
    held for something else too (another authority's hold, a violation, a case that has ended);
    ``every``: every listed case is open in court, and nothing else holds; ``bound_over`` and
    ``linked`` count listed cases that went on elsewhere, and those of them with a cross-reference
    that leads to a known case."""

    answer: Answer
    reason: Reason
    also: bool = False
    every: bool = False
    bound_over: int = 0
    linked: int = 0


Lookup = Callable[[str], "CaseFacts | None"]
"""An accepted case of the person by its number, None where the court half does not have it."""


def custody_of(
    pages: Sequence[PageFacts | None],
    outcome: str | None,
    whole: bool,
    lookup: Lookup,
    words: Words = SHELBY,
) -> Custody:
    """The answer from the pages of all bookings still held (None: not read), the outcome of asking
    the court (None: not asked) with whether all of the answer could be read, and the cases."""
    known = [page for page in pages if page is not None]
    numbers = list(dict.fromkeys(number for page in known for number in page.listed_cases))
    cases = [_case(number, lookup) for number in numbers]
    also = any(case.answer == "not_waiting" for case in cases)
    also = also or any(map(words.other_hold, known))
    over = sum(case.bound_over for case in cases)
    linked = sum(case.linked for case in cases)
    if any(case.answer == "waiting" for case in cases):
        every = all(case.answer == "waiting" for case in cases) and len(known) == len(pages)
        return Custody("waiting", "court_says_open", also, every and not also, over, linked)
    why = _why_unknown(cases, len(known) < len(pages), outcome, whole)
    if why is not None:
        return Custody("unknown", why, also, False, over, linked)
    return Custody("not_waiting", "court_says_ended", also, False, over, linked)


@dataclass(frozen=True, slots=True)
class _Case:
    answer: Answer
    reason: Reason
    bound_over: bool = False
    linked: bool = False


def _why_unknown(
    cases: Sequence[_Case], unread: bool, outcome: str | None, whole: bool
) -> Reason | None:
    """Why it cannot be said that every listed case has ended; None where it can."""
    if unread:
        return "page_unread"
    if not cases:
        return "no_case_listed"
    if outcome is None:
        return "court_not_asked"
    if outcome == "not_found":
        return "court_not_found"
    if outcome == "unverified":
        return "birth_date_unverified"
    if not whole:
        return "partly_read"
    return next((case.reason for case in cases if case.answer == "unknown"), None)


def _case(number: str | None, lookup: Lookup) -> _Case:
    """The court's answer to one listed case, those it was bound over to included."""
    if number is None:
        return _Case("unknown", "entry_without_case")
    case = lookup(number)
    if case is None:
        return _Case("unknown", "case_not_in_court")
    if case.answer == "pretrial":
        return _Case("waiting", "court_says_open")
    if case.answer != "not_pretrial":
        return _Case("unknown", "case_unclear")
    if not went_elsewhere(case):
        return _Case("not_waiting", "court_says_ended")
    linked = [other for name in case.references if (other := lookup(name)) is not None]
    if not linked:
        return _Case("unknown", "bound_over_not_linked", True)
    answers = {other.answer for other in linked}
    if "pretrial" in answers:
        return _Case("waiting", "court_says_open", True, True)
    if answers == {"not_pretrial"} and not any(map(went_elsewhere, linked)):
        return _Case("not_waiting", "court_says_ended", True, True)
    return _Case("unknown", "case_unclear", True, True)


def went_elsewhere(case: CaseFacts) -> bool:
    """Whether a case that is closed here was not decided: a charge without a final result, and no
    sentence."""
    return (
        case.answer == "not_pretrial"
        and "sentence" not in case.reasons
        and any(charge.open for charge in case.charges)
    )
