"""A county's panel out of the database, crawl by crawl, so that a year of it takes little memory.

    panel = panel_of_site("sqlite:///data/cj.sqlite", "shelby-tn")

Raises PanelError where the panel does not give back what the lists showed
(`reportcard.panel.check`)."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, select

from reportcard import tables as t
from reportcard.database import DatabaseError, engine_of, exists, shown
from reportcard.panel.build import Builder, Seen
from reportcard.panel.check import Row
from reportcard.panel.facts import CrawlMark, Listing, PageFacts, Reading
from reportcard.panel.model import Panel
from reportcard.panel.records import case_facts, page_facts
from reportcard.panel.words import words_of

_AT_ONCE = 5000


def sites_in(database_url: str) -> list[str]:
    """The counties of whom a crawl was loaded. Raises DatabaseError."""
    _must_exist(database_url)
    engine = engine_of(database_url)
    try:
        with engine.connect() as connection:
            wanted = select(t.crawls.c.site).distinct().order_by(t.crawls.c.site)
            return list(connection.execute(wanted).scalars())
    finally:
        engine.dispose()


def panel_of_site(database_url: str, site: str, until: dt.date | None = None) -> Panel:
    """The panel of a county, checked, with the words of its site entry. ``until``: as it was at the
    end of that day, without crawls of later days. Crawls whose clock was ahead are left out. Raises
    DatabaseError, PanelError."""
    _must_exist(database_url)
    engine = engine_of(database_url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                return _read(connection, site, until)
    finally:
        engine.dispose()


def _must_exist(database_url: str) -> None:
    if not exists(database_url):
        raise DatabaseError(f"nothing has been loaded into {shown(database_url)}")


def _read(connection: Connection, site: str, until: dt.date | None) -> Panel:
    marks = _marks(connection, site, until)
    if not marks:
        when = f" of {until} or before" if until is not None else ""
        raise DatabaseError(f"no crawl of {site}{when} has been loaded")
    listings = _listings(connection, site)
    pages = _pages(connection, site)
    builder = Builder(site)
    places: dict[str, int] = {}
    days: dict[str, dt.date] = {}
    for mark in marks:
        rows = _rows(connection, mark.crawl_id, listings, pages)
        places[mark.crawl_id] = builder.crawl(mark, rows)
        days[mark.crawl_id] = mark.day
    _court(connection, site, builder, places, days)
    panel = builder.panel(words_of(site))
    try:
        panel.check()
    except ValueError:
        panel.check(_seen(connection, marks, listings))
        raise
    return panel


def _marks(connection: Connection, site: str, until: dt.date | None) -> list[CrawlMark]:
    c = t.crawls.c
    last = until or dt.date.max
    wanted = (
        select(t.crawls)
        .where(c.site == site, ~c.from_future, c.day <= last)
        .order_by(c.day, c.read_at, c.created_at, c.crawl_id)
    )
    return [
        CrawlMark(
            crawl_id=row.crawl_id,
            day=row.day,
            read_at=row.read_at,
            kind="list" if row.kind == "list" else "roster",
            search=row.search,
            state=row.state,
            exact=row.exact,
            roster=row.roster_people or 0,
            rows=row.roster_rows or 0,
            rows_hash=row.rows_hash,
            asked=row.jail_asked or 0,
            known=row.jail_known or 0,
            court_asked=row.court_asked or 0,
            court_known=row.court_known or 0,
            failed=(row.jail_failed or 0) + (row.court_failed or 0),
        )
        for row in connection.execute(wanted)
    ]


def _listings(connection: Connection, site: str) -> dict[int, Listing]:
    c = t.listings.c
    wanted = select(
        c.listing_id,
        c.booking_number,
        c.handle,
        c.permanent_id,
        c.name,
        c.date_of_birth,
        c.listed_release_date,
    ).where(c.site == site)
    return {
        number: Listing(booking, handle, permanent, name or "", born, release)
        for number, booking, handle, permanent, name, born, release in _stream(connection, wanted)
    }


def _pages(connection: Connection, site: str) -> dict[int, PageFacts]:
    c = t.booking_versions.c
    wanted = select(c.version_id, c.facts).where(c.site == site)
    return {number: page_facts(json.loads(facts)) for number, facts in _stream(connection, wanted)}


def _rows(
    connection: Connection,
    crawl_id: str,
    listings: dict[int, Listing],
    pages: dict[int, PageFacts],
) -> Iterator[Seen]:
    c = t.crawl_listings.c
    wanted = select(c.listing_id, c.version_id).where(c.crawl_id == crawl_id)
    for listing, version in _stream(connection, wanted):
        yield listing, listings[listing], version, pages[version] if version is not None else None


def _seen(
    connection: Connection, marks: list[CrawlMark], listings: dict[int, Listing]
) -> dict[str, list[Row]]:
    """The rows of every crawl as they were loaded, for naming what differs."""
    found: dict[str, list[Row]] = {}
    for mark in marks:
        rows = [row for _, row, _, _ in _rows(connection, mark.crawl_id, listings, {})]
        found[mark.crawl_id] = [(row.booking, row.handle, row.release) for row in rows]
    return found


def _court(
    connection: Connection,
    site: str,
    builder: Builder,
    places: dict[str, int],
    days: dict[str, dt.date],
) -> None:
    b, p, s = t.bookings.c, t.people.c, t.sightings.c
    for booking, person in _stream(
        connection, select(b.booking_number, b.person_id).where(b.site == site)
    ):
        builder.owner(booking, person)
    for crawl_id, place in places.items():
        wanted = select(s.person_id, s.custody_answer, s.court_outcome, s.court_unread_parts).where(
            s.crawl_id == crawl_id
        )
        for person, label, outcome, unread in _stream(connection, wanted):
            if label is not None:
                builder.label(place, person, label)
            if outcome is not None:
                builder.reading(person, Reading(days[crawl_id], outcome, not unread))
    link = t.person_cases.c
    linked = (
        select(link.person_id, link.case_number)
        .join(t.people, p.person_id == link.person_id)
        .where(p.site == site)
    )
    for person, number in _stream(connection, linked):
        builder.link(person, number)
    for facts, first in _case_versions(connection, site, days):
        builder.case(case_facts(json.loads(facts)), first)


def _case_versions(
    connection: Connection, site: str, days: dict[str, dt.date]
) -> Iterator[tuple[str, dt.date]]:
    """Every version of every case with each first day of a run of days on which it was read: a case
    that became what it was before has the same version twice."""
    v, r = t.case_versions.c, t.case_readings.c
    wanted = (
        select(v.case_number, v.version_id, v.facts, r.crawl_id)
        .join(t.case_readings, r.version_id == v.version_id)
        .where(v.site == site)
        .order_by(v.case_number)
    )
    rows = (
        (row[0], row[1], row[2], days[row[3]])
        for row in _stream(connection, wanted)
        if row[3] in days
    )
    for _, some in itertools.groupby(rows, key=itemgetter(0)):
        before = None
        for _, version, facts, day in sorted(some, key=itemgetter(3)):
            if version != before:
                yield facts, day
            before = version


def _stream(connection: Connection, wanted: Select[Any]) -> Iterator[Any]:
    """The rows, some thousands at a time."""
    with connection.execution_options(yield_per=_AT_ONCE).execute(wanted) as rows:
        for some in rows.partitions(_AT_ONCE):
            yield from some
