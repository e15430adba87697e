"""The late part of a classic case page: what the case costs, and what was paid (odyssey.md, section 5)."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag

from resilience.faults import LayoutChanged
from scrapers.odyssey.blocks import amount, day, headers_of, own_rows, words
from scrapers.odyssey.records import Financial, Transaction
from scrapers.page import clean

_COLUMNS = ("date", "description", "receipt", "amount")


def read_financial(soup: BeautifulSoup, url: str, extra: dict[str, Any]) -> Financial | None:
    """Totals and transactions of the first party; other parties' totals go into ``extra``. None without such a part.

    Raises LayoutChanged when the section stands there but was not filled.
    """
    section = soup.find(id="financialInformationDiv")
    body = soup.find(id="financialSlider")
    if not isinstance(body, Tag):
        if section is not None:
            raise LayoutChanged(url, "financial part", "#financialSlider", words(section))  # type: ignore[arg-type]
        return None
    panels = [panel for panel in body.select(".panel-body") if panel.select_one("p.text-primary")] or [body]
    parts = [_panel(panel, url) for panel in panels]
    if len(parts) > 1:
        extra["financial_of_others"] = [part.model_dump(mode="json") for part in parts[1:]]
    return parts[0]


def _panel(panel: Tag, url: str) -> Financial:
    party = words(panel.select_one("p.text-primary"))
    totals: dict[str, int | None] = {}
    for left in panel.select(".text-left"):
        right = left.find_next_sibling()
        label = (words(left) or "").lower().rstrip(":")
        if (
            label.startswith("total")
            and isinstance(right, Tag)
            and "text-right" in (right.get("class") or ())
        ):
            totals[label] = amount(words(right), "financial total", url)
    assessed = totals.get("total financial assessment")
    paid = totals.get("total payments and credits")
    if not party or assessed is None or paid is None:
        raise LayoutChanged(url, "financial part", "a party and both totals", f"{party!r}, {totals}")
    transactions = [
        row
        for table in panel.select("[id^=CasePartyTransactions] table, table[id^=CasePartyTransactions]")
        for row in _rows(table, url)
    ]
    known = "[id^=CasePartyTransactions], [id^=CasePartyTransactions] *"
    for table in panel.find_all("table"):
        if len(set(_COLUMNS) & set(headers_of(table))) > 1 and table not in panel.select(known):
            raise LayoutChanged(url, "financial transactions", "#CasePartyTransactions...", words(table))
    return Financial(
        party=party,
        assessed_cents=assessed,
        payments_and_credits_cents=abs(paid),
        transactions=tuple(transactions),
    )


def _rows(table: Tag, url: str) -> list[Transaction]:
    headers, found = headers_of(table), []
    lost = [name for name in _COLUMNS if name not in headers]
    if lost:
        raise LayoutChanged(url, "financial transactions", f"columns {_COLUMNS}", headers)
    if not own_rows(table):
        raise LayoutChanged(url, "financial transactions", "a row", words(table))
    for row in own_rows(table):
        cells = row.find_all("td", recursive=False)
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
