"""Classic case pages, made from the outlines of real ones: no word is lost, whatever changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml.html import HtmlElement, fromstring, tostring

from resilience.faults import Dropped, LayoutChanged, WrongRecord
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.recognize import OtherProduct
from scrapers.record import Unread
from scrapers.sites import CourtSite
from tests.scrapers.odyssey.outlines import NAMES, NUMBER, page_of, whole
from tests.scrapers.odyssey.parse.canaries import CANARY, Spoiled, between, in_texts

URL = "https://portal.example/portal/Case/CaseDetail?eid=e1"
ZONE = ZoneInfo("America/New_York")
FIXTURES = Path(__file__).parents[3] / "fixtures" / "odyssey"
CRIMINAL = (FIXTURES / "sample-tn/case-criminal/page.html").read_text(encoding="utf-8")


def read(html: str, number: str = NUMBER, **more: Any) -> CaseRead:
    return read_classic(html, URL, CaseLink(case_number=number, url=URL), ZONE, **more)


def plain(read: CaseRead) -> dict[str, Any]:
    return read.case.model_dump(mode="json", exclude_defaults=True)


def texts(read: CaseRead) -> list[str]:
    return [one.text for one in read.unread]


@pytest.fixture(scope="module", params=NAMES)
def page(request: pytest.FixtureRequest) -> str:
    """The page of a county, made from its outline."""
    return whole(page_of(request.param))


def test_nothing_of_a_real_page_is_left_over(page: str) -> None:
    assert read(page).unread == ()


def test_every_part_of_a_real_page_is_in_its_place() -> None:
    case = plain(read(whole(page_of("chatham"))))
    assert [party["role"] for party in case["parties"]] == ["Plaintiff", "Defendant", "Defendant"]
    assert [party["represented"] for party in case["parties"]] == ["Pro Se"] * 3
    (judgment,) = case["disposition_events"]
    assert judgment["judgment_type"] == "Judgment"
    assert [award["label"] for award in judgment["awards"]] == [
        "Judgment For", "Verdict to Plaintiff", "Compensatory", "Verdict on Cross/Counter Claim",
    ]  # fmt: skip
    assert [len(case[name]) for name in ("events", "hearings", "other_entries")] == [6, 1, 1]
    assert [said["label"] for said in case["other_entries"][0]["details"]] == [
        "Action",
        "File Date",
    ]


def test_an_older_portal_s_docket_has_events_hearings_and_a_canceled_one() -> None:
    case = plain(read(whole(page_of("older-napa"))))
    assert [len(case[name]) for name in ("events", "hearings")] == [21, 2]
    assert sorted(hearing.get("canceled", False) for hearing in case["hearings"]) == [False, True]
    (judgment,) = case["disposition_events"]
    assert len(judgment["parties"]) == 3
    assert case["parties"][0]["details"][0]["label"] == "Work Phone"


def test_attorneys_are_read_in_both_nestings_of_one_portal() -> None:
    case = plain(read(whole(page_of("snohomish"))))
    attorneys = case["parties"][0]["attorneys"]
    assert [one.get("lead", False) for one in attorneys] == [True, False, False]
    assert all(one["kind"] == "Retained" and one["name"].startswith("Word") for one in attorneys)


# -- canaries


def told(spoiled: Spoiled) -> str:
    """Where the canary went: ``record``, ``unread`` (in the right section), or ``refused``."""
    try:
        found = read(spoiled.html)
    except (WrongRecord, LayoutChanged):
        assert spoiled.number, f"refused for {spoiled.where}"
        return "refused"
    if CANARY in found.case.model_dump_json():
        return "record"
    left = [one for one in found.unread if CANARY in one.text]
    assert left, f"lost: {spoiled.where}"
    assert spoiled.label is None, f"{spoiled.label} claims {spoiled.where}"
    if not spoiled.heading:
        assert left[0].section == spoiled.section, spoiled.where
    return "unread"


@pytest.mark.parametrize("behind", [False, True], ids=["instead", "behind"])
def test_a_word_in_any_text_is_told(page: str, behind: bool) -> None:
    went = [told(spoiled) for spoiled in in_texts(page, behind=behind)]
    assert went.count("refused") == 1
    assert went.count("record") > 0.8 * len(went)


@pytest.mark.parametrize("tag", [None, "p", "span", "div"])
def test_a_word_between_any_two_elements_is_told(page: str, tag: str | None) -> None:
    places = [None, "p", "span", "div"]
    went = [told(one) for one in between(page, tag, step=4, start=places.index(tag))]
    assert went.count("refused") <= 2


@pytest.mark.parametrize("behind", [False, True], ids=["instead", "behind"])
def test_a_word_in_any_text_of_a_criminal_page_is_told(behind: bool) -> None:
    for spoiled in in_texts(CRIMINAL, behind=behind):
        try:
            found = read(spoiled.html, "C2600001")
        except WrongRecord:
            assert spoiled.number
            continue
        assert CANARY in found.model_dump_json(), spoiled.where


# -- changed pages


def changed(html: str, css: str, change: str, value: str = "") -> str:
    tree = fromstring(html)
    (element, *_) = tree.cssselect(css)
    if change == "remove":
        element.drop_tree()
    elif change == "wrap":
        _wrap(element)
    else:
        element.set(change, value)
    return tostring(tree, encoding="unicode")


def _wrap(element: HtmlElement) -> None:
    around = element.makeelement("div")
    holder = element.getparent()
    assert holder is not None
    holder.replace(element, around)
    around.append(element)
    around.tail, element.tail = element.tail, None


@pytest.mark.parametrize(
    "css",
    [
        "#CasePartiesPrintSection", "#partyInformationDiv", "#divPartyInformation_body",
        "#chargeInformationDiv", "#dispositionInformationDiv", "#eventsInformationDiv",
        "#settingInformationDiv", "#financialInformationDiv", "#financialSlider", "#mysidebar",
        "#divCaseInformation_body", "#CasePartyTransactions_3", "#BondSettingsGrid",
        "#CriminalDispositions9000001",
    ],
)  # fmt: skip
def test_a_container_that_is_renamed_or_wrapped_changes_nothing(css: str) -> None:
    before = read(CRIMINAL, "C2600001")
    for html in (
        changed(CRIMINAL, css, "id", "somethingElse"),
        changed(CRIMINAL, css, "wrap"),
    ):
        after = read(html, "C2600001")
        assert after.case == before.case
        assert texts(after) == texts(before)


@pytest.mark.parametrize(
    ("css", "part"),
    [
        ("#CasePartiesPrintSection", "parties"),
        ("#chargeInformationDiv", "charges"),
        ("#DispositionEventsPrintSection", "dispositions"),
        ("#OtherEventsPrintSection", "docket"),
        ("#settingInformationDiv", "bond_settings"),
        ("#FinancialInfoPrintSection", "financial"),
    ],
)
def test_a_section_that_is_listed_and_not_there_is_missing(css: str, part: str) -> None:
    after = read(changed(CRIMINAL, css, "remove"), "C2600001")
    assert after.case.missing == (part,)
    assert ("label_missing", part) in {(one.kind, one.field) for one in after.doubts}


OPEN = (
    CRIMINAL.replace("<text>Sentence</text>", "<text>Order</text>")
    .replace('<p class="text-primary">Confinement</p><p>6 Months</p>', "")
    .replace('<p class="text-primary">Probation</p><p>1 Year</p>', "")
)


def test_nothing_is_concluded_where_an_outcome_may_be_unread() -> None:
    gone = read(changed(OPEN, "#DispositionEventsPrintSection", "remove"), "C2600001")
    assert gone.case.pretrial.answer == "unknown"
    assert gone.case.pretrial.reasons == ("unread",)
    lines = fromstring(OPEN)
    for table in lines.cssselect("[id^=CriminalDispositions]"):
        table.drop_tree()
    bare = read(tostring(lines, encoding="unicode"), "C2600001")
    assert bare.case.pretrial.reasons == ("unread",)


# -- whose page it is


def test_a_page_about_another_case_is_refused() -> None:
    page = whole(page_of("dekalb"))
    with pytest.raises(WrongRecord):
        read(page, "26CV00043")
    with pytest.raises(WrongRecord):
        read(page.replace(f">{NUMBER} | ", ">26CV00043 | "), NUMBER)
    with pytest.raises(LayoutChanged):
        read(page.replace("caseInformationDiv", "somethingElse"))


def test_without_a_question_a_page_is_what_it_says() -> None:
    found = read_classic(whole(page_of("dekalb")), None, None, None)
    assert found.case.case_number == NUMBER
    assert found.case.hearings == ()


def test_the_label_alone_or_the_line_alone_proves_a_page() -> None:
    page = whole(page_of("dekalb"))
    line = read(page.replace('<span class="text-muted">Case Number</span><br>' + NUMBER, ""))
    assert line.case.case_number == NUMBER
    assert [one.field for one in line.doubts if one.kind == "label_missing"] == ["case_number"]
    label = read(page.replace(f"{NUMBER} | ", ""))
    assert label.case.style == read(page).case.style


def test_a_page_cut_anywhere_is_no_shorter_record() -> None:
    page = whole(page_of("snohomish"))
    end = page.index("<nav")
    for cut in range(200, end, 97):
        with pytest.raises((Dropped, LayoutChanged, WrongRecord)):
            read(page[:cut])


def test_a_part_that_a_person_saved_is_read() -> None:
    sections = "".join(section.html() for section in page_of("older-napa"))
    found = read_classic(sections, None, None, ZONE)
    assert len(found.case.hearings) == 2
    assert [one.field for one in found.doubts] == ["sections"]
    with pytest.raises(Dropped):
        read_classic(sections[:-200], None, None, ZONE)


@pytest.mark.parametrize(
    "mark",
    [
        '<a class="ssSearchHyperlink" href="default.aspx">New Search</a>',
        '<td><a href="CaseDetail.aspx?CaseID=4711">26CV1</a></td>',
    ],
)
def test_a_page_of_the_older_product_is_refused_by_its_name(mark: str) -> None:
    with pytest.raises(OtherProduct, match="PublicAccess"):
        read(f"<html><body><div id='MainContent'>{mark}</div></body></html>")


def test_of_several_cases_in_old_tabs_the_one_asked_for_is_read() -> None:
    old, new = whole(page_of("dekalb")), whole(page_of("chatham")).replace(NUMBER, "26CV00043")
    tabs = (
        f'<div role="tabpanel" aria-hidden="true" style="display:none">{old}</div>'
        f'<div role="tabpanel">{new}</div>'
    )
    assert read(tabs, "26CV00043").case == read(new, "26CV00043").case
    assert read(tabs, NUMBER).case == read(old).case
    assert read_classic(tabs, None, None, ZONE).case.case_number == "26CV00043"


# -- dialects


def test_a_county_s_own_label_is_read_as_the_field_it_means() -> None:
    page = whole(page_of("chatham")).replace("File Date", "Filed On")
    before = read(page)
    assert before.case.file_date is None
    assert [one.field for one in before.doubts] == ["file_date"]
    court = CourtSite(url="https://portal.example/portal", labels={"Filed On": "file_date"})
    assert read(page, court=court).case.file_date is not None
    assert read(page, court=court).doubts == ()
    lacking = CourtSite(url="https://portal.example/portal", lacks=("file_date",))
    assert read(page, court=lacking).doubts == ()


# -- values


def with_value(page: str, label: str, value: str) -> str:
    tree = fromstring(page)
    for span in tree.xpath(f"//span[text()='{label}']"):
        span.getnext().tail = value
    return tostring(tree, encoding="unicode")


@pytest.mark.parametrize("date", ["01/01/1900", "01/01/0001", "12/31/9999"])
def test_a_date_that_stands_for_none_is_none_and_told(date: str) -> None:
    found = read(with_value(whole(page_of("dekalb")), "File Date", date))
    assert found.case.file_date is None
    assert [(one.field, one.text) for one in found.case.as_printed] == [("file_date", date)]
    assert [(one.field, one.kind) for one in found.doubts if one.kind == "implausible"] == [
        ("file_date", "implausible")
    ]


def test_nobody_is_born_after_the_case_was_filed() -> None:
    page = with_value(whole(page_of("chatham")), "DOB", "05/05/2050")
    found = read(page)
    assert [party.date_of_birth for party in found.case.parties] == [None] * 3
    assert {one.kind for one in found.doubts} == {"implausible"}
    assert [one.text for one in found.case.as_printed] == ["05/05/2050"] * 2


def test_a_label_that_stands_there_twice_is_doubted_where_it_says_two_things() -> None:
    page = whole(page_of("dekalb"))
    again = '<p><span class="text-muted">Court</span><br>Another Court</p><div class="row">'
    found = read(page.replace('<div class="row">', again, 2))
    assert ("court", "duplicate") in {(one.field, one.kind) for one in found.doubts}
    assert "Another Court" in json.dumps(plain(found))


def test_controls_and_lone_surrogates_reach_no_record() -> None:
    page = whole(page_of("dekalb")).replace("Plaintiff", "Plain\x07tiff&#x1;&#xFEFF;\ud800")
    found = read(page)
    assert found.case.parties[0].role == "Plaintiff"
    found.model_dump_json().encode("utf-8")


def test_money_that_does_not_add_up_is_doubted_and_kept() -> None:
    found = read(whole(page_of("dekalb")))
    assert {one.field for one in found.doubts} == {
        "financial.assessed_cents",
        "financial.payments_and_credits_cents",
    }
    assert found.case.financial is not None
    assert len(found.case.financial.transactions) == 2


def test_whose_money_is_asked_for_comes_first() -> None:
    page = (FIXTURES.parents[1] / "data/handed/odyssey/c13-money-of-two-parties.html").read_text()
    found = read(page, "26CR00001", person="EXAMPLE, LEE")
    assert found.case.financial is not None
    assert found.case.financial.party == "EXAMPLE, LEE"
    assert [part.party for part in found.case.other_financials] == ["EXAMPLE, JORDAN"]


def test_an_unknown_section_is_told_with_its_heading_and_columns() -> None:
    section = (
        '<div class="section"><h1>Placements</h1><table><tr><th>Place</th><th>From</th></tr>'
        "<tr><td>Sample Center</td><td>01/02/2026</td></tr></table></div></form>"
    )
    found = read(whole(page_of("dekalb")).replace("</form>", section))
    assert found.unread == (
        Unread(section="Placements", label=None, text="Placements"),
        Unread(section="Placements", label=None, text="Place"),
        Unread(section="Placements", label=None, text="From"),
        Unread(section="Placements", label="Place", text="Sample Center"),
        Unread(section="Placements", label="From", text="01/02/2026"),
    )


def test_warrants_causes_and_bonds_of_their_own_sections_are_kept() -> None:
    sections = (
        '<div class="section"><h1>Warrants</h1><table><tr><th>Warrant Number</th><th>Type</th>'
        "<th>Issued Date</th><th>Judge</th></tr><tr><td>W-1</td><td>Capias</td>"
        "<td>01/02/2026</td><td>Bench, Alex</td></tr></table></div>"
        '<div class="section" id="CauseInformationPrintSection"><h1>Causes</h1><table><tr>'
        "<th>File Date</th><th>Cause of Action</th><th>Filed By</th></tr><tr><td>01/02/2026</td>"
        "<td>Account</td><td>Lender LLC</td></tr></table></div>"
        '<div class="section"><h1>Bond</h1><table><tr><th>Number</th><th>Amount</th></tr><tr>'
        "<td>B-7</td><td>$5,000.00</td></tr></table></div></form>"
    )
    found = read(whole(page_of("dekalb")).replace("</form>", sections))
    assert found.unread == ()
    case = plain(found)
    assert case["warrants"] == [
        {
            "number": "W-1",
            "type": "Capias",
            "date": "2026-01-02",
            "details": [{"label": "Judge", "text": "Bench, Alex"}],
        }
    ]
    said = json.dumps(case["other_entries"])
    assert all(word in said for word in ("Account", "Lender LLC", "B-7", "$5,000.00"))
