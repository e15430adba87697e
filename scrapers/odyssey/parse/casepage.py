"""A classic case page taken apart into its sections, with its ledger (docs/portals/odyssey.md,
section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml.etree import XPath
from lxml.html import HtmlElement

from scrapers.ledger import Ledger
from scrapers.markup import below, closest, own, words
from scrapers.odyssey.parse.blocks import headers_of, own_rows
from scrapers.odyssey.parse.flow import Piece, is_head, is_label, pieces
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.parse.words import FURNITURE, SECTIONS, CountyWords, Labels
from scrapers.record import Labeled
from scrapers.values import clean

_MARKED = XPath("descendant-or-self::*[@id or self::h1]")
_OF_ID = {name: section for section, (ids, _) in SECTIONS.items() for name in ids}
_OF_HEAD = {head.lower(): section for section, (_, heads) in SECTIONS.items() for head in heads}
_UNKNOWN = ""


def section_of(heading: str | None) -> str | None:
    """The section that a heading (or a line of the sidebar) names; None for an unknown one."""
    return _OF_HEAD.get((heading or "").lower().rstrip(": "))


class CasePage:
    """The sections of the page that ``panel`` holds, the words its county uses, its ledger, and
    the notes made while it is read. ``strangers`` are headings of sections that nobody knows."""

    def __init__(self, panel: HtmlElement, county: CountyWords, margin: Margin) -> None:
        self.panel = panel
        self.words = county
        self.margin = margin
        self.ledger = Ledger(panel, FURNITURE, self.where, hidden_classes=(), hidden_styles=False)
        self.strangers: list[str] = []
        self._boxes: dict[HtmlElement, str] = {}
        self._heads: dict[HtmlElement, str] = {}
        self._inner: dict[HtmlElement, list[HtmlElement]] = {}
        self._find()

    # -- sections

    def _find(self) -> None:
        for element in _MARKED(self.panel):
            if element.tag == "h1":
                self._heads[element] = words(element) or ""
            elif (section := _OF_ID.get(element.get("id", ""))) is not None:
                outer = self._box_of(element)
                if outer is None:
                    self._boxes[element] = section
                elif self._boxes[outer] != section:  # a section that was never ended before it
                    self._boxes[element] = section
                    self._inner.setdefault(outer, []).append(element)
        for head, text in self._heads.items():
            named = section_of(text)
            if self._box_of(head) is None:
                self._boxes[self._around(head)] = named or _UNKNOWN
            if named is not None:
                self.ledger.take(head)
            elif text:
                self.strangers.append(text)

    def _box_of(self, element: HtmlElement) -> HtmlElement | None:
        step: HtmlElement | None = element
        while step is not None and step is not self.panel:
            if step in self._boxes:
                return step
            step = step.getparent()
        return step if step is not None and step in self._boxes else None

    def _around(self, head: HtmlElement) -> HtmlElement:
        """The largest element that holds this heading, and no other nor a section's box."""
        foreign = {
            one
            for other in (*self._heads, *self._boxes)
            if other is not head
            for one in (other, *other.iterancestors())
        }
        found = head
        for step in head.iterancestors():
            if step in foreign or step is self.panel:
                break
            found = step
        return found

    def section(self, name: str) -> list[HtmlElement]:
        """The boxes of a section, in page order; none where the page has no such section."""
        return [box for box, section in self._boxes.items() if section == name]

    # -- where a text stands

    def where(self, element: HtmlElement) -> tuple[str | None, str | None]:
        """The section and the label that a text in that element stands under."""
        return self._section_at(element), self._label_at(element)

    def _section_at(self, element: HtmlElement) -> str | None:
        box = self._box_of(element)
        if box is None:
            return None
        heads = [text for head, text in self._heads.items() if text and self._box_of(head) is box]
        if heads:
            return heads[0]
        return next(
            (names[0] for section, (_, names) in SECTIONS.items() if section == self._boxes[box]),
            None,
        )

    def _label_at(self, element: HtmlElement) -> str | None:
        if is_label(element) or is_head(element):
            return None
        if (column := _column_of(element)) is not None:
            return column
        step: HtmlElement = element
        while step is not self.panel:
            label = next((one for one in step if is_label(one)), None)
            if label is not None:
                return _bare(label)
            before = step.getprevious()
            if before is not None and is_label(before):
                return _bare(before)
            around = step.getparent()
            if around is None or step in self._boxes:
                return None
            for sibling in step.itersiblings(preceding=True):
                if not isinstance(sibling.tag, str):
                    continue
                heads = [one for one in sibling.iter() if is_head(one) and one.tag != "h1"]
                if heads:
                    return _bare(heads[-1])
            step = around
        return None

    # -- reading

    def pieces(self, box: HtmlElement, tables: Sequence[HtmlElement] = ()) -> list[Piece]:
        """The pieces of a section; its heading is not among them."""
        return [
            piece
            for piece in pieces(box, [*tables, *self._inner.get(box, ())])
            if piece.kind != "head" or piece.element not in self._heads
        ]

    def take(self, piece: Piece) -> str | None:
        """Cross off a piece and give its text."""
        self.ledger.take_nodes(piece.nodes)
        return piece.text

    def labeled(self, piece: Piece) -> Labeled:
        """Cross off a piece and give it as it is printed."""
        return Labeled(label=piece.label, text=self.take(piece) or "")

    def twice(self, name: str, first: str | None, piece: Piece) -> Labeled:
        """A label that stands there again: told, and doubted where it says something else."""
        again = self.labeled(piece)
        if again.text != (first or ""):
            self.margin.doubt(name, first or "", again.text, "duplicate")
        return again


