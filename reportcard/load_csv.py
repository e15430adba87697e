"""Flat tables for a spreadsheet: private files, safe to open, written whole or not at all.

UTF-8 with a byte order mark, because without it Excel takes accents for something else; Python
reads it as ``utf-8-sig``. A text that a spreadsheet would take for a formula gets an apostrophe
before it. Money is in dollars with two decimals. A spreadsheet drops the zeros that ids
begin with, unless the column is imported as text."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from operators.output import Output, produce
from reportcard import tables as t
from reportcard.database import DatabaseError, engine_of, exists, shown

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


LEFT_OUT = ("fbi_number", "ice_number", "citizen", "country_of_birth")
"""Columns that only whoever names them gets: they can end in somebody's deportation."""
_OWN = ("version_id", "fingerprint")
"""Numbers that mean nothing outside the database."""


def write_csv(database_url: str, folder: Path, also: Collection[str] = ()) -> dict[str, int]:
    """Write ``crawls.csv``, ``people.csv``, ``bookings.csv``, ``charges.csv``, ``bonds.csv``,
    ``cases.csv`` and ``dispositions.csv`` into the folder (made with mode 0700; files 0600), over
    those of before; rows by file name. ``crawls.csv`` says how complete each crawl is. ``also``
    names columns of `LEFT_OUT` to write too. Raises DatabaseError, OSError."""
    if not exists(database_url):
        raise DatabaseError(f"nothing has been loaded into {shown(database_url)}")
    folder = _made(folder)
    engine = engine_of(database_url)
    try:
        # One transaction, so that the tables agree with each other whatever is loaded meanwhile.
        with engine.connect().execution_options(**_steady(engine.dialect.name)) as connection:
            return {
                name: _write(connection, wanted, folder / name)
                for name, wanted in _selections(set(LEFT_OUT).difference(also)).items()
            }
    finally:
        engine.dispose()


def write_text(folder: Path, name: str, text: str) -> Path:
    """A private CSV file of that text in the folder (made with mode 0700), over the one of before;
    its path. Raises OSError."""
    path = _made(folder) / name
    _ours(path, text.partition("\n")[0].partition(",")[0].strip())
    produce(Output(str(path), mode=0o600), _put, replace=True, text=text)
    return path


def _put(output_path: str, text: str) -> None:
    with open(output_path, "w", encoding="utf-8-sig", newline="") as file:
        file.write(text)


def _made(folder: Path) -> Path:
    folder = Path(folder)
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
    return folder


def _ours(path: Path, first: str) -> None:
    """That nothing stands there but a table that we wrote. Raises FileExistsError."""
    if not path.is_symlink() and not path.exists():
        return
    if not path.is_symlink() and path.is_file():
        with open(path, "rb") as file:
            begin = file.read(3 + len(first))
        if begin == codecs.BOM_UTF8 + first.encode():
            return
    raise FileExistsError(f"{path} is not a table that cj wrote: name another folder")


def safe(value: Any) -> str:
    """The cell's text. A number is a number; a text that begins like a formula gets an apostrophe
    before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value)
    text = value if isinstance(value, str) else str(value.isoformat())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _dollars(cents: int | None) -> str:
    """``1234.50``."""
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _steady(dialect: str) -> dict[str, Any]:
    return {"isolation_level": "REPEATABLE READ"} if dialect == "postgresql" else {}


def _write(connection: Connection, wanted: Select[Any], path: Path) -> int:
    _ours(path, next(iter(wanted.selected_columns)).name)
    produced = produce(
        Output(str(path), mode=0o600), _fill, replace=True, connection=connection, wanted=wanted
    )
    return int(str(produced.value))


def _fill(output_path: str, connection: Connection, wanted: Select[Any]) -> int:
    count = 0
    with open(output_path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        names = [column.name for column in wanted.selected_columns]
        writer.writerow(name.replace("_cents", "_dollars") for name in names)
        money = [name.endswith("_cents") for name in names]
        for row in _rows(connection, wanted):
            writer.writerow(
                [
                    _dollars(value) if is_money else safe(value)
                    for value, is_money in zip(row, money, strict=True)
                ]
            )
            count += 1
    return count


def _rows(connection: Connection, wanted: Select[Any]) -> Iterator[Any]:
    # In the server's own pieces, so that a county of any size takes no memory.
    with connection.execution_options(yield_per=1000).execute(wanted) as rows:
        yield from rows


def _selections(without: Collection[str]) -> dict[str, Select[Any]]:
    who = (t.people.c.site, t.people.c.person_id, t.people.c.name, t.people.c.date_of_birth)
    of_person = t.people.c.person_id == t.bookings.c.person_id
    of_booking = (t.bookings.c.site, t.bookings.c.booking_number)
    bookings = t.bookings.join(t.people, of_person)
    parts = {
        "charges.csv": t.jail_charges,
        "bonds.csv": t.bonds,
    }
    histories = t.person_cases.join(
        t.people, t.people.c.person_id == t.person_cases.c.person_id
    ).join(
        t.cases,
        (t.cases.c.site == t.person_cases.c.site)
        & (t.cases.c.case_number == t.person_cases.c.case_number),
    )
    charges = histories.join(
        t.court_charges,
        (t.court_charges.c.site == t.cases.c.site)
        & (t.court_charges.c.case_number == t.cases.c.case_number),
    )
    said = t.dispositions.c
    dispositions = charges.outerjoin(
        t.dispositions,
        (said.site == t.court_charges.c.site)
        & (said.case_number == t.court_charges.c.case_number)
        & (said.charge_position == t.court_charges.c.position),
    )
    case_order = (t.people.c.person_id, t.cases.c.file_date, t.cases.c.case_number)
    found: dict[str, Select[Any]] = {
        "crawls.csv": select(t.crawls).order_by(t.crawls.c.day, t.crawls.c.crawl_id),
        "people.csv": select(t.people).order_by(t.people.c.person_id),
        "bookings.csv": select(*who, *_others(t.bookings, who, without))
        .select_from(bookings)
        .order_by(t.people.c.person_id, *of_booking),
    }
    for name, part in parts.items():
        same = (part.c.site == t.bookings.c.site) & (
            part.c.booking_number == t.bookings.c.booking_number
        )
        found[name] = (
            select(*who, *_others(part, who))
            .select_from(bookings.join(part, same))
            .order_by(t.people.c.person_id, *of_booking, part.c.position)
        )
    found["cases.csv"] = (
        select(*who, *_others(t.cases, who)).select_from(histories).order_by(*case_order)
    )
    found["dispositions.csv"] = (
        select(
            *who,
            t.cases.c.case_number,
            t.cases.c.status,
            t.court_charges.c.number.label("charge_number"),
            t.court_charges.c.description,
            t.court_charges.c.statute,
            t.court_charges.c.degree,
            t.court_charges.c.open,
            said.date,
            said.event,
            said.result,
            t.court_charges.c.crawl_id,
            t.court_charges.c.source_file,
        )
        .select_from(dispositions)
        .order_by(*case_order, t.court_charges.c.position, said.position)
    )
    return found


def _others(table: Any, who: tuple[Any, ...], without: Collection[str] = ()) -> list[Any]:
    """The table's columns but those that ``who`` names already, and those left out."""
    names = {column.name for column in who} | {*without, *_OWN}
    return [column for column in table.columns if column.name not in names]
