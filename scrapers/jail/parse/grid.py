"""A page as rows of cells under titles (docs/portals/iml.md, 2.4).

The whole page is one layout table, and its nesting differs between layouts. What does not differ:
texts stand in cells that hold no other cell, a section's title is the only text of its row, and a
section is the table around its title. A row belongs to the section whose table it stands in; what
stands outside of all of them (help, footer) belongs to none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml.etree import XPath
from lxml.html import HtmlElement

from scrapers.jail.parse.labels import PHYSICAL, key
from scrapers.markup import has
from scrapers.values import clean

_LEAVES = XPath(
    "descendant::*[self::td or self::th or parent::tr]"
    "[not(descendant::td or descendant::th or descendant::tr)]"
)
"""Cells that hold no other cell; whatever stands in a row in a cell's place counts as one."""
_ODD = XPath("boolean(descendant::tr/*[not(self::td or self::th)])")
_HEADED = XPath("descendant::*[contains(@class,'header') or contains(@class,'bodywhite')]")


@dataclass(frozen=True, slots=True)
class Row:
    """Neighboring cells of one row, with their words (None for a blank one)."""

    line: HtmlElement
    cells: list[HtmlElement]
    texts: list[str | None]

    def full(self) -> list[int]:
        """The places of the cells that are not blank."""
        return [place for place, text in enumerate(self.texts) if text]


@dataclass(slots=True)
class Section:
    """Rows under one title. ``name``: what the section is to us, None for a title that nobody
    knows."""

    title: str
    name: str | None
    cell: HtmlElement
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """The sections of a page in page order, and the rows outside of them."""

    sections: list[Section]
    outside: list[Row]
    scopes: Mapping[HtmlElement, Section]
    """The section of every row's line and of every section's table."""

    def section_of(self, element: HtmlElement) -> Section | None:
        """The section that an element stands in."""
        scopes = self.scopes
        if element in scopes:
            return scopes[element]
        return next((scopes[one] for one in element.iterancestors() if one in scopes), None)


def rows_of(root: HtmlElement) -> list[Row]:
    """The rows of a page, in page order, those without any word left out.

    A cell that holds other cells parts its row, unless at most one of them has words: then it is a
    cell like its neighbors (a photo's, or one that somebody wrapped into a table)."""
    cells = list(_cells(root))
    texts = {cell: text_of(cell) for cell, line, holds in cells if not holds}
    simple = _simple(cells, texts)
    rows: list[Row] = []
    open_: dict[HtmlElement, Row] = {}
    inside: dict[HtmlElement, bool] = {}
    for cell, line, holds in cells:
        if holds and cell not in simple:
            open_.pop(line, None)
            continue
        if simple:
            if line not in inside:
                inside[line] = not simple.isdisjoint(line.iterancestors("td", "th"))
            if inside[line]:
                continue
        row = open_.get(line)
        if row is None:
            row = open_[line] = Row(line, [], [])
            rows.append(row)
        row.cells.append(cell)
        row.texts.append(text_of(cell) if holds else texts[cell])
    return [row for row in rows if any(row.texts)]


_Cell: TypeAlias = "tuple[HtmlElement, HtmlElement, bool]"
"""A cell, its row, and whether it holds other cells."""


def _simple(cells: list[_Cell], texts: Mapping[HtmlElement, str | None]) -> set[HtmlElement]:
    """The cells that count as one although they hold others: at most one of those has words, and
    the cell stands beside others that hold none."""
    beside = {line for _, line, holds in cells if not holds}
    holders = [cell for cell, line, holds in cells if holds and line in beside]
    if not holders:
        return set()
    lines = {line for cell, line, holds in cells if not holds and texts[cell]}
    simple = set()
    for holder in holders:
        inner = [one for one in holder.iter("tr") if one in lines]
        if len(inner) > 1:
            continue
        words = sum(bool(texts.get(cell)) for line in inner for cell in line)
        if words < 2:
            simple.add(holder)
    return simple


