"""Records of the court half: what one person's file says of the Odyssey portal (odyssey.md, section
8).

The same record comes from the classic case page and from the Register of Actions services. Money is
in integer cents, dates are ISO, times carry the county's offset, ids are text; an empty cell is
None, never an empty string."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from scrapers.record import Envelope, PersonRecord, RecordModel


class Attorney(RecordModel):
    """An attorney of a party. ``kind`` is the portal's word (``Retained``, ``Public Defender``)."""

    name: str
    lead: bool = False
    kind: str | None = None


class Party(RecordModel):
    """A party of a case. ``date_of_birth`` is None when absent or masked. ``address`` is its
    printed lines."""

    role: str
    name: str
    date_of_birth: dt.date | None = None
    race: str | None = None
    sex: str | None = None
    address: tuple[str, ...] = ()
    attorneys: tuple[Attorney, ...] = ()


class ChargeDisposition(RecordModel):
    """What an event said of one charge."""

    date: dt.date
    event: str
    result: str


class CourtCharge(RecordModel):
    """A charge. ``number`` is text without leading zeros. Dispositions (pleas too) are oldest
    first.

    ``party`` is whose charge it is, as printed, where the page lists charges of several defendants;
    else None."""

    number: str
    party: str | None = None
    description: str
    statute: str | None = None
    degree: str | None = None
    offense_date: dt.date | None = None
    filed_date: dt.date | None = None
    amended_date: dt.date | None = None
    original_description: str | None = None
    dispositions: tuple[ChargeDisposition, ...] = ()


class Outcome(RecordModel):
    """One charge's line in a disposition event; ``charge_number`` is None when the line names
    none."""

    charge_number: str | None
    description: str | None
    result: str | None


class SentencePart(RecordModel):
    """A headed block of a sentence, texts as printed (``Confinement``: ``6 Months``)."""

    kind: str
    text: str


class DispositionEvent(RecordModel):
    """An event of "Disposition Events": a plea, a disposition, a sentence, a judgment."""

    date: dt.date
    name: str
    judicial_officer: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    sentence: tuple[SentencePart, ...] = ()


class CaseEvent(RecordModel):
    """A docket event that is no hearing."""

    date: dt.date
    name: str
    comment: str | None = None


class CourtHearing(RecordModel):
    """A hearing. ``starts_at`` is None where no time is given."""

    date: dt.date
    type: str
    starts_at: dt.datetime | None = None
    judicial_officer: str | None = None
    result: str | None = None
    comment: str | None = None


class BondSetting(RecordModel):
    """A bond setting: an amount, or a text such as ``Hold Without Bond``."""

    date: dt.date | None = None
    amount_cents: int | None = None
    text: str | None = None
    comment: str | None = None


class Transaction(RecordModel):
    """A line of the financial part; payments and credits are negative."""

    date: dt.date | None
    description: str
    receipt: str | None = None
    amount_cents: int


class Financial(RecordModel):
    """Totals of one party and its transactions."""

    party: str
    assessed_cents: int
    payments_and_credits_cents: int
    transactions: tuple[Transaction, ...] = ()


class CasePretrial(RecordModel):
    """Whether this case alone says pretrial (odyssey.md 6.2). ``reasons`` are the facts that
    decided, sorted."""

    answer: Literal["pretrial", "not_pretrial", "unknown"]
    open_charges: tuple[str, ...] = ()
    reasons: tuple[
        Literal[
            "restricted",
            "sentence",
            "status_not_open",
            "status_word",
            "no_charges",
            "no_open_charge",
            "open_charge",
            "several_defendants",
        ],
        ...,
    ] = ()


class Case(RecordModel):
    """One court case. ``public`` is False for a restricted one, which then holds only what the
    result list shows.

    ``missing`` names parts that the portal would not give (only parts that are no must).
    """

    case_number: str
    style: str
    court: str | None = None
    case_type: str | None = None
    status: str | None = None
    file_date: dt.date | None = None
    judicial_officer: str | None = None
    public: bool = True
    cross_references: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    charges: tuple[CourtCharge, ...] = ()
    disposition_events: tuple[DispositionEvent, ...] = ()
    bond_settings: tuple[BondSetting, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    hearings: tuple[CourtHearing, ...] = ()
    financial: Financial | None = None
    missing: tuple[str, ...] = ()
    pretrial: CasePretrial


class CourtRecord(PersonRecord):
    """A person's history: ``names`` are the accepted parties' names as the results print them,
    sorted and unique; cases by (file date, case number)."""

    key: str
    names: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def parts_read(self) -> int:
        """How many cases it holds."""
        return len(self.cases)

    @property
    def parts_missing(self) -> Mapping[str, int]:
        """How many cases lack a part that the portal would not give, by part."""
        return Counter(part for case in self.cases for part in case.missing)


CourtFile = Envelope[CourtRecord]
COURT_FORMAT = "cj-report-card/court-person"
