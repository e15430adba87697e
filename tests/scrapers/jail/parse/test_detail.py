"""What is read of a booking's page, dialect by dialect, and what is told of the rest. That every
saved page gives its record is in tests/replay."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from resilience import faults
from resilience.faults import LayoutChanged
from scrapers.jail.parse import Detail
from scrapers.record import Unread
from scrapers.sites import site_of
from tests.scrapers.jail.parse.pages import (
    FIXTURES,
    URL,
    built,
    detail,
    golden_of,
    handed,
    html_of,
    own_site,
    read,
)

PAGES = sorted(str(path.parent.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*/record.json"))
NEWER = handed("a1-newer-real-chrome")


def told(page: Detail) -> list[tuple[str | None, str | None, str]]:
    return [(one.section, one.label, one.text) for one in page.unread]


def doubted(page: Detail) -> list[tuple[str, str]]:
    return [(one.field, one.kind) for one in page.doubts]


def kept(page: Detail) -> dict[str, str]:
    return {one.field: one.text for one in page.booking.as_printed}


def after(html: str, old: str, new: str, county: str = "shelby-tn") -> Detail:
    assert old in html
    return detail(html.replace(old, new), county)


def test_every_county_variant_of_the_portal_document_has_a_page() -> None:
    assert {page.partition("/")[0] for page in PAGES} == {
        "shelby-tn",
        "bergen-nj",
        "salt-lake-ut",
        "dauphin-pa",
        "virginia-beach-va",
        "marion-in",
        "essex-nj",
    }


BERGEN: dict[str, str] = {
    "Sex:": "F",
    "DOB:": "01/02/1990",
    "Height:": "5' 1\"",
    "Weight:": "120",
    "Race:": "W",
    "Hair Color:": "BRO",
    "Eye Color:": "GRN",
    "Complexion:": "MED BRN",
    "INS:": "000000055",
    "Citizen:": "US",
    "COB:": "US",
    "Current Location:": "BCJ",
    "County:": "BERGEN",
    "Current Housing Section:": "MAIN",
    "Current Housing Block:": "S2",
    "Current Housing Cell:": "04",
    "Current Housing Bed:": "A",
    "Commitment Date:": "03/04/2018",
}
KINDS = {
    "WORDS(1)": "2C:35-10",
    "WORDS(2)": "AVERY SAMPLE",
    "WORDS(7)": "There are no aliases for this inmate.",
    "WORDS(9)": "© Copyright 2007, Digital Solutions, Inc. All Rights Reserved",
    "WORDS(27)": "help " * 27,
    "DATE": "03/03/2018",
}


def bergen(**bond: str) -> str:
    """The one saved booking page's outline, filled in; ``bond`` are values by label."""

    def fill(kind: str, label: str | None) -> str:
        if label in bond:
            return bond[label]
        return (BERGEN[label] if kind else "") if label in BERGEN else KINDS.get(kind, "")

    return built("iml-person-bergen.txt", fill)


def test_the_outline_of_the_one_saved_page_is_read_whole() -> None:
    page = detail(bergen(), "bergen-nj")
    assert (page.unread, page.doubts) == ((), ())
    assert (page.name, page.date_of_birth) == ("AVERY SAMPLE", dt.date(1990, 1, 2))
    assert page.booking.model_dump(exclude_defaults=True) == {
        "booking_number": "",
        "commitment_date": dt.date(2018, 3, 4),
        "physical": {
            "sex": "F",
            "height": "5' 1\"",
            "weight": "120",
            "hair_color": "BRO",
            "eye_color": "GRN",
            "complexion": "MED BRN",
        },
        "inmate": {
            "race": "W",
            "ice_number": "000000055",
            "citizen": "US",
            "country_of_birth": "US",
        },
        "housing": {
            "section": "MAIN",
            "block": "S2",
            "cell": "04",
            "bed": "A",
            "location": "BCJ",
            "county": "BERGEN",
        },
        "charges": (
            {
                "offense_date": dt.date(2018, 3, 3),
                "code": "2C:35-10",
                "description": "AVERY SAMPLE",
            },
        ),
    }


