"""Pleas, dispositions, sentences and judgments of a classic case page (odyssey.md, section 5.1)."""

from __future__ import annotations

import re
from typing import Any

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import after, below, by_id, first, has, own, select, within, words
from scrapers.odyssey.parse.assemble import plain_number
from scrapers.odyssey.parse.blocks import dated, labelled, must_day, own_rows, unlabelled
from scrapers.odyssey.records import DispositionEvent, Outcome, SentencePart
from scrapers.values import clean

_NUMBERED = re.compile(r"^(\d+)\.\s*(.*)$", re.S)
_WITH_OUTCOMES = {"disposition", "plea"}
"""Events that say something of single charges: without that a charge would seem open."""
_LINES = "[id^=CriminalDispositions]"


def read_dispositions(root: HtmlElement, url: str, extra: dict[str, Any]) -> list[DispositionEvent]:
    """The events of "Disposition Events", in page order."""
    box = by_id(root, "dispositionInformationDiv")
    if box is None:
        return []
    controllers = select(box, ".tyler-toggle-controller")
    if len(select(box, ".tyler-toggle-container")) != len(controllers):
        raise LayoutChanged(url, "Disposition Events", "a heading for every event", words(box))
    events = []
    for controller in controllers:
        parts = dated(words(first(controller, "p.text-primary")))
        body = next((one for one in after(controller) if has(one, "tyler-toggle-container")), None)
        if parts is None or not parts[1]:
            raise LayoutChanged(url, "disposition event", "a date and a name", words(controller))
        if body is None:
            raise LayoutChanged(
                url, "disposition event", ".tyler-toggle-container", words(controller)
            )
        events.append(_event(parts, body, url, extra))
    if not events:
        raise LayoutChanged(url, "Disposition Events", "an event", words(box))
    return events


def _event(
    parts: tuple[str, str], body: HtmlElement, url: str, extra: dict[str, Any]
) -> DispositionEvent:
    name, judge = parts[1], None
    for label, value in labelled(body):
        if label.lower() == "judicial officer":
            judge = value
        else:
            extra.setdefault("disposition_labels", {}).setdefault(name, {})[label] = value
    for paragraph, text in unlabelled(body):
        if within(paragraph, "tyler-span-2", "div") is None:
            raise LayoutChanged(url, "disposition event", "a label for every value", text)
    sentence = _sentence(body, url)
    outcomes = _outcomes(name, body, url)
    if name.lower() in _WITH_OUTCOMES and not outcomes:
        raise LayoutChanged(url, f"outcomes of {name!r}", f"a table in {_LINES}", words(body))
    if name.lower() == "sentence" and not outcomes and not sentence:
        raise LayoutChanged(url, "sentence", "its charges, or its parts", words(body))
    return DispositionEvent(
        date=must_day(parts[0], "date of a disposition event", url),
        name=name,
        judicial_officer=judge,
        outcomes=tuple(outcomes),
        sentence=tuple(sentence),
    )


def _sentence(body: HtmlElement, url: str) -> list[SentencePart]:
    """``p.text-primary`` with the paragraphs behind it, of every block."""
    for block in select(body, "div.tyler-span-2"):
        if words(block) and first(block, "p.text-primary") is None:
            raise LayoutChanged(url, "block of a disposition event", "p.text-primary", words(block))
    found = []
    for head in select(body, "p.text-primary"):
        kind = words(head)
        for paragraph in after(head, "p"):
            if has(paragraph, "text-primary"):
                break
            text = words(paragraph)
            if kind and text:
                found.append(SentencePart(kind=kind, text=text))
    return found


def _outcomes(name: str, body: HtmlElement, url: str) -> list[Outcome]:
    """The lines of all tables in ``#CriminalDispositions<event id>``; LayoutChanged for a table
    that stands elsewhere, such a box without one, and rows that are not as long as each other (a
    cell is gone)."""
    what = f"outcomes of {name!r}"
    tables = select(body, f"{_LINES} table")
    if any(table not in tables for table in below(body, "table")):
        raise LayoutChanged(url, what, f"a table in {_LINES}", words(body))
    if any(not below(holder, "table") for holder in select(body, _LINES)):
        raise LayoutChanged(url, what, "a table in its box", words(body))
    found = []
    for table in tables:
        rows = own_rows(table)
        if not rows and below(table, "tbody"):
            continue  # drawn empty
        if len({len(own(row, "td")) for row in rows}) != 1:
            raise LayoutChanged(url, what, "rows, each with as many cells", words(table))
        found += [_outcome(row, url) for row in rows]
    return found


def _outcome(row: HtmlElement, url: str) -> Outcome:
    """First cell: the charge (``1. TEXT``); last cell: the result, its ``title`` has the full
    text."""
    cells = own(row, "td")
    if len(cells) < 2:
        raise LayoutChanged(url, "line of a disposition event", "a charge and a result", words(row))
    named = first(cells[-1], "div[title]")
    result = (clean(named.get("title")) if named is not None else None) or words(cells[-1])
    text = words(cells[0])
    if not text or not result or result.startswith(text):
        raise LayoutChanged(url, "line of a disposition event", "a charge and a result", words(row))
    match = _NUMBERED.match(text)
    if match is None:
        return Outcome(charge_number=None, description=text, result=result)
    return Outcome(
        charge_number=plain_number(match.group(1)), description=clean(match.group(2)), result=result
    )
