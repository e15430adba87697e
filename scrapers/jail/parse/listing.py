"""One page of the roster (iml.md, section 2.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from resilience import faults
from resilience.faults import LayoutChanged, SearchLost
from scrapers.jail.handles import handle_of
from scrapers.jail.parse.end import came_whole, check_end
from scrapers.jail.parse.names import tidy
from scrapers.jail.parse.read import the_date
from scrapers.markup import below, closest, first, own, page_of, select, words
from scrapers.roster import RosterRow

SEARCH_FIELD = "systemUser_lastName"
LIST_FIELD = "currentStart"
DETAIL_FIELD = "QUANTITY"
"""Fields that only the search page, a list page, a booking's page has."""
_COUNTER = re.compile(r"Showing\s+([\d,]+)\s+to\s+([\d,]+)\s+of\s+([\d,]+)\s+results?", re.I)
_IDS = re.compile(r"submitInmate\(\s*'(\d+)'\s*,\s*'(\d*)'\s*\)")
_HEADERS = {
    "inmate name": "name",
    "booking number": "booking_number",
    "booking #": "booking_number",
    "permanent id": "permanent_id",
    "permanent id #": "permanent_id",
    "so #": "permanent_id",
    "so#": "permanent_id",
    "date of birth": "date_of_birth",
    "dob": "date_of_birth",
    "birth date": "date_of_birth",
    "release date": "release_date",
}


@dataclass(frozen=True)
class Listing:
    """Rows ``start`` to ``end`` (counted from 1) of ``total``, as the page's counter says; all 0
    for "No records found."."""

    start: int
    end: int
    total: int
    rows: tuple[RosterRow, ...]


def list_page(html: str, url: str, columns: Sequence[str]) -> Listing:
    """Reads a page of the list whose first ``columns`` are the site's; further ones are read if
    their header is known.

    Raises SearchLost if another page of the product came, Dropped for a list that was cut short,
    LayoutChanged for anything that is no list."""
    root = page_of(html)
    text = words(root) or ""
    counter = _COUNTER.search(text)
    if counter is None:
        if "No records found." in text:
            return Listing(0, 0, 0, ())  # nothing of it stands behind these words
        raise not_expected(
            root,
            html,
            url,
            "the roster's counter",
            "Showing X to Y of N results",
            others=(SEARCH_FIELD, DETAIL_FIELD),
        )
    check_end(html, url)
    start, end, total = (int(number.replace(",", "")) for number in counter.groups())
    names = select(root, "a.underlined")
    if end >= start and not names:
        raise LayoutChanged(url, "name links of the roster", "class underlined", "none")
    found = _columns(root, url, columns)
    return Listing(start, end, total, tuple(_row(link, found, url) for link in names))


def not_expected(
    root: HtmlElement, html: str, url: str, what: str, expected: str, *, others: Sequence[str]
) -> faults.Fault:
    """The fault that an unexpected page is: a generic one, the search lost, a page cut short, or a
    changed layout.

    ``others`` are fields that tell the product's other pages.
    """
    fault = faults.in_page(html, url)
    if fault is not None:
        return fault
    if any(first(root, f'input[name="{field}"]') is not None for field in others):
        return SearchLost("another page of the lookup came instead", url=url)
    if "<html" in html.lower() and not came_whole(html):
        return faults.Dropped(f"the page ends before its end, and before {what}", url=url)
    return LayoutChanged(url, what, expected, "none")


def _columns(root: HtmlElement, url: str, columns: Sequence[str]) -> list[str]:
    """The fields that the header names, left to right."""
    head = next(
        (
            cell
            for cell in below(root, "td", "th")
            if next(cell.iterdescendants("table"), None) is None and _header_of(cell) == "name"
        ),
        None,
    )
    line = closest(head, "tr") if head is not None else None
    if line is None:
        raise LayoutChanged(url, "header of the roster", "Inmate Name, ...", "none")
    cells = own(line, "td", "th")
    found = [_header_of(cell) for cell in cells]
    known = [field for field in found if field]
    if (
        len(known) != len(found)
        or len(set(known)) != len(known)
        or known[: len(columns)] != list(columns)
    ):
        raise LayoutChanged(
            url, "columns of the roster", list(columns), [words(cell) for cell in cells]
        )
    return known


def _header_of(cell: HtmlElement) -> str | None:
    text = (words(cell) or "").lower()
    return _HEADERS.get(text.partition("(")[0].strip())


def _row(link: HtmlElement, columns: Sequence[str], url: str) -> RosterRow:
    line = closest(link, "tr")
    cells = own(line, "td") if line is not None else []
    if len(cells) != len(columns):
        raise LayoutChanged(url, "cells of a roster row", len(columns), len(cells))
    values = {field: words(cell) for field, cell in zip(columns, cells, strict=True)}
    ids = _IDS.search(link.get("href") or "")
    if ids is None:
        raise LayoutChanged(url, "inner ids of a roster row", "submitInmate('123','456')", "none")
    name, number = tidy(values["name"]), values["booking_number"]
    if name is None or number is None:
        raise LayoutChanged(url, "name and booking number of a roster row", "both", "a blank cell")
    return RosterRow(
        name=name,
        booking_number=number,
        permanent_id=values.get("permanent_id"),
        date_of_birth=the_date(values.get("date_of_birth"), url, "birth date of a roster row"),
        release_date=the_date(values.get("release_date"), url, "release date of a roster row"),
        handle=handle_of(ids.group(1), ids.group(2)),
    )