def test_bonds_of_five_labels_are_read_and_blank_ones_are_none() -> None:
    html = bergen(**{"Case #:": "W1", "Amount:": "2,500.00", "Post Date:": "03/05/2018"})
    (bond,) = detail(html, "bergen-nj").booking.bonds
    assert (bond.case_number, bond.amount_cents, bond.post_date) == (
        "W1",
        250000,
        dt.date(2018, 3, 5),
    )
    assert detail(bergen(), "bergen-nj").booking.bonds == ()


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "words", "field"),
    [
        (">5000.00<", "NO BOND", "bonds.0.amount_cents"),
        (">5,000.00<", "TBD", "bond_grand_total_cents"),
        (">08/31/2026<", "UNKNOWN", "charges.0.offense_date"),
        (">09/01/2026<", "00/00/0000", "commitment_date"),
        (">01/02/1990<", "NOT AVAILABLE", "date_of_birth"),
        (">01/02/1990<", "XX/XX/1990", "date_of_birth"),
        (">09/30/2026 09:00<", "TO BE SET", "hearings.0.date"),
        (">09/30/2026 09:00<", "09/30/2026 noon", "hearings.0.starts_at"),
        (">08/31/2026<", "08/31/2026 or so", "charges.0.offense_date"),
        (">5000.00<", "5000.00 CASH ONLY", "bonds.0.amount_cents"),
        (">08/31/2026<", "02/30/2026", "charges.0.offense_date"),
    ],
)
def test_words_in_place_of_a_value_are_kept_and_lose_nothing_else(
    old: str, words: str, field: str
) -> None:
    page = after(NEWER, old, f">{words}<")
    assert kept(page)[field] == words
    assert (page.unread, page.doubts) == ((), ())
    whole = detail(NEWER).booking
    assert page.booking.physical == whole.physical
    assert len(page.booking.charges) == len(page.booking.bonds) == len(page.booking.hearings) == 1


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("¤5,000.00", 500000),
        ("Â¤ 1,000.00", 100000),
        ("$54.00", 5400),
        ("\ufffd250.00", 25000),
        ("0.0", 0),
        ("5000.5", 500050),
    ],
)
def test_money_is_read_whatever_became_of_its_sign(text: str, cents: int) -> None:
    assert after(NEWER, ">5000.00<", f">{text}<").booking.bonds[0].amount_cents == cents


def test_bare_digits_are_no_money_but_doubted() -> None:
    page = after(NEWER, ">5000.00<", ">26100001<")
    assert page.booking.bonds[0].amount_cents is None
    assert kept(page)["bonds.0.amount_cents"] == "26100001"
    assert ("bonds.0.amount_cents", "implausible") in doubted(page)


@pytest.mark.parametrize("text", ["09-01-2026", "2026-09-01", "2026-09-01 00:00:00.0", "9/1/2026"])
def test_dates_of_all_known_forms_are_read(text: str) -> None:
    page = after(NEWER, ">09/01/2026<", f">{text}<")
    assert page.booking.commitment_date == dt.date(2026, 9, 1)
    assert page.booking.details == ()


def test_a_time_behind_a_date_is_kept_with_its_label() -> None:
    page = after(NEWER, ">09/01/2026<", ">2026-09-01 17:20:00.0<")
    assert page.booking.commitment_date == dt.date(2026, 9, 1)
    (one,) = page.booking.details
    assert (one.label, one.text) == ("Commitment Date", "2026-09-01 17:20:00.0")


def test_a_county_s_own_form_of_dates_is_data() -> None:
    site = own_site("shelby-tn", date_formats=("%d-%b-%Y",))
    from scrapers.jail.parse import detail_page

    assert site.jail is not None
    html = NEWER.replace(">09/01/2026<", ">01-SEP-2026<")
    page = detail_page(html, URL, site.jail, site.zone)
    assert page.booking.commitment_date == dt.date(2026, 9, 1)


@pytest.mark.parametrize("placeholder", ["01/01/1900", "01/01/0001", "12/31/9999"])
def test_a_placeholder_date_is_none_kept_and_doubted(placeholder: str) -> None:
    page = after(NEWER, ">01/02/1990<", f">{placeholder}<")
    assert page.date_of_birth is None
    assert kept(page)["date_of_birth"] == placeholder
    assert doubted(page) == [("date_of_birth", "implausible")]


def test_a_release_before_the_commitment_is_none_and_doubted_and_a_future_one_is_valid() -> None:
    label = '<td class="bodysmallbold">Release Date:</td><td bgcolor="#FFFFFF">'
    page = after(NEWER, label, label + "08/31/2026")
    assert page.booking.release_date is None
    assert kept(page)["release_date"] == "08/31/2026"
    assert doubted(page) == [("release_date", "implausible")]
    page = after(NEWER, label, label + "08/31/2036")
    assert page.booking.release_date == dt.date(2036, 8, 31)
    assert page.doubts == ()


