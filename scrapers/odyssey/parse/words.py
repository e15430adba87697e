"""The words of the Odyssey Portal: labels, headings, and what it prints on everybody's page
(docs/portals/odyssey.md, sections 5 and 5.0). A county's own stand in its dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scrapers.ledger import Furniture
from scrapers.sites import CourtSite

Labels = Mapping[str, str]
"""A printed label, in small letters and without its colon, to the field it means."""

CASE: Labels = {
    "case number": "case_number",
    "court": "court",
    "judicial officer": "judicial_officer",
    "file date": "file_date",
    "case type": "case_type",
    "case status": "status",
    "cross reference": "cross_references",
    "cross reference number": "cross_references",
    "case cross reference number": "cross_references",
}
PARTY: Labels = {
    "dob": "date_of_birth",
    "date of birth": "date_of_birth",
    "birth date": "date_of_birth",
    "race": "race",
    "gender": "sex",
    "sex": "sex",
    "address": "address",
}
HEARING: Labels = {
    "hearing time": "starts_at",
    "judicial officer": "judicial_officer",
    "result": "result",
    "cancel reason": "cancel_reason",
    "comment": "comment",
    "original type": "original_type",
}
EVENT: Labels = {"comment": "comment"}
DISPOSITION: Labels = {"judicial officer": "judicial_officer", "judgment type": "judgment_type"}
CHARGE: Labels = {
    "#": "number",
    "number": "number",
    "charge number": "number",
    "description": "description",
    "charge": "description",
    "offense": "description",
    "statute": "statute",
    "level": "degree",
    "degree": "degree",
    "date": "offense_date",
    "offense date": "offense_date",
    "filed date": "filed_date",
    "amended date": "amended_date",
    "original charge": "original_description",
}
TRANSACTION: Labels = {
    "date": "date",
    "description": "description",
    "receipt": "receipt",
    "payer name": "payer",
    "payer": "payer",
    "amount": "amount_cents",
}
TOTALS: Labels = {
    "total financial assessment": "assessed_cents",
    "total payments and credits": "payments_and_credits_cents",
}
BOND: Labels = {
    "date": "date",
    "setting date": "date",
    "amount": "amount_cents",
    "bond amount": "amount_cents",
    "comment": "comment",
    "type": "text",
    "bond type": "text",
    "description": "text",
}
WARRANT: Labels = {
    "warrant number": "number",
    "number": "number",
    "warrant": "number",
    "type": "type",
    "warrant type": "type",
    "status": "status",
    "warrant status": "status",
    "date": "date",
    "issue date": "date",
    "issued date": "date",
}
CAUSE: Labels = {"file date": "date", "cause of action": "name"}
ENTRY: Labels = {
    "date": "date",
    "file date": "date",
    "issue date": "date",
    "name": "name",
    "description": "name",
    "event": "name",
    "service": "name",
    "service type": "name",
}

SECTIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "case": (("caseInformationDiv",), ("Case Information",)),
    "parties": (
        ("CasePartiesPrintSection", "partyInformationDiv", "divPartyInformation_body"),
        ("Party", "Parties", "Party Information"),
    ),
    "charges": (("chargeInformationDiv",), ("Charge", "Charges", "Charge Information")),
    "causes": (
        ("CauseInformationPrintSection", "causeInformationDiv"),
        ("Causes", "Cause", "Causes of Action", "Cause Information"),
    ),
    "dispositions": (
        ("DispositionEventsPrintSection", "dispositionInformationDiv"),
        ("Disposition Events", "Disposition Event", "Dispositions", "Disposition"),
    ),
    "docket": (
        ("OtherEventsPrintSection", "eventsInformationDiv"),
        ("Events and Hearings", "Events", "Hearings", "Docket"),
    ),
    "bond_settings": (("settingInformationDiv",), ("Bond Settings", "Bond Setting")),
    "financial": (
        (
            "FinancialInfoPrintSection",
            "financialInformationDiv",
            "divFinancialInformation_body",
            "financialSlider",
        ),
        ("Financial", "Financial Information"),
    ),
    "warrants": ((), ("Warrants", "Warrant", "Warrant Information")),
    "services": ((), ("Service Events", "Service Event", "Services", "Service")),
    "bonds": ((), ("Bonds", "Bond", "Bond Information")),
}
"""The sections of a case page that are read: the ids of their boxes, and the headings they bear.
``warrants``, ``services`` and ``bonds`` were never seen with an id."""

COUNSEL_HEADS = frozenset({"active attorneys", "attorneys", "attorney"})
COUNSEL_LABELS = frozenset({"attorney", "lead attorney"})
JUDGMENT_HEADS = frozenset({"award", "awards", "party", "parties"})
SERVICE_LABELS = frozenset(
    {
        "action",
        "anticipated server",
        "anticipated method",
        "server",
        "method",
        "served",
        "unserved",
        "service",
        "return",
        "returned",
    }
)
"""Labels and words of entries that are services of process, summonses or causes of action."""
VIEW_DOCUMENT = "View Document"

FURNITURE = Furniture(
    texts={
        "Back to top": "saved pages (the sidebar's last link)",
        "Loading financial, please wait...": "saved pages (the late part before it comes)",
    },
    regions=("nav",),
)


@dataclass(frozen=True)
class CountyWords:
    """What one county's portal calls things: the product's words, and its dialect's over them."""

    case: Labels = field(default_factory=lambda: CASE)
    party: Labels = field(default_factory=lambda: PARTY)
    hearing: Labels = field(default_factory=lambda: HEARING)
    event: Labels = field(default_factory=lambda: EVENT)
    disposition: Labels = field(default_factory=lambda: DISPOSITION)
    charge: Labels = field(default_factory=lambda: CHARGE)
    transaction: Labels = field(default_factory=lambda: TRANSACTION)
    bond: Labels = field(default_factory=lambda: BOND)
    warrant: Labels = field(default_factory=lambda: WARRANT)
    lacks: frozenset[str] = frozenset()
    date_formats: tuple[str, ...] = ()


_PRODUCT = CountyWords()


def words_of(court: CourtSite | None) -> CountyWords:
    """The words of a county, or the product's alone."""
    if court is None or not (court.labels or court.lacks or court.date_formats):
        return _PRODUCT
    own = {label.lower().rstrip(": "): meant for label, meant in court.labels.items()}

    def with_own(labels: Labels) -> Labels:
        fields = set(labels.values())
        return {**labels, **{label: meant for label, meant in own.items() if meant in fields}}

    return CountyWords(
        case=with_own(CASE),
        party=with_own(PARTY),
        hearing=with_own(HEARING),
        event=with_own(EVENT),
        disposition=with_own(DISPOSITION),
        charge=with_own(CHARGE),
        transaction=with_own(TRANSACTION),
        bond=with_own(BOND),
        warrant=with_own(WARRANT),
        lacks=frozenset(court.lacks),
        date_formats=tuple(court.date_formats),
    )
