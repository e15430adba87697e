"""Records of the jail half: what one person's file says of the inmate lookup
(docs/portals/iml.md, 2.4 and 3).

Money is in integer cents, dates are ISO dates of the county, times carry the county's offset, ids
are text. An empty cell is None, never an empty string. Everything printed on a booking's page
belongs to that booking. A value that is there but cannot be read is None, and its words stand in
``as_printed``; ``details`` are labels that we know but have no field for."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from scrapers.halves import FILES, JAIL
from scrapers.record import AsPrinted, Envelope, Inputs, Labeled, Name, PersonRecord, RecordModel


class Physical(RecordModel):
    """Block beside the photo, as printed (``5' 10"``)."""

    sex: str | None = None
    height: str | None = None
    weight: str | None = None
    hair_color: str | None = None
    hair_length: str | None = None
    eye_color: str | None = None
    complexion: str | None = None


class Inmate(RecordModel):
    """Section "Inmate Information"."""

    race: str | None = None
    ethnicity: str | None = None
    state_id: str | None = None
    police_id: str | None = None
    fbi_number: str | None = None
    ice_number: str | None = None
    marital_status: str | None = None
    citizen: str | None = None
    country_of_birth: str | None = None


class Housing(RecordModel):
    """Section "Incarceration Information": where the person is held."""

    section: str | None = None
    block: str | None = None
    cell: str | None = None
    bed: str | None = None
    location: str | None = None
    county: str | None = None


class Alias(RecordModel):
    """One row of "Alias Information"; repeats are real."""

    last: str | None = None
    first: str | None = None
    middle: str | None = None
    details: tuple[Labeled, ...] = ()


class Detainer(RecordModel):
    """One row of "Detainer Information": another authority's hold."""

    comp_date: dt.date | None = None
    comp_number: str | None = None
    issued_by: str | None = None
    set_by: str | None = None
    details: tuple[Labeled, ...] = ()


class Bond(RecordModel):
    """One case entry of "Bond Information". ``status`` is a label, not a court outcome; ``percent``
    is as printed. ``set_by`` and ``set_date``: who set it, and when."""

    case_number: str | None = None
    amount_cents: int | None = None
    percent: str | None = None
    additional_cents: int | None = None
    total_cents: int | None = None
    type: str | None = None
    status: str | None = None
    posted_by: str | None = None
    post_date: dt.date | None = None
    set_by: str | None = None
    set_date: dt.date | None = None
    details: tuple[Labeled, ...] = ()


class Charge(RecordModel):
    """One row of "Charge Information"."""

    case_number: str | None = None
    offense_date: dt.date | None = None
    code: str | None = None
    description: str | None = None
    grade: str | None = None
    degree: str | None = None
    details: tuple[Labeled, ...] = ()


class Hearing(RecordModel):
    """One group of "Hearing Information". ``starts_at`` is None where only a date is printed."""

    case_number: str | None = None
    date: dt.date | None = None
    starts_at: dt.datetime | None = None
    details: tuple[Labeled, ...] = ()


class Booking(RecordModel):
    """One row of the roster with its detail page.

    ``listed_release_date`` is the list's, ``release_date`` and ``projected_release_date`` the
    page's. ``released`` says whether the list's date is on or before the crawl's as-of day in the
    county's zone. ``as_printed``: values that could not be read, also the birth date's and the
    list's."""

    booking_number: str
    listed_release_date: dt.date | None = None
    released: bool = False
    commitment_date: dt.date | None = None
    release_date: dt.date | None = None
    projected_release_date: dt.date | None = None
    physical: Physical = Physical()
    inmate: Inmate = Inmate()
    housing: Housing = Housing()
    aliases: tuple[Alias, ...] = ()
    detainers: tuple[Detainer, ...] = ()
    bonds: tuple[Bond, ...] = ()
    bond_grand_total_cents: int | None = None
    charges: tuple[Charge, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    as_printed: tuple[AsPrinted, ...] = ()
    details: tuple[Labeled, ...] = ()


CustodyAnswer = Literal[
    "not_held",
    "pretrial_by_label",
    "open_with_other_hold",
    "unresolved",
    "sentenced_label_mixed",
    "sentenced_label_all",
    "unknown",
    "pretrial_confirmed",
]
CustodyRule = Literal[
    "released",
    "unread",
    "no_entries",
    "unknown_word",
    "blank_or_paid",
    "all_open",
    "all_open_other_hold",
    "general_sessions_only",
    "some_sentenced",
    "all_sentenced",
    "court_confirms",
]


class BondLabel(RecordModel):
    """A bond entry as the custody rule saw it."""

    case_number: str | None
    status: str | None


class CustodyStatus(RecordModel):
    """Pretrial or not, by the rule of docs/portals/iml.md, 4a, with the facts that decided. Never a
    bare yes or no.

    The entries are the bond entries of all bookings still held on ``as_of``, in page order.
    ``other_hold``: a detainer, or a charge of one of the county's violation grades, on one of those
    bookings; kept beside every answer."""

    answer: CustodyAnswer
    rule: CustodyRule
    as_of: dt.date
    entries: tuple[BondLabel, ...] = ()
    detainers: int = 0
    violation_grades: tuple[str, ...] = ()
    other_hold: bool = False


class JailRecord(PersonRecord):
    """One person of the roster: the bookings that share a permanent id, newest last.

    ``key`` is the permanent id, or ``booking-<number>`` where that is blank. ``name`` is the list's
    of the newest booking. ``date_of_birth`` is the list's, else the detail page's; None when absent
    or masked."""

    key: str
    permanent_id: str | None
    name: Name
    date_of_birth: dt.date | None
    bookings: tuple[Booking, ...]
    custody_status: CustodyStatus

    @property
    def search_inputs(self) -> Inputs:
        """Name, birth date and aliases (``LAST, FIRST``, each once)."""
        rows = [alias for booking in self.bookings for alias in booking.aliases]
        printed = [", ".join(part for part in (alias.last, alias.first) if part) for alias in rows]
        aliases = tuple(dict.fromkeys(text for text in printed if text))
        return Inputs(name=self.name.full, date_of_birth=self.date_of_birth, aliases=aliases)

    @property
    def parts(self) -> tuple[Booking, ...]:
        """The bookings."""
        return self.bookings

    @property
    def part_numbers(self) -> tuple[str, ...]:
        """Their booking numbers."""
        return tuple(booking.booking_number for booking in self.bookings)


JailFile = Envelope[JailRecord]
JAIL_FORMAT = FILES[JAIL].format
