"""What is read of a page of the roster, and what is told of the rest."""

from __future__ import annotations

import datetime as dt

import pytest

from resilience import faults
from resilience.faults import LayoutChanged
from scrapers.jail.parse import Listing, list_page
from tests.scrapers.jail.parse.pages import (
    URL,
    built,
    golden_of,
    html_of,
    listing,
    own_site,
    read_list,
)

LIST = html_of("shelby-tn/list")


def after(old: str, new: str) -> Listing:
    assert old in LIST
    return listing(LIST.replace(old, new))


def test_the_outline_of_the_one_saved_list_is_read_whole() -> None:
    kinds = {
        "WORDS(27)": "help " * 27,
        "WORDS(7)": "Showing 1 to 3 of 3 results",
        "WORDS(9)": "© Copyright 2007, Digital Solutions, Inc. All Rights Reserved",
    }
    headers = iter(
        ["Inmate Name (last, first middle)", "Booking Number", "Permanent ID", "Release Date"]
    )
    html = built("iml-roster-bergen.txt", lambda kind, label: kinds.get(kind, ""))
    header = "".join(f"<td>{name}</td>" for name in headers)
    html = html.replace(f'<tr class="bodybold">{"<td></td>" * 4}', f'<tr class="bodybold">{header}')
    link = "javascript:submitInmate('{}','0')"
    for number in (1, 2, 30):
        row = "".join(
            f'<td><a{kind} href="{link.format(4000 + number)}">{text}</a></td>'
            for kind, text in (
                (' class="underlined"', "SAMPLE, AVERY"),
                ("", f"26{number}"),
                ("", "77"),
                ("", ""),
            )
        )
        begin = html.index(f'<tr id="row{number}"')
        begin = html.index(">", begin) + 1
        html = html[:begin] + row + html[html.index("</tr>", begin) :]
    page = listing(html, "bergen-nj")
    assert [row.booking_number for row in page.rows] == ["261", "262", "2630"]
    assert [row.permanent_id for row in page.rows] == ["77"] * 3
    assert (page.unread, page.doubts, page.unreadable) == ((), (), 0)


def test_one_unreadable_cell_loses_neither_its_row_nor_the_county() -> None:
    page = after("09/19/2026", "soon")
    assert len(page.rows) == len(listing(LIST).rows)
    (row,) = [row for row in page.rows if any(one.text == "soon" for one in row.as_printed)]
    assert row.release_date is None
    assert [(one.field, one.text) for one in row.as_printed][-1] == ("release_date", "soon")
    assert row.doubts == ()


@pytest.mark.parametrize("text", ["00/00/0000", "01/01/1900", "NOT AVAILABLE"])
def test_a_birth_date_that_is_none_is_kept_as_printed(text: str) -> None:
    page = after("01/02/1990", text)
    rows = [row for row in page.rows if row.as_printed and row.as_printed[0].text == text]
    assert rows
    assert all(row.date_of_birth is None for row in rows)
    assert all(bool(row.doubts) == (text == "01/01/1900") for row in rows)


def test_columns_are_read_by_their_headers_whatever_the_entry_says() -> None:
    page = listing(html_of("bergen-nj/list-of-five-columns"), "bergen-nj")
    assert [row.date_of_birth for row in page.rows] == [dt.date(1961, 3, 2), dt.date(1962, 3, 3)]


def test_columns_without_a_header_are_read_by_the_entry() -> None:
    begin = LIST.index("<tr bgcolor", LIST.index("results</font>"))
    end = LIST.index("</table></td></tr>", begin) + len("</table></td></tr>")
    assert "Inmate Name" in LIST[begin:end]
    page = listing(LIST[:begin] + LIST[end:])
    assert page.rows == listing(LIST).rows


