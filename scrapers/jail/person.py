"""A person's file from their roster rows and the pages of their bookings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from resilience.faults import Fault
from scrapers.jail.parse import Detail, name_of
from scrapers.jail.records import JAIL_FORMAT, Booking, JailFile, JailRecord
from scrapers.jail.rules.custody import custody_of
from scrapers.record import (
    AsPrinted,
    Doubt,
    Extra,
    Labeled,
    Provenance,
    Unread,
    UnreadPart,
)
from scrapers.roster import RosterPerson, RosterRow, RowId, year_of
from scrapers.sites import Site, SiteError
from scrapers.values import implausible


@dataclass(frozen=True)
class _Read:
    """A booking with what its page and its row say beside it."""

    row: RosterRow
    detail: Detail
    booking: Booking
    doubts: tuple[Doubt, ...]

    @property
    def begun(self) -> dt.date:
        return self.booking.commitment_date or dt.date(year_of(self.row.booking_number), 1, 1)


def person_file(
    entry: RosterPerson,
    details: Mapping[RowId, Detail],
    unread: Mapping[RowId, Fault],
    site: Site,
    as_of: dt.date,
    provenance: Provenance,
) -> JailFile:
    """The file of a person of whom at least one booking was read, as of that day of the county.

    ``unread`` are the bookings that could not be read, with the fault of each: they are named in
    ``unread_parts``, and no other booking is lost with them."""
    if site.jail is None:
        raise SiteError(f"site {site.key!r} has no [jail] address")
    rows = [row for row in entry.rows if row.identity in details]
    if not rows:
        raise ValueError(f"no booking of {entry.key} was read")
    read = sorted(
        (_with_list(details[row.identity], row, as_of) for row in rows),
        key=lambda one: (one.begun, one.row.booking_number),
    )
    held_unread = any(not released(row, as_of) for row in entry.rows if row.identity not in details)
    bookings = tuple(one.booking for one in read)
    born, birth_doubts = _born(read, as_of)
    record = JailRecord(
        key=entry.key,
        permanent_id=entry.permanent_id,
        name=name_of(read[-1].row.name),
        date_of_birth=born,
        bookings=bookings,
        custody_status=custody_of(bookings, as_of, site.jail.custody, unread=held_unread),
    )
    doubts = [*birth_doubts, *_twice(bookings)]
    for number, one in enumerate(read):
        doubts.extend(
            doubt.model_copy(update={"field": f"bookings.{number}.{doubt.field}"})
            for doubt in one.doubts
        )
    return JailFile(
        format=JAIL_FORMAT,
        key=entry.key,
        outcome="found",
        record=record,
        extra=Extra(unread=tuple(_left(read))),
        doubts=tuple(doubts),
        unread_parts=tuple(
            UnreadPart(
                kind="booking",
                number=row.booking_number,
                fault=unread[row.identity].name,
                reason=str(unread[row.identity]),
            )
            for row in entry.rows
            if row.identity in unread and row.identity not in details
        ),
        dialect=site.jail.hash,
        provenance=provenance,
    )


def released(row: RosterRow, as_of: dt.date) -> bool:
    """Whether the list says that the booking had ended by that day."""
    return row.release_date is not None and row.release_date <= as_of


def _left(read: Iterable[_Read]) -> Iterator[Unread]:
    for one in read:
        yield from one.row.unread
        yield from one.detail.unread


def _with_list(detail: Detail, row: RosterRow, as_of: dt.date) -> _Read:
    """The booking with what the list alone says of it."""
    booking = detail.booking
    printed = list(booking.as_printed)
    details = [*row.details, *booking.details]
    doubts = [*row.doubts, *detail.doubts]
    for kept in row.as_printed:
        field = "listed_release_date" if kept.field == "release_date" else kept.field
        printed.append(AsPrinted(field=field, text=kept.text))
    ends, gone = row.release_date, released(row, as_of)
    if ends is not None and booking.commitment_date and ends < booking.commitment_date:
        text = f"{ends:%m/%d/%Y}"
        printed.append(AsPrinted(field="listed_release_date", text=text))
        doubts.append(
            Doubt(
                field="listed_release_date",
                expected=f"on or after the commitment of {booking.commitment_date}",
                found=text,
                kind="implausible",
            )
        )
        ends, gone = None, False
    ours, theirs = row.permanent_id, detail.permanent_id
    if ours is None and theirs is not None:
        details.append(Labeled(label="Permanent ID", text=theirs))
    elif ours is not None and theirs is not None and ours != theirs:
        doubts.append(Doubt(field="permanent_id", expected=ours, found=theirs, kind="mismatch"))
    changed = booking.model_copy(
        update={
            "listed_release_date": ends,
            "released": gone,
            "as_printed": tuple(dict.fromkeys(printed)),
            "details": tuple(details),
        }
    )
    return _Read(row, detail, changed, tuple(doubts))


def _born(read: Iterable[_Read], as_of: dt.date) -> tuple[dt.date | None, list[Doubt]]:
    """The list's newest birth date, else the pages'; another one, or one that cannot be, is
    doubted."""
    days = [one.row.date_of_birth for one in read] + [one.detail.date_of_birth for one in read]
    doubts = []
    known: list[dt.date] = []
    for day in days:
        if day is None:
            continue
        expected = implausible(day, birth=True, by=as_of)
        if expected is None:
            known.append(day)
        else:
            found = Doubt(
                field="date_of_birth",
                expected=expected,
                found=day.isoformat(),
                kind="implausible",
            )
            doubts.append(found)
    listed = [one.row.date_of_birth for one in read if one.row.date_of_birth in known]
    best = listed or known
    born = best[-1] if best else None
    for other in dict.fromkeys(day for day in known if day != born):
        doubts.append(
            Doubt(
                field="date_of_birth",
                expected=str(born),
                found=other.isoformat(),
                kind="mismatch",
            )
        )
    return born, list(dict.fromkeys(doubts))


def _twice(bookings: Iterable[Booking]) -> Iterator[Doubt]:
    """Booking numbers that stand on the roster twice, with different inner ids."""
    seen: set[str] = set()
    for number, booking in enumerate(bookings):
        if booking.booking_number in seen:
            yield Doubt(
                field=f"bookings.{number}.booking_number",
                expected="one row",
                found=booking.booking_number,
                kind="duplicate",
            )
        seen.add(booking.booking_number)
