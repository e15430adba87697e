"""Pleas, dispositions, sentences and judgments of a classic case page (docs/portals/odyssey.md,
sections 5.0, item 4, and 5.1)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from lxml.html import HtmlElement

from scrapers.markup import below, first, own, within, words
from scrapers.odyssey.parse.assemble import plain_number
from scrapers.odyssey.parse.blocks import dated, own_rows
from scrapers.odyssey.parse.casepage import CasePage, heads_of
from scrapers.odyssey.parse.flow import Piece, is_label
from scrapers.odyssey.parse.words import JUDGMENT_HEADS
from scrapers.odyssey.records import DispositionEvent, Outcome, SentencePart
from scrapers.record import Labeled
from scrapers.values import clean

WITH_OUTCOMES = ("disposition", "plea")
"""Events that say something of single charges: without that a charge would seem open."""
_NUMBERED = re.compile(r"^(\d+)\.\s*(.*)$", re.S)
_NAMES = ("name", "names")
_Mode = Literal["", "award", "party", "sentence"]


def read_dispositions(page: CasePage) -> list[DispositionEvent]:
    """The events of "Disposition Events", in page order."""
    found: list[DispositionEvent] = []
    for box in page.section("dispositions"):
        tables = [table for table in _outermost(box) if not _says_labels(table)]
        event: _Event | None = None
        for piece in page.pieces(box, tables):
            if piece.kind == "head" and _begins(piece):
                found += event.done() if event is not None else []
                event = _Event(page, piece)
            elif event is not None:
                event.read(piece)
        found += event.done() if event is not None else []
    return found


def _outermost(box: HtmlElement) -> list[HtmlElement]:
    inside = set(box.iterdescendants())
    return [
        table
        for table in below(box, "table")
        if not any(one in inside for one in table.iterancestors("table"))
    ]


def _says_labels(table: HtmlElement) -> bool:
    """Whether a table is a layout of labels and values (the names of a judgment) and no list."""
    return any(is_label(one) for one in table.iter("span", "div", "p"))


def _begins(head: Piece) -> bool:
    """Whether a heading is an event's: it stands on the bar that opens it, or bears a date."""
    if within(head.element, "tyler-toggle-controller") is not None:
        return True
    return dated(head.text) is not None and within(head.element, "JudgmentEvent") is None


class _Event:
    """The event that is being read."""

    def __init__(self, page: CasePage, head: Piece) -> None:
        self._page = page
        self._head = head
        self._mode: _Mode = ""
        self._naming = False
        self._kind: str | None = None
        self._values: dict[str, str] = {}
        self._outcomes: list[Outcome] = []
        self._sentence: list[SentencePart] = []
        self._parties: list[str] = []
        self._awards: list[Labeled] = []
        self._details: list[Labeled] = []

    def read(self, piece: Piece) -> None:
        if piece.kind == "head":
            self._subhead(piece)
        elif piece.kind == "pair":
            self._pair(piece)
        elif piece.kind == "text":
            self._text(piece)
        elif piece.kind == "table":
            self._outcomes += _Lines(self._page, piece.element).read(len(self._outcomes))
        if piece.kind != "text":
            self._naming = piece.kind == "pair" and piece.key in _NAMES

    def done(self) -> list[DispositionEvent]:
        text = self._page.take(self._head)
        day, name = dated(text) or (None, text)
        margin = self._page.margin
        event = DispositionEvent(
            date=margin.day(day, "date"),
            name=name or None,
            judicial_officer=self._values.get("judicial_officer"),
            outcomes=tuple(self._outcomes),
            sentence=tuple(self._sentence),
            judgment_type=self._values.get("judgment_type"),
            parties=tuple(self._parties),
            awards=tuple(self._awards),
            details=tuple(self._details),
        )
        for place, outcome in enumerate(event.outcomes):
            margin.within(outcome, f"outcomes.{place}")
        if (name or "").lower() in WITH_OUTCOMES and not self._outcomes:
            margin.doubt("outcomes", "what became of each charge", "nothing", "label_missing")
        margin.of(event)
        return [event]

    def _subhead(self, piece: Piece) -> None:
        text = (piece.text or "").lower().rstrip(":")
        if text in JUDGMENT_HEADS:
            self._page.take(piece)
            self._mode = "award" if text.startswith("award") else "party"
        elif within(piece.element, "JudgmentEvent") is not None:
            self._mode = ""
            self._details.append(Labeled(label=self._page.take(piece) or "", text=""))
        else:
            self._mode = "sentence"
            self._kind = self._page.take(piece)

    def _pair(self, piece: Piece) -> None:
        field = self._page.words.disposition.get(piece.key)
        if field is not None:
            if field in self._values:
                self._details.append(self._page.twice(field, self._values[field], piece))
            elif (text := self._page.take(piece)) is not None:
                self._values[field] = text
        elif piece.key in _NAMES and within(piece.element, "JudgmentEvent") is not None:
            self._page.take(piece)
            self._parties += [text for text, _ in piece.value]
        elif self._mode == "award":
            self._awards.append(self._page.labeled(piece))
        elif self._mode == "sentence":
            said = self._page.labeled(piece)
            self._part(f"{said.label}: {said.text}" if said.text else said.label)
        else:
            self._details.append(self._page.labeled(piece))

    def _text(self, piece: Piece) -> None:
        if self._naming:
            self._parties.append(self._page.take(piece) or "")
        elif self._mode == "sentence":
            self._part(self._page.take(piece) or "")

    def _part(self, text: str) -> None:
        self._sentence.append(SentencePart(kind=self._kind, text=text))


