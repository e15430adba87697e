"""Measure 18: what people who work for those in jail ask first."""

from __future__ import annotations

from collections.abc import Iterator

from reportcard.measures import groups
from reportcard.measures.court import last_asked, listed_cases, outcome
from reportcard.measures.groups import decision_of, grade_of
from reportcard.measures.held import Now, now
from reportcard.measures.intervals import quantile
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.panel.custody import Custody
from reportcard.panel.facts import CaseFacts
from reportcard.panel.held import Held
from reportcard.panel.model import Panel, Stay

FEWEST = 11
RESET = ("continued", "reset", "rescheduled", "postponed")


@define(
    "asked_first",
    18,
    "What advocates ask first",
    """Of the people on the newest list: held more than 1, 2 or 3 days without a bond decision seen;
    more than 30, 90 or 180 days without an indictment, where the court was asked; without a future
    court date; only on misdemeanors; only on a violation; without an attorney on an open case;
    sentenced and still here; 500 nights and more while awaiting trial. And over all stays that were
    watched: nights of people whose every case ended without a conviction. People under 18 are told
    as a total, and only from 11 on. Cost is nights times a rate that the user gives.""",
    groups=("race",),
    adds=True,
)
def asked_first(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """One number each."""
    newest = now(panel)
    if newest is None:
        return
    if by:
        for group, some in newest.by(by).items():
            yield from _long_waits(Cell("asked_first", newest.day, by, group), newest, some)
        return
    cell, people = Cell("asked_first", newest.day), newest.people
    yield from _without_bond(cell, newest)
    yield from _without_indictment(cell, newest)
    yield from _court_dates(cell, newest)
    yield from _by_grade(cell, newest)
    yield from _attorneys(cell, newest)
    yield from _long_waits(cell, newest, people)
    sentenced = sum(
        custody.answer == "not_waiting" and _sentenced(panel, one.stay) for one, custody in people
    )
    yield cell.number("sentenced_still_here", "people", sentenced, n=len(people))
    young = sum(
        groups.age_band(one.person.date_of_birth, newest.day) == "under_18" for one, _ in people
    )
    if young >= FEWEST:
        yield cell.number("under_18", "people", young, n=len(people))
    else:
        note = f"fewer than {FEWEST}"
        yield cell.number("under_18", "people", None, n=len(people), note=note)
    yield from _without_conviction(cell, panel, options)


def _nights(newest: Now, one: Held) -> int:
    return newest.day.toordinal() - one.stay.start


def _without_bond(cell: Cell, newest: Now) -> Iterator[Measure]:
    undecided = [
        one
        for one, _ in newest.people
        if not any(page is not None and decision_of(newest.panel, page) for page in one.pages)
    ]
    unread = sum(any(page is None for page in one.pages) for one in undecided)
    for days in (1, 2, 3):
        count = sum(_nights(newest, one) > days for one in undecided)
        yield cell.number(
            f"no_bond_decision_{24 * days}h", "people", count, n=len(newest.people), unknown=unread
        )


def _without_indictment(cell: Cell, newest: Now) -> Iterator[Measure]:
    panel = newest.panel
    felony = [
        (one, custody)
        for one, custody in newest.people
        if groups.of_pages(panel, one.pages, "grade") == "felony"
        and custody.answer != "not_waiting"
    ]
    for limit in (30, 90, 180):
        sure = perhaps = 0
        for one, custody in felony:
            if _nights(newest, one) <= limit:
                continue
            if _indicted(panel, one.stay):
                continue
            sure += custody.answer == "waiting"
            perhaps += custody.answer != "waiting"
        yield cell.bounded(
            f"no_indictment_{limit}",
            "people",
            sure,
            (sure, sure + perhaps),
            n=len(felony),
            unknown=perhaps,
        )


def _indicted(panel: Panel, stay: Stay) -> bool:
    return any(
        "indictment" in name.casefold()
        for case in listed_cases(panel, stay)
        for _, name in case.events
    )


def _court_dates(cell: Cell, newest: Now) -> Iterator[Measure]:
    panel, today = newest.panel, newest.day
    ahead: list[int] = []
    none = unread = 0
    resets: list[int] = []
    for one, custody in newest.people:
        cases = listed_cases(panel, one.stay)
        days = [day for page in one.pages if page for _, day in page.hearings if day is not None]
        days += [day for case in cases for day, _ in case.hearings]
        future = [day for day in days if day > today]
        if future:
            ahead.append((min(future) - today).days)
        elif last_asked(panel, one.person) is None or any(page is None for page in one.pages):
            unread += 1
        else:
            none += custody.answer != "not_waiting"
        resets += [_resets(case) for case in cases if case.answer == "pretrial"]
    n = len(newest.people)
    yield cell.bounded("no_court_date", "people", none, (none, none + unread), n=n, unknown=unread)
    if ahead:
        median = quantile(sorted(ahead), 0.5)
        yield cell.number("days_to_court_median", "days", median, n=len(ahead), unknown=unread)
    if resets:
        median = quantile(sorted(resets), 0.5)
        yield cell.number("resets_median", "ratio", median, n=len(resets))


def _resets(case: CaseFacts) -> int:
    return sum(
        any(word in (result or "").casefold() for word in RESET) for _, result in case.hearings
    )


def _by_grade(cell: Cell, newest: Now) -> Iterator[Measure]:
    panel = newest.panel
    grades = [
        {grade_of(panel, page) for page in one.pages if page is not None} - {None}
        for one, _ in newest.people
    ]
    unknown = sum(not found for found in grades)
    n = len(grades)
    for band, part in (("misdemeanor", "only_misdemeanors"), ("violation", "only_violation")):
        low = sum(found == {band} for found in grades)
        yield cell.bounded(part, "people", low, (low, low + unknown), n=n, unknown=unknown)


def _attorneys(cell: Cell, newest: Now) -> Iterator[Measure]:
    without = unknown = n = 0
    for one, custody in newest.people:
        if custody.answer != "waiting":
            continue
        still = [c for c in listed_cases(newest.panel, one.stay) if c.answer == "pretrial"]
        n += 1
        told = [case.attorney for case in still if case.attorney is not None]
        without += False in told
        unknown += not told
    yield cell.bounded(
        "no_attorney", "people", without, (without, without + unknown), n=n, unknown=unknown
    )


def _long_waits(cell: Cell, newest: Now, some: list[tuple[Held, Custody]]) -> Iterator[Measure]:
    long = [custody.answer for one, custody in some if _nights(newest, one) >= 500]
    low, high = long.count("waiting"), len(long) - long.count("not_waiting")
    yield cell.bounded(
        "awaiting_500_nights", "people", low, (low, high), n=len(some), unknown=high - low
    )


def _sentenced(panel: Panel, stay: Stay) -> bool:
    return any(case.sentences for case in listed_cases(panel, stay))


def _without_conviction(cell: Cell, panel: Panel, options: Options) -> Iterator[Measure]:
    """Nights until the release, or until the last complete day."""
    last = panel.watch.last
    if last is None:
        return
    sure = perhaps = people = 0
    for stay in panel.stays:
        end = min(stay.release if stay.release is not None else stay.last_seen, last)
        nights = max(0, end - stay.start)
        results = {outcome(case) for case in listed_cases(panel, stay)}
        if results and results <= {"dismissed", "sent_on"} and "dismissed" in results:
            sure += nights
            people += 1
        elif not results & {"guilty", "reduced", "pending"}:
            perhaps += nights
    note = f"of {people} stays; nights so far where they go on"
    yield cell.bounded(
        "nights_without_conviction",
        "nights",
        sure,
        (sure, sure + perhaps),
        n=len(panel.stays),
        unknown=perhaps,
        note=note,
    )
    if options.night_cents is not None:
        cost = sure * options.night_cents
        bounds = (cost, (sure + perhaps) * options.night_cents)
        told = f"{options.night_cents} cents a night: {options.night_source or 'source not given'}"
        yield cell.bounded(
            "cost_without_conviction", "cents", cost, bounds, n=len(panel.stays), note=told
        )
