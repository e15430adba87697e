"""Records of the court half: what one person's file says of the Odyssey portal
(docs/portals/odyssey.md, section 8).

The same record comes from the classic case page and from the Register of Actions services. Money is
in integer cents, dates are ISO, times carry the county's offset, ids are text; an empty cell is
None, never an empty string. What cannot be read is None, and its words stand in the case's
``as_printed``. ``details`` are labeled texts without a field of their own, in page order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from scrapers.halves import COURT, FILES
from scrapers.record import AsPrinted, Envelope, Labeled, PersonRecord, RecordModel


class Attorney(RecordModel):
    """An attorney of a party. ``kind`` is the portal's word (``Retained``, ``Public Defender``)."""

    name: str
    lead: bool = False
    kind: str | None = None


class Party(RecordModel):
    """A party of a case. ``date_of_birth`` is None when absent or masked. ``address`` is its
    printed lines.

    ``roles``: further roles of the same party. ``represented``: the portal's word for a party
    without counsel (``Pro Se``). ``removed``: the reason, or "" where none is given, of a party
    that was taken out of the case; None for the others."""

    role: str | None = None
    name: str
    date_of_birth: dt.date | None = None
    race: str | None = None
    sex: str | None = None
    address: tuple[str, ...] = ()
    attorneys: tuple[Attorney, ...] = ()
    roles: tuple[str, ...] = ()
    represented: str | None = None
    removed: str | None = None
    details: tuple[Labeled, ...] = ()


class ChargeDisposition(RecordModel):
    """What an event said of one charge."""

    date: dt.date | None = None
    event: str | None = None
    result: str


class CourtCharge(RecordModel):
    """A charge. ``number`` is text without leading zeros. Dispositions (pleas too) are oldest
    first.

    ``party`` is whose charge it is, as printed, where the page lists charges of several defendants;
    else None."""

    number: str | None = None
    party: str | None = None
    description: str | None = None
    statute: str | None = None
    degree: str | None = None
    offense_date: dt.date | None = None
    filed_date: dt.date | None = None
    amended_date: dt.date | None = None
    original_description: str | None = None
    dispositions: tuple[ChargeDisposition, ...] = ()
    details: tuple[Labeled, ...] = ()


class Outcome(RecordModel):
    """One charge's line in a disposition event; ``charge_number`` is None when the line names
    none."""

    charge_number: str | None
    description: str | None
    result: str | None
    details: tuple[Labeled, ...] = ()


class SentencePart(RecordModel):
    """A headed block of a sentence, texts as printed (``Confinement``: ``6 Months``)."""

    kind: str | None = None
    text: str


class DispositionEvent(RecordModel):
    """An event of "Disposition Events": a plea, a disposition, a sentence, a judgment.

    A judgment has its ``judgment_type``, the ``parties`` that it names, and ``awards``: labels and
    amounts in page order, a label that only heads others with an empty text."""

    date: dt.date | None = None
    name: str | None = None
    judicial_officer: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    sentence: tuple[SentencePart, ...] = ()
    judgment_type: str | None = None
    parties: tuple[str, ...] = ()
    awards: tuple[Labeled, ...] = ()
    details: tuple[Labeled, ...] = ()


class CaseDisposition(RecordModel):
    """A disposition of the whole case."""

    date: dt.date | None = None
    type: str | None = None
    details: tuple[Labeled, ...] = ()


class CaseEvent(RecordModel):
    """A docket event that is no hearing."""

    date: dt.date | None = None
    name: str | None = None
    comment: str | None = None
    details: tuple[Labeled, ...] = ()


class OtherEntry(RecordModel):
    """An entry that is neither docket event nor hearing: a service of process, a summons, a cause
    of action. ``details`` also hold its words without a label (``Unserved``), their label empty."""

    date: dt.date | None = None
    name: str | None = None
    details: tuple[Labeled, ...] = ()


class CourtHearing(RecordModel):
    """A hearing. ``starts_at`` is None where no time is given, or no time of day.

    A ``canceled`` one did not take place; its ``result`` is the reason, or the word Canceled."""

    date: dt.date | None = None
    type: str | None = None
    starts_at: dt.datetime | None = None
    judicial_officer: str | None = None
    result: str | None = None
    comment: str | None = None
    canceled: bool = False
    details: tuple[Labeled, ...] = ()


