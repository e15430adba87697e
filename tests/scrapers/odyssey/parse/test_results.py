"""Results: what is cut short is no shorter list, and what is not known is told."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from resilience.faults import LayoutChanged, SearchLost
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.reading import HistorySoFar
from scrapers.record import Provenance, Unread

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "odyssey"
PROVENANCE = Provenance(
    site="practice", fetched_at=dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc), version="0"
)
URL = "https://portal.example/CJS/Home/WorkspaceMode?p=0"
GROUPS = (FIXTURES / "sample-tn/results-groups/page.html").read_text(encoding="utf-8")
FLAT = (FIXTURES / "sample-tn/results-flat-by-name/page.html").read_text(encoding="utf-8")
PAGED = (FIXTURES / "sample-nc/results-grid-other-columns/01-results.html").read_text(
    encoding="utf-8"
)
HEADERS = (FIXTURES / "sample-tn/results-grid-headers-only/page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [GROUPS, FLAT, PAGED], ids=["groups", "flat", "paged"])
def test_results_that_are_cut_anywhere_are_lost_or_loading_never_fewer(text: str) -> None:
    for end in range(0, len(text.rstrip()), 7):
        try:
            assert read_results(text[:end], URL).shape == "loading", text[end - 60 : end]
        except (SearchLost, LayoutChanged):
            continue


def test_a_script_cut_short_inside_a_panel_that_a_browser_closed_is_lost() -> None:
    cut = GROUPS[: GROUPS.index('"CaseNumber":"26000418"')] + "</script></div></div>"
    with pytest.raises(SearchLost):
        read_results(cut, URL)


def test_a_script_that_is_whole_but_no_json_leaves_the_table() -> None:
    whole = (FIXTURES / "sample-tn/results-groups-broken-json/page.html").read_text(
        encoding="utf-8"
    )
    assert read_results(whole, URL).cases == 1


def test_markup_inside_a_script_is_no_markup_of_the_panel() -> None:
    template = '<script type="text/x-kendo-template"><div><div><table></script>'
    assert read_results(FLAT + template, URL) == read_results(FLAT, URL)


def test_known_cells_leave_nothing_unread() -> None:
    for text in (GROUPS, FLAT, PAGED, HEADERS):
        assert read_results(text, URL).extra == {}


def test_a_birth_date_under_another_label_is_told_with_its_label() -> None:
    text = FLAT.replace('data-label="Date of Birth"', 'data-label="Born On"')
    hits = read_results(text, URL)
    assert hits.extra == {"born on": ("01/02/1990", "XX/XX/1990")}
    assert all(party.date_of_birth is None for party in hits.parties)


def test_a_cell_of_another_class_in_a_table_without_titles_is_told() -> None:
    text = GROUPS.replace("party-case-location", "party-case-court")
    assert read_results(text, URL).extra["party-case-court"] == (
        "Sample Criminal Court",
        "Sample Sessions Court",
    )


def test_a_column_under_another_title_is_told_with_its_title() -> None:
    text = HEADERS.replace('data-title="Status"', 'data-title="Standing"')
    assert read_results(text, URL).extra == {"standing": ("ACTIVE",)}


def test_what_results_told_beside_the_record_stands_in_the_file_not_in_the_party() -> None:
    hits = read_results(FLAT.replace('data-label="Date of Birth"', 'data-label="Born On"'), URL)
    reading = HistorySoFar("1", accepted=[hits.parties[0].model_copy(update={"cases": ()})])
    assert reading.file(PROVENANCE).extra.unread == (
        Unread(section="Search Results", label="born on", text="01/02/1990"),
    )
    assert "extra" not in hits.parties[0].model_dump()


DETAIL = re.compile(
    r'<tr class="k-detail-row">.*?(?=\n <tr class="(?:k-alt )?k-master-row"|\n</tbody>)', re.S
)


def test_rows_that_are_not_unfolded_have_the_cases_of_the_script_at_the_same_place() -> None:
    folded = DETAIL.sub("", GROUPS)
    assert "caseLink" not in folded
    known, hits = read_results(GROUPS, URL), read_results(folded, URL)
    assert [(party.name, party.party_id, party.date_of_birth) for party in hits.parties] == [
        (party.name, party.party_id, party.date_of_birth) for party in known.parties
    ]
    assert hits.cases == known.cases


def test_a_row_without_cases_never_gets_those_of_a_namesake() -> None:
    row = GROUPS[
        GROUPS.index(' <tr class="k-master-row">') : GROUPS.index(' <tr class="k-detail-row">')
    ]
    with pytest.raises(LayoutChanged):
        read_results(GROUPS.replace(row, row + row, 1), URL)


def test_a_grid_with_a_pager_and_no_row_has_changed_whatever_its_script_tells() -> None:
    table = GROUPS[GROUPS.index("<table>") : GROUPS.rindex("</table>") + len("</table>")]
    with pytest.raises(LayoutChanged):
        read_results(GROUPS.replace(table, ""), URL)
