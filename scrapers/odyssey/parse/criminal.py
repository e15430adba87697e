"""Charges and bond settings of a classic case page (docs/portals/odyssey.md, section 5.1)."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from scrapers.markup import below, first, has, own, select, words
from scrapers.odyssey.parse.assemble import plain_number
from scrapers.odyssey.parse.blocks import detail_of, headers_of, own_rows
from scrapers.odyssey.parse.casepage import CasePage, Row, header_tables, heads_of
from scrapers.odyssey.parse.flow import Piece
from scrapers.odyssey.records import BondSetting, CourtCharge
from scrapers.record import Labeled
from scrapers.values import clean

_MONEY = re.compile(r"^\(?\$[\d,]+(\.\d\d)?\)?$")
_OFFENSE = "span.chargeOffenseDescription"
_BLOCK = re.compile(r"^(.*\S)\s+Charges$")
_CUT = re.compile(r" ?(\.\.\.|…)$")


def read_charges(page: CasePage) -> list[CourtCharge]:
    """The rows of every block of "Charge", in page order. An empty cell keeps its place.

    There is one block a defendant. Where there are several, each charge bears the name that its
    block does."""
    blocks: list[tuple[str | None, HtmlElement]] = []
    for box in page.section("charges"):
        tables = [table for table in header_tables(box) if _lists_charges(page, table)]
        name = None
        for piece in page.pieces(box, tables):
            if piece.kind == "table":
                blocks.append((name, piece.element))
                name = None
            elif piece.kind in ("text", "head") and (match := _BLOCK.match(piece.text or "")):
                page.take(piece)
                name = match.group(1)
    several = len(blocks) > 1
    return [
        charge
        for name, table in blocks
        for charge in _Charges(page, table, name if several else None).read()
    ]


def _lists_charges(page: CasePage, table: HtmlElement) -> bool:
    fields = {page.words.charge.get(head) for head in headers_of(table)}
    return "description" in fields or first(table, _OFFENSE) is not None


class _Charges:
    """The rows of one table."""

    def __init__(self, page: CasePage, table: HtmlElement, party: str | None) -> None:
        self._page = page
        self._table = table
        self._party = party
        self._heads = heads_of(page, table)
        labels = page.words.charge
        self._fields = [labels.get(head.lower()) if head else None for head in self._heads]

    def read(self) -> list[CourtCharge]:
        return [
            charge
            for row in own_rows(self._table)
            if not has(row, "k-detail-row") and (charge := self._charge(row)) is not None
        ]

    def _charge(self, row: HtmlElement) -> CourtCharge | None:
        cells = own(row, "td")
        span = first(row, _OFFENSE)
        if span is None and len(cells) < max(len(self._heads), 4):
            return None  # a summary or a message: left, and so told as unread
        values, details, taken = self._cells(cells, span)
        if not values.get("number") and not values.get("description"):
            return None
        self._page.ledger.take(*taken)
        detail = detail_of(row)
        for piece in self._page.pieces(detail) if detail is not None else ():
            self._detail(piece, values, details)
        margin = self._page.margin
        charge = CourtCharge(
            number=plain_number(values.get("number")),
            party=self._party,
            description=values.get("description"),
            statute=values.get("statute"),
            degree=values.get("degree"),
            offense_date=margin.day(values.get("offense_date"), "offense_date"),
            filed_date=margin.day(values.get("filed_date"), "filed_date"),
            amended_date=margin.day(values.get("amended_date"), "amended_date"),
            original_description=values.get("original_description"),
            details=tuple(details),
        )
        margin.of(charge)
        return charge

    def _cells(
        self, cells: list[HtmlElement], span: HtmlElement | None
    ) -> tuple[dict[str, str], list[Labeled], list[HtmlElement]]:
        """Values by field, those under unknown headers, and the cells that were read."""
        shift = self._shift(cells, span)
        values: dict[str, str] = {}
        details: list[Labeled] = []
        taken, bare = [], []
        for place, cell in enumerate(cells):
            column = place - shift
            head = self._heads[column] if 0 <= column < len(self._heads) else ""
            text = words(cell)
            if text is None:
                continue
            field = self._fields[column] if head else None
            if field == "description":
                text = self._described(cell, text)
            if not head:
                bare.append((cell, text))
                continue
            taken.append(cell)
            if field is None or field in values:
                details.append(Labeled(label=head, text=text))
            else:
                values[field] = text
        for cell, text in bare:  # the number has no header
            if "number" not in values and text.rstrip(".").isdigit():
                values["number"] = text.rstrip(".")
                taken.append(cell)
        return values, details, taken

    def _shift(self, cells: list[HtmlElement], span: HtmlElement | None) -> int:
        """How far the cells stand right of their headers: leading blank headers may be missing. The
        description's header and its marked cell are the same column."""
        if span is not None and "description" in self._fields:
            around = set(span.iterancestors("td"))
            here = next((place for place, cell in enumerate(cells) if cell in around), None)
            if here is not None:
                return here - self._fields.index("description")
        return max(len(cells) - len(self._heads), 0)

    def _described(self, cell: HtmlElement, shown: str) -> str:
        """The full text of a description stands in a title; the cell may show its beginning."""
        span = first(cell, _OFFENSE)
        title = clean(span.get("title")) if span is not None else None
        if title is None or title == shown:
            return shown
        cut = _CUT.search(shown) is not None
        if not title.startswith(_CUT.sub("", shown)):
            self._page.margin.doubt("description", title, shown, "mismatch")
        elif not cut:
            cut = True  # its beginning, however it was cut
        return title if cut else shown

    def _detail(self, piece: Piece, values: dict[str, str], details: list[Labeled]) -> None:
        if piece.kind != "pair":
            return
        field = self._page.words.charge.get(piece.key)
        if field in ("filed_date", "amended_date", "original_description", "offense_date"):
            if field in values:
                details.append(self._page.twice(field, values[field], piece))
            elif (text := self._page.take(piece)) is not None:
                values[field] = text
        else:
            details.append(self._page.labeled(piece))


