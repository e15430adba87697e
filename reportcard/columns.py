"""What the tables' columns have in common: times as text, and the columns that say where a row
comes from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Column, Dialect, ForeignKey, ForeignKeyConstraint, Integer, Text
from sqlalchemy.types import TypeDecorator


class LocalTime(TypeDecorator[dt.datetime]):
    """A time with its offset, as ISO text (``2026-01-05T09:00:00-06:00``).

    Text, because no type of SQLite and none of PostgreSQL keeps the offset, which is the county's
    clock and a fact. The database reads it back as an aware datetime; in SQL, PostgreSQL casts it
    (``::timestamptz``) and SQLite's ``datetime()`` turns it into UTC. Raises ValueError for a time
    without offset."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a time without its offset cannot be stored: {value.isoformat()}")
        return self._text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else dt.datetime.fromisoformat(value)

    def _text(self, value: dt.datetime) -> str:
        return value.isoformat()


class UtcTime(LocalTime):
    """A moment of our own clock: ISO text in UTC of one width, so that its alphabetical order is
    its order in time."""

    cache_ok = True

    def _text(self, value: dt.datetime) -> str:
        return value.astimezone(dt.timezone.utc).isoformat(timespec="microseconds")


def source() -> list[Column[Any]]:
    """Where a row comes from: its crawl, and the person's file relative to the data folder
    (``crawl/jail/KEY.json``)."""
    return [
        Column("crawl_id", Text, ForeignKey("crawls.crawl_id"), nullable=False),
        Column("source_file", Text, nullable=False),
    ]


def part_of(parent: str, *keys: str, position: str = "position") -> list[Any]:
    """Key of a row that belongs to a parent: the parent's key and its place among the others, from
    0, in page order.

    ``keys`` are the parent's key columns; those named ``*position`` are numbers, the others text.
    Goes with the parent."""
    columns: list[Any] = [
        Column(
            key,
            Integer if key.endswith("position") else Text,
            primary_key=True,
            autoincrement=False,
        )
        for key in keys
    ]
    columns.append(Column(position, Integer, primary_key=True, autoincrement=False))
    parent_keys = ["position" if key.endswith("position") else key for key in keys]
    columns.append(
        ForeignKeyConstraint(keys, [f"{parent}.{key}" for key in parent_keys], ondelete="CASCADE")
    )
    return columns
