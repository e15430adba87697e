"""Measures 11, 14 and 15: from booking to decision, and what became of the cases."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from reportcard.measures.bond import first_decision
from reportcard.measures.held import now
from reportcard.measures.incidence import incidence
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.measures.mornings import Mornings
from reportcard.measures.survival import Spell
from reportcard.panel.custody import went_elsewhere
from reportcard.panel.facts import CaseFacts
from reportcard.panel.model import Panel, Person, Stay

MISSED = re.compile(r"fail\w* to appear|\bFTA\b", re.I)
SET_ASIDE = re.compile(r"set aside|recalled|withdrawn", re.I)
NO_CONVICTION = re.compile(r"dismiss|nolle|not guilty|acquit|no true bill|retired", re.I)
CONVICTION = re.compile(r"guilty|convict|nolo", re.I)
BANDS = ((0, 0), (1, 1), (2, 4), (5, None))


def listed_cases(panel: Panel, stay: Stay) -> list[CaseFacts]:
    """The cases listed on the stay's pages, and those they are cross-referenced to, that the court
    half knows as the person's."""
    known = set(panel.held.case_numbers(stay.person))
    numbers = [
        number
        for booking in stay.bookings
        for _, page in booking.pages
        for number in page.listed_cases
        if number is not None and number in known
    ]
    found: dict[str, CaseFacts] = {}
    for number in dict.fromkeys(numbers):
        case = panel.cases.get(number)
        if case is None:
            continue
        found[number] = case.newest
        for other in case.newest.references:
            linked = panel.cases.get(other) if other in known else None
            if linked is not None:
                found[other] = linked.newest
    return list(found.values())


def last_asked(panel: Panel, person: Person) -> dt.date | None:
    """The last day on which the court gave an answer with cases."""
    days = [
        reading.day
        for who in person.who
        if who in panel.court
        for reading in panel.court[who].readings
        if reading.outcome == "found"
    ]
    return max(days, default=None)