def _cells(root: HtmlElement) -> Iterator[_Cell]:
    """The cells of a page in page order."""
    if _ODD(root):
        leaves = set(_LEAVES(root))
        for one in root.iter():
            around = one.getparent()
            if around is not None and (one in leaves or one.tag in ("td", "th")):
                yield one, around, one not in leaves
        return
    # The same, at a fifth of the time: a cell holds another if the next one stands within it.
    before: HtmlElement | None = None
    line: HtmlElement | None = None
    for one in root.iter("td", "th", "tr"):
        around = one.getparent()
        if before is not None and line is not None:
            beside = around is line or (one.tag == "tr" and around is line.getparent())
            yield before, line, not beside and before in one.iterancestors()
        before, line = (None, None) if one.tag == "tr" else (one, around)
    if before is not None and line is not None:
        yield before, line, False


def text_of(cell: HtmlElement) -> str | None:
    """A cell's words, white space collapsed; None for none."""
    text = " ".join(cell.itertext()) if len(cell) else cell.text
    return clean(text) if text else None


def grid_of(root: HtmlElement, titles: Mapping[str, str]) -> Grid:
    """The page's sections; the block beside the photo, under the name, is the one called
    `PHYSICAL`."""
    rows = rows_of(root)
    titled: dict[int, Section] = {}
    named = False
    for place, row in enumerate(rows):
        full = row.full()
        at = full[0] if len(full) == 1 else _titled(row, full, titles)
        if at is None:
            continue
        cell, text = row.cells[at], row.texts[at] or ""
        known = titles.get(key(text))
        if known is not None:
            titled[place] = Section(text, known, cell)
        elif not named and (text.startswith("Name:") or (len(cell) and _HEADED(cell))):
            named = True
            titled[place] = Section(PHYSICAL, "physical", cell)
        elif has(cell, "header"):
            titled[place] = Section(text, None, cell)
    tables = _tables({place: section.cell for place, section in titled.items()})
    scopes: dict[HtmlElement, Section] = {}
    outside: list[Row] = []
    for place, row in enumerate(rows):
        section = titled.get(place)
        if section is not None:
            scopes[tables[place]] = section
            continue
        section = _around(row.line, scopes)
        if section is None:
            outside.append(row)
        else:
            section.rows.append(row)
            scopes[row.line] = section
    return Grid(list(titled.values()), outside, scopes)


def _titled(row: Row, full: list[int], titles: Mapping[str, str]) -> int | None:
    """The cell of a known title in a row that has other words too."""
    for place in full:
        if has(row.cells[place], "header") and key(row.texts[place] or "") in titles:
            return place
    return None


def _around(line: HtmlElement, scopes: Mapping[HtmlElement, Section]) -> Section | None:
    parent = line.getparent()
    while parent is not None:
        if parent in scopes:
            return scopes[parent]
        parent = parent.getparent()
    return None


def _tables(titles: Mapping[int, HtmlElement]) -> dict[int, HtmlElement]:
    """The table that each title stands over."""
    around: Counter[HtmlElement] = Counter()
    paths = {place: list(cell.iterancestors("table", "tr")) for place, cell in titles.items()}
    for path in paths.values():
        around.update(path)
    return {place: _table(path, around, titles[place]) for place, path in paths.items()}


def _table(
    path: list[HtmlElement], around: Mapping[HtmlElement, int], cell: HtmlElement
) -> HtmlElement:
    """The nearest table of more than one row whose row holds this title and no other; else the
    largest that holds no other."""
    alone = cell
    for line, table in _levels(path):
        if around[line] > 1:
            break
        if around[table] == 1:
            alone = table
        if _lines(table) > 1:
            return table
    return alone


def _levels(path: list[HtmlElement]) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    line: HtmlElement | None = None
    for one in path:
        if one.tag == "tr":
            line = line if line is not None else one
        elif line is not None:
            yield line, one
            line = None


def _lines(table: HtmlElement) -> int:
    found = 0
    for child in table:
        if child.tag == "tr":
            found += 1
        elif child.tag in ("tbody", "thead", "tfoot"):
            found += sum(one.tag == "tr" for one in child)
    return found
