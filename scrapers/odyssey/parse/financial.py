"""The money of a case, party by party (docs/portals/odyssey.md, section 5.0, item 5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from scrapers.markup import has, own, words
from scrapers.odyssey.parse.blocks import headers_of, own_rows
from scrapers.odyssey.parse.casepage import CasePage, Row, header_tables, heads_of
from scrapers.odyssey.parse.flow import Piece
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.parse.words import TOTALS
from scrapers.odyssey.records import Financial, Transaction
from scrapers.odyssey.rules.names import same_name
from scrapers.record import Labeled
from scrapers.values import cents, day_told


def read_financial(page: CasePage, box: HtmlElement) -> list[Financial]:
    """What every party was charged and paid, in page order; empty where nothing is told."""
    reader = _Money(page)
    tables = [table for table in header_tables(box) if _lists_money(page, table)]
    for piece in page.pieces(box, tables):
        reader.read(piece)
    return reader.done()


def whose(
    parts: list[Financial], name: str | None
) -> tuple[Financial | None, tuple[Financial, ...]]:
    """The money of the person of that name, else of the first party; and that of the others."""
    mine = next(
        (part for part in parts if name and part.party and same_name(part.party, name)),
        parts[0] if parts else None,
    )
    return mine, tuple(part for part in parts if part is not mine)


def checked(part: Financial, margin: Margin) -> None:
    """Doubts totals that the transactions do not add up to."""
    amounts = [row.amount_cents for row in part.transactions]
    if None in amounts:
        return
    known = [amount for amount in amounts if amount is not None]
    for name, total, told in (
        ("assessed_cents", part.assessed_cents, sum(a for a in known if a > 0)),
        (
            "payments_and_credits_cents",
            part.payments_and_credits_cents,
            -sum(a for a in known if a < 0),
        ),
    ):
        if total is not None and total != told:
            margin.doubt(
                name,
                f"{total / 100:.2f}, the total",
                f"{told / 100:.2f} in transactions",
                "mismatch",
            )


def _lists_money(page: CasePage, table: HtmlElement) -> bool:
    fields = {page.words.transaction.get(head) for head in headers_of(table)}
    return len(fields - {None}) > 1


@dataclass
class _Block:
    """The party whose money is being read."""

    party: str | None = None
    totals: dict[str, str] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    details: list[Labeled] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.party or self.totals or self.transactions or self.details)


class _Money:
    def __init__(self, page: CasePage) -> None:
        self._page = page
        self._found: list[Financial] = []
        self._block = _Block()
        self._waiting: Piece | None = None

    def read(self, piece: Piece) -> None:
        if piece.kind == "head":
            self._close()
            self._block.party = self._page.take(piece)
        elif piece.kind == "text":
            self._text(piece)
        elif piece.kind == "pair":
            self._pair(piece.label, piece.text, [piece])
        elif piece.kind == "table":
            self._rows(piece.element)

    def done(self) -> list[Financial]:
        self._close()
        return self._found

    def _text(self, piece: Piece) -> None:
        """A label on the left, its amount on the right, as two texts."""
        text = piece.text or ""
        is_label = has(piece.element, "text-left") or text.lower().rstrip(":") in TOTALS
        if is_label and not has(piece.element, "text-right"):
            self._no_value()
            self._waiting = piece
        elif self._waiting is not None:
            label, self._waiting = self._waiting, None
            self._pair((label.text or "").rstrip(":"), text, [label, piece])

    def _no_value(self) -> None:
        if self._waiting is not None:
            label, self._waiting = self._waiting, None
            self._pair((label.text or "").rstrip(":"), None, [label])

    def _pair(self, label: str, text: str | None, pieces: list[Piece]) -> None:
        block, name = self._block, TOTALS.get(label.lower())
        for piece in pieces:
            self._page.take(piece)
        if name is not None and name not in block.totals:
            block.totals[name] = text or ""
        elif text is not None or name is None:
            block.details.append(Labeled(label=label, text=text or ""))
            if name is not None and text != block.totals[name]:
                self._page.margin.doubt(name, block.totals[name], text or "", "duplicate")

    def _close(self) -> None:
        self._no_value()
        block, self._block = self._block, _Block()
        if not block:
            return
        margin = self._page.margin
        for place, row in enumerate(block.transactions):
            margin.within(row, f"transactions.{place}")
        assessed = margin.cents(block.totals.get("assessed_cents"), "assessed_cents")
        paid = margin.cents(
            block.totals.get("payments_and_credits_cents"), "payments_and_credits_cents"
        )
        part = Financial(
            party=block.party,
            assessed_cents=assessed,
            payments_and_credits_cents=None if paid is None else abs(paid),
            transactions=tuple(block.transactions),
            details=tuple(block.details),
        )
        checked(part, margin)
        margin.of(part)
        self._found.append(part)

    def _rows(self, table: HtmlElement) -> None:
        self._no_value()
        page, labels = self._page, self._page.words.transaction
        heads = heads_of(page, table)
        for row in own_rows(table):
            cells = own(row, "td")
            if len(cells) == len(heads):
                read = Row(page, cells, heads, labels)
                values, strange = read.values, read.strange
            else:
                values, strange = _by_kind(page, cells), []
            if values or strange:
                self._block.transactions.append(_transaction(page, values, strange))


def _transaction(page: CasePage, values: dict[str, str], strange: list[Labeled]) -> Transaction:
    margin = page.margin
    row = Transaction(
        date=margin.day(values.get("date"), "date"),
        description=values.get("description"),
        receipt=values.get("receipt"),
        payer=values.get("payer"),
        amount_cents=margin.cents(values.get("amount_cents"), "amount_cents"),
        details=tuple(strange),
    )
    margin.of(row)
    return row


def _by_kind(page: CasePage, cells: list[HtmlElement]) -> dict[str, str]:
    """The date and the amount of a row that lost a cell; its other texts are left, and so told."""
    values: dict[str, str] = {}
    texts = [words(cell) for cell in cells]
    if len([text for text in texts if text]) < 2:
        return values
    for cell, text in zip(cells, texts, strict=True):
        if "date" not in values and text and day_told(text).value is not None:
            page.ledger.take(cell)
            values["date"] = text
    if texts[-1] and _is_money(texts[-1]):
        page.ledger.take(cells[-1])
        values["amount_cents"] = texts[-1]
    if values:
        page.margin.doubt(
            "description", "a cell for every column", f"{len(cells)} cells", "mismatch"
        )
    return values


def _is_money(text: str) -> bool:
    try:
        return cents(text) is not None
    except ValueError:
        return False
