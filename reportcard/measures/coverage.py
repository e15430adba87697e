"""Measure 19: how much of all this the records tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reportcard.measures.groups import decision_of, most_serious
from reportcard.measures.held import Now, now
from reportcard.measures.measure import Cell, Measure, Options, define
from reportcard.panel.model import Panel


@define(
    "coverage",
    19,
    "Coverage and freshness",
    """Of the newest list: of how many people the jail's page and the court's answer were had, how
    many failed; of how many people held each fact is not known; nights that are missing between the
    first and the last; stays that left the list without a release date; charges that no rule
    groups.""",
)
def coverage(panel: Panel, by: str, options: Options) -> Iterator[Measure]:
    """Counts and shares."""
    newest = now(panel)
    if newest is None:
        return
    cell, mark = Cell("coverage", newest.day), panel.crawls[newest.place]
    yield cell.number("jail_asked", "people", mark.asked, n=mark.roster)
    yield cell.number("jail_known", "people", mark.known, n=mark.asked)
    yield cell.number("court_asked", "people", mark.court_asked, n=mark.roster)
    yield cell.number("court_known", "people", mark.court_known, n=mark.court_asked)
    yield cell.number("failed", "people", mark.failed, n=mark.asked)
    watch = panel.watch
    yield cell.number("days_watched", "days", watch.days, n=len(panel.crawls))
    yield cell.number("days_missing", "days", watch.missing, n=watch.days + watch.missing)
    inexact = sum(not mark.exact for mark in panel.crawls)
    unfinished = sum(mark.state == "unfinished" for mark in panel.crawls)
    for part, count in (("lists_not_exact", inexact), ("crawls_unfinished", unfinished)):
        yield cell.number(part, "days", count, n=len(panel.crawls))
    note = "the list shows people in custody only" if watch.custody_only else ""
    yield cell.number("days_kept_listed", "days", watch.keeps, n=watch.measured, note=note)
    gone = sum(stay.vanished is not None for stay in panel.stays)
    late = sum(stay.late for stay in panel.stays)
    for part, count in (("stays_vanished", gone), ("stays_listed_late", late)):
        yield cell.number(part, "bookings", count, n=len(panel.stays))
    yield from _unknown(cell, newest)
    yield from _ungrouped(cell, newest)


def _unknown(cell: Cell, newest: Now) -> Iterator[Measure]:
    lacks: Counter[str] = Counter()
    panel = newest.panel
    for one, _ in newest.people:
        pages = [page for page in one.pages if page is not None]
        person = one.person
        lacks["page"] += len(pages) < len(one.pages)
        lacks["sex"] += not person.sex
        lacks["race"] += not person.race
        lacks["birth_date"] += person.date_of_birth is None
        lacks["commitment_date"] += not one.stay.start_known
        lacks["charges"] += not any(page.charges for page in pages)
        lacks["bond_decision"] += not any(decision_of(panel, page) for page in pages)
    for fact in (
        "page",
        "sex",
        "race",
        "birth_date",
        "commitment_date",
        "charges",
        "bond_decision",
    ):
        yield cell.number(f"unknown_{fact}", "people", lacks[fact], n=len(newest.people))


def _ungrouped(cell: Cell, newest: Now) -> Iterator[Measure]:
    panel = newest.panel
    charges = [
        charge for one, _ in newest.people for page in one.pages if page for charge in page.charges
    ]
    groups = Counter(panel.grouped(one.description, one.code).group for one in charges)
    share = groups["unknown"] / len(charges) if charges else None
    yield cell.number("charges_not_grouped", "share", share, n=len(charges))
    main = [
        most_serious(panel, page)
        for one, _ in newest.people
        for page in one.pages
        if page is not None
    ]
    without = sum(one is not None and panel.grouped(*one).group == "unknown" for one in main)
    yield cell.number("people_not_grouped", "people", without, n=len(newest.people))