def test_a_date_or_an_amount_where_neither_belongs_is_doubted() -> None:
    page = after(NEWER, ">Open<", ">5,000.00<")
    assert page.booking.bonds[0].status == "5,000.00"
    assert doubted(page) == [("bonds.0.status", "implausible")]


# -- labels and sections ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "section", "value", "field"),
    [
        ("Sex", "Physical", "F", "physical.sex"),
        ("Commitment Date", "Incarceration Information", "09/01/2026", "commitment_date"),
        ("Amount", "Bond Information", "5000.00", "bonds.amount_cents"),
        ("Bond Type", "Bond Information", "Bond Assessed - Courts", "bonds.type"),
        ("Next Court Date", "Hearing Information", "09/30/2026 09:00", "hearings.date"),
    ],
)
def test_a_value_under_a_strange_label_is_told_with_it_and_its_field_is_doubted(
    label: str, section: str, value: str, field: str
) -> None:
    page = after(NEWER, f">{label}:<", ">Wording:<")
    assert (section, "Wording", value) in told(page)
    assert (field, "label_missing") in doubted(page)
    assert page.booking.charges == detail(NEWER).booking.charges


def test_a_strange_label_without_a_value_is_told_itself() -> None:
    page = after(NEWER, ">Percent:<", ">Wording:<")
    assert told(page) == [("Bond Information", None, "Wording:")]


def test_a_strange_header_is_told_over_its_values_and_itself_where_it_has_none() -> None:
    page = after(NEWER, "<td>Code</td>", "<td>Statute</td>")
    assert told(page) == [("Charge Information", "Statute", "1:2-3")]
    assert doubted(page) == [("charges.code", "label_missing")]
    assert page.booking.charges[0].description == "SYNTHETIC OFFENSE"
    page = after(NEWER, "<td>Degree</td>", "<td>Class</td>")
    assert told(page) == [("Charge Information", None, "Class")]


def test_what_the_county_calls_differently_is_data() -> None:
    from scrapers.jail.parse import detail_page

    html = NEWER.replace(">Commitment Date:<", ">Booked In:<").replace(">Status:<", ">State:<")
    html = html.replace(">Weight:<", ">Build:<").replace("Charge Information", "Counts")
    labels = {
        "Booked In": "commitment_date",
        "State": "bonds.status",
        "Build": "details",
        "Counts": "charges",
    }
    site = own_site("shelby-tn", labels=labels)
    assert site.jail is not None
    page = detail_page(html, URL, site.jail, site.zone)
    assert (page.unread, page.doubts) == ((), ())
    assert page.booking.commitment_date == dt.date(2026, 9, 1)
    assert page.booking.bonds[0].status == "Open"
    assert len(page.booking.charges) == 1
    assert [(one.label, one.text) for one in page.booking.details] == [("Build", "120")]


def test_a_missing_section_is_a_doubt_unless_the_county_lacks_it() -> None:
    from scrapers.jail.parse import detail_page

    begin = NEWER.index("<br><table", NEWER.index("SYNTHETIC OFFENSE"))
    html = NEWER[:begin] + NEWER[NEWER.index("</table>", NEWER.index("Next Court Date")) + 8 :]
    assert doubted(detail(html)) == [("hearings", "label_missing")]
    site = own_site("shelby-tn", lacks=("hearings",))
    assert site.jail is not None
    assert detail_page(html, URL, site.jail, site.zone).doubts == ()


def test_an_unknown_section_is_told_row_by_row_and_changes_nothing_else() -> None:
    page = after(NEWER, "Charge Information", "Old Charges")
    assert page.booking.charges == ()
    assert ("Old Charges", "Description", "SYNTHETIC OFFENSE") in told(page)
    assert ("charges", "label_missing") in doubted(page)
    assert page.booking.bonds == detail(NEWER).booking.bonds


def test_a_sentence_says_of_its_own_section_alone_that_it_is_empty() -> None:
    html = handed("f1-no-incarceration-information")
    assert detail(html).unread == ()
    wrong = html.replace("no incarceration information", "no charge information")
    assert told(detail(wrong)) == [
        ("Incarceration Information", None, "There is no charge information for this inmate.")
    ]


