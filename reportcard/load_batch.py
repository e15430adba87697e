"""Writing bookings and cases some hundreds at a time, each with all that belongs to it.

What did not change is not written again: its lines only learn that a newer file has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from reportcard import tables as t
from reportcard.database import insert_new, upsert
from reportcard.load_people import Clock, People, Standing
from reportcard.load_rows import Family, Row, Source
from reportcard.load_state import chunks

_FULL = 300
"""Families held before they are written: a few megabytes, and far below SQLite's limit of values in
one statement."""


@dataclass
class _Waiting:
    """A family to be written, and the row that it replaces: what stood in the database before the
    batch, None for a new one."""

    family: Family
    before: Standing | None

    @property
    def is_same(self) -> bool:
        """Whether its lines are those that stand."""
        return self.before is not None and self.before.content == self.family.content

    @property
    def is_known(self) -> bool:
        """Whether the very same file was loaded before."""
        row, before = self.family.row, self.before
        return (
            before is not None
            and self.is_same
            and (before.crawl_id, before.fetched_at) == (row["crawl_id"], row["fetched_at"])
        )


class Batch:
    """What a load has read and not yet written. Of two families of one number, the one read from
    the portal later stays."""

    def __init__(self, connection: Connection, people: People, clock: Clock) -> None:
        self._connection, self._people, self._clock = connection, people, clock
        self._dialect = connection.dialect.name
        self._bookings: dict[str, _Waiting] = {}
        self._cases: dict[str, Family] = {}
        self._old_cases: list[Family] = []
        self._links: dict[str, list[Row]] = {}
        self._names: dict[str, list[Row]] = {}
        self._versions: list[Row] = []

    def add_booking(self, family: Family, source: Source) -> bool:
        """A booking of somebody whom `People` knows; whether it is the newest one."""
        row = family.row
        number, now = row["booking_number"], self._clock.rank(source.crawl_id, row["fetched_at"])
        self._versions.append(family.version)
        standing = self._people.bookings.get(number)
        if standing is not None and now < self._clock.rank(standing.crawl_id, standing.fetched_at):
            return False
        waiting = self._bookings.get(number)
        self._bookings[number] = _Waiting(family, waiting.before if waiting else standing)
        self._people.bookings[number] = Standing(
            row["person_id"], source.crawl_id, row["fetched_at"], family.content
        )
        self._flush_if_full()
        return True

    def add_history(
        self, person_id: str, names: list[Row], families: Sequence[Family], source: Source
    ) -> None:
        """Somebody's whole court history: it takes the place of the one that stands."""
        self._names[person_id] = names
        self._links[person_id] = [
            {
                "person_id": person_id,
                "site": source.site,
                "case_number": family.row["case_number"],
                **source.columns,
            }
            for family in families
        ]
        for family in families:
            number = family.row["case_number"]
            before = self._cases.get(number)
            if before is None or before.row["fetched_at"] <= family.row["fetched_at"]:
                self._cases[number] = family
        self._flush_if_full()

    def add_old_history(self, families: Sequence[Family]) -> None:
        """A history that is not the newest: its cases are kept as versions of those that stand."""
        self._old_cases += families
        self._flush_if_full()

    def flush(self) -> None:
        """Write all that is held."""
        self._people.flush()
        self._write_bookings()
        self._write_cases()
        self._replace_of_people(t.court_names, self._names)
        self._replace_of_people(t.person_cases, self._links)
        for held in (self._bookings, self._cases, self._links, self._names):
            held.clear()
        self._old_cases.clear()
        self._versions.clear()

    def _flush_if_full(self) -> None:
        held = (self._bookings, self._cases, self._links, self._old_cases)
        if any(len(some) >= _FULL for some in held):
            self.flush()

    def _write_bookings(self) -> None:
        if self._versions:
            self._connection.execute(insert_new(t.booking_versions, self._dialect), self._versions)
        self._write(t.bookings, "booking_number", t.BOOKING_PARTS, list(self._bookings.values()))

    def _write_cases(self) -> None:
        families = list(self._cases.values())
        standing = self._standing_cases([*families, *self._old_cases])
        waiting: list[_Waiting] = []
        for family in families:
            row = family.row
            before = standing.get(row["case_number"])
            now = self._clock.rank(row["crawl_id"], row["fetched_at"])
            if before is None or self._clock.rank(before.crawl_id, before.fetched_at) <= now:
                waiting.append(_Waiting(family, before))
        self._write(t.cases, "case_number", t.CASE_PARTS, waiting)
        known = [*families, *(f for f in self._old_cases if f.row["case_number"] in standing)]
        if known:
            versions = [family.version for family in known]
            self._connection.execute(insert_new(t.case_versions, self._dialect), versions)
            readings = [
                {"crawl_id": one.row["crawl_id"], "version_id": one.version["version_id"]}
                for one in known
            ]
            self._connection.execute(insert_new(t.case_readings, self._dialect), readings)

    def _standing_cases(self, families: Sequence[Family]) -> dict[str, Standing]:
        """The cases that the database has, by number."""
        found: dict[str, Standing] = {}
        if not families:
            return found
        c, site = t.cases.c, families[0].row["site"]
        for some in chunks(sorted({family.row["case_number"] for family in families})):
            wanted = select(c.case_number, c.crawl_id, c.fetched_at, c.fingerprint).where(
                c.site == site, c.case_number.in_(some)
            )
            for number, *told in self._connection.execute(wanted):
                found[number] = Standing("", *told)
        return found

    def _write(
        self, table: Table, number: str, parts: Sequence[Table], waiting: Sequence[_Waiting]
    ) -> None:
        """Write rows with their parts."""
        waiting = [one for one in waiting if not one.is_known]
        if not waiting:
            return
        rows = [one.family.row for one in waiting]
        self._connection.execute(upsert(table, self._dialect), rows)
        site = rows[0]["site"]
        changed = [one.family for one in waiting if not one.is_same]
        gone = [
            one.family.row[number] for one in waiting if one.before is not None and not one.is_same
        ]
        for part in reversed(parts):
            for some in chunks(gone):
                of_these = and_(part.c.site == site, part.c[number].in_(some))
                self._connection.execute(delete(part).where(of_these))
        for part in parts:
            self._insert(part, [row for one in changed for row in one.parts.get(part, ())])
        same = [one.family for one in waiting if one.is_same]
        for part in parts:
            numbers = [family.row[number] for family in same if family.parts.get(part)]
            self._touch(part, table, number, site, numbers)

    def _touch(
        self, part: Table, parent: Table, number: str, site: str, numbers: Sequence[str]
    ) -> None:
        """Say of these lines that they come from the file of the row they belong to."""
        values: dict[str, Any] = {
            name: select(parent.c[name])
            .where(parent.c.site == part.c.site, parent.c[number] == part.c[number])
            .scalar_subquery()
            for name in ("crawl_id", "source_file")
        }
        for some in chunks(numbers):
            of_these = and_(part.c.site == site, part.c[number].in_(some))
            self._connection.execute(update(part).where(of_these).values(values))

    def _replace_of_people(self, table: Table, rows: dict[str, list[Row]]) -> None:
        for people in chunks(list(rows)):
            self._connection.execute(delete(table).where(table.c.person_id.in_(people)))
        self._insert(table, [row for some in rows.values() for row in some])

    def _insert(self, table: Table, rows: list[Row]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)
