"""Smart Search: who is found, in which shape, how much of it, and what one session can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.odyssey import site as settings
from tests.practice.odyssey_portal import Visitor, embedded, lines, make_world, numbers, visited


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.jsonl"


@pytest.fixture(scope="module")
def visitor(log: Path) -> Iterator[Visitor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RESULTS_DELAY", 0.0)
        with visited(make_world(log)) as one:
            yield one


def test_the_form_has_its_documented_quirks(visitor: Visitor) -> None:
    form = visitor.get("/CJS/Home/Dashboard/29").text
    assert form.count('id="btnSSSubmit"') == 2
    assert 'id="caseCriteria.DOBFrom" name="caseCriteria.DOBFrom"' in form
    assert 'id="caseCriteria.FileDateStart"' in form
    assert '<div id="AdvOptionsMask" class="tyler-hide">' in form
    assert re.search(r'id="caseCriteria_NameLast"[^>]* disabled', form)
    assert 'action="/CJS/SmartSearch/SmartSearch/SmartSearch"' in form
    for panel in ("tcBody_0", "ui-tabs-1", "tcBody_2"):
        assert f'id="{panel}"' in form


def test_a_search_leads_to_the_workspace_and_leaves_its_cookie(visitor: Visitor) -> None:
    answer = visitor.post_search("SAMPLE, JORDAN")
    assert [step.status_code for step in answer.history] == [302]
    assert answer.url == f"{visitor.site.portal}/Home/WorkspaceMode?p=0"
    assert "SmartSearchCriteria" in visitor.http.cookies
    assert re.search(r'<div id="ui-tabs-1"[^>]*></div>', answer.text)


def test_one_party_comes_as_a_flat_grid(visitor: Visitor) -> None:
    page = visitor.search("sample, jordan", DOBFrom="01/02/1990", DOBTo="01/02/1990")
    assert 'id="CasesGrid"' in page
    assert numbers(page) == ["C2500001", "C2500002"]
    assert (
        '<td class="card-data party-case-partyname" data-label="Party Name">SAMPLE, JORDAN LEE</td>'
        in page
    )
    assert '<td class="card-data" data-label="Date of Birth">01/02/1990</td>' in page
    assert "k-pager-wrap" not in page
    assert [row["CaseNumber"] for row in embedded(page, "CasesGrid")] == ["C2500001", "C2500002"]


def test_several_parties_come_as_groups(visitor: Visitor) -> None:
    page = visitor.search("TWICE, DANA")
    assert "Party Search Results" in page
    assert 'id="CasesGrid"' not in page
    small, large = embedded(page, "Grid")
    assert (small["NameLast"], small["NameFirst"], small["CaseResultCount"]) == ("TWICE", "DANA", 2)
    assert len(large["CaseResults"]) == 11
    assert small["CaseResults"][0]["FileDate"] == "1/1/2023 12:00:00 AM"
    assert not any("birth" in key.lower() or "dob" in key.lower() for key in small)
    assert len(numbers(page)) == 2 + 10
    assert page.count('<div class="k-pager-wrap">') == 1
    assert "1 - 10 of 11 items" in page


def test_a_party_row_prints_its_birth_date_whole_masked_or_not_at_all(visitor: Visitor) -> None:
    page = visitor.search("CROWD, KIM") + visitor.results("&Grid-page=2")
    cells = re.findall(r'data-label="Date of Birth">([^<]*)<', page)
    assert cells[0] == "01/01/1970"
    assert cells[10:] == ["XX/XX/1970", ""]


def test_the_outer_pager_turns_pages(visitor: Visitor) -> None:
    first = visitor.search("CROWD, KIM")
    second = visitor.results("&Grid-page=2")
    assert "1 - 10 of 12 items" in first
    assert "11 - 12 of 12 items" in second
    assert len(numbers(first)) == 10
    assert len(numbers(second)) == 2
    assert len(numbers(visitor.results("&Grid-page=1&Grid-pageSize=25"))) == 12


def test_more_cases_than_the_limit_are_cut_without_a_word(visitor: Visitor) -> None:
    page = visitor.search("FORTY, PAT")
    assert "1 - 10 of 30 items" in page
    assert len(embedded(page, "CasesGrid")) == 30


def test_the_flat_grid_sorts_by_case_number(visitor: Visitor) -> None:
    visitor.search("SAMPLE, JORDAN")
    assert numbers(visitor.results("&CasesGrid-sort=CaseNumber-desc")) == ["C2500002", "C2500001"]


def test_file_dates_bring_what_the_limit_cut(visitor: Visitor) -> None:
    halves = [("01/01/2024", "05/31/2024"), ("06/01/2024", "12/31/2024")]
    found = [
        embedded(visitor.search("FORTY, PAT", FileDateStart=a, FileDateEnd=b), "CasesGrid")
        for a, b in halves
    ]
    assert [len(rows) < 30 for rows in found] == [True, True]
    assert len({row["CaseNumber"] for rows in found for row in rows}) == 40


def test_a_birth_date_filter_leaves_out_who_has_none(visitor: Visitor) -> None:
    page = visitor.search("CROWD, KIM", DOBFrom="01/01/1900", DOBTo="12/31/1999")
    assert len(embedded(page, "Grid")) == 11


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TEST-CASE, ANN", ["24000001"]),
        ("Test-Case, A", ["24000001"]),
        ("TEST-CASE", ["24000001"]),
        ("TEST CASE, ANN", []),
        ("TEST, ANN", []),
        ("TEST-CASE, ANNA", []),
        ("TES*, ANN", ["24000001"]),
        ("TE*, ANN", []),
        ("SAMPLE, JORDAN LEE", ["C2500001", "C2500002"]),
        ("SAMPLE, JORDAN MARIE", []),
        ("C2500001", ["C2500001"]),
        ("c2500001", ["C2500001"]),
        ("C250*", ["C2500001", "C2500002"]),
        ("C25*", []),
        ("NOBODY, AT ALL", []),
    ],
)
def test_the_portal_finds_by_its_rules(visitor: Visitor, text: str, found: list[str]) -> None:
    page = visitor.search(text)
    assert numbers(page) == found
    assert ("<p>No cases match your search</p>" in page) == (not found)


def test_sounds_like_finds_another_spelling(visitor: Visitor) -> None:
    assert numbers(visitor.search("SAMPEL, JORDAN", UseSoundex="true")) == ["C2500001", "C2500002"]


def test_location_and_case_number_searches_narrow(visitor: Visitor) -> None:
    assert numbers(visitor.search("SAMPLE", CourtLocation="General Sessions Criminal Court")) == []
    assert numbers(visitor.search("SAMPLE", CaseStatus="Open")) == ["C2500002"]
    assert numbers(visitor.search("SAMPLE", SearchBy="CaseNumber")) == []
    assert (
        numbers(visitor.search("", SearchBy="PartyName", NameLast="SAMPLE", NameFirst="JO")) != []
    )
    assert numbers(visitor.search("25000077", SearchBy="CaseCrossReferenceNumber")) == ["C2500001"]
    assert numbers(visitor.search("SAMPLE", BookingNumber="26400001")) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": ""}, "Please enter a value for search criteria."),
        ({"text": "SAMPLE", "DOBFrom": "1990-01-02"}, "Please select a valid date. (MM/DD/YYYY)"),
        (
            {"text": "SAM*", "UseSoundex": "true"},
            "Wildcards can not be used with Sounds Like selected",
        ),
    ],
)
def test_wrong_criteria_bring_the_form_with_a_summary(
    visitor: Visitor, fields: dict[str, str], message: str
) -> None:
    answer = visitor.post_search(**fields)
    assert not answer.history
    assert "validation-summary-errors" in answer.text
    assert message in answer.text


def test_without_the_criteria_cookie_there_is_nothing_to_fetch(visitor: Visitor) -> None:
    visitor.post_search("SAMPLE, JORDAN")
    del visitor.http.cookies["SmartSearchCriteria"]
    assert visitor.results() == ""


def test_a_reset_forgets_the_search(visitor: Visitor) -> None:
    visitor.post_search("SAMPLE, JORDAN")
    answer = visitor.get("/CJS/SmartSearch/SmartSearch/ResetSmartSearch")
    assert answer.url.endswith("/Home/Dashboard/29")
    assert visitor.results() == ""


def test_a_second_search_overwrites_the_first_and_is_counted(visitor: Visitor, log: Path) -> None:
    def overwritten() -> int:
        return sum(line["page"] == "overwritten" for line in lines(log))

    before = overwritten()
    visitor.search("SAMPLE, JORDAN")
    visitor.search("TEST-CASE, ANN")
    assert overwritten() == before
    visitor.post_search("SAMPLE, JORDAN")
    visitor.post_search("TEST-CASE, ANN")
    assert numbers(visitor.results()) == ["24000001"]
    assert overwritten() == before + 1


def test_two_sessions_hold_two_searches(visitor: Visitor) -> None:
    other = Visitor(visitor.site).sign_in()
    visitor.post_search("SAMPLE, JORDAN")
    other.post_search("TEST-CASE, ANN")
    assert numbers(visitor.results()) == ["C2500001", "C2500002"]
    assert numbers(other.results()) == ["24000001"]


@pytest.mark.parametrize(
    ("text", "born", "person"),
    [
        ("SAMPLE, JORDAN", "01/02/1990", "00400001"),
        ("ALIASED, JORY", "01/02/1990", "00400001"),
        ("TEST CASE, ANN", "01/02/1990", "00400002"),
        ("CASE, ANN", "01/02/1990", "00400002"),
        ("CASE, ANN", "", None),
        ("SAMPLE, JORDAN", "01/03/1990", None),
        ("C2500001", "", "00400001"),
    ],
)
def test_the_log_names_who_was_asked_for(
    visitor: Visitor, log: Path, text: str, born: str, person: str | None
) -> None:
    visitor.search(text, DOBFrom=born, DOBTo=born)
    line = lines(log)[-1]
    assert (line["page"], line.get("person")) == ("results", person)
    assert line["detail"].startswith(text)


def test_the_log_counts_the_portals_own_wait_as_its_time(
    visitor: Visitor, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "RESULTS_DELAY", 0.05)
    visitor.search("SAMPLE, JORDAN")
    shell, results = lines(log)[-2:]
    assert (shell["page"], results["page"]) == ("workspace", "results")
    assert shell["ms"] > 0
    assert results["ms"] >= 49


def test_people_may_be_replaced_while_the_portal_runs(visitor: Visitor) -> None:
    world = visitor.site.world
    before = world.people
    world.people = type(before)((), before.parties[:1])
    try:
        assert numbers(visitor.search("TEST-CASE, ANN")) == []
    finally:
        world.people = before
