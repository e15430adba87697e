"""The services' answers: what is documented is read, what is not is told by its path, and nothing
is concluded from what did not come."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resilience.faults import LayoutChanged, SearchLost, WrongRecord
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.roa import read_roa
from tests.scrapers.odyssey.parse.canaries import CANARY

URL = "https://courts.example/app/RegisterOfActions/?id=1"
DATA = Path(__file__).parents[3] / "data"
PLUMBING = {
    "CaseId", "NodeId", "CodeID", "ChargeId", "PartyId", "CasePartyId", "EventId", "TranId",
    "CriminalDispositionEventId", "SortEventDate", "TimestampCreate", "DocumentCount", "Count",
    "Skipped", "AddressType", "@odata.context", "@odata.type",
}  # fmt: skip
"""Keys that no person reads anything from, here as they are named in docs/portals/odyssey.md."""
HIDING = {"HideCharge", "IsDeleted", "ConfidentialAddress"}


def coded(word: str, text: str) -> dict[str, Any]:
    return {"CodeID": "1", "Word": word, "Description": text}


def full() -> dict[str, Any]:
    """Answers in which every documented key says something."""
    offense = {
        "ChargeOffenseDescription": "SYNTHETIC OFFENSE",
        "Statute": "39-00-000",
        "Degree": "MA",
        "DegreeDescription": "Class A Misdemeanor",
        "FineAmount": 12.5,
        "GOC": "Group 3",
    }
    line = {
        "CriminalDispositionEventId": "7001",
        "ChargeID": "501",
        "CriminalDispositionTypeId": coded("DIS", "Dismissed"),
        "Charge": {
            "ChargeId": "501",
            "BookingNumber": "26109999",
            "ArrestDate": "08/30/2026",
            "HideCharge": False,
            "PartyName": "SAMPLE, JORDAN LEE",
            "ChargeOffense": {
                "ChargeNumber": "01",
                "ChargeOffenseDescription": "SYNTHETIC OFFENSE",
                "DegreeId": coded("MA", "Class A Misdemeanor"),
                "Statute": "39-00-000",
            },
        },
    }
    return {
        "CaseSummariesSlim": {
            "CaseId": 9000001,
            "CaseSummaryHeader": {
                "CaseNumber": "C2600001",
                "Style": "STATE VS SAMPLE, JORDAN",
                "Heading": "Sample Criminal Court",
                "FiledOn": "09/02/2026",
                "AppearBy": "10/01/2026",
                "Judge": coded("AB", "Bench, Alex"),
                "NodeId": 101,
                "NodeName": "Sample County",
                "CaseNumberHistory": [{"CaseNumber": "C2500009"}],
                "CrossReferenceNumbers": [{"CrossReferenceNumber": "26000417"}],
            },
            "CaseInformation": {
                "CaseType": coded("CRIM", "Criminal"),
                "CaseSubType": coded("FEL", "Felony"),
                "CaseStatuses": [
                    {"StatusDate": "10/20/2026", "CaseStatusId": coded("OPEN", "Open")},
                    {"StatusDate": "09/02/2026", "CaseStatusId": coded("PEND", "Pending")},
                ],
                "CaseFlags": [{"Description": "Interpreter"}],
            },
            "DispositionInformation": {
                "Dispositions": [
                    {
                        "DispositionDate": "10/05/2026",
                        "DispositionTypeId": coded("BO", "Bound Over"),
                        "JudgeDescription": "Gavel, Robin",
                    }
                ]
            },
            "WarrantInformation": {
                "Warrants": [
                    {
                        "WarrantNumber": "W-1",
                        "WarrantTypeId": coded("CAP", "Capias"),
                        "IssueDate": "09/01/2026",
                        "IssuedBy": "Clerk, Kim",
                    }
                ]
            },
        },
        "Charges": {
            "Charges": [
                {
                    "ChargeId": 501,
                    "PartyId": 71,
                    "CasePartyId": 81,
                    "CurrChargeNum": 1,
                    "OffenseDate": "08/31/2026",
                    "FiledDate": "09/02/2026",
                    "AmendedDate": "10/01/2026",
                    "CitationNumber": "T-5",
                    "FilingAgencyDescription": "Sample Police",
                    "FilingAgencyAddress": ["1 EXAMPLE ST"],
                    "Arrests": [
                        {"ArrestDate": "08/30/2026", "AgencyDescription": "Sample Sheriff"}
                    ],
                    "OriginalChargeOffense": {"ChargeOffenseDescription": "GREATER OFFENSE"},
                    "ChargeOffense": offense,
                    "ChargeTrackingNumber": "TR-9",
                }
            ]
        },
        "DispositionEvents": {
            "@odata.context": "x",
            "CaseId": "9000001",
            "Events": [
                {
                    "@odata.type": "#x",
                    "Type": "CriminalDispositionEvent",
                    "EventId": "7001",
                    "SortEventDate": "10/05/2026",
                    "TimestampCreate": "10/05/2026 00:00:00:000",
                    "CriminalDispositionLabel": "Disposition",
                    "DocumentCount": 2,
                    "Event": {
                        "Date": "10/05/2026",
                        "EventDate": "10/05/2026",
                        "JudgeId": coded("AB", "Bench, Alex"),
                        "Comment": "in chambers",
                        "TypeId": 0,
                        "IsDeleted": False,
                        "CriminalDispositions": [line],
                    },
                },
                {
                    "Type": "SentenceEvent",
                    "EventId": "7002",
                    "Event": {
                        "Date": "11/05/2026",
                        "CriminalSentences": [
                            {
                                "ChargeID": "501",
                                "SentenceTypeId": coded("IMP", "Imposed"),
                                "Components": [{"Description": "Confinement", "Text": "6 Months"}],
                            }
                        ],
                    },
                },
            ],
            "Count": 2,
            "Skipped": 0,
        },
        "CombinedEvents": {
            "CaseId": 9000001,
            "Events": [
                {
                    "Type": "Event",
                    "EventId": 6001,
                    "SortEventDate": "09/02/2026",
                    "DocumentCount": 1,
                    "Event": {
                        "TypeId": coded("INDF", "Indictment Filed"),
                        "Date": "09/02/2026",
                        "Comment": "by the clerk",
                        "Partys": [{"FormattedName": "STATE", "ConnectionType": "Prosecution"}],
                        "Documents": [{"DocumentName": "Indictment.pdf"}],
                    },
                },
                {
                    "Type": "HearingEvent",
                    "EventId": 6002,
                    "SortEventDate": "10/01/2026",
                    "HearingTime": "9:00 AM",
                    "EventType": "Report Date",
                    "JudgeOrMagistrateDesc": "Bench, Alex",
                    "ActiveSettingsCount": 0,
                    "HearingChargeNumbers": "1 and 2",
                    "CancelOrRescheduleSettings": [
                        {"CanceledReasonId": coded("WX", "Weather"), "NewDate": "10/08/2026"}
                    ],
                    "Event": {"Comment": "by mail", "Setting": {"ResultId": None}},
                },
                {
                    "Type": "PlacementEvent",
                    "EventId": 6003,
                    "SortEventDate": "09/05/2026",
                    "Event": {"TypeId": coded("PL", "Placed"), "Place": "Sample Center"},
                },
                {"Type": "CriminalDispositionEvent", "EventId": "7001", "Event": {}},
            ],
        },
        "Parties": {
            "Parties": [
                {
                    "PartyId": 71,
                    "FormattedName": "SAMPLE, JORDAN LEE",
                    "NameLast": "SAMPLE",
                    "NameFirst": "JORDAN",
                    "NameMid": "LEE",
                    "ConnectionType": "Defendant",
                    "ConnectionTypes": ["Defendant", "Surety"],
                    "DateOfBirth": "01/02/1990",
                    "Gender": "Male",
                    "Race": "Testrace",
                    "Height": "5 ft 9 in",
                    "InJail": True,
                    "AdditionalNames": [{"FormattedName": "SAMPLE, JO"}],
                    "Addresses": [
                        {
                            "AddressType": 0,
                            "Block": "12",
                            "Street": "EXAMPLE ST",
                            "UnitNumber": "4B",
                            "City": "SAMPLETOWN",
                            "State": "TN",
                            "PostalCode": "00000",
                            "ConfidentialAddress": False,
                        }
                    ],
                    "CasePartyAttorneys": [
                        {"FormattedName": "Counsel, Pat", "IsLead": True, "Appointment": "Retained"}
                    ],
                },
                {
                    "PartyId": 72,
                    "FormattedName": "EXAMPLE, LEE",
                    "ConnectionType": coded("DEF", "Codefendant"),
                    "RemovedReason": "Severed",
                    "RemovedDate": "02/02/2026",
                },
            ]
        },
        "FinancialSummary": {
            "CaseFees": [
                {
                    "FinancialCategory": coded("C", "Costs"),
                    "DueDate": "10/05/2026",
                    "Party": {"ConnectionType": "Defendant", "FormattedName": "SAMPLE, JORDAN LEE"},
                    "CaseFeeParty": {
                        "Balance": 44.0,
                        "Charges": 54.0,
                        "Payments": 10.0,
                        "Credits": 0.0,
                        "TransBalances": {
                            "TransBalances": [
                                transaction("Charge", ChgAmt=54.0),
                                transaction("Payment", PayAmt=10.0, ReceiptNum="R-17"),
                            ]
                        },
                    },
                }
            ]
        },
        "BondSettings": {
            "BondSettings": [
                {
                    "SettingDate": "09/03/2026",
                    "Amount": 5000.0,
                    "Description": coded("CS", "Cash or Surety"),
                    "Comment": "reduced",
                }
            ]
        },
    }


def transaction(text: str, **amounts: Any) -> dict[str, Any]:
    return {"TranId": 1, "TypeKey": coded("T", text), "Date": "10/05/2026", **amounts}


def read(answers: dict[str, Any], **more: Any) -> CaseRead:
    link = CaseLink(case_number="C2600001", url=URL)
    return read_roa(answers, URL, link, ZoneInfo("America/New_York"), **more)


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    """The case of the full answers."""
    return read(full()).case.model_dump(mode="json", exclude_defaults=True)


def test_everything_documented_is_read() -> None:
    found = read(full())
    assert found.unread == ()
    assert found.doubts == ()
    assert found.case.missing == ()


def test_the_case_is_what_the_services_say(plain: dict[str, Any]) -> None:
    assert plain["cross_references"] == ["26000417"]
    assert plain["status"] == "Open"
    assert plain["case_dispositions"] == [
        {
            "date": "2026-10-05",
            "type": "Bound Over",
            "details": [{"label": "JudgeDescription", "text": "Gavel, Robin"}],
        }
    ]
    assert plain["warrants"] == [
        {
            "number": "W-1",
            "type": "Capias",
            "date": "2026-09-01",
            "details": [{"label": "IssuedBy", "text": "Clerk, Kim"}],
        }
    ]
    first, second = plain["parties"]
    assert first["address"] == ["12 EXAMPLE ST 4B", "SAMPLETOWN TN 00000"]
    assert first["roles"] == ["Surety"]
    assert (second["role"], second["removed"]) == ("Codefendant", "Severed")
    (hearing,) = plain["hearings"]
    assert (hearing["canceled"], hearing["result"]) == (True, "Weather")
    assert [(one["kind"], one["text"]) for one in plain["disposition_events"][1]["sentence"]] == [
        ("Confinement", "6 Months")
    ]
    assert plain["charges"][0]["degree"] == "Class A Misdemeanor"
    assert len(plain["charges"][0]["dispositions"]) == 2


# -- canaries


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    elif value not in (None, "", 0, False):
        yield path


def put(answers: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(answers)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def readable(path: tuple[Any, ...]) -> bool:
    names = [step for step in path if isinstance(step, str)]
    if names[-1] == "Word" or names[-1] == "CaseNumber":
        return False
    return names[-1] not in PLUMBING


PATHS = [path for path in leaves(full()) if readable(path)]
AGAIN = {
    "ChargeID",
    "Type",
    "PartyName",
    "ConnectionType",
    "Degree",
    "IsLead",
    "ActiveSettingsCount",
}
"""Keys that say again what stands elsewhere, or say how to read something: another word there may
show by what becomes of that."""


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_word_in_any_value_is_told(path: tuple[Any, ...]) -> None:
    found = read(put(full(), path, CANARY))
    if path[-1] in AGAIN and CANARY not in found.model_dump_json():
        assert found.case != read(full()).case or path[-1] in ("ConnectionType", "Degree")
        return
    if CANARY in found.case.model_dump_json():
        return
    (left,) = [one for one in found.unread if CANARY in one.text]
    assert left.section == path[0]


@pytest.mark.parametrize("value", [{"Note": CANARY}, [CANARY], [{"Note": CANARY}]], ids=str)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_value_of_another_type_is_told(path: tuple[Any, ...], value: Any) -> None:
    if path[-1] in ("CaseNumber",):
        return
    found = read(put(full(), path, value))
    assert CANARY in found.model_dump_json()


@pytest.mark.parametrize("value", ["word", 7, True, {"Deep": "word"}], ids=str)
def test_an_unknown_key_of_any_object_is_told_by_its_path(value: Any) -> None:
    def holders(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(node, dict):
            yield path
            for key, inner in node.items():
                yield from holders(inner, (*path, key))
        elif isinstance(node, list):
            for place, inner in enumerate(node):
                yield from holders(inner, (*path, place))

    before = read(full()).case
    for path in holders(full(), ()):
        if not path:
            continue
        found = read(put(full(), (*path, "Zz"), value))
        words = found.model_dump_json()
        assert "Zz" in words, path
        names = [step for step in path[1:] if isinstance(step, str)]
        if left := [one for one in found.unread if "Zz" in (one.label or "")]:
            assert left[0].section == path[0]
            assert (left[0].label or "").startswith(".".join([*names, "Zz"]))
            assert found.case == before


def test_keys_that_say_nothing_are_counted_by_their_path() -> None:
    answers = full()
    for key, value in (("A", None), ("B", ""), ("C", []), ("D", {}), ("E", 0), ("F", False)):
        answers["Charges"]["Charges"][0][key] = value
    found = read(answers)
    assert found.unread == ()
    assert found.empty == {
        **{f"Charges.Charges.{key}": 1 for key in "ABCDEF"},
        "CombinedEvents.Events.Event": 1,
    }


# -- what did not come


@pytest.mark.parametrize(
    ("service", "part"),
    [("Charges", "charges"), ("DispositionEvents", "dispositions"), ("Parties", "parties")],
)
@pytest.mark.parametrize("answer", [None, {"Renamed": [{"Note": "word"}]}, "<html>", []], ids=str)
def test_a_list_that_is_not_there_is_missing_and_concludes_nothing(
    service: str, part: str, answer: Any
) -> None:
    answers = open_case()
    if answer is None:
        del answers[service]
    else:
        answers[service] = answer
    found = read(answers)
    assert found.case.missing == (part,)
    assert found.case.pretrial.answer != "pretrial" or service == "Parties"
    if answer:
        assert {one.section for one in found.unread} == {service}


def open_case() -> dict[str, Any]:
    answers = full()
    answers["DispositionEvents"]["Events"] = []
    answers["CombinedEvents"]["Events"].pop()
    return answers


def test_an_open_case_is_pretrial_until_the_whole_case_has_an_end() -> None:
    answers = open_case()
    assert read(answers).case.pretrial.answer == "pretrial"
    ended = answers["CaseSummariesSlim"]["DispositionInformation"]["Dispositions"][0]
    ended["DispositionTypeId"]["Description"] = "Judgment of Conviction"
    assert read(answers).case.pretrial.reasons == ("case_disposition",)
    ended["DispositionTypeId"] = None
    assert read(answers).case.pretrial.reasons == ("unread",)


def test_a_line_whose_result_cannot_be_read_concludes_nothing() -> None:
    answers = open_case()
    answers["DispositionEvents"]["Events"] = [full()["DispositionEvents"]["Events"][0]]
    line = answers["DispositionEvents"]["Events"][0]["Event"]["CriminalDispositions"][0]
    line["NewTypeId"] = line.pop("CriminalDispositionTypeId")
    line["NewTypeId"] = {"Renamed": "Dismissed"}
    found = read(answers)
    assert found.case.pretrial.reasons == ("unread",)
    assert [(one.label, one.text) for one in found.unread] == [
        ("Events.Event.CriminalDispositions.NewTypeId.Renamed", "Dismissed")
    ]


def test_a_disposition_that_only_the_docket_tells_is_read_there() -> None:
    answers = open_case()
    lone = copy.deepcopy(full()["DispositionEvents"]["Events"][0])
    lone["EventId"] = "7999"
    answers["CombinedEvents"]["Events"].append(lone)
    found = read(answers)
    assert [event.name for event in found.case.disposition_events] == ["Disposition"]
    assert found.case.pretrial.answer == "not_pretrial"


def test_what_the_portal_hides_is_left_out_and_what_it_strikes_out_is_told_as_such() -> None:
    answers = full()
    answers["Charges"]["Charges"].append(
        {"ChargeId": 502, "HideCharge": True, "ChargeOffense": {"ChargeOffenseDescription": "HID"}}
    )
    answers["Parties"]["Parties"][0]["Addresses"][0]["ConfidentialAddress"] = True
    answers["CombinedEvents"]["Events"][0]["Event"]["IsDeleted"] = True
    found = read(answers)
    words = found.model_dump_json()
    assert "HID" not in words
    assert "EXAMPLE ST" not in words.replace("1 EXAMPLE ST", "")
    assert found.case.events == ()
    (deleted,) = [one for one in found.case.other_entries if one.name == "Indictment Filed"]
    assert deleted.details[0].label == "IsDeleted"


def test_a_flag_under_another_name_still_hides_an_address() -> None:
    answers = full()
    address = answers["Parties"]["Parties"][0]["Addresses"][0]
    del address["ConfidentialAddress"]
    assert read(answers).case.parties[0].address
    address["IsConfidential"] = True
    assert read(answers).case.parties[0].address == ()


@pytest.mark.parametrize(
    ("count", "moved", "reason", "canceled", "result"),
    [
        (0, [], None, True, "Canceled"),
        ("0", [], None, True, "Canceled"),
        (0, [], "Weather", True, "Weather"),
        (0, [{"CanceledReasonId": {"Description": "Ill"}}], None, True, "Ill"),
        (1, [], None, False, None),
        (1, [{"CanceledReasonId": {"Description": "Ill"}}], None, False, "Ill"),
        (None, [], "Weather", True, "Weather"),
        (None, [], None, False, None),
    ],
)
def test_a_hearing_without_an_active_setting_is_canceled(
    count: Any, moved: list[Any], reason: str | None, canceled: bool, result: str | None
) -> None:
    answers = full()
    hearing = answers["CombinedEvents"]["Events"][1]
    hearing["ActiveSettingsCount"] = count
    hearing["CancelOrRescheduleSettings"] = moved
    hearing["Event"]["CanceledReasonId"] = reason and {"Description": reason}
    (found,) = read(answers).case.hearings
    assert (found.canceled, found.result) == (canceled, result)


def test_the_degree_is_whatever_the_offense_says_of_it() -> None:
    answers = full()
    offense = answers["Charges"]["Charges"][0]["ChargeOffense"]
    for key, value in (
        ("DegreeDescription", None),
        ("DegreeId", {"Word": "FNC", "Description": ""}),
        ("Degree", "FNC"),
    ):
        offense.pop("DegreeDescription", None)
        offense.pop("DegreeId", None)
        offense[key] = value
        expected = "MA" if key == "DegreeDescription" else "FNC"
        assert read(answers).case.charges[0].degree == expected


def test_two_birth_dates_of_one_party_are_no_birth_date() -> None:
    answers = full()
    answers["Parties"]["Parties"][0]["DateofBirth"] = "02/02/1991"
    found = read(answers)
    assert found.case.parties[0].date_of_birth is None
    assert [one.kind for one in found.doubts] == ["mismatch"]


def test_whose_case_it_is_must_be_told() -> None:
    answers = full()
    with pytest.raises(WrongRecord):
        read(put(answers, ("CaseSummariesSlim", "CaseSummaryHeader", "CaseNumber"), "C2600002"))
    with pytest.raises(LayoutChanged):
        read(put(answers, ("CaseSummariesSlim", "CaseSummaryHeader", "CaseNumber"), None))
    with pytest.raises(SearchLost):
        read({"Charges": answers["Charges"]})
    assert read_roa(answers, None, None, None).case.case_number == "C2600001"


def test_an_answer_of_a_service_that_nobody_knows_is_told() -> None:
    answers = full() | {"Conditions": {"Conditions": [{"Description": "No contact"}]}}
    (left,) = read(answers).unread
    assert (left.section, left.label, left.text) == (
        "Conditions",
        "Conditions.Description",
        "No contact",
    )


def test_the_handed_answers_say_nothing_that_is_not_told() -> None:
    for path in sorted((DATA / "handed/odyssey").glob("r*.json")):
        if not path.name.endswith("expected.json"):
            answers = json.loads(path.read_bytes())
            found = read_roa(answers, None, None, ZoneInfo("America/Chicago"))
            assert found.unread == (), path.name
