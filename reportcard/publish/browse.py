"""Live browsing of published numbers with Datasette: read-only tables, no SQL, no downloads.

The tables hold what the published CSVs hold, and nothing else. Facets over rows of people would let
anybody compare groups until one person is left; the rows here are sums that went through the guard.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from reportcard.publish.release import COLUMNS
from reportcard.publish.site import INDEX
from reportcard.publish.store import PublishError
from scrapers.crawl.place import read_at

QUERIES = {
    "held": (
        "People held, newest day of each county",
        "SELECT county, max(coalesce(day, as_of)) AS day, value FROM numbers "
        "WHERE measure = 'held' AND part = 'people' AND \"by\" = '' "
        "GROUP BY county ORDER BY county",
    ),
    "waiting": (
        "Held awaiting trial, with bounds",
        "SELECT county, as_of, value AS at_least, high AS at_most FROM numbers "
        "WHERE measure = 'awaiting_trial' AND part = 'people' AND \"by\" = '' AND day IS NULL "
        "ORDER BY county",
    ),
    "stay": (
        "Of 100 stays, how many last longer",
        "SELECT county, part, round(100 * value) AS of_100, round(100 * low) AS low, "
        "round(100 * high) AS high FROM numbers WHERE measure = 'stay' AND unit = 'share' "
        "AND \"by\" = '' ORDER BY county, of_100 DESC",
    ),
}
"""Canned queries by name: title and SQL. They are the only SQL that is answered."""
_TEXTS = ("by", "group", "text")
_NUMBERS = ("value", "low", "high", "n", "unknown", "method_version")


def make_tables(folder: str, database: Path) -> int:
    """Fill a new SQLite file with the numbers of the folder's current release; how many rows.

    Raises PublishError for a folder that is not published or a file that stands already."""
    try:
        index = json.loads(read_at(f"{folder.rstrip('/')}/{INDEX}"))
    except (FileNotFoundError, ValueError):
        raise PublishError(f"{folder} is not a folder of cj publish") from None
    if database.exists():
        raise PublishError(f"{database} stands already; it is not replaced")
    rows = list(_rows(folder, index))
    columns = ", ".join(f'"{c}" {"REAL" if c in _NUMBERS else "TEXT"}' for c in COLUMNS)
    with sqlite3.connect(database) as made:
        made.execute(f"CREATE TABLE numbers ({columns})")
        marks = ", ".join("?" for _ in COLUMNS)
        made.executemany(f"INSERT INTO numbers VALUES ({marks})", rows)
        made.execute("CREATE INDEX numbers_by ON numbers (county, measure, part)")
    made.close()
    return len(rows)


def metadata(release: str, *, banner: str = "") -> dict[str, object]:
    """Datasette's settings file: what it is, what may be asked."""
    return {
        "title": "Jail report cards" + (f" ({banner})" if banner else ""),
        "description": banner
        or f"Release {release}. Sums only; small groups are hidden. An arrest is not a conviction.",
        "license": "CC BY 4.0",
        "allow_sql": False,
        "databases": {
            "published": {
                "tables": {
                    "numbers": {
                        "facets": ["county", "measure", "by"],
                        "sortable_columns": ["county", "measure", "day", "value"],
                        "description": "One row a number; suppressed numbers have no value.",
                    }
                },
                "queries": {
                    name: {"title": title, "sql": sql} for name, (title, sql) in QUERIES.items()
                },
            }
        },
    }


def command(database: Path, settings: Path, port: int) -> list[str]:
    """The Datasette command: on this machine only, immutable, without SQL and downloads."""
    import sys

    return [
        sys.executable, "-m", "datasette", "serve", "--immutable", str(database),
        "--metadata", str(settings), "--host", "127.0.0.1", "--port", str(port),
        "--setting", "allow_download", "off", "--setting", "default_allow_sql", "off",
        "--setting", "sql_time_limit_ms", "1500", "--setting", "max_returned_rows", "1000",
    ]  # fmt: skip


def _rows(folder: str, index: dict[str, object]) -> Iterator[tuple[object, ...]]:
    counties = index.get("counties")
    for county in counties if isinstance(counties, list) else ():
        for measure in county["measures"]:
            text = read_at(f"{folder.rstrip('/')}/{measure['csv']}").decode("utf-8")
            for row in csv.DictReader(io.StringIO(text)):
                yield tuple(
                    row[column] if column in _TEXTS else row[column] or None for column in COLUMNS
                )
