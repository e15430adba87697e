"""No visible text of a page is lost: taken, furniture, or told with its place."""

from __future__ import annotations

from lxml.html import HtmlElement

from scrapers.ledger import Furniture, Json, JsonLedger, Ledger
from scrapers.markup import first, page_of, select
from scrapers.record import Unread

PAGE = """<html><head><title>Lookup</title></head><body>
<table><tr><td class="header">Bond Information</td></tr>
<tr><td>Case #:</td><td>C1</td><td>Odd:</td><td>42</td></tr></table>
<p>before <b>bold</b> after</p><div class="ng-hide">unseen</div>
<div style="display: none">unseen</div><script>unseen()</script>
<div class="footer">(c) 2007 Vendor</div></body></html>"""


def where(element: HtmlElement) -> tuple[str | None, str | None]:
    before = element.getprevious()
    return ("Bond Information" if element.tag == "td" else None), (
        None if before is None or element.tag != "td" else before.text
    )


def ledger(furniture: Furniture | None = None) -> Ledger:
    return Ledger(page_of(PAGE), furniture or Furniture(), where)


def texts(left: tuple[Unread, ...]) -> list[str]:
    return [one.text for one in left]


def test_every_visible_text_that_nobody_took_is_told_in_page_order() -> None:
    assert texts(ledger().left()) == [
        "Bond Information", "Case #:", "C1", "Odd:", "42", "before", "bold", "after",
        "(c) 2007 Vendor",
    ]  # fmt: skip


def test_a_text_is_told_with_the_section_and_label_it_stands_under() -> None:
    assert Unread(section="Bond Information", label="Odd:", text="42") in ledger().left()


def test_what_a_reader_takes_is_crossed_off_with_all_that_is_within_it() -> None:
    page = ledger()
    page.take(first(page.root, "table"))
    paragraph = first(page.root, "p")
    assert paragraph is not None
    assert page.words(paragraph) == "before bold after"
    assert texts(page.left()) == ["(c) 2007 Vendor"]


def test_an_element_s_own_texts_are_taken_without_those_of_its_children() -> None:
    page = ledger(Furniture(regions=(".footer", "table")))
    (paragraph,) = select(page.root, "p")
    assert page.take_own(paragraph) == "before after"
    assert texts(page.left()) == ["bold"]
    assert page.take_text(paragraph[0]) == "bold"
    assert page.left() == ()


def test_the_text_behind_a_taken_element_belongs_to_what_is_around_it() -> None:
    page = ledger(Furniture(regions=(".footer", "table")))
    (bold,) = select(page.root, "b")
    page.take(bold)
    assert texts(page.left()) == ["before", "after"]
    assert page.take_tail(bold) == "after"
    assert texts(page.left()) == ["before"]


def test_furniture_is_an_exact_text_or_a_region_whose_texts_are_counted() -> None:
    page = ledger(Furniture(texts={"Odd:": "seen"}, regions=(".footer",)))
    left = texts(page.left())
    assert "Odd:" not in left
    assert "(c) 2007 Vendor" not in left
    assert page.regions_seen() == {"(c) 2007 Vendor": 1}


def test_a_service_s_unknown_keys_are_told_by_path_and_those_that_say_nothing_are_counted() -> None:
    row: dict[str, Json] = {"Id": 1, "Odd": "w", "Blank": None, "Deep": {"Odd": 2, "CodeID": "9"}}
    answers = JsonLedger(plumbing={"CodeID"})
    answers.take(row, "Id")
    assert answers.left("Charges", {"Charges": [row, {"Id": True}], "@odata.context": "x"}) == (
        Unread(section="Charges", label="Charges.Odd", text="w"),
        Unread(section="Charges", label="Charges.Deep.Odd", text="2"),
        Unread(section="Charges", label="Charges.Id", text="true"),
    )
    assert answers.empty == {"Charges.Charges.Blank": 1}


def test_a_key_that_is_plumbing_is_told_all_the_same_where_it_holds_more_than_a_value() -> None:
    answers = JsonLedger(plumbing={"EventId"})
    left = answers.left("Events", {"Events": [{"EventId": {"Note": "moved"}}, {"EventId": 7}]})
    assert [(one.label, one.text) for one in left] == [("Events.EventId.Note", "moved")]


def test_the_texts_below_a_value_come_with_their_paths() -> None:
    value: Json = {"Arrests": [{"Agency": "Sample Police", "Id": 0}], "Flag": True, "None": None}
    assert list(JsonLedger().leaves(value)) == [
        ("Arrests.Agency", "Sample Police"),
        ("Flag", "true"),
    ]