@define(
    "until_decided",
    11,
    "From booking to a decision",
    """How many of 100 people had a bond decision on the page by the morning of day t after their
    booking; and by the court's dates, how many were indicted, and how many had every listed case
    decided, within t days of the booking; each before they left. Leaving first is another end, so
    that the three shares do not become 100.""",
    adds=True,
)
def until_decided(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Cumulative shares."""
    cell = Cell("until_decided", panel.last_day)
    if panel.watch.last is None:
        return
    found = incidence(_until_bond(panel), start=1)
    for morning in (1, 2, 3, 7):
        if morning <= found.all.last:
            yield cell.sampled(
                f"bond_{morning}",
                "share",
                found.share("decided", morning),
                found.limits("decided", morning),
                n=len(found.all.spells),
            )
    for part, dated in (("indicted", _indicted), ("decided", _decided)):
        spells: list[Spell] = []
        unknown = 0
        for stay in panel.stays:
            asked = last_asked(panel, stay.person)
            if asked is None:
                unknown += 1
                continue
            spells += _by_date(panel, stay, asked.toordinal(), dated(panel, stay))
        curves = incidence(spells)
        for day in (7, 30, 90, 180, 365):
            if day <= curves.all.last:
                yield cell.sampled(
                    f"{part}_{day}",
                    "share",
                    curves.share("decided", day),
                    curves.limits("decided", day),
                    n=len(curves.all.spells),
                    unknown=unknown,
                )


def _until_bond(panel: Panel) -> list[Spell]:
    mornings, last = Mornings(panel), panel.watch.last
    first = mornings.first
    spells: list[Spell] = []
    if first is None or last is None:
        return spells
    for stay in panel.stays:
        enter = stay.start + 1
        if stay.late or stay.start < first:
            enter = max(enter, stay.seen + 1)
        decision = first_decision(panel, stay)
        seen = panel.crawls[decision[0]].day.toordinal() if decision else None
        if seen is not None:
            end, event = seen, "decided"
        elif stay.release is not None:
            end, event = stay.release + 1, "left"
        else:
            end, event = stay.vanished if stay.vanished is not None else last + 1, None
        spells += mornings.spells(stay.person.key, stay.start, enter, end, event)
    return spells


def _by_date(panel: Panel, stay: Stay, asked: int, decided: int | None) -> Iterator[Spell]:
    """Spells in days since the booking until a court date, as far as the court was asked."""
    watch = panel.watch
    last = min(asked, watch.last if watch.last is not None else asked)
    first = stay.seen if stay.late else stay.start
    end, event = last, None
    if stay.release is not None and stay.release <= last:
        end, event = stay.release, "left"
    if stay.vanished is not None:
        end = min(end, stay.vanished - 1)
    if decided is not None and decided <= end:
        end, event = max(decided, stay.start), "decided"
    for low, high in watch.within(first, end):
        kind = event if high == end else None
        yield Spell(stay.person.key, low - stay.start, high - stay.start, kind)


def _indicted(panel: Panel, stay: Stay) -> int | None:
    """The day of the first indictment among the listed cases."""
    days = [
        day.toordinal()
        for case in listed_cases(panel, stay)
        for day, name in case.events
        if "indictment" in name.casefold()
    ]
    return min(days, default=None)


def _decided(panel: Panel, stay: Stay) -> int | None:
    """The day on which the last of the listed cases was decided; None while one is not."""
    days: list[int] = []
    cases = listed_cases(panel, stay)
    numbers = {case.number for case in cases}
    for case in cases:
        if case.answer != "not_pretrial":
            return None
        if went_elsewhere(case):
            if not numbers.intersection(case.references):
                return None
            continue
        said = [said.day for charge in case.charges for said in charge.dispositions]
        known = [day.toordinal() for day in said if day is not None]
        if not known:
            return None
        days.append(max(known))
    return max(days, default=None)


@define(
    "court_history",
    14,
    "History in court",
    """Of the people held awaiting trial whose birth date the court confirms: how many have 0, 1, 2
    to 4, or 5 and more earlier cases, earlier cases with a conviction, and missed hearings (not set
    aside, not while they were in custody). A case is no conviction, and none of this says that
    somebody is dangerous.""",
    adds=True,
)
def history(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """People by band."""
    newest = now(panel)
    if newest is None:
        return
    cell = Cell("court_history", newest.day)
    found: dict[str, list[int]] = {"cases": [], "convictions": [], "missed_hearings": []}
    waiting = [one for one, custody in newest.people if custody.answer == "waiting"]
    for one in waiting:
        listed = {case.number for case in listed_cases(panel, one.stay)}
        start = dt.date.fromordinal(one.stay.start)
        earlier = [
            case
            for number in dict.fromkeys(panel.held.case_numbers(one.person))
            if (whole := panel.cases.get(number)) is not None
            and (case := whole.newest).filed is not None
            and case.filed < start
            and number not in listed
        ]
        found["cases"].append(len(earlier))
        found["convictions"].append(sum(outcome(case) == "guilty" for case in earlier))
        found["missed_hearings"].append(sum(_missed(one.person, case) for case in earlier))
    for part, counts in found.items():
        for low, high in BANDS:
            name = f"{low}" if high == low else f"{low}_{high}" if high else f"{low}_on"
            people = sum(low <= count <= (high if high is not None else count) for count in counts)
            yield cell.number(f"{part}_{name}", "people", people, n=len(waiting))


def _missed(person: Person, case: CaseFacts) -> int:
    """Hearings that were missed in freedom."""
    aside = any(SET_ASIDE.search(name) and MISSED.search(name) for _, name in case.events)
    days = {day for day, name in case.events if MISSED.search(name)}
    days |= {day for day, result in case.hearings if result and MISSED.search(result)}
    if aside:
        return 0
    return sum(not _in_custody(person, day.toordinal()) for day in days)


def _in_custody(person: Person, day: int) -> bool:
    return any(
        stay.start <= day <= (stay.release if stay.release is not None else stay.last_seen)
        for stay in person.stays
    )


def outcome(case: CaseFacts) -> str:
    """``pending``, ``dismissed``, ``guilty``, ``reduced`` (guilty of a changed charge), ``sent_on``
    or ``unknown``."""
    if case.answer == "pretrial":
        return "pending"
    if case.answer != "not_pretrial":
        return "unknown"
    if went_elsewhere(case):
        return "sent_on"
    said = [said.result for charge in case.charges for said in charge.dispositions]
    convicted = [
        charge
        for charge in case.charges
        if any(
            CONVICTION.search(one.result) and not NO_CONVICTION.search(one.result)
            for one in charge.dispositions
            if one.event.casefold() != "plea"
        )
    ]
    if convicted or case.sentences:
        return "reduced" if any(charge.amended for charge in convicted) else "guilty"
    return "dismissed" if said and all(NO_CONVICTION.search(one) for one in said) else "unknown"


@define(
    "case_outcome",
    15,
    "What became of their cases",
    """The cases that the jail listed for people held while we watched, by the court's newest
    answer: pending, dismissed (acquitted too), guilty, guilty of a changed charge, sent on to
    another court without a link to a case there, or not told. A case linked to the one it was sent
    on to counts once, by that one. Whether a sentence is shorter than the time already held is told
    only where the sentence itself says *time served*: the records do not show jail credit or which
    terms run one after the other.""",
    adds=True,
)
def outcomes(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Cases and shares; a share lies between its own and its own with what is not told."""
    cases: dict[str, CaseFacts] = {}
    unasked = 0
    for stay in panel.stays:
        if last_asked(panel, stay.person) is None:
            unasked += 1
        for case in listed_cases(panel, stay):
            cases[case.number] = case
    count: Counter[str] = Counter()
    served = 0
    for case in cases.values():
        result = outcome(case)
        if result == "sent_on" and any(number in cases for number in case.references):
            continue
        count[result] += 1
        served += any("time served" in text.casefold() for _, _, text in case.sentences)
    cell, n = Cell("case_outcome", panel.last_day), sum(count.values())
    unknown = count["unknown"] + count["sent_on"]
    for result in ("pending", "dismissed", "guilty", "reduced", "sent_on", "unknown"):
        cell_n = count[result]
        yield cell.number(result, "bookings", cell_n, n=n, unknown=unasked)
        if n and result not in ("sent_on", "unknown"):
            bounds = (cell_n / n, (cell_n + unknown) / n)
            yield cell.bounded(f"share_{result}", "share", cell_n / n, bounds, n=n, unknown=unknown)
    yield cell.number("time_served", "bookings", served, n=count["guilty"] + count["reduced"])


__all__ = ["history", "listed_cases", "outcome", "outcomes", "until_decided"]
