"""Keys of the services' answers that nobody knows, where one that is read is missing (odyssey.md,
section 6).

Answers hold dozens of keys that no source describes, and every known key is there even if it is
empty. So a strange key is of interest only in an object that lacks a key that the parser reads: its
value may stand there under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from resilience.faults import LayoutChanged

_MOST = 20
"""So many values of one strange key are kept."""


@dataclass(frozen=True)
class Shape:
    """An object of a service. ``reads`` are keys that the parser reads (``A|B``: one of the two),
    ``flags`` those among them that hide something where they are true, ``others`` keys that are
    documented and not read or not always there, ``inner`` the shapes of objects (or lists of them)
    that stand in it."""

    reads: frozenset[str]
    flags: frozenset[str]
    others: frozenset[str]
    inner: Mapping[str, Shape] = field(default_factory=dict)

    def lacks(self, value: Mapping[str, Any]) -> set[str]:
        """What is read and is not there."""
        return {
            key
            for key in self.reads | self.flags
            if not any(one in value for one in key.split("|"))
        }

    def knows(self, key: str) -> bool:
        """Whether a key is known in it."""
        known = self.reads | self.flags | self.others | set(self.inner)
        return key.startswith("@odata.") or any(key in one.split("|") for one in known)


def _shape(reads: str = "", *, flags: str = "", others: str = "", **inner: Shape) -> Shape:
    return Shape(
        frozenset(reads.split()), frozenset(flags.split()), frozenset(others.split()), inner
    )


_CODED = _shape("Description|FormattedName", others="CodeID Word")
_OFFENSE = _shape(
    "ChargeOffenseDescription Statute DegreeDescription|DegreeId",
    others="Degree FineAmount GOC ChargeNumber IsAmended AdditionalStatutes",
    DegreeId=_CODED,
)
_PART_OF_OFFENSE = (
    "Statute Degree DegreeDescription DegreeId FineAmount GOC IsAmended AdditionalStatutes"
)
_LINE = _shape(
    "ChargeID Charge",
    others="CriminalDispositionEventId",
    CriminalDispositionTypeId=_CODED,
    CriminalPleaTypeId=_CODED,
    SentenceTypeId=_CODED,
    Charge=_shape(
        "ChargeId BookingNumber ChargeOffense",
        flags="HideCharge",
        others="ArrestDate PartyName OriginalChargeOffense",
        ChargeOffense=_shape("ChargeNumber ChargeOffenseDescription", others=_PART_OF_OFFENSE),
    ),
    Components=_shape("Description Text"),
)
_OF_EVENTS = (
    "EventId TimestampCreate Amended ShowAmendReasons DocumentCount CriminalDispositionLabel"
)
_DISPOSITION = _shape(
    "Type Event SortEventDate CriminalDispositionLabel",
    others=_OF_EVENTS,
    Event=_shape(
        "Date|EventDate JudgeId TypeId",
        flags="IsDeleted",
        others="AmendReasons Comment",
        JudgeId=_CODED,
        TypeId=_CODED,
        CriminalDispositions=_LINE,
        CriminalPleas=_LINE,
        CriminalSentences=_LINE,
    ),
)
_DOCKET = _shape(
    "Type Event SortEventDate",
    others=f"{_OF_EVENTS} Charges HearingTime EventType JudgeOrMagistrateDesc ActiveSettingsCount HearingChargeNumbers",
    Event=_shape(
        "TypeId Date|EventDate Comment",
        flags="IsDeleted",
        others="Partys Documents AmendReasons",
        TypeId=_CODED,
    ),
)
_HEARING = _shape(
    "Event EventType SortEventDate HearingTime JudgeOrMagistrateDesc",
    others=f"{_OF_EVENTS} Type Charges ActiveSettingsCount HearingChargeNumbers",
    JudgeOrMagistrateDesc=_CODED,
    Event=_shape(
        "CanceledReasonId Comment Setting",
        others="TypeId Date EventDate IsDeleted Partys Documents AmendReasons",
        Setting=_shape("ResultId", ResultId=_CODED),
        CanceledReasonId=_CODED,
        TypeId=_CODED,
    ),
)
_EVENTS = {"Event": _DOCKET, "HearingEvent": _HEARING}
"""Of the mixed docket by their ``Type``; others are read from their own service, or kept whole."""
_PARTY = _shape(
    "ConnectionType FormattedName DateOfBirth|DateofBirth Race Gender Addresses CasePartyAttorneys",
    others="""PartyId ConnectionTypes NameLast NameFirst NameMid InJail HasActiveWarrants RemovedReason PriorJailings
        JailWeekenderIn JailWeekenderOut Age DateOfDeath Height Weight StateIdentificationNumber AdditionalNames OtherAgencies""",
    Race=_CODED,
    Gender=_CODED,
    Addresses=_shape(
        "AddressLine1 City State PostalCode",
        flags="ConfidentialAddress",
        others="AddressType AddressLine2 AddressLine3 AddressLine4",
    ),
    CasePartyAttorneys=_shape("FormattedName IsLead Appointment", Appointment=_CODED),
)
_CHARGE = _shape(
    "ChargeId CurrChargeNum ChargeOffense OffenseDate FiledDate AmendedDate OriginalChargeOffense",
    others="""HideCharge PartyId CasePartyId CitationNumber FilingAgencyDescription FilingAgencyAddress Arrests Disposition
        Rearrests OffenseReportControlNumber ChargeTrackingNumber ChargeSequenceNumber AdditionalStatutes AmendReasons""",
    ChargeOffense=_OFFENSE,
    OriginalChargeOffense=_shape(
        "ChargeOffenseDescription", others=f"ChargeNumber {_PART_OF_OFFENSE}"
    ),
)
_FEE = _shape(
    "Party CaseFeeParty",
    others="FinancialCategory DueDate",
    Party=_shape("FormattedName", others="ConnectionType"),
    CaseFeeParty=_shape(
        "Charges Payments Credits TransBalances",
        others="Balance",
        TransBalances=_shape(
            "TransBalances",
            TransBalances=_shape(
                "Date TypeKey ReceiptNum ChgAmt PayAmt CreditAmt", others="TranId", TypeKey=_CODED
            ),
        ),
    ),
)
_SUMMARY = _shape(
    "CaseSummaryHeader CaseInformation",
    others="CaseId CauseInformation DispositionInformation WarrantInformation",
    CaseSummaryHeader=_shape(
        "CaseNumber Style Heading FiledOn Judge NodeName", others="AppearBy NodeId", Judge=_CODED
    ),
    CaseInformation=_shape(
        "CaseType CaseStatuses CrossReferenceNumbers",
        CaseType=_CODED,
        CaseStatuses=_shape("StatusDate CaseStatusId", CaseStatusId=_CODED),
        CrossReferenceNumbers=_shape("CrossReferenceNumber"),
    ),
)
_PAGED = "CaseId Count Skipped"
_SERVICES = {
    "CaseSummariesSlim": _SUMMARY,
    "Charges": _shape("Charges", others="PartyConfigs CaseId", Charges=_CHARGE),
    "DispositionEvents": _shape("Events", others=_PAGED, Events=_DISPOSITION),
    "CombinedEvents": _shape("Events", others=_PAGED, Events=_DOCKET),
    "CaseEvents": _shape("Events", others=_PAGED, Events=_DOCKET),
    "Hearings": _shape("Hearings", others=_PAGED, Hearings=_HEARING),
    "Parties": _shape("Parties", others=_PAGED, Parties=_PARTY),
    "FinancialSummary": _shape("CaseFees", others=_PAGED, CaseFees=_FEE),
    "BondSettings": _shape(
        "BondSettings",
        others=_PAGED,
        BondSettings=_shape("SettingDate Amount Description Comment", Description=_CODED),
    ),
}


def strange_keys(answers: Mapping[str, Any], url: str) -> dict[str, dict[str, list[Any]]]:
    """Values of strange keys by object (``Charges.Charges.ChargeOffense``) and key, in objects that
    lack one that is read.

    Raises LayoutChanged where one that is missing would hide the object, and a strange one is true.
    """
    found: dict[str, dict[str, list[Any]]] = {}
    for name, shape in _SERVICES.items():
        for place, value, key in _strange(answers.get(name), shape, name, url):
            values = found.setdefault(place, {}).setdefault(key, [])
            if value not in values and len(values) < _MOST:
                values.append(value)
    return found


def _strange(value: Any, shape: Shape, place: str, url: str) -> Iterator[tuple[str, Any, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _strange(one, shape, place, url)
    if not isinstance(value, dict):
        return
    if shape is _DOCKET:
        known = _EVENTS.get(value.get("Type") or "Event")
        if known is None:
            return
        shape = known
    lacks = shape.lacks(value)
    for key, inner in value.items():
        if key in shape.inner:
            yield from _strange(inner, shape.inner[key], f"{place}.{key}", url)
        elif lacks and not shape.knows(key) and inner not in (None, "", [], {}, 0):
            if inner is True and lacks & shape.flags:
                raise LayoutChanged(url, place, sorted(lacks & shape.flags), key)
            yield place, inner, key
