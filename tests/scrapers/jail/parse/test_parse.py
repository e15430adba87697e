"""What the parsers refuse, and what they bear; that every page gives its record is in
tests/scrapers/replay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resilience import faults
from resilience.faults import LayoutChanged
from scrapers.jail.parse import detail_page, list_page
from scrapers.jail.saved import detail_of
from scrapers.sites import site_of

FIXTURES = Path(__file__).parents[3] / "fixtures" / "jail"
PAGES = sorted(str(path.parent.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*/record.json"))
URL = "http://127.0.0.1/IML"
FIVE = ("name", "booking_number", "permanent_id", "date_of_birth", "release_date")


def html_of(page: str) -> str:
    return (FIXTURES / page / "page.html").read_bytes().decode("iso-8859-1")


def golden_of(page: str) -> Any:
    return json.loads((FIXTURES / page / "record.json").read_text(encoding="utf-8"))


def read(page: str, html: str) -> dict[str, Any]:
    """A booking's page of that county, changed."""
    site = site_of(page.partition("/")[0])
    assert site.jail is not None
    asked = json.loads((FIXTURES / page / "about.json").read_text(encoding="utf-8"))["asked"]
    hearings = "hearings" not in site.jail.lacks
    return detail_of(
        detail_page(html, URL, zone=site.zone, booking_number=asked, hearings=hearings)
    )


def test_every_county_variant_of_the_portal_document_has_a_page() -> None:
    assert {page.partition("/")[0] for page in PAGES} == {
        "shelby-tn",
        "bergen-nj",
        "salt-lake-ut",
        "dauphin-pa",
        "virginia-beach-va",
        "marion-in",
        "elkhart-in",
    }


SECTION_TITLES = ["Inmate", "Alias", "Detainer", "Bond", "Charge", "Hearing"]


@pytest.mark.parametrize("title", SECTION_TITLES)
def test_missing_section_is_a_changed_layout_that_names_it(title: str) -> None:
    html = html_of("shelby-tn/detail").replace(f"{title} Information", "Something else")
    with pytest.raises(LayoutChanged) as caught:
        read("shelby-tn/detail", html)
    assert caught.value.url == URL
    assert f"{title} Information" in str(caught.value.expected)
    assert f"{title} Information" not in str(caught.value.found)


def test_county_without_hearings_does_not_miss_that_section() -> None:
    whole = html_of("shelby-tn/detail")
    begin = whole.rindex("<br><table", 0, whole.index("Hearing Information"))
    html = whole[:begin] + whole[whole.index("</table>\n</table>", begin) + len("</table>\n") :]
    assert "Next Court Date" not in html
    detail = detail_page(html, URL, zone=ZoneInfo("America/Chicago"), hearings=False)
    assert detail.booking.hearings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<td>Code</td>", "<td>Statute</td>"),
        ("<td>Grade</td>", "<td>Class</td>"),
        (">Status:<", ">State:<"),
        (">Bond Type:<", ">Kind:<"),
        (">Total:<", ">Sum:<"),
        (">Next Court Date:<", ">Next Date:<"),
    ],
)
def test_a_renamed_label_of_an_entry_is_a_changed_layout_not_an_empty_cell(
    old: str, new: str
) -> None:
    html = html_of("shelby-tn/detail")
    assert old in html
    with pytest.raises(LayoutChanged, match="labels of"):
        read("shelby-tn/detail", html.replace(old, new))


@pytest.mark.parametrize("label", ["Booking #", "DOB", "Commitment Date"])
def test_missing_label_of_what_identifies_a_booking_is_a_changed_layout(label: str) -> None:
    html = html_of("shelby-tn/detail").replace(f"{label}:", "Something:")
    with pytest.raises(LayoutChanged, match=label):
        read("shelby-tn/detail", html)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<td>5000.00</td>", "<td>26100001</td>", "bond amount"),
        ("<td>6,250.50</td>", "<td>C2600001</td>", "Grand Total"),
        ("<td>08/31/2026</td>", "<td>last August</td>", "Offense Date"),
        ("<td>09/30/2026 09:00</td>", "<td>09/30/2026 noon</td>", "Next Court Date"),
        (
            "<td>IE</td><td>2</td>",
            "<td>IE</td><td>2</td><td>more</td>",
            "cells of a row of Charge Information",
        ),
    ],
)
def test_value_that_cannot_be_is_a_changed_layout_and_never_guessed(
    old: str, new: str, what: str
) -> None:
    html = html_of("shelby-tn/detail")
    assert old in html
    with pytest.raises(LayoutChanged) as caught:
        read("shelby-tn/detail", html.replace(old, new))
    assert what in caught.value.what


