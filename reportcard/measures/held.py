"""Measures 1, 2, 3, 8 and 16: the people on the newest list, and what is known of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from reportcard.measures import groups
from reportcard.measures.groups import BONDS
from reportcard.measures.intervals import quantile
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.panel.custody import Custody
from reportcard.panel.facts import PageFacts
from reportcard.panel.held import Held
from reportcard.panel.model import Panel

NOT_EXACT = "not exact: the list is not proved complete"
LONG = (30, 180, 365, 500)
"""Nights that somebody may have been held."""


@dataclass
class Now:
    """The newest list: everybody on it with the court's answer."""

    panel: Panel
    place: int

    @property
    def day(self) -> dt.date:
        """The county's day on which the list was read."""
        return self.panel.crawls[self.place].day

    @cached_property
    def people(self) -> list[tuple[Held, Custody]]:
        held = self.panel.held
        return [(one, held.custody(one, self.place)) for one in held.on(self.place)]

    def by(self, by: str) -> dict[str, list[tuple[Held, Custody]]]:
        """The people by group; with ``by`` empty all in one."""
        found: dict[str, list[tuple[Held, Custody]]] = {}
        for one, custody in self.people:
            found.setdefault(self.group(one, by), []).append((one, custody))
        return dict(sorted(found.items()))

    def group(self, one: Held, by: str) -> str:
        if not by:
            return ""
        if by in groups.PERSONAL:
            return groups.personal(one.person, by, self.day)
        return groups.of_pages(self.panel, one.pages, by)

    @property
    def note(self) -> str:
        """What the list's own count lacks."""
        return "" if self.panel.crawls[self.place].exact else NOT_EXACT