class Warrant(RecordModel):
    """A warrant that the case lists."""

    number: str | None = None
    type: str | None = None
    status: str | None = None
    date: dt.date | None = None
    details: tuple[Labeled, ...] = ()


class BondSetting(RecordModel):
    """A bond setting: an amount, or a text such as ``Hold Without Bond``."""

    date: dt.date | None = None
    amount_cents: int | None = None
    text: str | None = None
    comment: str | None = None
    details: tuple[Labeled, ...] = ()


class Transaction(RecordModel):
    """A line of the financial part; payments and credits are negative."""

    date: dt.date | None = None
    description: str | None = None
    receipt: str | None = None
    payer: str | None = None
    amount_cents: int | None = None
    details: tuple[Labeled, ...] = ()


class Financial(RecordModel):
    """Totals of one party and its transactions."""

    party: str | None = None
    assessed_cents: int | None = None
    payments_and_credits_cents: int | None = None
    transactions: tuple[Transaction, ...] = ()
    details: tuple[Labeled, ...] = ()


PretrialReason = Literal[
    "restricted",
    "sentence",
    "case_disposition",
    "status_not_open",
    "status_word",
    "no_charges",
    "no_open_charge",
    "open_charge",
    "several_defendants",
    "unread",
]


class CasePretrial(RecordModel):
    """Whether this case alone says pretrial (docs/rules.md). ``reasons`` are the facts that
    decided, sorted. ``open_charges``: numbers of charges (descriptions of those without one)."""

    answer: Literal["pretrial", "not_pretrial", "unknown"]
    open_charges: tuple[str, ...] = ()
    reasons: tuple[PretrialReason, ...] = ()


class Case(RecordModel):
    """One court case. ``public`` is False for a restricted one, which then holds only what the
    result list shows.

    ``notices`` are texts of the case's head that bear no label. ``financial`` is the money of the
    person's party (or of the first), ``other_financials`` that of others. ``missing`` names parts
    that the portal would not give, or not whole. ``as_printed`` holds the words of values that
    could not be read, by the path of their field in this case.
    """

    case_number: str
    style: str | None = None
    court: str | None = None
    case_type: str | None = None
    status: str | None = None
    file_date: dt.date | None = None
    judicial_officer: str | None = None
    public: bool = True
    cross_references: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    charges: tuple[CourtCharge, ...] = ()
    case_dispositions: tuple[CaseDisposition, ...] = ()
    disposition_events: tuple[DispositionEvent, ...] = ()
    bond_settings: tuple[BondSetting, ...] = ()
    warrants: tuple[Warrant, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    hearings: tuple[CourtHearing, ...] = ()
    other_entries: tuple[OtherEntry, ...] = ()
    financial: Financial | None = None
    other_financials: tuple[Financial, ...] = ()
    notices: tuple[str, ...] = ()
    details: tuple[Labeled, ...] = ()
    missing: tuple[str, ...] = ()
    as_printed: tuple[AsPrinted, ...] = ()
    pretrial: CasePretrial


class CourtRecord(PersonRecord):
    """A person's history: ``names`` are the accepted parties' names as the results print them,
    sorted and unique; cases by (file date, case number).

    ``cases_unverified``: cases of the person's name whose page prints no birth date. They may be
    somebody else's, and nothing is concluded from them."""

    key: str
    names: tuple[str, ...]
    cases: tuple[Case, ...]
    cases_unverified: tuple[Case, ...] = ()

    @property
    def parts(self) -> tuple[Case, ...]:
        """The accepted cases."""
        return self.cases

    @property
    def part_numbers(self) -> tuple[str, ...]:
        """Their case numbers."""
        return tuple(case.case_number for case in self.cases)

    @property
    def parts_missing(self) -> Mapping[str, int]:
        """How many cases lack a part that the portal would not give, by part."""
        return Counter(part for case in self.cases for part in case.missing)


CourtFile = Envelope[CourtRecord]
COURT_FORMAT = FILES[COURT].format