# -- bond settings


def read_bond_settings(page: CasePage) -> list[BondSetting]:
    """Amounts of the grid, and texts such as ``Hold Without Bond``."""
    found: list[BondSetting] = []
    for box in page.section("bond_settings"):
        tables = [table for table in below(box, "table") if not list(table.iterancestors("table"))]
        for piece in page.pieces(box, tables):
            if piece.kind == "text" and (text := page.take(piece)):
                found.append(_said(page, text))
            elif piece.kind == "table":
                heads = heads_of(page, piece.element)
                rows = [row for row in own_rows(piece.element) if not has(row, "k-detail-row")]
                found += filter(None, (_setting(page, row, heads) for row in rows))
    return found


def _said(page: CasePage, text: str) -> BondSetting:
    if _MONEY.match(text):
        return BondSetting(amount_cents=page.margin.cents(text, "amount_cents"))
    return BondSetting(text=text)


def _setting(page: CasePage, row: HtmlElement, heads: list[str]) -> BondSetting | None:
    """A date; beside it or behind it, in a row of its own, an amount or a text, and a comment."""
    cells = [cell for cell in own(row, "td") if not has(cell, "k-hierarchy-cell")]
    all_cells = own(row, "td")
    values: dict[str, str] = {}
    details: list[Labeled] = []
    if any(heads) and len(heads) == len(all_cells):
        read = Row(page, all_cells, heads, page.words.bond)
        values, details = read.values, read.strange
    else:
        for cell in cells:
            _part(page, cell, values)
    detail = detail_of(row)
    for part in select(detail, "div, p, td") if detail is not None else ():
        if not below(part, "div", "p", "td"):
            _part(page, part, values)
    if not values and not details:
        return None
    amount = page.margin.cents(values.get("amount_cents"), "amount_cents")
    setting = BondSetting(
        date=page.margin.day(values.get("date"), "date"),
        amount_cents=amount,
        text=values.get("text"),
        comment=values.get("comment"),
        details=tuple(details),
    )
    page.margin.of(setting)
    return setting


def _part(page: CasePage, part: HtmlElement, values: dict[str, str]) -> None:
    """A text of a setting, by what it is; a second one of its kind is left, and so told."""
    text = words(part)
    if text is None:
        return
    if text.lower().startswith("comment:"):
        field, text = "comment", clean(text.split(":", 1)[1]) or ""
    elif _MONEY.match(text):
        field = "amount_cents"
    elif "date" not in values and part.tag == "td":
        field = "date"
    else:
        field = "text"
    if field not in values:
        page.ledger.take(part)
        if text:
            values[field] = text
