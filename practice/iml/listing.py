"""What a search lists: one row a booking, in the server's stable order, recomputed for every
request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from practice.dialects import RosterColumn
from practice.facts import BookingFacts, DetaineeFacts, NameFacts
from practice.iml import show
from practice.world import World

ROWS_ON_A_PAGE = 30
"""Whatever ``quantity`` asks for."""


@dataclass(frozen=True)
class Row:
    """A booking of the list with the person it belongs to."""

    person: DetaineeFacts
    booking: BookingFacts

    @property
    def name(self) -> str:
        return show.list_name(self.person.name, self.booking.booking_number)

    def cell(self, column: RosterColumn) -> str:
        """What the list prints of it in that column."""
        if column == "name":
            return self.name
        if column == "birth_date":
            return show.birth_date(self.person)
        if column == "release_date":
            return show.date(self.booking.listed_release_date)
        if column == "permanent_id":
            return self.person.permanent_id or ""
        return self.booking.booking_number


@dataclass(frozen=True)
class Search:
    """What a session searched for last. Empty texts match everybody."""

    released_too: bool
    last: str = ""
    first: str = ""
    birth_date: str = ""
    number: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Search:
        """The posted search: pane A is by name, pane B by number, each with its own "include
        released"."""
        by_number = form.get("flow_action") == "searchbyid"
        box = (
            "systemUser_includereleasedinmate2" if by_number else "systemUser_includereleasedinmate"
        )
        number = form.get("systemUser_identifiervalue") or form.get("identifier") or ""
        return cls(
            released_too=form.get(box, "").upper() == "Y",
            last=form.get("systemUser_lastName", "").strip().upper(),
            first=form.get("systemUser_firstName", "").strip().upper(),
            birth_date=form.get("systemUser_dateOfBirth", "").strip(),
            number=number.strip() if by_number else "",
        )

    def finds(self, row: Row, today: dt.date) -> bool:
        """Whether the row is listed. Names match by prefix, booking numbers without leading
        zeros."""
        release = row.booking.listed_release_date
        name = row.person.name
        return (
            (self.released_too or release is None or release > today)
            and name.last.upper().startswith(self.last)
            and (name.first or "").upper().startswith(self.first)
            and self.birth_date in ("", show.date(row.person.birth_date))
            and self.number.lstrip("0") in ("", row.booking.booking_number.lstrip("0"))
        )


def rows_of(world: World, search: Search, *, phantoms: int = 0) -> list[Row]:
    """Everybody the search finds now, by name; ``phantoms`` are people near the start who are not
    there otherwise (faults ``moved-roster`` and ``nightly-purge``)."""
    everybody = [
        Row(person, booking) for person in world.people.detainees for booking in person.bookings
    ]
    if world.dialect.in_custody_only:
        search = replace(search, released_too=False)
    found = [row for row in everybody if search.finds(row, world.today)]
    found.sort(
        key=lambda row: (
            row.person.name.last,
            row.person.name.first or "",
            row.booking.booking_number,
        )
    )
    if found:
        found[2:2] = [_phantom(found[0], world.today, nth) for nth in range(phantoms)]
    return found


def another(world: World, row: Row) -> Row:
    """A booking of the next person (fault ``wrong-record``)."""
    people = world.people.detainees
    person = people[(people.index(row.person) + 1) % len(people)]
    return Row(person, person.bookings[0])


def find(world: World, sys_id: str) -> Row | None:
    """The booking behind an inner id; ids stay valid across sessions."""
    for person in world.people.detainees:
        for booking in person.bookings:
            if booking.sys_id == sys_id:
                return Row(person, booking)
    return None


def _phantom(neighbour: Row, today: dt.date, nth: int) -> Row:
    """Somebody who is gone again at the next scan."""
    number = str(99999999 - nth)
    booking = BookingFacts(
        booking_number=number,
        sys_id=str(999999999999999 - nth),
        img_sys_id="0",
        commitment_date=today,
    )
    person = replace(
        neighbour.person,
        key=f"booking-{number}",
        permanent_id=None,
        name=NameFacts(last=neighbour.person.name.last, first="PHANTOM"),
        bookings=(booking,),
    )
    return Row(person, booking)
