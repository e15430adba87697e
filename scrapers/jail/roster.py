"""The roster as read: its rows (bookings), the people behind them, and the proof that it is
complete.

Everything here goes to ``roster.json`` and back: ``Roster.model_dump(mode="json")``,
``Roster.model_validate``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from scrapers.record import AsPrinted, Doubt, Labeled, RecordModel, Unread

_CENTURY = 70
"""Numbers below it begin with a year of this century: the product is younger than that."""


class RosterRow(RecordModel):
    """One row of the list: a booking. ``name`` is the printed one, ``release_date`` the list's; ids
    are the portal's inner ones.

    ``as_printed``, ``details``, ``unread`` and ``doubts`` are what the row says beyond its fields;
    all of it goes to the person's file."""

    name: str
    booking_number: str
    permanent_id: str | None
    date_of_birth: dt.date | None
    release_date: dt.date | None
    sys_id: str
    img_sys_id: str
    as_printed: tuple[AsPrinted, ...] = ()
    details: tuple[Labeled, ...] = ()
    unread: tuple[Unread, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    first_seen: dt.datetime | None = None
    """When a later reading of the same crawl saw the row first; None for the first reading."""
    gone_during_scan: bool = False
    """Seen by a reading that proved nothing, and by none after it."""

    @property
    def handle(self) -> tuple[str, str]:
        """What tells a row from every other: the booking number, and the portal's inner id where a
        number is printed twice."""
        return self.booking_number, self.sys_id


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
