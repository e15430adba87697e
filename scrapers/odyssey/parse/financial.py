"""The late part of a classic case page: what the case costs, and what was paid (odyssey.md, section
5)."""

from __future__ import annotations

from typing import Any

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import below, by_id, first, has, own, select, words
from scrapers.odyssey.parse.blocks import amount, day, headers_of, own_rows
from scrapers.odyssey.records import Financial, Transaction
from scrapers.values import clean

_COLUMNS = ("date", "description", "receipt", "amount")
_GRIDS = "[id^=CasePartyTransactions] table, table[id^=CasePartyTransactions]"


def read_financial(root: HtmlElement, url: str, extra: dict[str, Any]) -> Financial | None:
    """Totals and transactions of the first party; other parties' totals go into ``extra``. None
    without such a part.

    Raises LayoutChanged when the section stands there but was not filled. Totals of which no
    transaction tells are named in ``extra``: the grid may be drawn apart."""
    body = by_id(root, "financialSlider")
    if body is None:
        section = by_id(root, "financialInformationDiv")
        if section is not None:
            raise LayoutChanged(url, "financial part", "#financialSlider", words(section))
        return None
    panels = [
        panel for panel in select(body, ".panel-body") if first(panel, "p.text-primary") is not None
    ] or [body]
    parts = [_panel(panel, url) for panel in panels]
    if len(parts) > 1:
        extra["financial_of_others"] = [part.model_dump(mode="json") for part in parts[1:]]
    if untold := [part.party for part in parts if part.assessed_cents and not part.transactions]:
        extra["financial_without_transactions"] = untold
    return parts[0]


def _panel(panel: HtmlElement, url: str) -> Financial:
    party = words(first(panel, "p.text-primary"))
    totals: dict[str, int | None] = {}
    for left in select(panel, ".text-left"):
        right = left.getnext()
        label = (words(left) or "").lower().rstrip(":")
        if label.startswith("total") and right is not None and has(right, "text-right"):
            totals[label] = amount(words(right), "financial total", url)
    assessed = totals.get("total financial assessment")
    paid = totals.get("total payments and credits")
    if not party or assessed is None or paid is None:
        raise LayoutChanged(
            url, "financial part", "a party and both totals", f"{party!r}, {totals}"
        )
    grids = select(panel, _GRIDS)
    for table in below(panel, "table"):
        if table not in grids and len(set(_COLUMNS) & set(headers_of(table))) > 1:
            raise LayoutChanged(
                url, "financial transactions", "#CasePartyTransactions...", words(table)
            )
    for holder in select(panel, "div[id^=CasePartyTransactions]"):
        if not below(holder, "table"):
            raise LayoutChanged(url, "financial transactions", "a table", words(holder))
    return Financial(
        party=party,
        assessed_cents=assessed,
        payments_and_credits_cents=abs(paid),
        transactions=tuple(row for table in grids for row in _rows(table, url)),
    )


def _rows(table: HtmlElement, url: str) -> list[Transaction]:
    headers, found = headers_of(table), []
    lost = [name for name in _COLUMNS if name not in headers]
    if lost:
        raise LayoutChanged(url, "financial transactions", f"columns {_COLUMNS}", headers)
    rows = own_rows(table)
    if not rows:
        raise LayoutChanged(url, "financial transactions", "a row", words(table))
    for row in rows:
        cells = own(row, "td")
        if len(cells) != len(headers):
            raise LayoutChanged(url, "financial transaction", f"{len(headers)} cells", len(cells))
        values = {head: words(cell) for head, cell in zip(headers, cells, strict=True)}
        money = amount(values["amount"], "financial transaction", url)
        if money is None:
            raise LayoutChanged(url, "financial transaction", "an amount", words(row))
        found.append(
            Transaction(
                date=day(values["date"], "date of a transaction", url),
                description=clean(values["description"]) or "",
                receipt=values["receipt"],
                amount_cents=money,
            )
        )
    return found
