"""Writing bookings and cases some hundreds at a time, each with all that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, and_, delete, select, tuple_

from reportcard import tables as t
from reportcard.database import upsert
from reportcard.load_rows import Family, Row, Source

_FULL = 300
"""Families held before they are written: a few megabytes, and far below SQLite's limit of values in
one statement."""

Key = tuple[str, str]


class Batch:
    """What a load has read and not yet written. Of two families of one key, the one read from the
    portal later stays."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._bookings: dict[Key, Family] = {}
        self._cases: dict[Key, Family] = {}
        self._links: dict[str, list[Row]] = {}
        self._names: dict[str, list[Row]] = {}

    def add_booking(self, family: Family) -> None:
        """A booking of somebody who is in ``people``. Its own row is written at once, since the
        next file may need it."""
        key = (family.row["site"], family.row["booking_number"])
        if self._newer(t.bookings, "booking_number", {key: family}):
            self._connection.execute(upsert(t.bookings, self._dialect), family.row)
            self._bookings[key] = family
            self._flush_if_full()

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
            key = (family.row["site"], family.row["case_number"])
            before = self._cases.get(key)
            if before is None or before.row["fetched_at"] <= family.row["fetched_at"]:
                self._cases[key] = family
        self._flush_if_full()

    def flush(self) -> None:
        """Write all that is held."""
        self._replace_parts(t.BOOKING_PARTS, "booking_number", self._bookings)
        cases = self._newer(t.cases, "case_number", self._cases)
        self._insert(t.cases, [family.row for family in cases.values()])
        self._replace_parts(t.CASE_PARTS, "case_number", cases)
        self._replace_of_people(t.court_names, self._names)
        self._replace_of_people(t.person_cases, self._links)
        for held in (self._bookings, self._cases, self._links, self._names):
            held.clear()

    def _flush_if_full(self) -> None:
        if len(self._bookings) >= _FULL or len(self._cases) >= _FULL or len(self._links) >= _FULL:
            self.flush()

    def _newer(self, table: Table, number: str, families: dict[Key, Family]) -> dict[Key, Family]:
        """Those whose file was read no earlier than the one the database has them from."""
        c = table.c
        standing: dict[Key, dt.datetime] = {}
        for keys in _chunks(list(families)):
            wanted = select(c.site, c[number], c.fetched_at).where(
                tuple_(c.site, c[number]).in_(keys)
            )
            standing |= {(row[0], row[1]): row[2] for row in self._connection.execute(wanted)}
        return {
            key: family
            for key, family in families.items()
            if key not in standing or standing[key] <= family.row["fetched_at"]
        }

    def _replace_parts(
        self, tables: Iterable[Table], number: str, families: dict[Key, Family]
    ) -> None:
        if not families:
            return
        tables = list(tables)
        numbers: dict[str, list[str]] = {}
        for site, text in families:
            numbers.setdefault(site, []).append(text)
        for table in reversed(tables):
            for site, texts in numbers.items():
                for some in _chunks(texts):
                    of_these = and_(table.c.site == site, table.c[number].in_(some))
                    self._connection.execute(delete(table).where(of_these))
        for table in tables:
            self._insert(
                table, [row for family in families.values() for row in family.parts.get(table, [])]
            )

    def _replace_of_people(self, table: Table, rows: dict[str, list[Row]]) -> None:
        for people in _chunks(list(rows)):
            self._connection.execute(delete(table).where(table.c.person_id.in_(people)))
        self._insert(table, [row for some in rows.values() for row in some])

    def _insert(self, table: Table, rows: list[Row]) -> None:
        if rows:
            self._connection.execute(upsert(table, self._dialect), rows)


def _chunks(values: list[Key] | list[str]) -> Iterable[list[Key] | list[str]]:
    for start in range(0, len(values), _FULL):
        yield values[start : start + _FULL]
