"""Rows of the database as a load sees them: read in bulk, changed in memory, written in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from reportcard.database import upsert
from reportcard.load_rows import Row

AT_ONCE = 400
"""Values of one question: far below SQLite's limit."""

Key = tuple[Any, ...]


class CachedTable:
    """Rows of one table by primary key. What was asked for is known, also that it is not there."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self.table = table
        self._connection = connection
        self._keys = [column.name for column in table.primary_key.columns]
        self._rows: dict[Key, Row] = {}
        self._dirty: dict[Key, None] = {}

    def fetch(self, column: str, values: Iterable[Any], **same: Any) -> list[Row]:
        """Take in all rows whose column has one of the values (and that are ``same``); gives
        them."""
        c, found = self.table.c, []
        fixed = [c[name] == value for name, value in same.items()]
        for some in chunks(list(values)):
            wanted = select(self.table).where(c[column].in_(some), *fixed)
            for row in self._connection.execute(wanted).mappings():
                found.append(self._take(dict(row)))
        return found

    def fetch_all(self, **same: Any) -> None:
        """Take in all rows that are ``same``."""
        c = self.table.c
        wanted = select(self.table).where(*(c[name] == value for name, value in same.items()))
        for row in self._connection.execute(wanted).mappings():
            self._take(dict(row))

    def _take(self, row: Row) -> Row:
        # What has been changed in memory is newer than what was read.
        return self._rows.setdefault(self.key(row), row)

    def key(self, row: Row) -> Key:
        """The row's primary key."""
        return tuple(row[name] for name in self._keys)

    def get(self, *key: Any) -> Row | None:
        """The row of that key, of those that were fetched or put."""
        return self._rows.get(key)

    def rows(self) -> Iterator[Row]:
        """All of them."""
        yield from self._rows.values()

    def put(self, row: Row) -> None:
        """A new row, or one in the place of another. It names every column."""
        key = self.key(row)
        self._rows[key] = row
        self._dirty[key] = None

    def flush(self) -> None:
        """Write what was put."""
        rows = [self._rows[key] for key in self._dirty]
        self._dirty.clear()
        if rows:
            self._connection.execute(upsert(self.table, self._connection.dialect.name), rows)

    def forget(self) -> None:
        """Write what was put, and know nothing more."""
        self.flush()
        self._rows.clear()


def chunks(values: Sequence[Any]) -> Iterator[list[Any]]:
    """The values, some hundreds at a time."""
    for start in range(0, len(values), AT_ONCE):
        yield list(values[start : start + AT_ONCE])