def test_a_label_that_comes_twice_with_two_values_keeps_both_and_is_doubted() -> None:
    page = after(NEWER, ">Citizen:<", ">Race:<")
    assert page.booking.inmate.race == "TEST"
    assert ("Race", "US") in [(one.label, one.text) for one in page.booking.details]
    assert ("inmate.race", "duplicate") in doubted(page)


@pytest.mark.parametrize("where", ["row", "cell"])
def test_a_value_that_looks_like_a_label_is_a_value(where: str) -> None:
    if where == "row":
        page = after(NEWER, ">SYNTHETIC OFFENSE<", ">STATUS:<")
        assert page.booking.charges[0].description == "STATUS:"
    else:
        page = after(NEWER, ">Bond Assessed - Courts<", ">HOLD FOR:<")
        assert page.booking.bonds[0].type == "HOLD FOR:"
    assert (page.unread, page.doubts) == ((), ())


def test_a_label_without_its_cell_has_no_value_and_takes_no_other_s() -> None:
    page = after(NEWER, '<td bgcolor="#FFFFFF">Bond Assessed - Courts</td>', "")
    (bond,) = page.booking.bonds
    assert (bond.type, bond.status) == (None, "Open")


# -- entries ---------------------------------------------------------------------------------------

TWO_BONDS = html_of("shelby-tn/detail-case-shapes")


def test_an_entry_whose_first_label_is_gone_is_not_joined_to_the_one_before() -> None:
    whole = detail(TWO_BONDS).booking.bonds
    second = str(whole[1].case_number)
    begin = TWO_BONDS.index(second) - len('<td class="bodysmallbold">Case #:</td><td>')
    cut = TWO_BONDS[:begin] + TWO_BONDS[TWO_BONDS.index("</td>", begin + 45) + 5 :]
    page = detail(cut)
    assert len(page.booking.bonds) == len(whole)
    assert page.booking.bonds[0] == whole[0]
    assert page.booking.bonds[1].case_number is None
    assert any(field == "bonds.1" for field, _ in doubted(page))


def test_a_row_with_a_cell_too_many_is_told_and_its_neighbors_are_read() -> None:
    html = handed("m8-header-repeated").replace("<td>A1</td>", "<td>A1</td><td>?</td>")
    page = detail(html)
    assert [one.case_number for one in page.booking.charges] == ["A2"]
    assert ("Charge Information", None, "A1") in told(page)
    assert ("charges.0", "mismatch") in doubted(page)


def test_a_row_with_its_last_cells_left_out_is_read_where_its_dates_fit() -> None:
    html = handed("m8-header-repeated").replace("X</td><td></td><td></td>", "X</td>")
    page = detail(html)
    assert [one.description for one in page.booking.charges] == ["X", "Y"]
    assert ("charges.0", "mismatch") in doubted(page)


def test_columns_are_known_by_their_headers_in_any_order() -> None:
    html = NEWER.replace(
        "<td>Case #</td><td>Offense Date</td>", "<td>Offense Date</td><td>Case #</td>"
    )
    html = html.replace("<td></td><td>08/31/2026</td>", "<td>08/31/2026</td><td>C1</td>")
    (charge,) = detail(html).booking.charges
    assert (charge.case_number, charge.offense_date) == ("C1", dt.date(2026, 8, 31))


def test_a_column_without_a_name_is_told_where_it_has_words() -> None:
    html = handed("g1-bond-table-with-nameless-columns").replace(
        "<td>Open</td><td></td>", "<td>Open</td><td>CASH</td>"
    )
    page = detail(html, "salt-lake-ut")
    assert told(page) == [("Bond Information", None, "CASH")]
    assert page.booking.bonds[0].status == "Open"


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td>Grand Total:</td><td>500.00</td></tr>",
        '<tr><td colspan="8">Grand Total:</td><td>500.00</td></tr>',
        '<tr><td colspan="8">Grand Total</td><td>500.00</td></tr>',
        '<tr><td colspan="8">Total:</td><td>500.00</td></tr>',
        "<tr><td></td><td></td><td>Grand Total:</td><td>500.00</td></tr>",
        '<tr><td colspan="9">Grand Total: 500.00</td></tr>',
    ],
)
def test_a_grand_total_is_no_bond(row: str) -> None:
    html = handed("m13-vb-nine-column-with-grand-total-row")
    old = '<tr bgcolor="#CCCCFF"><td colspan="8">Grand Total:</td><td>500.00</td></tr>'
    page = after(html, old, row, "virginia-beach-va")
    assert (len(page.booking.bonds), page.booking.bond_grand_total_cents) == (1, 50000)
    assert page.unread == ()


