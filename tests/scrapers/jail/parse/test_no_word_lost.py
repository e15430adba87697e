"""No visible word of a page is lost: one is put into each text and at each empty place, one at a
time, and must appear in the record or in ``unread``, where it stood."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lxml.html import HtmlElement, tostring

from resilience.faults import Fault
from scrapers.markup import page_of
from scrapers.record import Unread
from tests.scrapers.jail.parse.pages import (
    detail,
    handed,
    html_of,
    listing,
    texts_of,
)

CANARY = "QCANARYX"
Said = tuple[str, tuple[Unread, ...]]
DETAILS = [
    ("handed", page, county)
    for page, county in (
        ("a1-newer-real-chrome", "shelby-tn"),
        ("b1-older-photo-cell-nested-table", "bergen-nj"),
        ("g1-bond-table-with-nameless-columns", "salt-lake-ut"),
        ("m13-vb-nine-column-with-grand-total-row", "virginia-beach-va"),
        ("m10-hearing-court-date-first", "shelby-tn"),
        ("m15-alias-one-column", "salt-lake-ut"),
    )
] + [("saved", "bergen-nj/detail", "bergen-nj"), ("saved", "shelby-tn/detail", "shelby-tn")]
LISTS = ["bergen-nj/list", "shelby-tn/list", "salt-lake-ut/list"]
FURNITURE = ("removeWhenPrinted", "footer", "generalnav")


def said_of_detail(html: str, county: str) -> Said:
    page = detail(html, county)
    record = json.dumps([page.booking.model_dump(mode="json"), page.name, page.permanent_id])
    return record, page.unread


def said_of_list(html: str, county: str) -> Said:
    page = listing(html, county)
    return json.dumps([row.model_dump(mode="json") for row in page.rows]), page.unread


def is_furniture(element: HtmlElement) -> bool:
    """Whether a text there belongs to a region that no field stands in."""
    for one in (element, *element.iterancestors()):
        classes = (one.get("class") or "").split()
        if any(name in classes for name in FURNITURE) or (one.tag == "span" and "body" in classes):
            return True
    return False


def holder(element: HtmlElement, kind: str) -> HtmlElement:
    around = element if kind == "text" else element.getparent()
    assert around is not None
    return around


def each_text(html: str) -> Iterator[tuple[str, HtmlElement]]:
    """The page with the canary put behind, into and in place of each text, one at a time."""
    for number in range(len(list(texts_of(page_of(html))))):
        for put in (
            lambda old: f"{old.rstrip()} {CANARY} ",
            lambda old: CANARY,
            lambda old: " ".join([*old.split()[:1], CANARY, *old.split()[1:]]),
        ):
            root = page_of(html)
            element, kind = list(texts_of(root))[number]
            setattr(element, kind, put(getattr(element, kind)))
            yield str(tostring(root, encoding="unicode")), holder(element, kind)


def each_place(html: str) -> Iterator[tuple[str, HtmlElement]]:
    """The page with the canary at each place that is empty, one at a time."""
    for number in range(len(list(page_of(html).iter()))):
        for kind in ("text", "tail"):
            root = page_of(html)
            element = list(root.iter())[number]
            if element.tag in ("html", "head", "title", "meta", "input", "img", "br", "area"):
                continue
            if (kind == "tail" and element.tag == "body") or (getattr(element, kind) or "").strip():
                continue
            setattr(element, kind, CANARY)
            yield str(tostring(root, encoding="unicode")), holder(element, kind)


def lost(
    pages: Iterator[tuple[str, HtmlElement]], said: Callable[[str], Said], refused: list[str]
) -> list[str]:
    """The places whose canary is told nowhere."""
    found = []
    for html, element in pages:
        if is_furniture(element):
            continue
        where = f"<{element.tag} class={element.get('class')}> {element.text_content()[:40]!r}"
        try:
            record, unread = said(html)
        except Fault as fault:
            refused.append(f"{fault.name}: {where}")
            continue
        if CANARY not in record and not any(CANARY in one.model_dump_json() for one in unread):
            found.append(where)
    return found


def page_at(kind: str, page: str) -> str:
    return handed(page) if kind == "handed" else html_of(page)


@pytest.mark.parametrize(("kind", "page", "county"), DETAILS)
@pytest.mark.parametrize("places", [each_text, each_place])
def test_no_word_of_a_booking_s_page_is_lost_or_refused(
    places: Callable[[str], Iterator[Any]], kind: str, page: str, county: str
) -> None:
    refused: list[str] = []
    html = page_at(kind, page)
    assert lost(places(html), lambda text: said_of_detail(text, county), refused) == []
    assert refused == []


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("places", [each_text, each_place])
def test_no_word_of_a_list_is_lost(places: Callable[[str], Iterator[Any]], page: str) -> None:
    refused: list[str] = []
    county = page.partition("/")[0]
    html = html_of(page)
    assert lost(places(html), lambda text: said_of_list(text, county), refused) == []
    assert all("Showing" in one or CANARY in one for one in refused)
    assert len(refused) <= 2  # the counter is what proves a list


def test_an_inserted_text_changes_no_field_but_its_own() -> None:
    whole = json.loads(said_of_detail(handed("a1-newer-real-chrome"), "shelby-tn")[0])

    def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for name, one in items:
                yield from leaves(one, f"{path}.{name}")
        else:
            yield path, value

    before = dict(leaves(whole))
    for html, element in each_place(handed("a1-newer-real-chrome")):
        now = dict(leaves(json.loads(said_of_detail(html, "shelby-tn")[0])))
        changed = {path for path in before if before[path] != now.get(path)}
        assert len(changed) <= 1, (element.tag, changed)


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        (">F<", None),
        (">Sex:<", ("Physical", f"Sex: {CANARY}", "F")),
        (">C2600001<", None),
        (">Bond Type:<", ("Bond Information", f"Bond Type: {CANARY}", "Bond Assessed - Courts")),
        (">Code<", ("Charge Information", f"Code {CANARY}", "1:2-3")),
        (
            ">There are no aliases for this inmate.<",
            ("Alias Information", None, f"There are no aliases for this inmate. {CANARY}"),
        ),
    ],
)
def test_a_word_is_told_where_it_stood_and_never_under_a_known_label(
    old: str, expected: tuple[str, str | None, str] | None
) -> None:
    html = handed("a1-newer-real-chrome")
    record, unread = said_of_detail(html.replace(old, f"{old[:-1]} {CANARY}<", 1), "shelby-tn")
    told = [(one.section, one.label, one.text) for one in unread]
    if expected is None:
        assert CANARY in record
        assert told == []
    else:
        assert expected in told
