"""One page of the roster (docs/portals/iml.md, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.entry_words import COLUMNS
from scrapers.jail.handles import handle_of
from scrapers.jail.parse.end import check_end, is_copyright
from scrapers.jail.parse.furniture import FURNITURE
from scrapers.jail.parse.grid import Row, rows_of
from scrapers.jail.parse.labels import key, printed
from scrapers.jail.parse.names import tidy
from scrapers.jail.parse.proof import DETAIL_FIELD, SEARCH_FIELD, not_expected
from scrapers.jail.parse.read import Findings
from scrapers.ledger import Ledger
from scrapers.markup import has, page_of, words
from scrapers.record import Doubt, Labeled, Unread
from scrapers.roster import RosterRow
from scrapers.sites import JailSite

ROSTER: Final = "Roster"
"""The section that a row's cells are told under; the page prints no title over them."""
NOBODY: Final = "No records found."
_COUNTER = re.compile(r"Showing\s+([\d,]+)\s+to\s+([\d,]+)\s+of\s+([\d,]+)\s+results?", re.I)
_LINK = re.compile(r"submitInmate\(\s*'(\d+)'\s*,\s*'(\d*)'\s*\)")
_CLICK = re.compile(r"rowClicked\(\s*'\d*'\s*,\s*'(\d+)'\s*,\s*'(\d*)'\s*\)")
HEADERS: Final = {
    "inmate name (last, first middle)": "name",
    "inmate name": "name",
    "booking number": "booking_number",
    "booking#": "booking_number",
    "permanent id": "permanent_id",
    "permanent id#": "permanent_id",
    "so#": "permanent_id",
    "date of birth": "date_of_birth",
    "dob": "date_of_birth",
    "birth date": "date_of_birth",
    "release date": "release_date",
}


