"""The roster as read: its rows (bookings), the people behind them, and the proof that it is
complete. Every product of a half that lists people fills one.

Everything here goes to ``roster.json`` and back: ``Roster.model_dump(mode="json")``,
``Roster.model_validate``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import model_validator

from scrapers.record import AsPrinted, Doubt, Labeled, RecordModel, Unread

_CENTURY = 70
"""Numbers below it begin with a year of this century: the product is younger than that."""


RowId: TypeAlias = "tuple[str, str]"
"""What tells a row of the list from every other (`RosterRow.identity`)."""


class RosterRow(RecordModel):
    """One row of the list: a booking. ``name`` is the printed one, ``release_date`` the list's.

    ``handle`` is what the portal needs to open the booking's page. Only the product that wrote it
    knows what it means. ``as_printed``, ``details``, ``unread`` and ``doubts`` are what the row
    says beyond its fields; all of it goes to the person's file. ``first_seen``: when a later
    reading of the same crawl saw the row first; None for the first reading. ``gone_during_scan``:
    seen by a reading that proved nothing, and by none after it."""

    name: str
    booking_number: str
    permanent_id: str | None
    date_of_birth: dt.date | None
    release_date: dt.date | None
    handle: str
    as_printed: tuple[AsPrinted, ...] = ()
    details: tuple[Labeled, ...] = ()
    unread: tuple[Unread, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    first_seen: dt.datetime | None = None
    gone_during_scan: bool = False

    @property
    def identity(self) -> RowId:
        """What tells the row from every other: its booking number, and the handle where a number is
        printed twice."""
        return self.booking_number, self.handle

    @model_validator(mode="before")
    @classmethod
    def _with_handle(cls, row: object) -> object:
        """Rosters of f4bdff8 name the inmate lookup's two numbers instead of a handle."""
        if not isinstance(row, Mapping) or "sys_id" not in row:
            return row
        others = {name: row[name] for name in row if name not in ("sys_id", "img_sys_id")}
        return {**others, "handle": f"{row['sys_id']} {row.get('img_sys_id', '')}".strip()}


class RosterPerson(RecordModel):
    """The rows that share a permanent id, oldest booking number first; name and birth date are the
    newest booking's."""

    key: str
    name: str
    date_of_birth: dt.date | None
    rows: tuple[RosterRow, ...]

    @property
    def permanent_id(self) -> str | None:
        return self.rows[-1].permanent_id


class RosterProof(RecordModel):
    """Whether the list is complete. ``exact``: the counter agreed with every page, and no booking
    came twice.

    ``reasons`` say what moved in the tries before, or why the list is not exact. ``total`` is the
    counter's last value, ``unlisted`` how many of them no row was seen of. ``search``: what was
    searched for (``all``, ``in-custody``; None in older files); lists of two searches are not to be
    compared. ``unread`` and ``doubts``: what the pages say that no row holds."""

    total: int
    pages: int
    exact: bool
    tries: int = 1
    reasons: tuple[str, ...] = ()
    read_at: dt.datetime
    unlisted: int = 0
    search: str | None = None
    unread: tuple[Unread, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Roster(RecordModel):
    """All rows in the portal's order, and the people behind them in the order of their first
    row."""

    rows: tuple[RosterRow, ...]
    people: tuple[RosterPerson, ...]
    proof: RosterProof


@dataclass(frozen=True)
class Person:
    """Somebody whom a crawl is about. ``entry`` is the roster's own, None where the crawl began
    with a list of names."""

    key: str
    name: str
    date_of_birth: dt.date | None = None
    entry: RosterPerson | None = None


def key_of(row: RosterRow) -> str:
    """The person's key: the permanent id, or ``booking-<number>`` where the list shows none."""
    return row.permanent_id or f"booking-{row.booking_number}"


def people_of(rows: Iterable[RosterRow]) -> tuple[RosterPerson, ...]:
    """Rows grouped by permanent id."""
    groups: dict[str, list[RosterRow]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return tuple(_person(key, group) for key, group in groups.items())


def year_of(booking_number: str) -> int:
    """The year that the first two digits of a booking number stand for (9904533 is of 1999, 2612345
    of 2026); 1 where they are no digits."""
    head = booking_number[:2]
    if not head.isdecimal():
        return 1
    return int(head) + (1900 if int(head) >= _CENTURY else 2000)


def _person(key: str, rows: Sequence[RosterRow]) -> RosterPerson:
    ordered = tuple(sorted(rows, key=lambda row: (year_of(row.booking_number), row.booking_number)))
    newest = ordered[-1]
    return RosterPerson(key=key, name=newest.name, date_of_birth=newest.date_of_birth, rows=ordered)
