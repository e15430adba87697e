"""Who is who across crawls: people are joined on booking number, and two birth dates never become
one unflagged.

A file is somebody's whom the database knows already, in this order:

1. by this crawl's key, if the crawl has been loaded before;
2. by a booking number. Where the newest file groups bookings of two people under one key, they
   become one (``merged``); where it puts bookings of one person under two keys, they become two
   (``split``);
3. by the permanent id, unless the birth dates differ: then it is somebody else, and both are
   flagged (``shared_permanent_id``).

Whoever is joined by a booking number and has shown two birth dates keeps both and is flagged
(``two_birth_dates``). An older file never regroups what a newer one said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from reportcard import tables as t
from reportcard.database import upsert
from reportcard.load_rows import Row, Source

_COURT_COLUMNS = ("court_outcome", "court_fetched_at", "court_crawl_id", "court_source_file")


@dataclass(frozen=True)
class Claim:
    """What a file, or the roster, says that tells who somebody is."""

    key: str
    name: str
    booking_numbers: tuple[str, ...]
    permanent_id: str | None
    date_of_birth: dt.date | None
    fetched_at: dt.datetime


class People:
    """The people of the database, as one load sees them. ``settle`` is called before two people
    become one."""

    def __init__(self, connection: Connection, settle: Callable[[], None]) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._settle = settle

    def of(self, claim: Claim, source: Source) -> str:
        """The id of the person, who is in ``people`` after it, with permanent id and birth date
        noted."""
        person_id = self._find(claim, source)
        if claim.permanent_id is not None:
            self._note(
                t.permanent_ids, "permanent_id", claim.permanent_id, person_id, claim, source
            )
        if claim.date_of_birth is not None:
            self._note(
                t.birth_dates, "date_of_birth", claim.date_of_birth, person_id, claim, source
            )
        self._settle_birth_date(person_id, source)
        return person_id

    def _find(self, claim: Claim, source: Source) -> str:
        sighted = self.sighted(claim.key, source)
        booked, newest = self._booked(claim, source.site)
        taken = self._taken(booked, claim.key, source)
        candidates = ([sighted] if sighted else []) + sorted(booked - taken - {sighted})
        if candidates:
            survivor = candidates[0]
            if newest:
                for other in candidates[1:]:
                    self._merge(other, survivor, source)
            return survivor
        if taken:
            person_id = self._new(claim, source)
            for other in sorted(taken):
                self._flag(person_id, "split", f"shared a booking with {other}", source)
            return person_id
        return self._by_permanent_id(claim, source) or self._new(claim, source)

    def sighted(self, key: str, source: Source) -> str | None:
        """Whom this crawl's key has been given to, None before any of its files was loaded."""
        c = t.sightings.c
        wanted = select(c.person_id).where(c.crawl_id == source.crawl_id, c.key == key)
        found: str | None = self._connection.execute(wanted).scalar_one_or_none()
        return found

    def _booked(self, claim: Claim, site: str) -> tuple[set[str], bool]:
        """Who has these bookings, and whether no file newer than this one has spoken of them."""
        c = t.bookings.c
        wanted = select(c.person_id, c.fetched_at).where(
            c.site == site, c.booking_number.in_(claim.booking_numbers)
        )
        rows = self._connection.execute(wanted).all()
        return {row.person_id for row in rows}, all(
            row.fetched_at <= claim.fetched_at for row in rows
        )

    def _taken(self, people: Collection[str], key: str, source: Source) -> set[str]:
        """Those of them whom this crawl already knows under another key."""
        if not people:
            return set()
        c = t.sightings.c
        wanted = select(c.person_id).where(
            c.crawl_id == source.crawl_id, c.key != key, c.person_id.in_(sorted(people))
        )
        return set(self._connection.execute(wanted).scalars())

    def _by_permanent_id(self, claim: Claim, source: Source) -> str | None:
        if claim.permanent_id is None:
            return None
        ids, persons = t.permanent_ids.c, t.people.c
        wanted = (
            select(ids.person_id)
            .join(t.people, persons.person_id == ids.person_id)
            .where(persons.site == source.site, ids.permanent_id == claim.permanent_id)
            .order_by(ids.person_id)
        )
        known: list[str] = list(self._connection.execute(wanted).scalars())
        taken = self._taken(known, claim.key, source)
        free = [person_id for person_id in known if person_id not in taken]
        for person_id in free:
            dates = self._birth_dates(person_id)
            if not dates or claim.date_of_birth is None or claim.date_of_birth in dates:
                return person_id
        if not free:
            return None
        stranger = self._new(claim, source)
        for person_id in free:
            self._flag(
                stranger,
                "shared_permanent_id",
                f"{claim.permanent_id}, also of {person_id}",
                source,
            )
            self._flag(
                person_id,
                "shared_permanent_id",
                f"{claim.permanent_id}, also of {stranger}",
                source,
            )
        return stranger

    def _new(self, claim: Claim, source: Source) -> str:
        stem = f"{source.site}:{min(claim.booking_numbers, default=claim.key)}"
        person_id, count = stem, 1
        while self._connection.execute(
            select(t.people.c.person_id).where(t.people.c.person_id == person_id)
        ).first():
            count += 1
            person_id = f"{stem}+{count}"
        row = {
            "person_id": person_id,
            "site": source.site,
            "key": claim.key,
            "permanent_id": claim.permanent_id,
            "name": claim.name,
            "birth_date_conflict": False,
            **source.columns,
        }
        self._connection.execute(insert(t.people), row)
        return person_id

    def _birth_dates(self, person_id: str) -> list[dt.date]:
        """Every birth date seen, that of the newest sight first."""
        c = t.birth_dates.c
        wanted = (
            select(c.date_of_birth)
            .where(c.person_id == person_id)
            .order_by(c.last_seen_at.desc(), c.date_of_birth)
        )
        return list(self._connection.execute(wanted).scalars())

    def _settle_birth_date(self, person_id: str, source: Source) -> None:
        dates = self._birth_dates(person_id)
        if not dates:
            return
        if len(dates) > 1:
            seen = ", ".join(sorted(date.isoformat() for date in dates))
            self._flag(person_id, "two_birth_dates", seen, source)
        values = {"date_of_birth": dates[0], "birth_date_conflict": len(dates) > 1}
        self._connection.execute(
            update(t.people).where(t.people.c.person_id == person_id).values(values)
        )

    def _note(
        self, table: Table, column: str, value: Any, person_id: str, claim: Claim, source: Source
    ) -> None:
        row = {
            "person_id": person_id,
            column: value,
            "first_seen_at": claim.fetched_at,
            "last_seen_at": claim.fetched_at,
            **source.columns,
        }
        self._widen(table, column, row)

    def _widen(self, table: Table, column: str, row: Row) -> None:
        """Put a dated attribute in; one that stands gets the wider span, and the source of its
        newest sight."""
        c = table.c
        wanted = select(table).where(c.person_id == row["person_id"], c[column] == row[column])
        before = self._connection.execute(wanted).mappings().one_or_none()
        if before is not None:
            newest = row if row["last_seen_at"] >= before["last_seen_at"] else dict(before)
            first = min(row["first_seen_at"], before["first_seen_at"])
            row = {**newest, "first_seen_at": first}
        self._connection.execute(upsert(table, self._dialect), row)

    def _flag(self, person_id: str, kind: str, detail: str, source: Source) -> None:
        """Write a conflict down, once: the first file that showed it stays named."""
        c = t.conflicts.c
        wanted = select(c.kind).where(c.person_id == person_id, c.kind == kind, c.detail == detail)
        if self._connection.execute(wanted).first() is None:
            row = {"person_id": person_id, "kind": kind, "detail": detail, **source.columns}
            self._connection.execute(insert(t.conflicts), row)

    def _merge(self, other: str, survivor: str, source: Source) -> None:
        self._settle()
        run = self._connection.execute
        for table in (t.bookings, t.sightings):
            run(update(table).where(table.c.person_id == other).values(person_id=survivor))
        for table, column in ((t.permanent_ids, "permanent_id"), (t.birth_dates, "date_of_birth")):
            for row in run(select(table).where(table.c.person_id == other)).mappings().all():
                self._widen(table, column, {**row, "person_id": survivor})
        self._take_court_half(other, survivor)
        for row in (
            run(select(t.conflicts).where(t.conflicts.c.person_id == other)).mappings().all()
        ):
            run(upsert(t.conflicts, self._dialect), {**row, "person_id": survivor})
        run(delete(t.people).where(t.people.c.person_id == other))
        self._flag(survivor, "merged", other, source)

    def _take_court_half(self, other: str, survivor: str) -> None:
        """Move the court history over, unless the survivor's is newer; what is left goes with the
        other's row."""
        run, c = self._connection.execute, t.people.c
        columns = [c[name] for name in _COURT_COLUMNS]
        theirs = run(select(*columns).where(c.person_id == other)).mappings().one()
        ours = run(select(*columns).where(c.person_id == survivor)).mappings().one()
        if theirs["court_fetched_at"] is None:
            return
        if (
            ours["court_fetched_at"] is not None
            and ours["court_fetched_at"] >= theirs["court_fetched_at"]
        ):
            return
        run(update(t.people).where(c.person_id == survivor).values(dict(theirs)))
        for table in (t.person_cases, t.court_names):
            run(delete(table).where(table.c.person_id == survivor))
            run(update(table).where(table.c.person_id == other).values(person_id=survivor))