class _Lines:
    """The lines of a table of outcomes: first cell the charge (``1. TEXT``), last cell the result,
    whose ``title`` has the full text."""

    def __init__(self, page: CasePage, table: HtmlElement) -> None:
        self._page = page
        self._table = table
        self._heads = heads_of(page, table) if below(table, "th") else []

    def read(self, before: int) -> list[Outcome]:
        rows = [row for row in own_rows(self._table) if words(row)]
        lengths = Counter(len(own(row, "td")) for row in rows)
        usual = lengths.most_common(1)[0][0] if lengths else 0
        found = []
        for row in rows:
            outcome = self._outcome(own(row, "td"), usual)
            if outcome is not None:
                found.append(outcome)
        return found

    def _outcome(self, cells: list[HtmlElement], usual: int) -> Outcome | None:
        texts = [words(cell) for cell in cells]
        result = _result(cells[-1])
        text = texts[0]
        if len(cells) == 1:
            result = None
        if text is None and result is None:
            return None
        if len(cells) > 1 and text is not None and text == result:
            text = None  # the charge's cell is gone
        margin = self._page.margin
        if len(cells) != usual or text is None or result is None:
            found = " | ".join(filter(None, texts))
            margin.doubt(
                "result", f"{max(usual, 2)} cells: a charge and its result", found, "mismatch"
            )
        self._page.ledger.take(cells[0], cells[-1])
        details = []
        for place, (cell, said) in enumerate(zip(cells, texts, strict=True)):
            if not 0 < place < len(cells) - 1 or said is None:
                continue
            if result is not None and result.lower().startswith(said.lower()):
                self._page.ledger.take(cell)  # the short form of the result
            elif len(self._heads) == len(cells) and self._heads[place]:
                self._page.ledger.take(cell)
                details.append(Labeled(label=self._heads[place], text=said))
        match = _NUMBERED.match(text or "")
        outcome = Outcome(
            charge_number=plain_number(match.group(1)) if match else None,
            description=clean(match.group(2)) if match else text,
            result=result,
            details=tuple(details),
        )
        margin.of(outcome)
        return outcome


def _result(cell: HtmlElement) -> str | None:
    """The words of a result's cell; the full text in its title where it shows only the
    beginning."""
    shown = words(cell)
    titled = first(cell, "div[title]")
    title = clean(titled.get("title")) if titled is not None else None
    if title is None or (shown is not None and not title.lower().startswith(shown.lower())):
        return shown
    return title


def unread_outcomes(events: tuple[DispositionEvent, ...]) -> bool:
    """Whether an event that must say something of charges says nothing that can be read."""
    return any(
        ((event.name or "").lower() in WITH_OUTCOMES and not event.outcomes)
        or any(line.result is None for line in event.outcomes)
        for event in events
    )
