"""Opening the database: SQLite by default, PostgreSQL by its URL; private, with foreign keys, one
writer at a time."""

from __future__ import annotations

import contextlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql.dml import Insert

from reportcard import tables

DEFAULT_URL = "sqlite:///data/cj.sqlite"
DIALECTS = ("sqlite", "postgresql")
_BUSY_SECONDS = 60
_POSTGRES_DRIVER = "postgresql+psycopg2"
"""Named, because SQLAlchemy 2.0 and 2.1 take different drivers where none is."""
_LOAD_LOCK = 0x636A2D6C6F6164
"""Number of PostgreSQL's advisory lock that makes loads wait for each other ("cj-load" in
ASCII)."""


class DatabaseError(ValueError):
    """The address is not one of ours, or what stands there is not our database; the message says
    what to do."""


def address(database_url: str) -> URL:
    """The URL, checked. ``postgres://`` and ``postgresql://`` mean psycopg2. Raises DatabaseError,
    never with the password."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise DatabaseError(
            f"not a database address (like {DEFAULT_URL} or postgresql://user@host/name)"
        ) from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername=_POSTGRES_DRIVER)
    if url.get_backend_name() not in DIALECTS:
        raise DatabaseError(
            f"only SQLite and PostgreSQL are supported, not {url.get_backend_name()}"
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise DatabaseError(
            f"a database in memory would be gone at once: name a file, like {DEFAULT_URL}"
        )
    return url


def shown(database_url: str) -> str:
    """The address for logs and receipts: without its password."""
    return address(database_url).render_as_string(hide_password=True)


def file_of(database_url: str) -> Path | None:
    """The file of an SQLite database, None for PostgreSQL."""
    url = address(database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def engine_of(database_url: str) -> Engine:
    """An engine whose every transaction enforces foreign keys, and whose errors never show a
    person's values.

    SQLite waits a minute for another writer.
    """
    url = address(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver would begin transactions late and commit around DDL; we begin them ourselves.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def exists(database_url: str) -> bool:
    """Whether our tables stand there. A missing SQLite file is not made. Raises SQLAlchemy's error
    for a server that does not answer (that is not the same as an empty database), DatabaseError for
    another version."""
    file = file_of(database_url)
    if file is not None and not file.exists():
        return False
    engine = engine_of(database_url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(tables.database_info.name):
                return False
            _check_version(connection)
            return True
    finally:
        engine.dispose()


def prepare(database_url: str) -> None:
    """Make the database's file (0600, its missing folders 0700) and the tables, unless they stand.
    Raises DatabaseError."""
    file = file_of(database_url)
    if file is not None:
        _private(file)
    engine = engine_of(database_url)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            alone(connection)
            if inspect(connection).has_table(tables.database_info.name):
                _check_version(connection)
                return
            tables.metadata.create_all(connection)
            connection.execute(
                insert(tables.database_info), {"name": "schema", "value": str(tables.SCHEMA)}
            )
    finally:
        engine.dispose()


def alone(connection: Connection) -> None:
    """Wait until no other load runs; ends with the transaction. SQLite's writing transaction is
    alone by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOAD_LOCK})


@lru_cache(maxsize=128)
def upsert(table: Table, dialect: str) -> Insert:
    """Insert, or where the key stands already, put the new values over it. For rows that name every
    column."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = list(table.primary_key.columns)
    values = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column not in keys
    }
    if not values:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=values)


def _check_version(connection: Connection) -> None:
    info = tables.database_info
    found = connection.execute(
        select(info.c.value).where(info.c.name == "schema")
    ).scalar_one_or_none()
    if found != str(tables.SCHEMA):
        raise DatabaseError(
            f"the database has version {found} of the tables, this program {tables.SCHEMA}: "
            "name a new one and load the crawl folders into it again"
        )


def _private(file: Path) -> None:
    missing = [folder for folder in file.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    file.chmod(0o600)
