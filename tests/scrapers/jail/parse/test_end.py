"""A page that was cut short is never a record with a row less or half a number; a page in its own
odd markup is read."""

from __future__ import annotations

import pytest

from proof.harness_parsing import Page, pages
from resilience.faults import Cure, Dropped, LayoutChanged
from scrapers.jail.parse.end import came_whole
from tests.scrapers.jail.parse.pages import golden_of, html_of, listing, read

WHOLE = [
    page
    for page in pages()
    if page.fixture.name.startswith("jail/")
    and page.kind in ("list", "detail")
    and "fault" not in page.record
]
COPYRIGHT = '<div align="center">&copy; Copyright 2019, DSI-ITI, Inc.</div>'
CLOSED = "</body></html>"


def _cut(html: str, behind: str) -> str:
    return html[: html.rindex(behind) + len(behind)]


@pytest.mark.parametrize("page", WHOLE, ids=str)
def test_a_page_cut_anywhere_gives_its_whole_record_or_a_fault(page: Page) -> None:
    for end in range(0, len(page.text), max(11, len(page.text) // 60)):
        said = page.read(page.text[:end])
        said.pop("unread", None)  # half a tag behind the copyright line
        whole = {name: value for name, value in page.record.items() if name != "unread"}
        assert "fault" in said or said == whole, page.text[:end][-80:]


def test_half_a_permanent_id_at_the_end_of_a_cut_list_is_no_row() -> None:
    html = _cut(html_of("shelby-tn/list"), "submitInmate('3296','0')\">0040")
    with pytest.raises(Dropped) as caught:
        listing(html)
    assert caught.value.cure is Cure.RELOAD


def test_a_list_cut_between_two_rows_is_dropped() -> None:
    html = html_of("shelby-tn/list")
    with pytest.raises(Dropped):
        listing(html[: html.rindex("<tr bgcolor")])


def test_a_booking_cut_between_two_hearings_is_dropped() -> None:
    html = html_of("shelby-tn/detail")
    with pytest.raises(Dropped):
        read("shelby-tn/detail", html[: html.rindex("<tr><td", 0, html.rindex("Case #:"))])


@pytest.mark.parametrize(
    "behind", ["Inmate Information", "Commitment Date:</td>", "Grand Total:</td>"]
)
def test_sections_that_stand_behind_the_cut_are_no_changed_layout(behind: str) -> None:
    with pytest.raises(Dropped):
        read("shelby-tn/detail", _cut(html_of("shelby-tn/detail"), behind))


def test_a_booking_cut_before_its_first_section_is_dropped() -> None:
    with pytest.raises(Dropped):
        read("shelby-tn/detail", _cut(html_of("shelby-tn/detail"), "Height:"))


@pytest.mark.parametrize("gone", [COPYRIGHT, CLOSED, "</body>"])
def test_copyright_line_or_closing_tag_is_enough(gone: str) -> None:
    html = html_of("shelby-tn/detail")
    assert gone in html
    assert read("shelby-tn/detail", html.replace(gone, "")) == golden_of("shelby-tn/detail")


def test_page_with_neither_is_dropped() -> None:
    html = html_of("shelby-tn/detail").replace(COPYRIGHT, "").replace(CLOSED, "")
    with pytest.raises(Dropped, match="before its end"):
        read("shelby-tn/detail", html)


def test_a_closing_tag_astray_in_a_whole_page_changes_nothing() -> None:
    html = html_of("shelby-tn/detail").replace("</form>", "</form></body></html>", 1)
    assert read("shelby-tn/detail", html) == golden_of("shelby-tn/detail")


@pytest.mark.parametrize("astray", [CLOSED, "<!-- (c) Copyright 2007 -->"])
def test_an_end_astray_before_the_cut_is_not_the_end(astray: str) -> None:
    html = _cut(html_of("shelby-tn/detail"), "Next Court Date:</td>").replace(
        "</form>", f"</form>{astray}", 1
    )
    with pytest.raises(Dropped):
        read("shelby-tn/detail", html)


@pytest.mark.parametrize(
    "tail",
    [
        "</body></html>",
        "</BODY ></HTML >\n\n",
        "(c) Copyright 2007, Digital Solutions, Inc.",
        "© Copyright 2019, DSI-ITI, Inc.<br>All Rights Reserved",
        "&copy; Copyright 2007<map><area href='/IML'></map><table><tr><td>&nbsp;</td></tr></table>",
        "</html><script>var cell = 1;</script><p>seen</p>",
    ],
)
def test_what_ends_a_page(tail: str) -> None:
    assert came_whole(f"<html><body><table><tr><td>1</td></tr></table>{tail}")


@pytest.mark.parametrize(
    "tail",
    ["", "</bo", "</body><tr><td> <b>2</b></td>", "&copy; Copyright<td>&amp;</td>", "</bodyguard>"],
)
def test_what_does_not(tail: str) -> None:
    assert not came_whole(f"<html><body><table><tr><td>1</td></tr></table>{tail}")


def test_bare_words_without_a_document_are_a_changed_layout_not_a_page_cut_short() -> None:
    with pytest.raises(LayoutChanged):
        listing("Welcome to the county")
