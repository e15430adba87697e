"""Docket entries of a classic case page: events, hearings, and others (docs/portals/odyssey.md,
sections 5 and 5.0, items 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from scrapers.markup import first, select
from scrapers.odyssey.parse.blocks import dated
from scrapers.odyssey.parse.casepage import CasePage
from scrapers.odyssey.parse.flow import Piece
from scrapers.odyssey.parse.words import SERVICE_LABELS, Labels
from scrapers.odyssey.records import CaseEvent, CourtHearing, OtherEntry
from scrapers.record import Labeled
from scrapers.values import clean

CANCELED = "Canceled"
_EVENT = "portal-case-event"
_NAMED = "data-event-description"
_OF_HEARINGS = {"starts_at", "cancel_reason", "original_type"}
_BESIDE = {"cancel_reason", "original_type"}
"""Labels of a hearing that may say what a field says already; else they are details."""


@dataclass
class Docket:
    """The entries of a docket, each kind in page order."""

    events: list[CaseEvent] = field(default_factory=list)
    hearings: list[CourtHearing] = field(default_factory=list)
    others: list[OtherEntry] = field(default_factory=list)


@dataclass
class _Entry:
    """One entry: its heading, and what stands under it."""

    head: Piece
    rest: list[Piece]
    item: HtmlElement
    marked: bool = False


def read_docket(page: CasePage) -> Docket:
    """All entries of "Events and Hearings". Where no entry of the page is marked as a docket event
    (older portals), an entry without a hearing time and without the signs of a service is one."""
    found = Docket()
    entries = [entry for box in page.section("docket") for entry in _entries(page, box)]
    marks = any(entry.marked for entry in entries)
    for entry in entries:
        labels = {
            page.words.hearing.get(piece.key, "") for piece in entry.rest if piece.kind == "pair"
        }
        if "starts_at" in labels:
            found.hearings.append(_hearing(page, entry))
        elif entry.marked:
            found.events.append(_event(page, entry))
        elif labels & _OF_HEARINGS or ("result" in labels and not _is_service(entry)):
            found.hearings.append(_hearing(page, entry))
        elif marks or _is_service(entry):
            found.others.append(other_entry(page, entry))
        else:
            found.events.append(_event(page, entry))
    return found


def read_services(page: CasePage, box: HtmlElement) -> list[OtherEntry]:
    """The entries of a section that lists nothing but services, as those of the docket."""
    return [other_entry(page, entry) for entry in _entries(page, box)]


def _entries(page: CasePage, box: HtmlElement) -> Iterator[_Entry]:
    items = [
        item
        for item in select(box, "li.list-group-item")
        if not any(
            "list-group-item" in (one.get("class") or "") for one in item.iterancestors("li")
        )
    ] or [box]
    for item in items:
        mark = _marked(item)
        for head, rest in _split(page.pieces(item), alone=item is not box):
            yield _Entry(head, rest, item, marked=mark)


def _marked(item: HtmlElement) -> bool:
    return first(item, f".{_EVENT}, [{_NAMED}]") is not None


def _split(pieces: list[Piece], *, alone: bool) -> Iterator[tuple[Piece, list[Piece]]]:
    """The pieces by their headings. In an item of its own an entry's heading may lack its date, or
    its mark."""
    head: Piece | None = None
    rest: list[Piece] = []
    early: list[Piece] = []
    for piece in pieces:
        bears_date = piece.kind in ("head", "text") and dated(piece.text) is not None
        starts = bears_date if piece.kind == "head" or head is None else False
        if not starts and alone and head is None:
            starts = piece.kind == "head"
        if starts:
            if head is not None:
                yield head, rest
            head, rest = piece, early
            early = []
        elif head is None:
            early.append(piece)
        else:
            rest.append(piece)
    if head is not None:
        yield head, rest


def _is_service(entry: _Entry) -> bool:
    """Whether an entry is a service of process, a summons or a cause of action: its name stands in
    a ``text`` element, or a label or word of such entries in it."""
    if any(node[0].tag == "text" and not node[1] for node in entry.head.nodes):
        return True
    said = {
        (piece.label if piece.kind == "pair" else piece.text or "").lower() for piece in entry.rest
    }
    return bool(said & SERVICE_LABELS)


def _headed(page: CasePage, entry: _Entry) -> tuple[str | None, str | None]:
    """Date and name as the heading prints them."""
    text = page.take(entry.head)
    day, name = dated(text) or (None, text)
    if not name:
        described = first(entry.item, f"[{_NAMED}]")
        name = clean(described.get(_NAMED)) if described is not None else None
    return day, name or None


def _event(page: CasePage, entry: _Entry) -> CaseEvent:
    printed, name = _headed(page, entry)
    values, details = _values(page, entry, page.words.event)
    event = CaseEvent(
        date=page.margin.day(printed, "date"),
        name=name,
        comment=values.get("comment"),
        details=details,
    )
    page.margin.of(event)
    return event


def _hearing(page: CasePage, entry: _Entry) -> CourtHearing:
    printed, name = _headed(page, entry)
    values, details = _values(page, entry, page.words.hearing)
    margin = page.margin
    date = margin.day(printed, "date")
    reason, result = values.get("cancel_reason"), values.get("result")
    canceled = "cancel_reason" in values or (result or "").lower().startswith("cancel")
    told = {"original_type": name, "cancel_reason": result or reason}
    details = tuple(
        one
        for one in details
        if one.text != told.get(page.words.hearing.get(one.label.lower(), ""), one.text + "?")
    )
    if "starts_at" not in values and details:
        strange = ", ".join(one.label for one in details)
        margin.doubt("starts_at", "the label Hearing Time", strange, "label_missing")
    hearing = CourtHearing(
        date=date,
        type=name,
        starts_at=margin.moment(date, values.get("starts_at"), "starts_at"),
        judicial_officer=values.get("judicial_officer") or None,
        result=result or reason or (CANCELED if canceled else None),
        comment=values.get("comment") or None,
        canceled=canceled,
        details=details,
    )
    margin.of(hearing)
    return hearing


def other_entry(page: CasePage, entry: _Entry) -> OtherEntry:
    """An entry with all that it says."""
    printed, name = _headed(page, entry)
    details = [
        page.labeled(piece)
        if piece.kind == "pair"
        else Labeled(label="", text=page.take(piece) or "")
        for piece in entry.rest
        if piece.kind in ("pair", "text")
    ]
    other = OtherEntry(date=page.margin.day(printed, "date"), name=name, details=tuple(details))
    page.margin.of(other)
    return other


def _values(
    page: CasePage, entry: _Entry, labels: Labels
) -> tuple[dict[str, str], tuple[Labeled, ...]]:
    """The labels that have a field, and the others. A text without a label is left, and so told as
    unread."""
    values: dict[str, str] = {}
    details: list[Labeled] = []
    for piece in entry.rest:
        if piece.kind != "pair":
            continue
        name = labels.get(piece.key)
        if name is None:
            details.append(page.labeled(piece))
        elif name in values:
            details.append(page.twice(name, values[name], piece))
        else:
            values[name] = page.take(piece) or ""
            if name in _BESIDE and values[name]:
                details.append(Labeled(label=piece.label, text=values[name]))
    return values, tuple(details)
