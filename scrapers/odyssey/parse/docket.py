"""Docket events and hearings of a classic case page (odyssey.md, section 5)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import by_id, first, select, words
from scrapers.odyssey.parse.blocks import dated, labelled, must_day, unlabelled
from scrapers.odyssey.records import CaseEvent, CourtHearing
from scrapers.values import clean, moment_of

_ITEM = "li.list-group-item"
_EVENT = ".portal-case-event"
_KNOWN = {"original type", "judicial officer", "hearing time", "result", "comment"}


def read_docket(
    root: HtmlElement, url: str, zone: ZoneInfo, extra: dict[str, Any]
) -> tuple[list[CaseEvent], list[CourtHearing]]:
    """Events and hearings in page order; both empty where the page has no such section. Entries
    without a date are kept in ``extra``."""
    events: list[CaseEvent] = []
    hearings: list[CourtHearing] = []
    box = by_id(root, "eventsInformationDiv")
    if box is None:
        return events, hearings
    items = select(box, _ITEM)
    if not items:
        raise LayoutChanged(url, "events of the case", _ITEM, words(box))
    for item in items:
        docket = first(item, _EVENT)
        if docket is None and first(item, "[data-event-description]") is not None:
            raise LayoutChanged(url, "docket event", _EVENT, words(item))
        place = docket if docket is not None else first(item, ".tyler-toggle-controller")
        parts = dated(words(first(item if place is None else place, "p.text-primary")))
        if parts is None:
            extra.setdefault("undated_events", []).append(words(item))
        elif docket is not None:
            events.append(_event(docket, parts, url, extra))
        else:
            hearings.append(_hearing(item, parts, url, zone, extra))
        for _, bare in unlabelled(item):
            extra.setdefault("unlabelled", []).append(bare)
    shown = [words(head) for head in select(box, "p.text-primary") if dated(words(head))]
    if len(shown) > len(events) + len(hearings):
        raise LayoutChanged(url, "events of the case", f"each in {_ITEM}", shown[-1])
    return events, hearings


def _event(
    docket: HtmlElement, parts: tuple[str, str], url: str, extra: dict[str, Any]
) -> CaseEvent:
    name = parts[1] or clean(docket.get("data-event-description"))
    if not name:
        raise LayoutChanged(url, "docket event", "a name", words(docket))
    comment = None
    for label, value in labelled(docket):
        if label.lower() == "comment":
            comment = value
        else:
            extra.setdefault("event_labels", {}).setdefault(name, {})[label] = value
    return CaseEvent(
        date=must_day(parts[0], "date of a docket event", url), name=name, comment=comment
    )


def _hearing(
    item: HtmlElement, parts: tuple[str, str], url: str, zone: ZoneInfo, extra: dict[str, Any]
) -> CourtHearing:
    if not parts[1]:
        raise LayoutChanged(url, "hearing", "a type", words(item))
    values = {label.lower(): (label, value) for label, value in labelled(item)}

    def value_of(label: str) -> str | None:
        return values.get(label, ("", None))[1]

    for key, (label, value) in values.items():
        if key not in _KNOWN or (key == "original type" and value != parts[1]):
            extra.setdefault("hearing_labels", {}).setdefault(parts[1], {})[label] = value
    date = must_day(parts[0], "date of a hearing", url)
    try:
        starts = moment_of(date, value_of("hearing time"), zone)
    except ValueError:
        raise LayoutChanged(url, "hearing time", "09:00 AM", value_of("hearing time")) from None
    return CourtHearing(
        date=date,
        type=parts[1],
        starts_at=starts,
        judicial_officer=value_of("judicial officer"),
        result=value_of("result"),
        comment=value_of("comment"),
    )