def test_entries_beside_the_sentence_that_there_are_none_are_read_and_doubted() -> None:
    row = '<tr class="bodysmall"><td>There is no Bond Information for this Inmate.</td></tr>'
    begin = '<tr class="bodysmall"><td class="bodysmallbold">Grand Total:</td>'
    page = after(NEWER, begin, row + begin)
    assert len(page.booking.bonds) == 1
    assert doubted(page) == [("bonds", "mismatch")]


def test_two_grand_totals_are_told_and_the_last_counts() -> None:
    row = '<tr class="bodysmall"><td class="bodysmallbold">Grand Total:</td>'
    page = after(NEWER, row, f"{row}<td>7.00</td></tr>{row}")
    assert page.booking.bond_grand_total_cents == 500000
    assert ("bond_grand_total_cents", "duplicate") in doubted(page)
    assert ("Grand Total", "7.00") in [(one.label, one.text) for one in page.booking.details]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SAMPLE, ADDIE", ("SAMPLE", "ADDIE", None)),
        ("SAMPLE, ADDIE LEE ANN", ("SAMPLE", "ADDIE", "LEE ANN")),
        ("ADDIE", ("ADDIE", None, None)),
    ],
)
def test_an_alias_in_one_column_is_read_in_parts(text: str, parts: tuple[Any, ...]) -> None:
    page = after(handed("m15-alias-one-column"), "SAMPLE, ADDIE", text)
    (alias,) = page.booking.aliases
    assert (alias.last, alias.first, alias.middle) == parts
    assert page.unread == ()


def test_known_labels_without_a_field_are_kept_in_page_order() -> None:
    (hearing,) = detail(handed("m10-hearing-court-date-first")).booking.hearings
    assert [(one.label, one.text) for one in hearing.details] == [
        ("Court", "ROOM 1"),
        ("Judge", "J. JUDGE"),
    ]


# -- the page as a whole ---------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["bodysmallbold", "header", "bodysmall", "bodywhite", "body"])
def test_a_renamed_class_changes_no_record(style: str) -> None:
    page = detail(NEWER.replace(f'"{style}"', '"else"'))
    whole = detail(NEWER)
    assert page.booking == whole.booking
    assert (page.name, page.date_of_birth) == (whole.name, whole.date_of_birth)


def test_a_cell_wrapped_into_a_table_is_still_that_cell() -> None:
    wrapped = "<table><tr><td>{}</td></tr></table>"
    for text in ("F", "Case #", "SYNTHETIC OFFENSE", "09/01/2026"):
        page = after(NEWER, f">{text}<", f">{wrapped.format(text)}<")
        assert page.booking == detail(NEWER).booking, text
        assert page.unread == ()


def test_page_as_the_browser_hands_it_over_reads_the_same() -> None:
    from bs4 import BeautifulSoup

    repaired = str(BeautifulSoup(html_of("shelby-tn/detail"), "lxml"))
    assert read("shelby-tn/detail", repaired) == golden_of("shelby-tn/detail")


def test_sections_in_one_table_are_told_apart_by_their_titles() -> None:
    one_table = html_of("shelby-tn/detail").replace('</table>\n<br><table width="720">', "")
    assert one_table.count("<br>") < html_of("shelby-tn/detail").count("<br>")
    assert read("shelby-tn/detail", one_table) == golden_of("shelby-tn/detail")


@pytest.mark.parametrize("other", ["shelby-tn/list", "marion-in/no-records"])
def test_list_page_in_place_of_a_booking_means_the_search_is_lost(other: str) -> None:
    with pytest.raises(faults.SearchLost):
        detail(html_of(other))


def test_a_page_of_something_else_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged):
        detail("<html><body><p>Bond Information desk: 555</p></body></html>")


def test_texts_outside_of_every_section_belong_to_none() -> None:
    page = after(NEWER, "<br><table", "<p>System news</p><br><table")
    assert page.unread[0] == Unread(text="System news")
    assert detail(NEWER).booking == page.booking
    assert site_of("shelby-tn").jail is not None
