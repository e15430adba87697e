"""Invented facts: what is true in the practice county, before any page shows it. Dates are dates,
money is cents.

Templates and truth both read these, separately. Nothing here depends on the real clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

CALENDAR_START = dt.date(2026, 1, 5)
"""The practice county's day 0; ``--day N`` is N days later."""
TIME_ZONE = "America/Chicago"

Shown = Literal["full", "masked", "absent", "placeholder"]
"""How a portal prints a birth date: ``01/02/1990``, ``XX/XX/1990``, nothing, or ``01/01/1900``."""


@dataclass(frozen=True)
class NameFacts:
    """A name, upper case, possibly with hyphen, apostrophe or accent; one-word names have no
    first."""

    last: str
    first: str | None = None
    middle: str | None = None
    suffix: str | None = None


@dataclass(frozen=True)
class AliasFacts:
    last: str | None
    first: str | None = None
    middle: str | None = None


@dataclass(frozen=True)
class DetainerFacts:
    comp_date: dt.date | None
    comp_number: str | None
    issued_by: str | None
    set_by: str | None


@dataclass(frozen=True)
class BondFacts:
    case_number: str | None
    amount_cents: int | None
    percent: str | None
    additional_cents: int | None
    total_cents: int | None
    type: str | None
    status: str | None
    posted_by: str | None = None
    post_date: dt.date | None = None
    amount_words: str | None = None
    """Printed in place of an amount (``NO BOND``)."""
    set_by: str | None = None
    set_at: dt.datetime | None = None
    """When the bond was set, in local county time; some counties print the day alone."""


@dataclass(frozen=True)
class JailChargeFacts:
    case_number: str | None
    offense_date: dt.date | None
    code: str | None
    description: str
    grade: str | None
    degree: str | None = None


@dataclass(frozen=True)
class JailHearingFacts:
    """``time`` is local county time; None prints the date alone. ``words`` are printed in place of
    both (``TBD``)."""

    case_number: str | None
    date: dt.date
    time: dt.time | None = None
    words: str | None = None


@dataclass(frozen=True)
class BookingFacts:
    """A booking as it stands on the world's day. ``sys_id``/``img_sys_id`` are the portal's inner
    ids (img may be "0" or "")."""

    booking_number: str
    sys_id: str
    img_sys_id: str
    commitment_date: dt.date
    listed_release_date: dt.date | None = None
    release_date: dt.date | None = None
    projected_release_date: dt.date | None = None
    projected_release_words: str | None = None
    """Printed in place of the date (``LIFE``)."""
    incarceration_shown: bool = True
    """Else the page says that there is no incarceration information."""
    sex: str | None = None
    height: str | None = None
    weight: str | None = None
    hair_color: str | None = None
    hair_length: str | None = None
    eye_color: str | None = None
    complexion: str | None = None
    race: str | None = None
    ethnicity: str | None = None
    state_id: str | None = None
    police_id: str | None = None
    fbi_number: str | None = None
    ice_number: str | None = None
    marital_status: str | None = None
    citizen: str | None = None
    country_of_birth: str | None = None
    housing_section: str | None = None
    housing_block: str | None = None
    housing_cell: str | None = None
    housing_bed: str | None = None
    location: str | None = None
    county: str | None = None
    aliases: tuple[AliasFacts, ...] = ()
    detainers: tuple[DetainerFacts, ...] = ()
    bonds: tuple[BondFacts, ...] = ()
    bond_grand_total_cents: int | None = None
    charges: tuple[JailChargeFacts, ...] = ()
    hearings: tuple[JailHearingFacts, ...] = ()
    fills_in_late: bool = False
    """Detail page shows charges and bonds only from the second request on in one portal session."""


@dataclass(frozen=True)
class DetaineeFacts:
    """A person of the roster. ``key`` as in a crawl: permanent id, or ``booking-<number>``."""

    key: str
    permanent_id: str | None
    name: NameFacts
    birth_date: dt.date
    jail_birth_date: Shown
    bookings: tuple[BookingFacts, ...]


@dataclass(frozen=True)
class AttorneyFacts:
    name: str
    lead: bool
    kind: str | None
    phone: str | None = None


@dataclass(frozen=True)
class PartyFacts:
    """A party on a case page. ``birth_date_shown`` is how the case page prints it.

    ``pro_se``: speaks for themselves, alone or beside attorneys. ``more_roles``: what else the
    party is in the case. ``removed``: when and why it is no party any more. ``street``: block,
    street and unit, where the services give the address in parts."""

    role: str
    name: str
    birth_date: dt.date | None = None
    birth_date_shown: Shown = "absent"
    race: str | None = None
    sex: str | None = None
    address: tuple[str, ...] = ()
    attorneys: tuple[AttorneyFacts, ...] = ()
    pro_se: bool = False
    more_roles: tuple[str, ...] = ()
    removed: tuple[dt.date, str] | None = None
    street: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class CourtChargeFacts:
    charge_id: str
    number: str
    description: str
    statute: str | None
    degree: str | None
    degree_word: str | None
    offense_date: dt.date | None
    filed_date: dt.date | None = None
    amended_date: dt.date | None = None
    original_description: str | None = None
    arresting_agency: str | None = None