def now(panel: Panel) -> Now | None:
    """The newest list of a panel; None where there is none."""
    if panel.newest is None:
        return None
    found: Now | None = panel.__dict__.get("_now")
    if found is None:
        found = panel.__dict__["_now"] = Now(panel, panel.newest)
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@define(
    "held",
    1,
    "People held",
    """Distinct people with a booking on the jail's list that shows no release date on or before the
    day of the list. The number of bookings stands beside. It counts who is on the list, which is
    not always everybody in the building.""",
    groups=groups.ALL,
)
def held(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """The newest list, and every day's for a line."""
    newest = now(panel)
    if newest is None:
        return
    for group, some in newest.by(by).items():
        cell = Cell("held", newest.day, by, group)
        n = len(some)
        yield cell.number("people", "people", n, n=n, note=newest.note)
        bookings = sum(len(one.bookings) for one, _ in some)
        yield cell.number("bookings", "bookings", bookings, n=n, note=newest.note)
    if by or not options.series:
        return
    for place, (people, _) in panel.held.counts().items():
        mark = panel.crawls[place]
        note = "" if mark.exact else NOT_EXACT
        yield Cell("held", newest.day).number(
            "people", "people", people, n=people, note=note, day=mark.day
        )


@define(
    "awaiting_trial",
    2,
    "Held awaiting trial",
    """Of the people held: for how many the court's own records say that a case which the jail lists
    is open without a sentence (*waiting*, the lower number); for how many they say of every listed
    case that it has ended (*not waiting*); for how many they do not say. The true number lies
    between those confirmed as waiting and everybody but those confirmed as not waiting. The jail's
    own labels decide nothing: a case marked sentenced may only have been sent on to another court.
    A court's answer counts for 14 days. Somebody who waits and is also held for something else
    waits.""",
    groups=groups.ALL,
    adds=True,
)
def awaiting(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Numbers and shares with bounds; reasons why the records do not say; every day's for a
    line."""
    newest = now(panel)
    if newest is None:
        return
    for group, some in newest.by(by).items():
        cell = Cell("awaiting_trial", newest.day, by, group)
        answers = Counter(custody.answer for _, custody in some)
        n, low = len(some), answers["waiting"]
        high, unknown = n - answers["not_waiting"], answers["unknown"]
        yield cell.bounded("people", "people", low, (low, high), n=n, unknown=unknown)
        if n:
            bounds = (low / n, high / n)
            yield cell.bounded("share", "share", low / n, bounds, n=n, unknown=unknown)
        for part, count in (("not_waiting", n - high), ("unknown", unknown)):
            yield cell.number(part, "people", count, n=n)
        also = sum(custody.answer == "waiting" and custody.also for _, custody in some)
        yield cell.number("also_held_otherwise", "people", also, n=low)
        if not by:
            why = Counter(c.reason for _, c in some if c.answer == "unknown")
            for reason, count in sorted(why.items()):
                yield cell.number(f"unknown_{reason}", "people", count, n=unknown)
            yield from _labels(panel, some, cell)
    if by or not options.series:
        return
    for place, answers_then in panel.held.custody_counts().items():
        n = sum(answers_then.values())
        low, high = answers_then["waiting"], n - answers_then["not_waiting"]
        yield Cell("awaiting_trial", newest.day).bounded(
            "people",
            "people",
            low,
            (low, high),
            n=n,
            unknown=answers_then["unknown"],
            day=panel.crawls[place].day,
        )


def _labels(panel: Panel, some: Iterable[tuple[Held, Custody]], cell: Cell) -> Iterator[Measure]:
    """What the jail's labels say of those of whom the court does not."""
    found: Counter[str] = Counter()
    for one, custody in some:
        if custody.answer != "unknown":
            continue
        known = [panel.labels[who][-1][1] for who in one.person.who if panel.labels.get(who)]
        found[known[0] if known else "none"] += 1
    for label, count in sorted(found.items()):
        if label != "none":
            yield cell.number(f"unknown_label_{label}", "people", count, n=sum(found.values()))


@define(
    "held_so_far",
    3,
    "Time held so far",
    """Nights since the first commitment of the unbroken custody, of the people on the newest list.
    This is not a length of stay: those who stay long are more often found on a list than those who
    leave at once. For a booking without a commitment date it counts from the day it was first
    listed.""",
    groups=groups.ALL,
)
def so_far(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Quartiles, the 90th percentile, and people beyond 30, 180, 365 and 500 nights."""
    newest = now(panel)
    if newest is None:
        return
    today = newest.day.toordinal()
    for group, some in newest.by(by).items():
        cell = Cell("held_so_far", newest.day, by, group)
        nights = sorted(today - one.stay.start for one, _ in some)
        unknown = sum(not one.stay.start_known for one, _ in some)
        n = len(nights)
        for part, q in (("quarter", 0.25), ("median", 0.5), ("three_quarters", 0.75), ("p90", 0.9)):
            yield cell.number(part, "nights", quantile(nights, q), n=n, unknown=unknown)
        for limit in LONG:
            count = sum(night >= limit for night in nights)
            yield cell.number(f"at_least_{limit}", "people", count, n=n, unknown=unknown)
            share = _share(count, n)
            yield cell.number(f"share_at_least_{limit}", "share", share, n=n, unknown=unknown)


@define(
    "unpaid_bond",
    8,
    "Unpaid money bond and no other reason recorded",
    """People held whose every bond entry is open and was set by a court, with a total above zero
    dollars, without another authority's hold and without a charge of violating probation or parole,
    while every listed case is open in court (the lower number). The upper number adds those of whom
    the records exclude none of this. *No other reason recorded* does not mean that there is none.
    It is split by the total of the bond.""",
    adds=True,
)
def unpaid(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """People by amount, and nights so far of those confirmed."""
    newest = now(panel)
    if newest is None:
        return
    cell, today = Cell("unpaid_bond", newest.day), newest.day.toordinal()
    found = [(_unpaid(panel, one, custody), one) for one, custody in newest.people]
    limits: list[tuple[str, int | None]] = [("any", None)]
    limits += [(f"to_{limit // 100}", limit) for limit in (*BONDS, 100_000_00)]
    for name, limit in limits:
        sure = [one for (state, total), one in found if state == "yes" and _within(total, limit)]
        maybe = [
            one
            for (state, total), one in found
            if state == "perhaps" and (total is None or _within(total, limit))
        ]
        low, high = len(sure), len(sure) + len(maybe)
        yield cell.bounded(
            name, "people", low, (low, high), n=len(newest.people), unknown=len(maybe)
        )
        nights = sorted(today - one.stay.start for one in sure)
        if nights:
            yield cell.number(
                f"median_nights_{name}", "nights", quantile(nights, 0.5), n=len(nights)
            )


def _within(total: int | None, limit: int | None) -> bool:
    return limit is None or (total is not None and total <= limit)


def _unpaid(panel: Panel, one: Held, custody: Custody) -> tuple[str, int | None]:
    """``yes``, ``no`` or ``perhaps``, with the total in cents where the page tells one."""
    words, pages = panel.words, [page for page in one.pages if page is not None]
    if custody.answer == "not_waiting" or any(map(words.other_hold, pages)):
        return "no", None
    entries = [bond for page in pages for bond in page.bonds]
    kinds = {words.kind(bond) for bond in entries}
    if kinds & {"recognizance", "no_bond"}:
        return "no", None
    if entries and all(bond.status in words.paid for bond in entries):
        return "no", None
    total = _total(pages)
    if total == 0:
        return "no", None
    # Any other label is no proof: it may lag behind the court.
    sure = (
        len(pages) == len(one.pages)
        and all(bond.status in words.open for bond in entries)
        and kinds == {"court_set"}
        and custody.every
    )
    return ("yes" if sure and total else "perhaps"), total


def _total(pages: list[PageFacts]) -> int | None:
    """The sum of the entries' totals; None while no entry has one."""
    totals = [bond.total_cents for page in pages for bond in page.bonds]
    known = [total for total in totals if total is not None]
    return sum(known) if known else None


@define(
    "linked_cases",
    16,
    "From General Sessions to Criminal Court",
    """Of the listed cases of people held that were sent on by the first court without a decision
    (bound over), how many the court's records link by an explicit cross-reference to a case of
    theirs that is known. Names never link cases here.""",
    adds=True,
)
def linked(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Cases and the share that is linked."""
    newest = now(panel)
    if newest is None:
        return
    over = sum(custody.bound_over for _, custody in newest.people)
    joined = sum(custody.linked for _, custody in newest.people)
    cell = Cell("linked_cases", newest.day)
    yield cell.number("bound_over", "bookings", over, n=over)
    yield cell.number("linked", "bookings", joined, n=over)
    yield cell.number("share", "share", _share(joined, over), n=over)
