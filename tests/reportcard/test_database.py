from __future__ import annotations

import datetime as dt
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import CreateIndex, CreateTable

from reportcard import tables as t
from reportcard.database import DatabaseError, address, engine_of, exists, prepare, shown, upsert

ALL = [pytest.param(table, id=table.name) for table in t.metadata.sorted_tables]
_UNSOURCED = {
    "database_info",
    "crawls",
    # What a list, a page or a case was, whoever saw it: `crawl_listings` and `case_readings` say.
    "listings",
    "crawl_listings",
    "listed_bookings",
    "booking_versions",
    "case_versions",
    "case_readings",
}


@pytest.mark.parametrize("table", ALL)
def test_every_table_and_its_upsert_compile_for_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made = str(CreateTable(table).compile(dialect=dialect))
    assert "PRIMARY KEY" in made
    assert "SERIAL" not in made
    for index in table.indexes:
        assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))
    assert "ON CONFLICT" in str(upsert(table, "postgresql").compile(dialect=dialect))


@pytest.mark.parametrize("table", ALL)
def test_every_name_is_short_enough_for_postgresql(table: Table) -> None:
    names = [table.name, *table.columns.keys(), *(str(index.name) for index in table.indexes)]
    names += [str(key.name) for key in table.foreign_key_constraints]
    assert all(len(name) <= 63 for name in names)


@pytest.mark.parametrize("table", ALL)
def test_an_upsert_sets_every_column_that_is_no_key(table: Table) -> None:
    statement = str(upsert(table, "sqlite").compile(dialect=sqlite.dialect()))
    after = statement.partition("DO UPDATE SET")[2]
    for column in table.columns:
        named = re.search(rf"\b{column.name} = excluded\.{column.name}\b", after.replace('"', ""))
        assert bool(named) != column.primary_key


@pytest.mark.parametrize("table", ALL)
def test_every_row_names_its_crawl_and_its_file(table: Table) -> None:
    if table.name in _UNSOURCED:
        return
    assert "crawl_id" in table.c
    assert any("source_file" in name for name in table.columns.keys())  # noqa: SIM118
    assert any(key.column is t.crawls.c.crawl_id for key in table.c.crawl_id.foreign_keys)


@pytest.mark.parametrize("table", ALL)
def test_money_is_whole_cents(table: Table) -> None:
    for column in table.columns:
        if column.name.endswith("_cents"):
            assert str(column.type) == "BIGINT"
        elif str(column.type) == "BIGINT":
            assert column.name in {"listing_id", "version_id", "fingerprint"}
        else:
            assert str(column.type) in {"TEXT", "DATE", "BOOLEAN", "INTEGER"}


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "no address", "postgres"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(DatabaseError):
        address(url)


def test_a_password_is_never_shown() -> None:
    url = "postgresql://cj:secret@127.0.0.1/cj"
    assert "secret" not in shown(url)
    assert shown(url) == "postgresql+psycopg2://cj:***@127.0.0.1/cj"
    with pytest.raises(DatabaseError) as refused:
        address("://cj:secret@host")
    assert "secret" not in str(refused.value)


def test_an_error_shows_no_persons_values(url: str) -> None:
    prepare(url)
    engine = engine_of(url)
    row = {
        "person_id": "x",
        "kind": "split",
        "detail": "JORDAN SAMPLE",
        "crawl_id": "c",
        "source_file": "f",
    }
    with engine.connect() as connection, pytest.raises(IntegrityError) as refused:
        connection.execute(insert(t.conflicts), row)
    assert "JORDAN" not in str(refused.value)
    engine.dispose()


def test_preparing_twice_is_once(url: str) -> None:
    assert not exists(url)
    prepare(url)
    prepare(url)
    assert exists(url)


def test_tables_of_another_version_are_refused(url: str, data: Path) -> None:
    prepare(url)
    with sqlite3.connect(data / "cj.sqlite") as connection:
        connection.execute("UPDATE database_info SET value = '0'")
    for look in (prepare, exists):
        with pytest.raises(DatabaseError, match="version 0"):
            look(url)


def test_moments_are_stored_in_utc_and_naive_ones_refused(url: str) -> None:
    prepare(url)
    engine = engine_of(url)
    at = dt.datetime(2026, 1, 5, 9, tzinfo=dt.timezone(-dt.timedelta(hours=6)))
    marks = {"kind": "roster", "search": "all", "state": "complete"}
    row = {"crawl_id": "c", "site": "s", "day": at.date(), "created_at": at, **marks}
    row |= {"exact": True, "from_future": False}
    with engine.connect() as connection:
        connection.execute(insert(t.crawls), row)
        stored = connection.exec_driver_sql("SELECT created_at FROM crawls").scalar_one()
        assert stored == "2026-01-05T15:00:00.000000+00:00"
        assert connection.execute(select(t.crawls.c.created_at)).scalar_one() == at
        with pytest.raises(StatementError):
            connection.execute(
                insert(t.crawls), row | {"crawl_id": "d", "created_at": at.replace(tzinfo=None)}
            )
    engine.dispose()
