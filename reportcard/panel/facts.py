"""What goes into a panel: rows of the list, pages of bookings and court cases, as facts without
files, crawls or a database.

Days are `datetime.date` in the county's zone, money is integer cents, what is missing is None.
There is no immigration field here, so that no measure can have one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["roster", "list"]


@dataclass(frozen=True, slots=True)
class CrawlMark:
    """A crawl and how far it can be trusted. ``day`` is the county's when it began.

    ``exact``: the list was proved complete. ``kind`` is ``list`` for a crawl of the user's own list
    of people, which says nothing of who is in jail. ``search`` is what the list was asked for:
    ``all``, or ``in-custody``, where those released are never listed. ``rows_hash`` is the
    fingerprint of its rows (`reportcard.panel.check.rows_hash`), None where nobody took one."""

    crawl_id: str
    day: dt.date
    read_at: dt.datetime | None = None
    kind: Kind = "roster"
    search: str = "all"
    state: str = "complete"
    exact: bool = True
    roster: int = 0
    rows: int = 0
    rows_hash: str | None = None
    asked: int = 0
    known: int = 0
    court_asked: int = 0
    court_known: int = 0
    failed: int = 0
    from_future: bool = False

    @property
    def complete(self) -> bool:
        """Whether who is not on this list was not on the county's: files of people may be
        missing."""
        return self.kind == "roster" and self.exact and self.state != "no_roster"


@dataclass(frozen=True, slots=True)
class Listing:
    """One row of the list, as one or more crawls saw it. ``handle`` is the portal's inner id."""

    booking: str
    handle: str | None = None
    permanent_id: str | None = None
    name: str = ""
    date_of_birth: dt.date | None = None
    release: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BondFacts:
    """One bond entry of a booking's page."""

    case_number: str | None = None
    total_cents: int | None = None
    type: str | None = None
    status: str | None = None
    posted: bool = False


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """One charge of a booking's page."""

    case_number: str | None = None
    code: str | None = None
    description: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A booking's page, in one of its versions. ``detainers`` counts other authorities' holds."""

    commitment: dt.date | None = None
    release: dt.date | None = None
    sex: str | None = None
    race: str | None = None
    bonds: tuple[BondFacts, ...] = ()
    charges: tuple[ChargeFacts, ...] = ()
    hearings: tuple[tuple[str | None, dt.date | None], ...] = ()
    detainers: int = 0
    total_cents: int | None = None

    @property
    def listed_cases(self) -> tuple[str | None, ...]:
        """Case numbers of bonds, charges and hearings, each once; None for an entry without one."""
        found = [bond.case_number for bond in self.bonds]
        found += [charge.case_number for charge in self.charges]
        found += [number for number, _ in self.hearings]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Disposition:
    """What an event said of a charge; ``day`` is None where the page prints none."""

    day: dt.date | None
    event: str
    result: str


@dataclass(frozen=True, slots=True)
class CourtChargeFacts:
    """A charge of a court case with what was decided of it. ``open``: nothing final yet."""

    description: str = ""
    degree: str | None = None
    open: bool = True
    amended: bool = False
    dispositions: tuple[Disposition, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A court case in one of its versions. ``answer`` is the reading of this case alone:
    ``pretrial``, ``not_pretrial`` or ``unknown``, for ``reasons``.

    ``sentences`` are the headed texts of sentence events (day, head, text), ``hearings`` (day,
    result), ``bonds`` (day, cents), ``events`` (day, name); what has no day is left out of the last
    three."""

    number: str
    court: str | None = None
    status: str | None = None
    filed: dt.date | None = None
    answer: str = "unknown"
    reasons: tuple[str, ...] = ()
    charges: tuple[CourtChargeFacts, ...] = ()
    sentences: tuple[tuple[dt.date | None, str, str], ...] = ()
    hearings: tuple[tuple[dt.date, str | None], ...] = ()
    bonds: tuple[tuple[dt.date | None, int | None], ...] = ()
    events: tuple[tuple[dt.date, str], ...] = ()
    references: tuple[str, ...] = ()
    attorney: bool | None = None
    public: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """That the court was asked about somebody in a crawl: ``found``, ``not_found``, ``unverified``;
    ``whole`` unless some of their cases could not be read."""

    day: dt.date
    outcome: str
    whole: bool = True


@dataclass(slots=True)
class CourtFile:
    """All that is known of somebody in court. ``who`` is the name under which rows of the list
    refer to them (`reportcard.panel.build.Builder.owner`); ``cases`` are accepted ones only."""

    who: str
    readings: list[Reading] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
