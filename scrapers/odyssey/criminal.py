"""Charges, dispositions, sentences and bond settings of a classic case page (odyssey.md, section 5.1)."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag

from resilience.faults import LayoutChanged
from scrapers.odyssey.assemble import plain_number
from scrapers.odyssey.blocks import (
    amount,
    dated,
    day,
    detail_of,
    headers_of,
    labelled,
    must_day,
    own_rows,
    unlabelled,
    words,
)
from scrapers.odyssey.records import BondSetting, CourtCharge, DispositionEvent, Outcome, SentencePart
from scrapers.page import clean

_NUMBERED = re.compile(r"^(\d+)\.\s*(.*)$", re.S)
_MONEY = re.compile(r"^\(?\$[\d,]+(\.\d\d)?\)?$")
_WITH_OUTCOMES = {"disposition", "plea"}
"""Events that say something of single charges: without that a charge would seem open."""
_CHARGE_COLUMNS = {"description", "statute", "level", "degree", "date"}


def read_charges(soup: BeautifulSoup, url: str, extra: dict[str, Any]) -> list[CourtCharge]:
    """The rows of every block of "Charge", in page order. An empty cell keeps its place."""
    box = soup.find(id="chargeInformationDiv")
    if not isinstance(box, Tag):
        return []
    charges = []
    tables = [table for table in box.find_all("table") if "description" in headers_of(table)]
    if not tables:
        raise LayoutChanged(url, "charges of the case", "a table with the header Description", words(box))
    if len(tables) > 1:
        blocks = [
            words(head) for head in box.select("div.col-md-12") if (words(head) or "").endswith("Charges")
        ]
        extra["charge_blocks"] = blocks
    for table in tables:
        headers = headers_of(table)
        if not {"statute", "date"} <= set(headers) or not {"level", "degree"} & set(headers):
            raise LayoutChanged(url, "charges of the case", "Description, Statute, Level and Date", headers)
        for row in own_rows(table):
            if "k-detail-row" in (row.get("class") or ()):
                continue
            if len(row.find_all("td", recursive=False)) >= 6:
                charges.append(_charge(row, headers, url, extra))
            elif row.select_one("span.chargeOffenseDescription") or "k-master-row" in (
                row.get("class") or ()
            ):
                raise LayoutChanged(url, "charge row", "six cells", words(row))
    shown = len(box.select("span.chargeOffenseDescription"))
    if not charges or shown > len(charges):
        raise LayoutChanged(url, "charges of the case", f"{shown} rows of six cells", len(charges))
    return charges


def _charge(row: Tag, headers: list[str], url: str, extra: dict[str, Any]) -> CourtCharge:
    cells = row.find_all("td", recursive=False)
    span = row.select_one("span.chargeOffenseDescription")
    here = next(
        (place for place, cell in enumerate(cells) if span is not None and span in cell.descendants), None
    )
    if here is None or span is None:
        raise LayoutChanged(url, "charge row", "span.chargeOffenseDescription", words(row))
    # Leading blank headers may be missing; the header Description and the span's cell are the same column.
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
            and "k-hierarchy-cell" not in (cell.get("class") or ())
            and re.fullmatch(r"\d+", words(cell) or "")
        ),
        None,
    )
    description = clean(str(span.get("title") or "")) or words(span)
    if not number or not description:
        raise LayoutChanged(url, "charge row", "a number and a description", words(row))
    for head in columns.keys() - _CHARGE_COLUMNS:
        extra.setdefault("charge_columns", {}).setdefault(number, {})[head] = text(head)
    more: dict[str, str | None] = {}
    detail = detail_of(row)
    for _, bare in unlabelled(detail) if detail is not None else ():
        extra.setdefault("unlabelled", []).append(bare)
    for label, value in labelled(detail) if detail is not None else ():
        more[label.lower()] = value
        if label.lower() not in {"filed date", "amended date", "original charge"}:
            extra.setdefault("charge_labels", {}).setdefault(number, {})[label] = value
    return CourtCharge(
        number=plain_number(number) or number,
        description=description,
        statute=text("statute"),
        degree=text("level", "degree"),
        offense_date=day(text("date"), "offense date of a charge", url),
        filed_date=day(more.get("filed date"), "filed date of a charge", url),
        amended_date=day(more.get("amended date"), "amended date of a charge", url),
        original_description=more.get("original charge"),
    )


def read_dispositions(soup: BeautifulSoup, url: str, extra: dict[str, Any]) -> list[DispositionEvent]:
    """The events of "Disposition Events": pleas, dispositions, sentences, judgments."""
    box = soup.find(id="dispositionInformationDiv")
    if not isinstance(box, Tag):
        return []
    events = []
    if len(box.select(".tyler-toggle-container")) != len(box.select(".tyler-toggle-controller")):
        raise LayoutChanged(url, "Disposition Events", "a heading for every event", words(box))
    for controller in box.select(".tyler-toggle-controller"):
        heading = controller.select_one("p.text-primary")
        parts = dated(words(heading))
        body = controller.find_next_sibling(class_="tyler-toggle-container")
        if parts is None or not parts[1]:
            raise LayoutChanged(url, "disposition event", "a date and a name", words(controller))
        if not isinstance(body, Tag):
            raise LayoutChanged(url, "disposition event", ".tyler-toggle-container", words(controller))
        events.append(_disposition(parts, body, url, extra))
    if not events:
        raise LayoutChanged(url, "Disposition Events", "an event", words(box))
    return events


def _disposition(parts: tuple[str, str], body: Tag, url: str, extra: dict[str, Any]) -> DispositionEvent:
    judge, sentence = None, []
    for label, value in labelled(body):
        if label.lower() == "judicial officer":
            judge = value
        else:
            extra.setdefault("disposition_labels", {}).setdefault(parts[1], {})[label] = value
    for paragraph, text in unlabelled(body):
        if paragraph.find_parent("div", class_="tyler-span-2") is None:
            raise LayoutChanged(url, "disposition event", "a label for every value", text)
    for block in body.select("div.tyler-span-2"):
        if words(block) and block.select_one("p.text-primary") is None:
            raise LayoutChanged(url, "block of a disposition event", "p.text-primary", words(block))
    for head in body.select("p.text-primary"):
        kind = words(head)
        for paragraph in head.find_next_siblings("p"):
            if not isinstance(paragraph, Tag) or "text-primary" in (paragraph.get("class") or ()):
                break
            text = words(paragraph)
            if kind and text:
                sentence.append(SentencePart(kind=kind, text=text))
    outcomes = [
        outcome
        for table in body.select("[id^=CriminalDispositions] table")
        for row in own_rows(table)
        for outcome in [_outcome(row, url)]
    ]
    strays = [
        table
        for table in body.find_all("table")
        if not table.find_parent(id=re.compile("^CriminalDispositions"))
    ]
    if strays or (parts[1].lower() in _WITH_OUTCOMES and not outcomes):
        raise LayoutChanged(
            url, f"outcomes of {parts[1]!r}", "a table in #CriminalDispositions...", words(body)
        )
    return DispositionEvent(
        date=must_day(parts[0], "date of a disposition event", url),
        name=parts[1],
        judicial_officer=judge,
        outcomes=tuple(outcomes),
        sentence=tuple(sentence),
    )


def _outcome(row: Tag, url: str) -> Outcome:
    """First cell: the charge (``1. TEXT``); last cell: the result, its ``title`` has the full text."""
    cells = row.find_all("td", recursive=False)
    if len(cells) < 2:
        raise LayoutChanged(url, "line of a disposition event", "a charge and a result", words(row))
    named = cells[-1].select_one("div[title]")
    result = (clean(str(named["title"])) if named is not None else None) or words(cells[-1])
    text = words(cells[0])
    if not text or not result or text == result:
        raise LayoutChanged(url, "line of a disposition event", "a charge and a result", words(row))
    match = _NUMBERED.match(text)
    if match is None:
        return Outcome(charge_number=None, description=text, result=result)
    return Outcome(
        charge_number=plain_number(match.group(1)), description=clean(match.group(2)), result=result
    )


def read_bond_settings(soup: BeautifulSoup, url: str, extra: dict[str, Any]) -> list[BondSetting]:
    """Amounts of the grid, and texts such as ``Hold Without Bond``."""
    box = soup.find(id="settingInformationDiv")
    if not isinstance(box, Tag):
        return []
    settings = []
    for part in box.find_all("div", recursive=False):
        known = part.get("id") == "BondSettingsGrid" or "tyler-span-2" in (part.get("class") or ())
        if not known and words(part) and part.find("h1") is None:
            raise LayoutChanged(url, "Bond Settings", "#BondSettingsGrid or .tyler-span-2", words(part))
    for row in box.select("tr"):
        if words(row) and not {"k-master-row", "k-detail-row"} & set(row.get("class") or ()):
            raise LayoutChanged(url, "bond setting", "tr.k-master-row and its tr.k-detail-row", words(row))
    for hold in box.select("div.tyler-span-2"):
        if (text := words(hold)) and hold.find("table") is None:
            settings.append(BondSetting(text=text))
    for row in box.select("#BondSettingsGrid tr.k-master-row"):
        cells = [
            cell
            for cell in row.find_all("td", recursive=False)
            if "k-hierarchy-cell" not in (cell.get("class") or ())
        ]
        date = next((words(cell) for cell in cells if words(cell)), None)
        if date is None:
            raise LayoutChanged(url, "bond setting", "a date", words(row))
        said: dict[str, Any] = {}
        detail = detail_of(row)
        if detail is None:
            raise LayoutChanged(url, "bond setting", "a detail row", words(row))
        for part in detail.find_all("div"):
            text = words(part)
            if not text or part.find("div") is not None:
                continue
            if text.lower().startswith("comment:"):
                said["comment"] = clean(text.split(":", 1)[1])
            elif _MONEY.match(text):
                said["amount_cents"] = amount(text, "bond setting", url)
            elif "text" not in said:
                said["text"] = text
            else:
                extra.setdefault("bond_texts", []).append(text)
        settings.append(BondSetting(date=day(date, "date of a bond setting", url), **said))
    if (
        box.select_one("#BondSettingsGrid") is not None
        and box.select_one("#BondSettingsGrid tr.k-master-row") is None
    ):
        raise LayoutChanged(url, "Bond Settings", "a row of the grid", words(box))
    if not settings:
        raise LayoutChanged(url, "Bond Settings", "a setting or a hold", words(box))
    return settings
