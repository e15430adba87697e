"""Keys of the Register of Actions services (docs/portals/odyssey.md, section 6): those that mean
nothing to a person, and those that are documented and have no field of their own."""

from __future__ import annotations

PLUMBING = frozenset(
    {
        # ids and codes, which differ between portals and are no facts of a case
        "CaseId", "CaseCategoryKey", "CasePartyId", "ChargeId", "ChargeID", "CodeID",
        "CriminalDispositionEventId", "EventId", "NodeID", "NodeId", "PartyId", "TranId", "Word",
        # what the page's script goes by
        "AddressType", "Amended", "Count", "DocumentCount", "ShowAmendReasons", "ShowDispositions",
        "ShowWarrantHeaderIcon", "ShowWarrants", "Skipped", "SortEventDate", "TimestampCreate",
    }
)  # fmt: skip
"""Sources: a saved answer of `DispositionEvents` (North Carolina), the page's template, public
scrapers. ``Word`` is the code of the ``Description`` beside it, and read where there is none."""

SUMMARY = ("AppearBy", "CaseNumberHistory", "TimeStandardInstances")
INFORMATION = ("CaseSubType", "CaseFlags")
PARTY = (
    "Age", "DateOfDeath", "Height", "Weight", "StateIdentificationNumber", "InJail",
    "PriorJailings", "JailWeekenderIn", "JailWeekenderOut", "HasActiveWarrants", "AdditionalNames",
    "OtherAgencies", "RemovedDate",
)  # fmt: skip
CHARGE = (
    "CitationNumber", "FilingAgencyDescription", "FilingAgencyAddress", "Arrests", "Rearrests",
    "Disposition", "OffenseReportControlNumber", "ChargeTrackingNumber", "ChargeSequenceNumber",
    "AdditionalStatutes", "AmendReasons",
)  # fmt: skip
OFFENSE = ("FineAmount", "GOC", "AdditionalStatutes")
OF_LINE = ("BookingNumber", "ArrestDate")
EVENT = ("Partys", "Documents", "AmendReasons", "Charges", "HearingChargeNumbers")
FEE = ("FinancialCategory", "DueDate")
"""Documented keys without a field, in the order in which they are told."""
