"""Charges and bond settings of a classic case page (odyssey.md, section 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import below, by_id, first, has, own, select, words
from scrapers.odyssey.parse.assemble import plain_number
from scrapers.odyssey.parse.blocks import (
    amount,
    day,
    detail_of,
    headers_of,
    labelled,
    own_rows,
    unlabelled,
)
from scrapers.odyssey.records import BondSetting, CourtCharge
from scrapers.values import clean

_MONEY = re.compile(r"^\(?\$[\d,]+(\.\d\d)?\)?$")
_CHARGE_COLUMNS = {"description", "statute", "level", "degree", "date"}
_OFFENSE = "span.chargeOffenseDescription"
_BLOCK = re.compile(r"^(.*\S)\s+Charges$")


def read_charges(root: HtmlElement, url: str, extra: dict[str, Any]) -> list[CourtCharge]:
    """The rows of every block of "Charge", in page order. An empty cell keeps its place.

    There is one block a defendant. Where there are several, each charge bears the name that its
    block does."""
    box = by_id(root, "chargeInformationDiv")
    if box is None:
        return []
    blocks = list(_blocks(box))
    if not blocks:
        raise LayoutChanged(
            url, "charges of the case", "a table with the header Description", words(box)
        )
    names = [
        match.group(1)
        for head in select(box, "div.col-md-12")
        if (match := _BLOCK.match(words(head) or ""))
    ]
    if len(names) > len(blocks):
        raise LayoutChanged(url, "charges of the case", f"a table for each of {names}", len(blocks))
    charges: list[CourtCharge] = []
    for name, table in blocks:
        headers = headers_of(table)
        if not {"statute", "date"} <= set(headers) or not {"level", "degree"} & set(headers):
            raise LayoutChanged(
                url, "charges of the case", "Description, Statute, Level and Date", headers
            )
        if len(blocks) > 1 and name is None:
            raise LayoutChanged(
                url, "charges of the case", "a defendant's name above each table", words(table)
            )
        before = len(charges)
        for row in own_rows(table):
            if has(row, "k-detail-row"):
                continue
            if len(own(row, "td")) >= 6:
                charges.append(_charge(row, headers, name if len(blocks) > 1 else None, url, extra))
            elif has(row, "k-master-row") or first(row, f"{_OFFENSE}, p") is not None:
                raise LayoutChanged(
                    url, "charge row", "six cells, or tr.k-detail-row behind it", words(row)
                )
        if len(charges) == before:
            raise LayoutChanged(
                url, "charges of the case", "a row of six cells in each table", words(table)
            )
    shown = len(select(box, _OFFENSE))
    if not charges or shown > len(charges):
        raise LayoutChanged(url, "charges of the case", f"{shown} rows of six cells", len(charges))
    return charges


def _blocks(box: HtmlElement) -> Iterator[tuple[str | None, HtmlElement]]:
    """The tables of charges, each with the defendant's name that was last printed above it."""
    name = None
    for tag in below(box, "div", "table"):
        if tag.tag == "div":
            match = _BLOCK.match(words(tag) or "") if has(tag, "col-md-12") else None
            name = match.group(1) if match else name
        elif "description" in headers_of(tag):
            yield name, tag
            name = None


