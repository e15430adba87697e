"""The roster as read: its rows (bookings), the people behind them, and the proof that it is
complete. Every product of a half that lists people fills one.

Everything here goes to ``roster.json`` and back: ``Roster.model_dump(mode="json")``,
``Roster.model_validate``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import model_validator

from scrapers.record import RecordModel


class RosterRow(RecordModel):
    """One row of the list: a booking. ``name`` is the printed one, ``release_date`` the list's.

    ``handle`` is what the portal needs to open the booking's page. Only the product that wrote it
    knows what it means."""

    name: str
    booking_number: str
    permanent_id: str | None
    date_of_birth: dt.date | None
    release_date: dt.date | None
    handle: str

    @model_validator(mode="before")
    @classmethod
    def _with_handle(cls, row: object) -> object:
        """Rosters of f4bdff8 name the inmate lookup's two numbers instead of a handle."""
        if not isinstance(row, Mapping) or "sys_id" not in row:
            return row
        others = {name: row[name] for name in row if name not in ("sys_id", "img_sys_id")}
        return {**others, "handle": f"{row['sys_id']} {row.get('img_sys_id', '')}".strip()}


class RosterPerson(RecordModel):
    """The rows that share a permanent id, lowest booking number first; name and birth date are the
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
    counter's last value."""

    total: int
    pages: int
    exact: bool
    tries: int = 1
    reasons: tuple[str, ...] = ()
    read_at: dt.datetime


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


def _person(key: str, rows: Sequence[RosterRow]) -> RosterPerson:
    ordered = tuple(sorted(rows, key=lambda row: row.booking_number))
    newest = ordered[-1]
    return RosterPerson(key=key, name=newest.name, date_of_birth=newest.date_of_birth, rows=ordered)