@dataclass(frozen=True)
class OutcomeFacts:
    charge_id: str
    result: str
    code: str


@dataclass(frozen=True)
class DispositionEventFacts:
    """``kind`` is plea, disposition, sentence or judgment; ``name`` is what the page prints.
    ``sentence``: (kind, text) blocks.

    Of a judgment, ``judgment_type`` is what was found, ``judgment_for`` the role of who won,
    ``award_cents`` what they get, ``parties`` the names it is about."""

    event_id: str
    date: dt.date
    kind: Literal["plea", "disposition", "sentence", "judgment"]
    name: str
    judicial_officer: str | None
    outcomes: tuple[OutcomeFacts, ...] = ()
    sentence: tuple[tuple[str, str], ...] = ()
    judgment_type: str | None = None
    judgment_for: str | None = None
    award_cents: int | None = None
    parties: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventFacts:
    event_id: str
    date: dt.date
    name: str
    word: str
    comment: str | None = None
    judicial_officer: str | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class CourtHearingFacts:
    event_id: str
    date: dt.date
    type: str
    time: dt.time | None
    judicial_officer: str | None
    result: str | None
    comment: str | None = None
    time_words: str | None = None
    """Printed in place of ``time``: a range, or ``TBD``."""
    canceled: bool = False
    cancel_reason: str | None = None


@dataclass(frozen=True)
class OtherEntryFacts:
    """An entry of the docket that is neither event nor hearing: a service of process, a summons, a
    cause of action. ``served``: None where the entry does not say."""

    date: dt.date
    kind: Literal["service", "cause"]
    name: str
    served: bool | None = None
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class BondSettingFacts:
    date: dt.date | None
    amount_cents: int | None
    text: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class TransactionFacts:
    """``amount_cents`` is positive for a charge, negative for a payment or credit. ``party`` is the
    place of whose account it is among the case's parties."""

    transaction_id: str
    date: dt.date
    description: str
    receipt: str | None
    amount_cents: int
    party: int = 0

    @property
    def kind(self) -> Literal["Charge", "Payment", "Credit"]:
        """What it does to the balance; a credit is called so."""
        if self.amount_cents > 0:
            return "Charge"
        return "Credit" if self.description == "Credit" else "Payment"


@dataclass(frozen=True)
class CaseFacts:
    """A court case. ``person`` is the party that the index lists it under, mostly the defendant.
    ``transactions`` empty: no financial part.

    ``status`` blank: the page has no case status. ``notices``: texts without a label.
    ``case_dispositions``: what was decided of the whole case, by date."""

    case_id: str
    case_number: str
    style: str
    court: str
    case_type: str
    case_type_word: str
    status: str
    status_word: str
    file_date: dt.date
    judicial_officer: str | None
    restricted: bool = False
    cross_references: tuple[str, ...] = ()
    parties: tuple[PartyFacts, ...] = ()
    charges: tuple[CourtChargeFacts, ...] = ()
    disposition_events: tuple[DispositionEventFacts, ...] = ()
    bond_settings: tuple[BondSettingFacts, ...] = ()
    events: tuple[EventFacts, ...] = ()
    hearings: tuple[CourtHearingFacts, ...] = ()
    transactions: tuple[TransactionFacts, ...] = ()
    notices: tuple[str, ...] = ()
    other_entries: tuple[OtherEntryFacts, ...] = ()
    warrants: tuple[str, ...] = ()
    """Their numbers."""
    case_dispositions: tuple[tuple[dt.date, str], ...] = ()
    place: int = 0
    """Where the person stands among the parties."""

    @property
    def person(self) -> PartyFacts:
        """The party that it is about. A restricted case may have none: IndexError."""
        return self.parties[self.place]


@dataclass(frozen=True)
class CourtPartyFacts:
    """A party as the portal's index knows it: what a name search finds.

    ``birth_date`` is what the portal filters by (None: it has none). ``birth_date_on_row``: how the
    result list prints it. ``belongs_to`` is the roster key of the detainee it really is, None for
    somebody else of that name."""

    party_id: str
    name: NameFacts
    birth_date: dt.date | None
    birth_date_on_row: Shown
    cases: tuple[CaseFacts, ...]
    belongs_to: str | None = None