def test_a_column_under_a_strange_header_is_told_with_it_and_its_field_is_doubted() -> None:
    page = after("Permanent ID", "Facility")
    assert {row.permanent_id for row in page.rows} == {None}
    told = [(one.label, one.text) for row in page.rows for one in row.unread]
    assert ("Facility", "00400001") in told
    assert [(one.field, one.kind) for one in page.doubts] == [("permanent_id", "label_missing")]
    assert page.unread == ()


def test_the_name_under_a_strange_header_is_known_by_its_link() -> None:
    page = after("Inmate Name (last, first middle)", "Person")
    assert [row.name for row in page.rows] == [row.name for row in listing(LIST).rows]
    assert [one.text for one in page.unread] == ["Person"]
    assert [one.field for one in page.doubts] == ["name"]


def test_the_booking_number_under_a_strange_header_is_known_by_its_place_if_no_two_are_equal() -> (
    None
):
    page = after("Booking Number", "Reference")
    assert [row.booking_number for row in page.rows] == [
        row.booking_number for row in listing(LIST).rows
    ]
    assert [one.field for one in page.doubts] == ["booking_number"]
    with pytest.raises(LayoutChanged, match="rows of the roster"):
        listing(LIST.replace("Booking Number", "Wing").replace(">26100004<", ">26100001<"))


def test_a_county_s_own_header_is_data() -> None:
    site = own_site("shelby-tn", labels={"Jacket": "permanent_id"})
    assert site.jail is not None
    page = list_page(LIST.replace("Permanent ID", "Jacket"), URL, site.jail)
    assert page.rows == listing(LIST).rows
    assert page.doubts == ()


def test_a_row_without_a_booking_number_is_told_and_the_others_are_read() -> None:
    page = after(">26100004<", "> <")
    assert page.unreadable == 1
    assert len(page.rows) == len(listing(LIST).rows) - 1
    assert ("Roster", "Inmate Name (last, first middle)", "SAMPLITA") in [
        (one.section, one.label, one.text) for one in page.unread
    ]


@pytest.mark.parametrize("old", ["underlined", "rowClicked", "submitInmate"])
def test_a_row_is_known_by_its_links_or_by_its_click(old: str) -> None:
    page = after(old, "else")
    assert [row.handle for row in page.rows] == [row.handle for row in listing(LIST).rows]
    assert [row.name for row in page.rows] == [row.name for row in listing(LIST).rows]


def test_a_second_counter_that_says_something_else_is_told() -> None:
    page = after("</body>", "<p>Showing 1 to 30 of 99 results</p></body>")
    assert [one.text for one in page.unread] == ["Showing 1 to 30 of 99 results"]


def test_words_beside_no_records_found_are_told() -> None:
    html = html_of("marion-in/no-records")
    page = listing(html.replace("No records found.", "No records found.</font><b>Try later</b>"))
    assert (page.total, [one.text for one in page.unread]) == (0, ["Try later"])


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (html_of("shelby-tn/service-unavailable"), faults.Maintenance),
        ("<html><body>Login required</body></html>", faults.SessionEnded),
        (LIST.replace("Showing", "Listing"), LayoutChanged),
        (LIST.replace("submitInmate", "show").replace("rowClicked", "click"), LayoutChanged),
    ],
)
def test_what_cannot_be_proved_to_be_a_list_is_refused(
    html: str, fault: type[faults.Fault]
) -> None:
    with pytest.raises(fault):
        listing(html)


SEARCH_PAGE = '<form><input name="systemUser_lastName"></form>'


@pytest.mark.parametrize("html", [html_of("shelby-tn/detail"), SEARCH_PAGE])
def test_other_page_in_place_of_a_list_means_the_search_is_lost(html: str) -> None:
    with pytest.raises(faults.SearchLost):
        listing(html)


@pytest.mark.parametrize(
    "page", ["bergen-nj/list", "salt-lake-ut/list", "virginia-beach-va/list", "dauphin-pa/list"]
)
def test_lists_of_three_to_five_columns_are_read(page: str) -> None:
    assert read_list(page, html_of(page)) == golden_of(page)
