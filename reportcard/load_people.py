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
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from reportcard import tables as t
from reportcard.load_rows import Row, Source
from reportcard.load_state import CachedTable, chunks

_COURT_COLUMNS = (
    "court_outcome",
    "court_fetched_at",
    "court_crawl_id",
    "court_source_file",
    "court_unread_parts",
)


@dataclass(frozen=True)
class Claim:
    """What a file, or the roster, says that tells who somebody is."""

    key: str
    name: str
    booking_numbers: tuple[str, ...]
    permanent_id: str | None
    date_of_birth: dt.date | None
    fetched_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A booking (or a case) as the database has it: whose, from which crawl, read when, and the
    number of its content."""

    person_id: str
    crawl_id: str
    fetched_at: dt.datetime
    content: int | None


class Clock:
    """Which of two readings is the newer one: a crawl whose clock was ahead is older than all
    others."""

    def __init__(self, ahead: Iterable[str]) -> None:
        self._ahead = frozenset(ahead)

    def rank(self, crawl_id: str | None, time: dt.datetime) -> tuple[bool, dt.datetime]:
        """Compares as its time does, among crawls of good and of bad clocks."""
        return crawl_id not in self._ahead, time


class People:
    """The people of the database, as one load sees them. ``settle`` is called before two people
    become one: everything that is held must be in the database then."""

    def __init__(
        self,
        connection: Connection,
        site: str,
        crawl_id: str,
        clock: Clock,
        settle: Callable[[], None],
    ) -> None:
        self._connection, self._site = connection, site
        self._clock, self._settle = clock, settle
        self.people = CachedTable(connection, t.people)
        self.sightings = CachedTable(connection, t.sightings)
        self._ids = CachedTable(connection, t.permanent_ids)
        self._births = CachedTable(connection, t.birth_dates)
        self._conflicts = CachedTable(connection, t.conflicts)
        self.bookings: dict[str, Standing] = {}
        self._known_bookings: set[str] = set()
        self._known_ids: set[str] = set()
        self._known_people: set[str] = set()
        self._owners_of_id: dict[str, dict[str, None]] = {}
        self._ids_of: dict[str, list[Row]] = {}
        self._births_of: dict[str, list[Row]] = {}
        self._keys_of: dict[str, set[str]] = {}
        self._crawl_id = crawl_id
        self.sightings.fetch_all(crawl_id=crawl_id)
        for row in self.sightings.rows():
            self._keys_of.setdefault(row["person_id"], set()).add(row["key"])

    def prepare(self, numbers: Iterable[str], ids: Iterable[str]) -> None:
        """Read in bulk what is known of these booking numbers and permanent ids, and of whom this
        crawl was loaded before. What is not prepared is read one by one."""
        new_numbers = sorted(set(numbers) - self._known_bookings)
        new_ids = sorted(set(ids) - self._known_ids)
        if not new_numbers and not new_ids:
            return
        self._known_bookings.update(new_numbers)
        self._known_ids.update(new_ids)
        people = {row["person_id"] for row in self.sightings.rows()}
        c = t.bookings.c
        for some in chunks(new_numbers):
            wanted = select(
                c.booking_number, c.person_id, c.crawl_id, c.fetched_at, c.version_id
            ).where(c.site == self._site, c.booking_number.in_(some))
            for number, *told in self._connection.execute(wanted):
                standing = Standing(*told)
                self.bookings.setdefault(number, standing)
                people.add(standing.person_id)
        owners: list[str] = []
        for some in chunks(new_ids):
            wanted_ids = select(t.permanent_ids.c.person_id).where(
                t.permanent_ids.c.permanent_id.in_(some)
            )
            owners += self._connection.execute(wanted_ids).scalars()
        people.update(owners)
        # Whoever is new gets an id made of a booking number, if that is free.
        people.update(f"{self._site}:{number}" for number in new_numbers)
        self._learn(people)

    def _learn(self, people: Iterable[str]) -> None:
        """Everything about these people, of whom there may be none."""
        unknown = sorted(set(people) - self._known_people)
        self._known_people.update(unknown)
        known = [row["person_id"] for row in self.people.fetch("person_id", unknown)]
        for row in self._ids.fetch("person_id", known):
            self._ids_of.setdefault(row["person_id"], []).append(row)
            self._owners_of_id.setdefault(row["permanent_id"], {})[row["person_id"]] = None
        for row in self._births.fetch("person_id", known):
            self._births_of.setdefault(row["person_id"], []).append(row)
        self._conflicts.fetch("person_id", known)

    def of(self, claim: Claim, source: Source) -> str:
        """The id of the person, with permanent id and birth date noted."""
        self.prepare(claim.booking_numbers, [claim.permanent_id] if claim.permanent_id else [])
        person_id = self._find(claim, source)
        if claim.permanent_id is not None:
            self._note(self._ids, "permanent_id", claim.permanent_id, person_id, claim, source)
        if claim.date_of_birth is not None:
            self._note(self._births, "date_of_birth", claim.date_of_birth, person_id, claim, source)
        self._settle_birth_date(person_id, source)
        return person_id

    def flush(self) -> None:
        """Write what is held."""
        for table in (self.people, self._ids, self._births, self._conflicts, self.sightings):
            table.flush()

    def sighted(self, key: str) -> str | None:
        """Whom this crawl's key has been given to, None before any of its files was loaded."""
        row = self.sightings.get(self._crawl_id, key)
        return row["person_id"] if row is not None else None

    def put_sighting(self, row: Row) -> None:
        """Each half writes its own columns and leaves the other's as they are."""
        before = self.sightings.get(row["crawl_id"], row["key"])
        if before is not None and before["person_id"] != row["person_id"]:
            self._keys_of.get(before["person_id"], set()).discard(row["key"])
        blank: Row = before or dict.fromkeys(column.name for column in t.sightings.columns)
        self.sightings.put({**blank, **row})
        self._keys_of.setdefault(row["person_id"], set()).add(row["key"])

    def _find(self, claim: Claim, source: Source) -> str:
        sighted = self.sighted(claim.key)
        booked, newest = self._booked(claim, source)
        taken = {person for person in booked if self._keys_of.get(person, set()) - {claim.key}}
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

    def _booked(self, claim: Claim, source: Source) -> tuple[set[str], bool]:
        """Who has these bookings, and whether no file newer than this one has spoken of them."""
        standing = [
            self.bookings[number] for number in claim.booking_numbers if number in self.bookings
        ]
        now = self._clock.rank(source.crawl_id, claim.fetched_at)
        return {one.person_id for one in standing}, all(
            self._clock.rank(one.crawl_id, one.fetched_at) <= now for one in standing
        )

    def _by_permanent_id(self, claim: Claim, source: Source) -> str | None:
        if claim.permanent_id is None:
            return None
        known = sorted(
            person
            for person in self._owners_of_id.get(claim.permanent_id, ())
            if self._person(person)["site"] == source.site
        )
        free = [person for person in known if not self._keys_of.get(person, set()) - {claim.key}]
        for person_id in free:
            dates = self._birth_dates(person_id)
            if not dates or claim.date_of_birth is None or claim.date_of_birth in dates:
                return person_id
        if not free:
            return None
        stranger, number = self._new(claim, source), claim.permanent_id
        for person_id in free:
            self._flag(stranger, "shared_permanent_id", f"{number}, also of {person_id}", source)
            self._flag(person_id, "shared_permanent_id", f"{number}, also of {stranger}", source)
        return stranger

    def _person(self, person_id: str) -> Row:
        self._learn([person_id])
        row = self.people.get(person_id)
        assert row is not None
        return row

    def _new(self, claim: Claim, source: Source) -> str:
        stem = f"{source.site}:{min(claim.booking_numbers, default=claim.key)}"
        person_id, count = stem, 1
        while self._exists(person_id):
            count += 1
            person_id = f"{stem}+{count}"
        blank: Row = dict.fromkeys(column.name for column in t.people.columns)
        self.people.put(
            {
                **blank,
                "person_id": person_id,
                "site": source.site,
                "key": claim.key,
                "permanent_id": claim.permanent_id,
                "name": claim.name,
                "birth_date_conflict": False,
                **source.columns,
            }
        )
        return person_id

    def _exists(self, person_id: str) -> bool:
        self._learn([person_id])
        return self.people.get(person_id) is not None

    def change(self, person_id: str, **values: object) -> None:
        """Set columns of the person's row."""
        row = self._person(person_id)
        if any(row[name] != value for name, value in values.items()):
            self.people.put({**row, **values})

    def is_newer(self, person_id: str, half: str, source: Source, fetched_at: dt.datetime) -> bool:
        """Whether nothing newer stands in that half (``jail``, ``court``) of the person's row."""
        row = self._person(person_id)
        before: dt.datetime | None = row[f"{half}_fetched_at"]
        crawl: str | None = row["court_crawl_id" if half == "court" else "crawl_id"]
        if before is None:
            return True
        return self._clock.rank(crawl, before) <= self._clock.rank(source.crawl_id, fetched_at)

    def _birth_dates(self, person_id: str) -> list[dt.date]:
        """Every birth date seen, that of the newest sight first."""
        self._person(person_id)
        rows = self._births_of.get(person_id, [])
        ordered = sorted(rows, key=lambda row: row["date_of_birth"])
        ordered.sort(
            key=lambda row: self._clock.rank(row["crawl_id"], row["last_seen_at"]), reverse=True
        )
        return [row["date_of_birth"] for row in ordered]

    def _settle_birth_date(self, person_id: str, source: Source) -> None:
        dates = self._birth_dates(person_id)
        if not dates:
            return
        if len(dates) > 1:
            seen = ", ".join(sorted(date.isoformat() for date in dates))
            self._flag(person_id, "two_birth_dates", seen, source)
        self.change(person_id, date_of_birth=dates[0], birth_date_conflict=len(dates) > 1)

    def _note(
        self,
        table: CachedTable,
        column: str,
        value: object,
        person_id: str,
        claim: Claim,
        source: Source,
    ) -> None:
        self._widen(
            table,
            column,
            {
                "person_id": person_id,
                column: value,
                "first_seen_at": claim.fetched_at,
                "last_seen_at": claim.fetched_at,
                **source.columns,
            },
        )

    def _widen(self, table: CachedTable, column: str, row: Row) -> None:
        """Put a dated attribute in; one that stands gets the wider span, and the source of its
        newest sight."""
        person_id = row["person_id"]
        before = table.get(*table.key(row))
        if before is not None:
            rank = self._clock.rank
            newer = rank(row["crawl_id"], row["last_seen_at"]) >= rank(
                before["crawl_id"], before["last_seen_at"]
            )
            newest = row if newer else before
            first = min(row["first_seen_at"], before["first_seen_at"])
            row = {**newest, "first_seen_at": first}
        if row == before:
            return
        table.put(row)
        of = self._births_of if table is self._births else self._ids_of
        others = [one for one in of.get(person_id, []) if one[column] != row[column]]
        of[person_id] = [*others, row]
        if table is self._ids:
            self._owners_of_id.setdefault(row[column], {})[person_id] = None

    def _flag(self, person_id: str, kind: str, detail: str, source: Source) -> None:
        """Write a conflict down, once: the first file that showed it stays named."""
        if self._conflicts.get(person_id, kind, detail) is None:
            self._conflicts.put(
                {"person_id": person_id, "kind": kind, "detail": detail, **source.columns}
            )

    def _merge(self, other: str, survivor: str, source: Source) -> None:
        """Make two people one, in the database; what was held of both is read again."""
        self._settle()
        run = self._connection.execute
        for table in (t.bookings, t.sightings):
            run(update(table).where(table.c.person_id == other).values(person_id=survivor))
        moved = [
            (table, column, {**row, "person_id": survivor})
            for table, column, rows in (
                (self._ids, "permanent_id", self._ids_of.get(other, [])),
                (self._births, "date_of_birth", self._births_of.get(other, [])),
            )
            for row in rows
        ]
        conflicts = [
            {**dict(row), "person_id": survivor}
            for row in self._conflicts.rows()
            if row["person_id"] == other
        ]
        self._take_court_half(other, survivor)
        run(delete(t.people).where(t.people.c.person_id == other))
        self._forget()
        self._learn([survivor])
        for table_rows, column, row in moved:
            self._widen(table_rows, column, row)
        for row in conflicts:
            self._conflicts.put(row)
        self._flag(survivor, "merged", other, source)

    def _forget(self) -> None:
        """Know nothing but what the database says; everything was written before."""
        for table in (self.people, self._ids, self._births, self._conflicts, self.sightings):
            table.forget()
        numbers, ids = self._known_bookings, self._known_ids
        self.bookings, self._known_bookings, self._known_ids = {}, set(), set()
        self._known_people = set()
        self._owners_of_id, self._ids_of, self._births_of, self._keys_of = {}, {}, {}, {}
        self.sightings.fetch_all(crawl_id=self._crawl_id)
        for row in self.sightings.rows():
            self._keys_of.setdefault(row["person_id"], set()).add(row["key"])
        self.prepare(numbers, ids)

    def _take_court_half(self, other: str, survivor: str) -> None:
        """Move the court history over, unless the survivor's is newer; what is left goes with the
        other's row."""
        run, theirs, ours = self._connection.execute, self._person(other), self._person(survivor)
        if theirs["court_fetched_at"] is None:
            return
        if ours["court_fetched_at"] is not None:
            rank = self._clock.rank
            if rank(ours["court_crawl_id"], ours["court_fetched_at"]) >= rank(
                theirs["court_crawl_id"], theirs["court_fetched_at"]
            ):
                return
        values = {name: theirs[name] for name in _COURT_COLUMNS}
        run(update(t.people).where(t.people.c.person_id == survivor).values(values))
        for table in (t.person_cases, t.court_names):
            run(delete(table).where(table.c.person_id == survivor))
            run(update(table).where(table.c.person_id == other).values(person_id=survivor))
