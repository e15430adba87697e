"""What happens to a record when its page changes: a named fault, or exactly what was taken away."""

from __future__ import annotations

import copy
import json
import random
import re

import pytest
from bs4 import BeautifulSoup, Tag

from proof.harness_damage import read_apart
from proof.harness_judge import KNOWN, judge, known
from proof.harness_mutation import Mutation, cuts, mutations, noise, some
from proof.harness_parsing import SERVICES, Page, pages
from resilience import faults
from scrapers.values import soup_of

ALL = pages()


def page(name: str) -> Page:
    """The page of that fixture and kind: ``odyssey/sample-tn/case-criminal case``."""
    return next(one for one in ALL if f"{one.fixture.name} {one.kind}" == name)


CRIMINAL = page("odyssey/sample-tn/case-criminal case")
GRID = page("odyssey/sample-nc/results-grid-other-columns results")


def service(name: str) -> Page:
    return page(f"odyssey/sample-nc/roa-criminal {name}")


def one(soup: BeautifulSoup, css: str) -> Tag:
    found = soup.select_one(css)
    assert found is not None, css
    return found


def test_a_charge_row_that_goes_is_gone_and_nothing_shifts() -> None:
    soup = soup_of(CRIMINAL.text)
    row = one(soup, "#chargeInformationDiv tr.k-master-row")
    detail = row.find_next_sibling("tr")
    assert isinstance(detail, Tag)
    detail.decompose()
    row.decompose()
    before, after = CRIMINAL.read()["case"], CRIMINAL.read(str(soup))["case"]
    assert after["charges"] == [charge for charge in before["charges"] if charge["number"] != "2"]
    assert {**after, "charges": 0} == {**before, "charges": 0}


def test_a_row_that_is_there_twice_is_kept_twice() -> None:
    soup = soup_of(CRIMINAL.text)
    item = one(soup, "li.list-group-item")
    item.insert_after(copy.copy(item))
    assert (
        len(CRIMINAL.read(str(soup))["case"]["events"])
        == len(CRIMINAL.read()["case"]["events"]) + 1
    )


def test_charge_columns_in_another_order_give_the_same_record() -> None:
    soup = soup_of(CRIMINAL.text)
    table = one(soup, "#chargeInformationDiv table")
    for row in table.find_all("tr"):
        cells = row.find_all(["th", "td"], recursive=False)
        if len(cells) == 6:
            cells[2].insert_before(cells[5].extract())
            cells[3].insert_before(cells[4].extract())
    assert CRIMINAL.read(str(soup)) == CRIMINAL.read()


def test_sections_in_another_order_give_the_same_record() -> None:
    soup = soup_of(CRIMINAL.text)
    one(soup, "#caseInformationDiv").insert_before(one(soup, "#OtherEventsPrintSection").extract())
    one(soup, "#mysidebar").insert_before(one(soup, "#chargeInformationDiv").extract())
    assert CRIMINAL.read(str(soup))["case"] == CRIMINAL.read()["case"]


def test_an_optional_value_that_goes_is_null_and_nothing_shifts() -> None:
    soup = soup_of(CRIMINAL.text)
    label = next(
        span
        for span in soup.select("#divPartyInformation_body span.text-muted")
        if span.get_text() == "DOB"
    )
    paragraph = label.find_parent("p")
    assert paragraph is not None
    paragraph.decompose()
    before, after = CRIMINAL.read()["case"], CRIMINAL.read(str(soup))["case"]
    assert after["parties"][0] == {**before["parties"][0], "date_of_birth": None}
    assert {**after, "parties": 0} == {**before, "parties": 0}


def test_result_columns_in_another_order_give_the_same_parties() -> None:
    soup = soup_of(GRID.text)
    for row in soup.select("#CasesGrid tr"):
        cells = row.find_all(["th", "td"], recursive=False)
        for cell in reversed(cells):
            row.append(cell.extract())
    assert GRID.read(str(soup)) == GRID.read()


@pytest.mark.parametrize("name", ["Charges", "DispositionEvents"])
def test_ids_as_text_or_as_number_are_the_same(name: str) -> None:
    text = service(name).text
    turned = re.sub(r'("Charge(?:ID|Id)": )"?(\d+)"?', r'\1"\2"', text)
    other = re.sub(r'("Charge(?:ID|Id)": )"?(\d+)"?', r"\1\2", text)
    assert turned != other
    assert service(name).read(turned) == service(name).read(other) == service(name).record


def test_charges_of_several_parties_say_whose_they_are_in_both_generations() -> None:
    told = json.loads(service("Charges").text)
    told["Charges"][1]["PartyId"] = 72
    charges = service("Charges").read(json.dumps(told))["case"]["charges"]
    assert {charge["party"] for charge in charges} == {"SAMPLE, JORDAN LEE", "STATE OF SAMPLE"}
    assert {charge["party"] for charge in service("Charges").record["case"]["charges"]} == {None}
    two = page("odyssey/sample-tn/case-two-defendants case").record["case"]["charges"]
    assert [charge["party"] for charge in two] == ["SAMPLE, JORDAN LEE", "EXAMPLE, RILEY"]