def _above(element: HtmlElement) -> set[HtmlElement]:
    return set(element.iterancestors())


def _bare(element: HtmlElement) -> str | None:
    text = words(element)
    return text.rstrip(": ") if text else None


def _column_of(element: HtmlElement) -> str | None:
    """The header of the column that an element stands in."""
    cell = element if element.tag == "td" else closest(element, "td")
    table = closest(element, "table")
    if cell is None or table is None:
        return None
    heads = [head for head in below(table, "th") if closest(head, "table") is table]
    row = cell.getparent()
    if not heads or row is None:
        return None
    cells = own(row, "td")
    place = cells.index(cell) if cell in cells else -1
    if len(cells) != len(heads) or place < 0:
        return None
    return clean(heads[place].get("data-title")) or words(heads[place])


# -- tables


def header_tables(box: HtmlElement) -> list[HtmlElement]:
    """The tables of a part that have headers, without those inside another of them."""
    found: list[HtmlElement] = []
    for table in below(box, "table"):
        if headers_of(table) and not any(one in found for one in table.iterancestors("table")):
            found.append(table)
    return found


class Row:
    """One row of a table by its headers. ``values`` has the cells under known headers by field,
    ``strange`` the others by header; blank ones are left out."""

    def __init__(self, page: CasePage, cells: list[HtmlElement], heads: list[str], labels: Labels):
        self.values: dict[str, str] = {}
        self.strange: list[Labeled] = []
        for head, cell in zip(heads, cells, strict=True):
            text = words(cell)
            if text is None or not head:
                continue
            field = labels.get(head.lower())
            page.ledger.take(cell)
            if field is None or field in self.values:
                self.strange.append(Labeled(label=head, text=text))
            else:
                self.values[field] = text

    def __bool__(self) -> bool:
        return bool(self.values or self.strange)


def rows_of(page: CasePage, table: HtmlElement, labels: Labels) -> Iterator[Row]:
    """The rows of a table with headers. A row with another number of cells is left, and so told as
    unread."""
    heads = heads_of(page, table)
    for row in own_rows(table):
        cells = own(row, "td")
        if len(cells) == len(heads) and (found := Row(page, cells, heads, labels)):
            yield found


def heads_of(page: CasePage, table: HtmlElement) -> list[str]:
    """The printed headers of a table, blank ones as "", which are crossed off."""
    heads = [head for head in below(table, "th") if closest(head, "table") is table]
    return [_head(page, head) for head in heads if head.getparent() is heads[0].getparent()]


def _head(page: CasePage, head: HtmlElement) -> str:
    """What a person sees there; the cell's title only where a menu stands beside it, or nothing."""
    shown, title = words(head), clean(head.get("data-title"))
    if shown is None or title is None or shown.lower() == title.lower():
        page.ledger.take(head)
        return shown or title or ""
    if title.lower() in shown.lower():
        return title  # the other words are left, and so told
    page.ledger.take(head)
    return shown


def taken(page: CasePage, some: Iterable[Piece]) -> tuple[Labeled, ...]:
    """Pieces as they are printed, crossed off."""
    return tuple(page.labeled(piece) for piece in some)