def _charge(
    row: HtmlElement, headers: list[str], party: str | None, url: str, extra: dict[str, Any]
) -> CourtCharge:
    cells = own(row, "td")
    span = first(row, _OFFENSE)
    around = set(span.iterancestors("td")) if span is not None else set()
    here = next((place for place, cell in enumerate(cells) if cell in around), None)
    if span is None or here is None:
        raise LayoutChanged(url, "charge row", _OFFENSE, words(row))
    # Leading blank headers may be missing; the header Description and the span's cell are the same
    # column.
    shift = here - headers.index("description")
    columns = {head: place + shift for place, head in enumerate(headers) if head}

    def text(*names: str) -> str | None:
        place = next((columns[name] for name in names if name in columns), None)
        return words(cells[place]) if place is not None and 0 <= place < len(cells) else None

    taken = set(columns.values())
    number = next(
        (
            words(cell)
            for place, cell in enumerate(cells)
            if place not in taken
            and not has(cell, "k-hierarchy-cell")
            and (words(cell) or "").isdigit()
        ),
        None,
    )
    description = clean(span.get("title")) or words(span)
    if not number or not description:
        raise LayoutChanged(url, "charge row", "a number and a description", words(row))
    for head in columns.keys() - _CHARGE_COLUMNS:
        extra.setdefault("charge_columns", {}).setdefault(number, {})[head] = text(head)
    more: dict[str, str | None] = {}
    detail = detail_of(row)
    if detail is not None:
        for _, bare in unlabelled(detail):
            extra.setdefault("unlabelled", []).append(bare)
        for label, value in labelled(detail):
            more[label.lower()] = value
            if label.lower() not in {"filed date", "amended date", "original charge"}:
                extra.setdefault("charge_labels", {}).setdefault(number, {})[label] = value
    return CourtCharge(
        number=plain_number(number) or number,
        party=party,
        description=description,
        statute=text("statute"),
        degree=text("level", "degree"),
        offense_date=day(text("date"), "offense date of a charge", url),
        filed_date=day(more.get("filed date"), "filed date of a charge", url),
        amended_date=day(more.get("amended date"), "amended date of a charge", url),
        original_description=more.get("original charge"),
    )


def read_bond_settings(root: HtmlElement, url: str, extra: dict[str, Any]) -> list[BondSetting]:
    """Amounts of the grid, and texts such as ``Hold Without Bond``."""
    box = by_id(root, "settingInformationDiv")
    if box is None:
        return []
    for part in own(box, "div"):
        known = part.get("id") == "BondSettingsGrid" or has(part, "tyler-span-2")
        if not known and words(part) and not below(part, "h1"):
            raise LayoutChanged(
                url, "Bond Settings", "#BondSettingsGrid or .tyler-span-2", words(part)
            )
    for row in below(box, "tr"):
        if words(row) and not has(row, "k-master-row", "k-detail-row"):
            raise LayoutChanged(
                url, "bond setting", "tr.k-master-row and its tr.k-detail-row", words(row)
            )
    holds = [words(hold) for hold in select(box, "div.tyler-span-2") if not below(hold, "table")]
    settings = [BondSetting(text=text) for text in holds if text]
    grid = by_id(box, "BondSettingsGrid")
    if grid is not None:
        rows = select(grid, "tr.k-master-row")
        if not rows:
            raise LayoutChanged(url, "Bond Settings", "a row of the grid", words(box))
        settings += [_setting(row, url, extra) for row in rows]
    if not settings:
        raise LayoutChanged(url, "Bond Settings", "a setting or a hold", words(box))
    return settings


def _setting(row: HtmlElement, url: str, extra: dict[str, Any]) -> BondSetting:
    """A date; behind it, in a row of its own, an amount or a text, and a comment."""
    cells = [cell for cell in own(row, "td") if not has(cell, "k-hierarchy-cell")]
    date = next((text for cell in cells if (text := words(cell))), None)
    if date is None:
        raise LayoutChanged(url, "bond setting", "a date", words(row))
    detail = detail_of(row)
    if detail is None:
        raise LayoutChanged(url, "bond setting", "a detail row", words(row))
    said: dict[str, Any] = {}
    for part in below(detail, "div"):
        text = words(part)
        if not text or below(part, "div"):
            continue
        if text.lower().startswith("comment:"):
            said["comment"] = clean(text.split(":", 1)[1])
        elif _MONEY.match(text):
            said["amount_cents"] = amount(text, "bond setting", url)
        elif "text" not in said:
            said["text"] = text
        else:
            extra.setdefault("bond_texts", []).append(text)
    if not {"amount_cents", "text"} & said.keys():
        raise LayoutChanged(url, "bond setting", "an amount or a text", words(detail))
    return BondSetting(date=day(date, "date of a bond setting", url), **said)