@pytest.mark.parametrize(
    ("label", "part", "field", "value"),
    [
        ("Sex:", "physical", "sex", "F"),
        ("Eye Color:", "physical", "eye_color", "GRN"),
        ("Release Date:", None, "release_date", "04/01/2018"),
    ],
)
def test_a_value_whose_label_is_gone_is_kept_as_what_is_not_understood(
    label: str, part: str | None, field: str, value: str
) -> None:
    html = html_of("bergen-nj/detail").replace(f'<td class="bodysmall">{label}</td>', "")
    detail = read("bergen-nj/detail", html)
    whole = golden_of("bergen-nj/detail")
    booking = detail["booking"][part] if part else detail["booking"]
    assert field not in booking
    title = "Physical" if part else "Incarceration Information"
    assert detail["extra"][title][""] == value
    detail["extra"].pop(title)
    assert detail["extra"] == whole["extra"]


@pytest.mark.parametrize("cell", ["<td>C2600001</td>", "<td>5000.00</td>", "<td>6,250.50</td>"])
def test_a_label_without_its_cell_among_the_bonds_is_a_changed_layout(cell: str) -> None:
    before, bonds, rest = html_of("shelby-tn/detail").partition("Bond Information")
    assert cell in rest
    with pytest.raises(LayoutChanged, match="labels of Bond Information"):
        read("shelby-tn/detail", before + bonds + rest.replace(cell, "", 1))


def test_charges_without_a_header_are_a_changed_layout() -> None:
    html = html_of("dauphin-pa/detail").replace(
        "<td>Case #</td><td>Offense Date</td>", "<td></td><td></td>"
    )
    html = html.replace(
        '<td>Code</td><td colspan="2">Description</td><td>Grade</td><td>Degree</td>', ""
    )
    with pytest.raises(LayoutChanged, match="header of Charge Information"):
        read("dauphin-pa/detail", html)


@pytest.mark.parametrize("other", ["shelby-tn/list", "marion-in/no-records"])
def test_list_page_in_place_of_a_booking_means_the_search_is_lost(other: str) -> None:
    with pytest.raises(faults.SearchLost):
        detail_page(html_of(other), URL, zone=ZoneInfo("America/Chicago"))


SEARCH_PAGE = '<form><input name="systemUser_lastName"></form>'


@pytest.mark.parametrize("html", [html_of("shelby-tn/detail"), SEARCH_PAGE])
def test_other_page_in_place_of_a_list_means_the_search_is_lost(html: str) -> None:
    with pytest.raises(faults.SearchLost):
        list_page(html, URL, FIVE)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (html_of("shelby-tn/service-unavailable"), faults.Maintenance),
        ("<html><body>Login required</body></html>", LayoutChanged),
        (html_of("shelby-tn/list").replace("Showing", "Listing"), LayoutChanged),
        (html_of("shelby-tn/list").replace("Permanent ID", "Person"), LayoutChanged),
        (html_of("shelby-tn/list").replace("Inmate Name", "Name"), LayoutChanged),
        (html_of("shelby-tn/list").replace("underlined", "u"), LayoutChanged),
        (
            html_of("shelby-tn/list").replace("submitInmate('3296','0')", "show('3296')"),
            LayoutChanged,
        ),
        (html_of("shelby-tn/list").replace(">26100004<", "> <"), LayoutChanged),
        (html_of("shelby-tn/list").replace("09/19/2026", "soon"), LayoutChanged),
    ],
)
def test_list_that_lacks_what_it_must_have_is_never_read(
    html: str, fault: type[faults.Fault]
) -> None:
    with pytest.raises(fault):
        list_page(html, URL, FIVE)


def test_list_with_other_columns_than_the_site_says_names_both() -> None:
    with pytest.raises(LayoutChanged) as caught:
        list_page(html_of("bergen-nj/list"), URL, FIVE)
    assert caught.value.expected == list(FIVE)
    assert "Release Date" in str(caught.value.found)


def test_further_columns_whose_header_is_known_are_read() -> None:
    listing = list_page(html_of("shelby-tn/list"), URL, FIVE[:3])
    assert listing.rows[0].date_of_birth is not None


def test_page_as_the_browser_hands_it_over_reads_the_same() -> None:
    from bs4 import BeautifulSoup

    repaired = str(BeautifulSoup(html_of("shelby-tn/detail"), "lxml"))
    assert read("shelby-tn/detail", repaired) == golden_of("shelby-tn/detail")
