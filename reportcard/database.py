"""Opening the database: SQLite by default, PostgreSQL by its URL; private, with foreign keys, one
writer at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

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

from reportcard import tables, upgrade

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
            _check_version(connection, upgrade.UPGRADABLE)
            return True
    finally:
        engine.dispose()


def prepare(database_url: str) -> None:
    """Make the database's file (0600, its missing folders 0700), the tables and the views, unless
    they stand; tables of version 2 become today's. Raises DatabaseError, without touching
    anything, for a file that is not ours."""
    file = file_of(database_url)
    if file is not None:
        _make_or_prove(file)
    engine = engine_of(database_url)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            alone(connection)
            if not inspect(connection).has_table(tables.database_info.name):
                _create(connection)
                return
            if _check_version(connection, upgrade.UPGRADABLE) == str(tables.SCHEMA):
                return
            if file is None:
                upgrade.upgrade_postgresql(connection)
                return
        upgrade.upgrade_sqlite(file)
    finally:
        engine.dispose()


def empty(database_url: str) -> None:
    """Make our tables anew, without rows: to be filled again from the crawl folders, also where
    they are those of an earlier version. Raises DatabaseError for what is not ours."""
    file = file_of(database_url)
    if file is not None:
        _make_or_prove(file)
    engine = engine_of(database_url)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            alone(connection)
            if inspect(connection).has_table(tables.database_info.name):
                tables.metadata.drop_all(connection)
            _create(connection)
    finally:
        engine.dispose()


def _create(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    connection.execute(
        insert(tables.database_info), {"name": "schema", "value": str(tables.SCHEMA)}
    )


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


@lru_cache(maxsize=128)
def insert_new(table: Table, dialect: str) -> Insert:
    """Insert, unless the key stands already: then the row that stands is the same."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_nothing(index_elements=list(table.primary_key.columns))


def _check_version(connection: Connection, others: Collection[str] = ()) -> str:
    info = tables.database_info
    found: str | None = connection.execute(
        select(info.c.value).where(info.c.name == "schema")
    ).scalar_one_or_none()
    if found is None or found not in (str(tables.SCHEMA), *others):
        raise DatabaseError(
            f"the database has version {found} of the tables, this program {tables.SCHEMA}: "
            "fill it again from the crawl folders with 'cj load --all --anew'"
        )
    return found


_HEADER = b"SQLite format 3\x00"


def _make_or_prove(file: Path) -> None:
    """A file that we make, private from its first moment; or one that is ours already. Nothing
    about any other file changes: neither mode nor content. Raises DatabaseError."""
    missing = [folder for folder in file.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    try:
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        _prove(file)
        return
    except OSError as error:
        raise DatabaseError(f"{file} cannot be made: {error.strerror}") from None
    try:
        os.fchmod(made, 0o600)
    finally:
        os.close(made)


def _prove(file: Path) -> None:
    """That the file is our database, or one that we made and had not filled yet; then it is for its
    owner only."""
    try:
        found = file.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise DatabaseError(f"{file} is a link: name the database file itself")
        if not stat.S_ISREG(found.st_mode):
            raise DatabaseError(f"{file} is no file: name a file for the database")
        with open(file, "rb") as opened:
            header = opened.read(len(_HEADER))
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}") from None
    if not header and found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) == 0o600:
        return
    if header != _HEADER:
        what = "is empty and was not made by cj" if not header else "is no SQLite database"
        raise DatabaseError(f"{file} {what}: name another file, nothing about it was changed")
    if not _has_our_table(file):
        raise DatabaseError(
            f"{file} is an SQLite database of something else: name another file, nothing about it "
            "was changed"
        )
    if stat.S_IMODE(found.st_mode) != 0o600:
        file.chmod(0o600)


def _has_our_table(file: Path) -> bool:
    """Whether our table stands in an SQLite file, read without writing."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)
        ) as connection:
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise DatabaseError(f"{file} cannot be read as a database: {error}") from None
    return tables.database_info.name in names