@dataclass(frozen=True)
class Listing:
    """Rows ``start`` to ``end`` (counted from 1) of ``total``, as the page's counter says; all 0
    for "No records found.".

    ``unread``: texts of the page, or of rows that are none, that nobody could read; ``doubts``:
    what looks misread of the page as a whole. What a row could not give stands with the row."""

    start: int
    end: int
    total: int
    rows: tuple[RosterRow, ...]
    unreadable: int = 0
    """Rows without a name or a booking number."""
    unread: tuple[Unread, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    columns: tuple[str | None, ...] = ()
    """What each column was read as, left to right; None for one that nobody knows."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    means: str | None


@dataclass
class _Page:
    """What was read of one page."""

    columns: list[_Column]
    by_header: bool
    entry: list[_Column]
    formats: tuple[str, ...]
    taken: list[HtmlElement] = field(default_factory=list)
    places: dict[HtmlElement, str | None] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    rows: list[RosterRow] = field(default_factory=list)
    unreadable: int = 0


def list_page(html: str, url: str, site: JailSite) -> Listing:
    """Reads a page of the list: its columns by the header where that names them, else by the site's
    entry.

    Raises SearchLost if another page of the product came, Dropped for a list that was cut short,
    LayoutChanged for a page that has no counter, or a counter and not one row that can be read."""
    root = page_of(html)
    rows = rows_of(root)
    counter = _counter(rows) or _COUNTER.search(words(root) or "")
    if counter is None:
        if NOBODY in (words(root) or ""):
            nothing = _Page([], False, [], ())
            return Listing(0, 0, 0, (), unread=tuple(_left(root, nothing, NOBODY)))
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
    page = _read(rows, site)
    if end >= start > 0 and not page.rows:
        headers = ", ".join(column.name or "nameless" for column in page.columns)
        raise LayoutChanged(
            url, "rows of the roster", "a name, a booking number and a link", headers or "no header"
        )
    unread = tuple(_left(root, page, counter.group()))
    doubts = tuple(page.doubts)
    columns = tuple(column.means for column in page.columns)
    rows_read = tuple(page.rows)
    return Listing(start, end, total, rows_read, page.unreadable, unread, doubts, columns)


def _counter(rows: Iterable[Row]) -> re.Match[str] | None:
    """The counter in a cell of its own, where it stands everywhere it was seen."""
    for row in rows:
        for text in row.texts:
            if text is not None and text.startswith("Showing") and (found := _COUNTER.search(text)):
                return found
    return None


def _read(rows: Iterable[Row], site: JailSite) -> _Page:
    headers = _headers(tuple(site.labels.items()))
    entry = [_Column(name, name) for name in site.columns]
    page = _Page(entry, False, entry, site.date_formats)
    data: list[tuple[Row, HtmlElement | None, tuple[str, str]]] = []
    for row in rows:
        link, ids = _ids(row)
        if ids is not None:
            data.append((row, link, ids))
        elif not page.by_header and _is_header(row, headers):
            page.columns = [_column(name, headers) for name in row.texts]
            page.by_header = True
            page.taken.extend(
                cell
                for cell, column in zip(row.cells, page.columns, strict=True)
                if column.means is not None
            )
            for cell, column in zip(row.cells, page.columns, strict=True):
                page.places[cell] = None if column.means else ""
        elif page.by_header and [printed(name or "") for name in row.texts] == [
            column.name for column in page.columns
        ]:
            page.taken.extend(row.cells)  # the header again
    shown = {column.means for column in page.columns}
    _name_by_link(page, data)
    _number_by_place(page, [row for row, _, _ in data])
    for line in data:
        _row(page, *line)
    for name in site.columns:
        if page.by_header and name not in shown and name not in site.lacks:
            found = ", ".join(column.name for column in page.columns)
            page.doubts.append(
                Doubt(field=name, expected="a column", found=found, kind="label_missing")
            )
    return page


@lru_cache(maxsize=64)
def _headers(labels: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {**HEADERS, **{key(label): means for label, means in labels if means in COLUMNS}}


def _is_header(row: Row, headers: Mapping[str, str]) -> bool:
    known = sum(_means(text, headers) is not None for text in row.texts if text)
    return known > 1 or (known == 1 and has(row.line, "bodybold"))


def _column(text: str | None, headers: Mapping[str, str]) -> _Column:
    return _Column(printed(text), _means(text, headers)) if text else _Column("", None)


def _means(text: str | None, headers: Mapping[str, str]) -> str | None:
    return headers.get(key(text)) if text else None


def _ids(row: Row) -> tuple[HtmlElement | None, tuple[str, str] | None]:
    """The link that bears a row's inner ids, with them; rows without any are no rows of the
    list."""
    for cell in row.cells:
        for link in cell.iter("a"):
            if found := _LINK.search(link.get("href") or ""):
                return cell, (found[1], found[2])
    found = _CLICK.search(row.line.get("onclick") or "")
    return None, (found[1], found[2]) if found else None


def _name_by_link(page: _Page, data: list[tuple[Row, HtmlElement | None, tuple[str, str]]]) -> None:
    """Where no header names it, the name's column is that of the one link of class
    ``underlined``."""
    if not data or any(column.means == "name" for column in page.columns):
        return
    cells = data[0][0].cells
    if len(cells) != len(page.columns):
        return
    for place, cell in enumerate(cells):
        if page.columns[place].means is None and any(
            has(link, "underlined") for link in cell.iter("a")
        ):
            page.columns[place] = _Column(page.columns[place].name, "name")
            return


def _number_by_place(page: _Page, rows: Sequence[Row]) -> None:
    """Where the header calls the booking number something else, its column is the one where the
    entry has it, if every row has a number of its own there."""
    place = next((at for at, one in enumerate(page.entry) if one.means == "booking_number"), -1)
    if place < 0 or any(column.means == "booking_number" for column in page.columns):
        return
    if place >= len(page.columns) or page.columns[place].means is not None:
        return
    texts = [row.texts[place] for row in rows if len(row.texts) == len(page.columns)]
    numbers = {text for text in texts if text and any(map(str.isdigit, text))}
    if texts and len(numbers) == len(texts):
        page.columns[place] = _Column(page.columns[place].name, "booking_number")


def _columns_for(page: _Page, cells: list[HtmlElement]) -> tuple[list[_Column], bool]:
    """The columns of a row of so many cells, and whether they fit."""
    if len(cells) == len(page.columns):
        return page.columns, True
    if len(cells) == len(page.entry):
        return page.entry, False
    more = [_Column("", None)] * (len(cells) - len(page.columns))
    return [*page.columns[: len(cells)], *more], not page.by_header and not more


def _row(page: _Page, row: Row, link: HtmlElement | None, ids: tuple[str, str]) -> None:
    columns, fits = _columns_for(page, row.cells)
    values: dict[str, str] = {}
    unread: list[Unread] = []
    used: list[HtmlElement] = []
    for column, cell, text in zip(columns, row.cells, row.texts, strict=True):
        if text is None:
            continue
        used.append(cell)
        if column.means is None or column.means in values:
            unread.append(Unread(section=ROSTER, label=column.name or None, text=text))
        else:
            values[column.means] = text
    name, number = tidy(values.get("name")), values.get("booking_number")
    if name is None or number is None:
        page.unreadable += 1
        for column, cell in zip(columns, row.cells, strict=True):
            page.places[cell] = column.name or None
        return
    page.taken.extend(used)
    found = Findings(page.formats)
    details: list[Labeled] = []
    if not fits:
        found.doubt("row", f"{len(page.columns)} cells", f"{len(row.cells)} cells", "mismatch")
    born, ends = (
        found.date(values.get(what), what, what, details)
        for what in ("date_of_birth", "release_date")
    )
    page.rows.append(
        RosterRow(
            name=name,
            booking_number=number,
            permanent_id=values.get("permanent_id"),
            date_of_birth=born,
            release_date=ends,
            handle=handle_of(*ids),
            as_printed=tuple(found.as_printed),
            details=tuple(details),
            unread=tuple(unread),
            doubts=tuple(found.doubts),
        )
    )


def _left(root: HtmlElement, page: _Page, counter: str) -> Iterable[Unread]:
    """What nobody read. The counter is printed over and under the rows; a second one that says
    something else is told."""
    places = page.places
    used = {one.label for row in page.rows for one in row.unread}

    def where(element: HtmlElement) -> tuple[str | None, str | None]:
        for one in (element, *element.iterancestors()):
            if one in places:
                return ROSTER, places[one]
        return None, None

    ledger = Ledger(root, FURNITURE, where)
    ledger.take(*page.taken)
    said = " ".join(counter.split())
    for one in ledger.left():
        if one.section is None and (one.text == said or is_copyright(one.text)):
            continue
        if one.label == "":
            if printed(one.text) in used:
                continue  # a header that its column's cells are told under
            yield Unread(section=ROSTER, text=one.text)
            continue
        yield one
