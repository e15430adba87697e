"""Strange keys of the services: told where one that is read is missing, and never where all are
there."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resilience.faults import LayoutChanged
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.roa import read_roa
from scrapers.odyssey.parse.roa_keys import strange_keys

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "odyssey" / "sample-nc" / "roa-criminal"
URL = "https://courts.example/app/RegisterOfActions/?id=1"
SERVICES = {
    "CaseSummariesSlim": "02",
    "Charges": "03",
    "DispositionEvents": "04",
    "Parties": "05",
    "CombinedEvents": "06",
    "FinancialSummary": "07",
    "BondSettings": "08",
}


@pytest.fixture
def answers() -> dict[str, Any]:
    """The answers about one case."""
    return {
        name: json.loads((FOLDER / f"{number}-{name.lower()}.json").read_text(encoding="utf-8"))
        for name, number in SERVICES.items()
    }


def read(answers: dict[str, Any]) -> CaseRead:
    number = answers["CaseSummariesSlim"]["CaseSummaryHeader"]["CaseNumber"]
    return read_roa(
        answers, URL, CaseLink(case_number=number, url=URL), ZoneInfo("America/New_York")
    )


def rename(holder: dict[str, Any], key: str) -> None:
    holder[f"New{key}"] = holder.pop(key)


def test_known_answers_have_no_strange_key(answers: dict[str, Any]) -> None:
    assert strange_keys(answers, URL) == {}


def test_an_optional_value_under_another_key_is_told_with_its_place(
    answers: dict[str, Any],
) -> None:
    rename(answers["Charges"]["Charges"][0]["ChargeOffense"], "Statute")
    told = read(answers)
    assert told.case.charges[0].statute is None
    assert "NewStatute" in told.unread[0].text


def test_a_value_that_is_not_there_at_all_is_no_strange_key(answers: dict[str, Any]) -> None:
    del answers["Charges"]["Charges"][0]["ChargeOffense"]["Statute"]
    assert "strange_keys" not in read(answers).unread[0].text


def test_further_keys_beside_all_that_are_read_are_left_alone(answers: dict[str, Any]) -> None:
    party = next(one for one in answers["Parties"]["Parties"] if one.get("CasePartyAttorneys"))
    party["CasePartyAttorneys"][0]["BarNumber"] = "123"
    assert strange_keys(answers, URL) == {}


def test_the_text_of_a_code_under_another_key_is_told(answers: dict[str, Any]) -> None:
    rename(answers["CaseSummariesSlim"]["CaseInformation"]["CaseType"], "Description")
    told = read(answers)
    assert told.case.case_type is None
    assert "CaseSummariesSlim.CaseInformation.CaseType" in told.unread[0].text


def test_a_flag_that_hides_under_another_key_is_a_changed_layout(answers: dict[str, Any]) -> None:
    address = answers["Parties"]["Parties"][0]["Addresses"][0]
    address["ConfidentialAddress"] = True
    rename(address, "ConfidentialAddress")
    with pytest.raises(LayoutChanged):
        read(answers)


def test_an_address_that_does_not_say_that_it_may_be_shown_is_left_out_and_counted(
    answers: dict[str, Any],
) -> None:
    before = read(copy.deepcopy(answers)).case.parties[0]
    assert before.address
    del answers["Parties"]["Parties"][0]["Addresses"][0]["ConfidentialAddress"]
    told = read(answers)
    assert told.case.parties[0] == before.model_copy(update={"address": ()})
    assert "addresses_left_out" in told.unread[0].text


def test_many_values_of_one_strange_key_are_bounded() -> None:
    rows = [{"NewAmount": place} for place in range(1, 200)]
    told = strange_keys({"BondSettings": {"BondSettings": rows}}, URL)
    assert len(told["BondSettings.BondSettings"]["NewAmount"]) == 20
