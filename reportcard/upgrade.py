"""A database of an earlier version of the tables, brought to today's where it stands.

Rows are kept. What earlier versions did not keep (rows of the lists, versions of pages and cases)
is not there until its crawl is loaded again: their crawls are marked as not proved complete, and
``cj load --all`` fills them in."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Table, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from reportcard import tables, views

UPGRADABLE = ("2",)
"""Versions that can be brought to today's."""

_NEW = {
    "crawls": {
        "kind": "'roster'",
        "search": "'all'",
        "state": "'unfinished'",
        "exact": "false",
        "from_future": "false",
    }
}
"""What stands in new columns that are never empty, of rows of before."""
_REASON = "'loaded before rows of lists were kept'"


def upgrade_sqlite(file: Path) -> None:
    """Make the tables anew and put the rows over, in one transaction. SQLite cannot change a
    column, so that each table is built beside the old one."""
    with contextlib.closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("PRAGMA legacy_alter_table = ON")
        database.execute("BEGIN IMMEDIATE")
        try:
            _rebuild(database)
            database.execute("COMMIT")
        except BaseException:
            database.execute("ROLLBACK")
            raise


def _rebuild(database: sqlite3.Connection) -> None:
    dialect = sqlite.dialect()
    version = database.execute("SELECT value FROM database_info WHERE name = 'schema'").fetchone()
    if version is None or version[0] not in UPGRADABLE:
        # Somebody else has done it meanwhile.
        return
    standing = {
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall():
        database.execute(f'DROP INDEX "{name}"')
    ours = [table for table in tables.metadata.sorted_tables if table.name in standing]
    for table in ours:
        database.execute(f'ALTER TABLE "{table.name}" RENAME TO "old_{table.name}"')
    for table in tables.metadata.sorted_tables:
        database.execute(str(CreateTable(table).compile(dialect=dialect)))
    for table in ours:
        names = {row[1] for row in database.execute(f'PRAGMA table_info("old_{table.name}")')}
        target, source = _columns(table, names)
        database.execute(
            f'INSERT INTO "{table.name}" ({target}) SELECT {source} FROM "old_{table.name}"'
        )
        database.execute(f'DROP TABLE "old_{table.name}"')
    for table in tables.metadata.sorted_tables:
        for index in table.indexes:
            database.execute(str(CreateIndex(index).compile(dialect=dialect)))
    for statement in views.statements("sqlite"):
        database.execute(statement)
    database.execute(
        "UPDATE database_info SET value = ? WHERE name = 'schema'", (str(tables.SCHEMA),)
    )


def _columns(table: Table, standing: set[str]) -> tuple[str, str]:
    """The columns to fill, and with what."""
    values = {
        column.name: f'"{column.name}"' for column in table.columns if column.name in standing
    }
    values |= {
        name: value for name, value in _NEW.get(table.name, {}).items() if name not in standing
    }
    if table.name == "crawls" and "reasons" not in standing:
        values["reasons"] = _REASON
    return ", ".join(f'"{name}"' for name in values), ", ".join(values.values())


def upgrade_postgresql(connection: Connection) -> None:
    """Add what is missing, in the transaction that runs."""
    inspected, run = inspect(connection), connection.exec_driver_sql
    standing = set(inspected.get_table_names())
    preparer = connection.dialect.identifier_preparer
    for table in tables.metadata.sorted_tables:
        if table.name not in standing:
            table.create(connection)
            continue
        there = {column["name"]: column for column in inspected.get_columns(table.name)}
        new = _NEW.get(table.name, {})
        for column in table.columns:
            name = preparer.quote(column.name)
            if column.name not in there:
                kind = column.type.compile(dialect=connection.dialect)
                default = new.get(column.name)
                more = f" NOT NULL DEFAULT {default}" if default else ""
                run(f"ALTER TABLE {table.name} ADD COLUMN {name} {kind}{more}")
                if default:
                    run(f"ALTER TABLE {table.name} ALTER COLUMN {name} DROP DEFAULT")
            elif column.nullable and not there[column.name]["nullable"]:
                run(f"ALTER TABLE {table.name} ALTER COLUMN {name} DROP NOT NULL")
        if table.name == "crawls" and "reasons" not in there:
            run(f"UPDATE crawls SET reasons = {_REASON}")
    views.create_views(connection)
    run(f"UPDATE database_info SET value = '{tables.SCHEMA}' WHERE name = 'schema'")
