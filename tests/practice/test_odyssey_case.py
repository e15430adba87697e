"""Case pages: the classic one with its late financial part, and the Register of Actions with its
services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from practice.odyssey import site as settings
from practice.world import People
from tests.practice.odyssey_portal import (
    FULL,
    PEOPLE,
    Visitor,
    embedded,
    make_world,
    visited,
)

SERVICES = (
    "Charges",
    "DispositionEvents",
    "CombinedEvents",
    "CaseEvents",
    "Hearings",
    "Parties",
    "PartyNames",
    "FinancialSummary",
    "BondSettings",
)


@pytest.fixture(scope="module", autouse=True)
def _no_delays() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RESULTS_DELAY", 0.0)
        patch.setattr(settings, "FINANCIAL_DELAY", 0.0)
        yield


@pytest.fixture(scope="module")
def classic() -> Iterator[Visitor]:
    with visited(make_world()) as one:
        yield one


@pytest.fixture(scope="module")
def roa() -> Iterator[Visitor]:
    with visited(make_world(dialect="roa")) as one:
        yield one


def key_of(address: str) -> str:
    found = re.search(r"id=([0-9a-f]+)", address)
    assert found
    return found[1]


def service(visitor: Visitor, name: str, key: str, query: str = "mode=portalembed") -> Any:
    answer = visitor.get(f"/app/RegisterOfActionsService/{name}('{key}')?{query}")
    assert answer.status_code == 200
    return answer.json()


def test_the_token_of_a_case_differs_per_session(classic: Visitor) -> None:
    other = Visitor(classic.site).sign_in()
    mine, theirs = classic.case_address("C2500001"), other.case_address("C2500001")
    assert mine != theirs
    assert classic.get(mine).status_code == 200
    assert classic.get(theirs).status_code == 404


def test_the_classic_page_shows_every_fact(classic: Visitor) -> None:
    page = BeautifulSoup(classic.get(classic.case_address("C2500001")).text, "lxml")
    text = " ".join(page.get_text(" ").split())
    for shown in (
        "C2500001 | STATE VS SAMPLE, JORDAN",
        "Court Sample Criminal Court",
        "File Date 09/02/2025",
        "Case Type Criminal",
        "Case Status Closed",
        "Cross Reference 25000077",
        "Defendant SAMPLE, JORDAN LEE",
        "DOB 01/02/1990",
        "Race Testrace",
        "Gender Male",
        "1 EXAMPLE ST SAMPLETOWN TN 00000",
        "Lead Attorney Counsel, Pat Retained",
        "Attorney Second, Sam",
        "Plaintiff STATE OF TENNESSEE",
        "2 LESSER OFFENSE <2> 39-00-000 Class A Misdemeanor 08/31/2025",
        "Hold Without Bond",
        "09/03/2025 $5,000.00 Comment: Set by phone",
        "10/05/2025 Disposition Judicial Officer Bench, Alex 1. SYNTHETIC OFFENSE Dismissed",
        "10/06/2025 Sentence 2. LESSER OFFENSE <2> Imposed Imposed",
        "Imposed Confinement 6 Months Probation 1 Year",
        "09/02/2025 Indictment Filed Comment By mail",
        "10/01/2025 Report Date Original Type Report Date Judicial Officer Bench, Alex",
        "Bench, Alex Hearing Time 09:00 AM",
        "Result Hearing Held",
    ):
        assert shown in text
    rows = page.select("#chargeInformationDiv tr.k-master-row")
    assert [len(row.find_all("td")) for row in rows] == [6, 6]
    assert rows[0].find_all("td")[3].get_text() == ""
    assert [e.get_text() for e in page.select("#dispositionInformationDiv text")] == [
        "Plea",
        "Disposition",
        "Sentence",
    ]
    assert page.select_one("#CriminalDispositions7001 div[title=Dismissed]")


def test_another_fact_makes_another_page() -> None:
    changed = replace(FULL, bond_settings=(replace(FULL.bond_settings[0], amount_cents=500001),))
    parties = (replace(PEOPLE.parties[0], cases=(changed,)),)
    with visited(make_world(people=People(PEOPLE.detainees, parties))) as visitor:
        page = visitor.get(visitor.case_address("C2500001")).text
    assert "$5,000.01" in page
    assert "$5,000.00" not in page


def test_sections_without_content_are_not_there(classic: Visitor) -> None:
    page = classic.get(classic.case_address("24000001")).text
    assert 'id="divPartyInformation_body"' in page
    for section in ("chargeInformationDiv", "settingInformationDiv", "dispositionInformationDiv"):
        assert section not in page
    for section in ("eventsInformationDiv", "financialInformationDiv", "Judicial Officer", "DOB"):
        assert section not in page


def test_a_browser_gets_the_case_inside_the_portals_layout(classic: Visitor) -> None:
    address = classic.case_address("C2500001")
    whole = classic.get(address, headers={"Sec-Fetch-Dest": "document"}).text
    assert "<title>Details</title>" in whole
    assert 'id="caseInformationDiv"' in whole
    assert "<title>" not in classic.get(address).text


def test_the_financial_part_comes_apart_and_only_for_an_opened_case(classic: Visitor) -> None:
    visitor = Visitor(classic.site).sign_in()
    part = "/CJS/Case/CaseDetail/LoadFinancialInformation?caseId=9000001&_=1"
    assert visitor.get(part).status_code == 404
    page = visitor.get(visitor.case_address("C2500001")).text
    assert 'data-loaded="false"' in page
    assert part.removesuffix("&_=1") in page
    assert "$54.00" not in page
    money = BeautifulSoup(visitor.get(part).text, "lxml")
    text = " ".join(money.get_text(" ").split())
    assert "Total Financial Assessment $54.00 Total Payments and Credits $14.00" in text
    assert "10/09/2025 Payment R-17 SAMPLE, JORDAN LEE ($14.00)" in text
    assert money.select_one(".panel-body [id^=CasePartyTransactions_]")


def test_a_restricted_case_only_offers_to_request_access(classic: Visitor) -> None:
    page = classic.get(classic.case_address("C2500002")).text
    assert "Request Access" in page
    assert "caseInformationDiv" not in page
    assert "SAMPLE" not in page


def test_the_register_is_linked_by_a_long_key(roa: Visitor) -> None:
    address = roa.case_address("C2500001")
    assert re.fullmatch(
        r"/app/RegisterOfActions/\?id=[0-9a-f]{256,300}&isAuthenticated=False&mode=portalembed",
        address,
    )
    assert embedded(roa.results(), "CasesGrid")[0]["CaseLoadUrl"] == address


def test_services_know_a_case_only_after_its_page_was_opened(roa: Visitor) -> None:
    visitor = Visitor(roa.site).sign_in()
    address = visitor.case_address("C2500001")
    key = key_of(address)
    early = visitor.get(f"/app/RegisterOfActionsService/Charges('{key}')?mode=portalembed")
    assert (early.status_code, early.text) == (404, "No case found for id")
    assert "<title>Register of Actions - C2500001</title>" in visitor.get(address).text
    assert len(service(visitor, "Charges", key)["Charges"]) == 2
    assert roa.get(f"/app/RegisterOfActionsService/Charges('{key}')").status_code == 404


def test_the_short_key_brings_nothing_with_status_200(roa: Visitor) -> None:
    roa.get(roa.case_address("C2500001"))
    short = embedded(roa.results(), "CasesGrid")[0]["EncryptedCaseId"]
    assert len(short) == 32
    assert service(roa, "Charges", short) == {"Charges": []}
    answer = roa.get(f"/app/RegisterOfActionsService/CaseSummariesSlim?key={short}").json()
    assert answer["CaseId"] == 0
    assert answer["CaseSummaryHeader"] is None


def test_the_services_tell_every_fact(roa: Visitor) -> None:
    address = roa.case_address("C2500001")
    roa.get(address)
    key = key_of(address)
    summary = roa.get(
        f"/app/RegisterOfActionsService/CaseSummariesSlim?key={key}&mode=portalembed"
    ).json()
    assert summary["CaseSummaryHeader"]["Judge"] == "Bench, Alex"
    assert summary["CaseSummaryHeader"]["FiledOn"] == "09/02/2025"
    statuses = [
        s["CaseStatusId"]["Description"] for s in summary["CaseInformation"]["CaseStatuses"]
    ]
    assert statuses == ["Closed", "Open"]
    assert summary["CaseSummaryHeader"]["CrossReferenceNumbers"] == [
        {"CrossReferenceNumber": "25000077"}
    ]
    told = {name: service(roa, name, key) for name in SERVICES}
    first, second = told["Charges"]["Charges"]
    assert first["ChargeId"] == 501
    assert first["ChargeOffense"]["Statute"] is None
    assert second["OriginalChargeOffense"] == {
        "ChargeOffenseDescription": "SECOND SYNTHETIC OFFENSE"
    }
    plea, disposition, sentence = told["DispositionEvents"]["Events"]
    assert [e["Type"] for e in (plea, disposition, sentence)] == [
        "PleaEvent",
        "CriminalDispositionEvent",
        "SentenceEvent",
    ]
    assert [row["ChargeID"] for row in disposition["Event"]["CriminalDispositions"]] == [
        "501",
        "502",
    ]
    assert disposition["Event"]["TypeId"] == 0
    assert plea["Event"]["JudgeId"] is None
    assert sentence["Event"]["CriminalSentences"][0]["Components"] == [
        {"Description": "Confinement", "Text": "6 Months"},
        {"Description": "Probation", "Text": "1 Year"},
    ]
    assert [e["Type"] for e in told["CombinedEvents"]["Events"]] == [
        "Event",
        "HearingEvent",
        "PleaEvent",
        "CriminalDispositionEvent",
        "SentenceEvent",
    ]
    assert told["Hearings"]["Hearings"][0]["HearingTime"] == "9:00 AM"
    defendant, state = told["Parties"]["Parties"]
    assert (defendant["DateOfBirth"], state["DateOfBirth"]) == ("01/02/1990", None)
    assert (defendant["NameLast"], defendant["NameFirst"], defendant["NameMid"]) == (
        "SAMPLE",
        "JORDAN",
        "LEE",
    )
    place = defendant["Addresses"][0]
    assert (place["AddressLine1"], place["City"], place["State"], place["PostalCode"]) == (
        "1 EXAMPLE ST",
        "SAMPLETOWN",
        "TN",
        "00000",
    )
    fee = told["FinancialSummary"]["CaseFees"][0]["CaseFeeParty"]
    assert (fee["Charges"], fee["Payments"], fee["Credits"], fee["Balance"]) == (
        54.0,
        14.0,
        0.0,
        40.0,
    )
    assert told["BondSettings"]["BondSettings"] == [
        {
            "SettingDate": "09/03/2025",
            "Amount": 5000.0,
            "Description": None,
            "Comment": "Set by phone",
        },
        {"SettingDate": None, "Amount": None, "Description": "Hold Without Bond", "Comment": None},
    ]


def test_lists_are_cut_by_top_and_skip(roa: Visitor) -> None:
    address = roa.case_address("C2500001")
    roa.get(address)
    key = key_of(address)
    page = service(roa, "CombinedEvents", key, "mode=portalembed&$top=2&$skip=1")
    assert [e["Type"] for e in page["Events"]] == ["HearingEvent", "PleaEvent"]
    assert (page["Count"], page["Skipped"]) == (5, 1)
    assert len(service(roa, "CombinedEvents", key, "top=2")["Events"]) == 5


def test_services_of_a_restricted_case_refuse(roa: Visitor) -> None:
    address = roa.case_address("C2500002")
    page = roa.get(address).text
    assert "Request Access" in page
    assert "roa-content" not in page
    for name in SERVICES:
        assert (
            roa.get(f"/app/RegisterOfActionsService/{name}('{key_of(address)}')").status_code == 403
        )


def test_an_unknown_service_is_not_found(roa: Visitor) -> None:
    address = roa.case_address("C2500001")
    roa.get(address)
    assert (
        roa.get(f"/app/RegisterOfActionsService/Nonsense('{key_of(address)}')").status_code == 404
    )