@pytest.mark.parametrize("end", [360, 380, 600])
def test_a_late_part_cut_short_is_dropped_and_never_a_shorter_list(end: int) -> None:
    money = page("odyssey/sample-tn/visit case-financial")
    assert money.read(money.text[:end])["fault"] == "Dropped"


SEED = 20261122
SAMPLE = [
    one
    for one in ALL
    if len(one.text) < 9000
    and "fault" not in one.record
    and not one.kind.startswith("case")
    and one.kind not in SERVICES
]
"""Case pages and services are read by another law (tests/scrapers/odyssey/parse/test_classic.py):
what can be read of a changed one is read, and the rest is told."""
CHANGES = 8
"""Changes of every page here; ``proof/mutation_proof.py`` makes them all."""


@pytest.mark.parametrize("one", SAMPLE, ids=str)
def test_a_changed_page_gives_the_same_record_or_a_named_fault_or_lacks_only_what_was_taken(
    one: Page,
) -> None:
    chance = random.Random(f"{SEED} {one}")
    made = (
        [*mutations(one), *cuts(one, 500)]
        if one.kind in SERVICES
        else list(some(one, chance, CHANGES))
    )
    for mutation in chance.sample(made, min(CHANGES, len(made))):
        verdict, word = judge(one, mutation, one.read(mutation.text))
        known_loss = verdict == "wrong" and known(one, mutation, word)
        assert verdict != "wrong" or known_loss, f"{mutation.kind} {mutation.what}: {word}"


@pytest.mark.parametrize("one", ALL, ids=str)
def test_noise_never_crashes_a_parser(one: Page) -> None:
    chance = random.Random(f"{SEED} {one}")
    for _ in range(3):
        one.read(noise(one, chance))


DAMAGED = [
    ("jail/shelby-tn/list/01-list", "10,000 nested tables inside"),
    ("jail/shelby-tn/detail/01-detail", "10,000 nested blocks around"),
    ("jail/shelby-tn/detail/01-detail", "ten megabytes of words"),
    ("odyssey/sample-tn/case-criminal/03-case", "10,000 nested tables inside"),
    ("odyssey/sample-tn/results-grid/02-results", "a megabyte of noise"),
    ("odyssey/sample-nc/roa-criminal/03-Charges", "10,000 nested lists"),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGED, ids=" ".join)
def test_a_page_damaged_beyond_reason_ends_in_a_record_or_a_named_fault(
    name: str, damage: str
) -> None:
    one = next(page for page in ALL if str(page) == name)
    came = read_apart(one, damage)
    assert came == "record" or hasattr(faults, came), came


def test_the_judge_knows_a_wrong_record() -> None:
    grid = copy.deepcopy(GRID.record)
    grid["parties"][0]["cases"][0]["court"] = "Another Court"
    verdict, _ = judge(GRID, Mutation("rename", "somewhere", ""), grid)
    assert verdict == "wrong"


def test_a_case_page_cut_short_is_never_a_shorter_record() -> None:
    text = CRIMINAL.text
    for cut in range(500, text.index('<nav id="mysidebar"'), 400):
        assert "fault" in CRIMINAL.read(text[:cut]), text[cut - 60 : cut]


def test_an_object_of_a_service_may_take_with_it_what_stood_in_it_and_nothing_else() -> None:
    page = service("FinancialSummary")
    fee = json.loads(page.text)["CaseFees"][0]
    after = copy.deepcopy(page.record)
    after["case"]["financial"]["transactions"] = []
    assert judge(page, Mutation("remove", "CaseFees.0", "", json.dumps(fee)), after)[0] == "gone"
    del fee["CaseFeeParty"]["TransBalances"]["TransBalances"][1]
    assert judge(page, Mutation("remove", "CaseFees.0", "", json.dumps(fee)), after)[0] == "wrong"


def test_every_excuse_is_for_certain_pages_and_outcomes() -> None:
    assert all(pattern.startswith("^") and ": " in pattern for pattern, _ in KNOWN)


def test_changes_of_an_element_are_those_of_a_tree_that_is_written_out_anew() -> None:
    made = {
        mutation.what: mutation.text for mutation in mutations(GRID) if mutation.kind == "rename"
    }
    soup = soup_of(GRID.text)
    cell = one(soup, "td.party-case-status")
    name = next(
        what
        for what in made
        if what.startswith("td.card-data.party-case-status") and "[class]" in what
    )
    cell["class"] = "renamed"
    assert made[name] == str(soup)
