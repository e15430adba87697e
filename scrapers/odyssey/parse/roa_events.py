"""Dispositions, docket events and hearings in the Register of Actions services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from resilience.faults import LayoutChanged
from scrapers.odyssey.parse.assemble import plain_number
from scrapers.odyssey.parse.blocks import must_day
from scrapers.odyssey.parse.roa_values import at, described, rows, text
from scrapers.odyssey.records import (
    CaseEvent,
    CourtHearing,
    DispositionEvent,
    Outcome,
    SentencePart,
)
from scrapers.values import moment_of

_NAMES = {
    "CriminalDispositionEvent": "Disposition",
    "PleaEvent": "Plea",
    "SentenceEvent": "Sentence",
}
_SEEN = "CriminalDispositionEvent"
"""The one kind of event that was seen saved whole: every key is there, whatever its value
(odyssey.md, section 6)."""
_NO_DATE = "1"


def read_dispositions(
    answer: Any, numbers: Mapping[str | None, str | None], url: str, extra: dict[str, Any]
) -> list[DispositionEvent]:
    """Every event of ``DispositionEvents``, deleted ones left out. ``numbers``: charge id -> charge
    number.

    An event without a date raises LayoutChanged: an outcome is never dropped without a word.
    """
    found = []
    for row in rows(answer, "Events", url):
        event = row.get("Event")
        if not isinstance(event, dict):
            raise LayoutChanged(url, "disposition event", "Event", sorted(row))
        kind = text(row.get("Type")) or ""
        if not kind or (kind == _SEEN and "IsDeleted" not in event):
            raise LayoutChanged(
                url, "disposition event", "Type and IsDeleted", [*sorted(row), *sorted(event)]
            )
        if event.get("IsDeleted") or row.get("IsDeleted"):
            continue
        if kind not in _NAMES:
            extra.setdefault("event_types", []).append(kind)
        lines = [line for line in _lines(event, kind, url) if not at(line, "Charge", "HideCharge")]
        for line in lines:
            booking = text(at(line, "Charge", "BookingNumber"))
            if booking:
                extra.setdefault("booking_numbers", {})[text(line.get("ChargeID")) or ""] = booking
        found.append(
            DispositionEvent(
                date=_date(row, event, "date of a disposition event", url),
                name=text(row.get("CriminalDispositionLabel"))
                or _NAMES.get(kind)
                or described(event.get("TypeId"))
                or kind,
                judicial_officer=described(event.get("JudgeId")),
                outcomes=tuple(_outcome(line, numbers) for line in lines if _says_something(line)),
                sentence=tuple(
                    SentencePart(
                        kind=text(part.get("Description")) or "", text=text(part.get("Text")) or ""
                    )
                    for line in lines
                    for part in line.get("Components") or ()
                ),
            )
        )
    return found


def _date(row: dict[str, Any], event: dict[str, Any], what: str, url: str) -> Any:
    said = text(event.get("Date")) or text(event.get("EventDate")) or text(row.get("SortEventDate"))
    return must_day(None if said == _NO_DATE else said, what, url)


def _lines(event: dict[str, Any], kind: str, url: str) -> list[dict[str, Any]]:
    """``CriminalDispositions``, ``CriminalPleas``, ``CriminalSentences``: the lists of the event
    that name charges.

    Without such a list, or with a line whose outcome cannot be read, a charge would seem open:
    LayoutChanged."""
    lists = [
        value
        for key, value in event.items()
        if key.startswith("Criminal") and isinstance(value, list)
    ]
    if not lists and kind in _NAMES:
        raise LayoutChanged(
            url, "disposition event", "a list such as CriminalDispositions", sorted(event)
        )
    lines = [line for value in lists for line in value if isinstance(line, dict)]
    for line in lines:
        codes = [value for key, value in line.items() if key.endswith("TypeId")]
        charge = line.get("Charge")
        if not codes or any(isinstance(code, dict) and not described(code) for code in codes):
            raise LayoutChanged(
                url, "line of a disposition event", "a TypeId with a description", sorted(line)
            )
        if kind == _SEEN and ("Charge" not in line or (charge and "HideCharge" not in charge)):
            raise LayoutChanged(
                url, "line of a disposition event", "Charge with HideCharge", sorted(line)
            )
    return lines


def _result(line: dict[str, Any]) -> str | None:
    return next(
        (
            said
            for key, value in line.items()
            if key.endswith("TypeId") and (said := described(value))
        ),
        None,
    )


def _says_something(line: dict[str, Any]) -> bool:
    return bool(line.get("Charge") or text(line.get("ChargeID")) or _result(line))


def _outcome(line: dict[str, Any], numbers: Mapping[str | None, str | None]) -> Outcome:
    offense = at(line, "Charge", "ChargeOffense")
    charge_id = text(line.get("ChargeID")) or text(at(line, "Charge", "ChargeId"))
    return Outcome(
        charge_number=numbers.get(charge_id) or plain_number(text(at(offense, "ChargeNumber"))),
        description=text(at(offense, "ChargeOffenseDescription")),
        result=_result(line),
    )


def read_events(
    answers: Mapping[str, Any], url: str, zone: ZoneInfo, extra: dict[str, Any]
) -> tuple[list[CaseEvent], list[CourtHearing]]:
    """Docket events and hearings, from ``CombinedEvents`` or else from ``CaseEvents`` and
    ``Hearings``."""
    if "CombinedEvents" in answers:
        mixed = rows(answers["CombinedEvents"], "Events", url)
    else:
        mixed = rows(answers.get("CaseEvents", {"Events": []}), "Events", url)
        told = rows(answers.get("Hearings", {"Hearings": []}), "Hearings", url)
        mixed += [{**row, "Type": row.get("Type") or "HearingEvent"} for row in told]
    events: list[CaseEvent] = []
    hearings: list[CourtHearing] = []
    for row in mixed:
        event, kind = row.get("Event") or {}, text(row.get("Type")) or ""
        said = (
            text(event.get("Date"))
            or text(event.get("EventDate"))
            or text(row.get("SortEventDate"))
        )
        if not kind:
            raise LayoutChanged(url, "event of the docket", "Type", sorted(row))
        if event.get("IsDeleted") or row.get("IsDeleted") or kind in _NAMES:
            continue
        if said in (None, _NO_DATE):
            extra.setdefault("undated_events", []).append(
                described(event.get("TypeId")) or text(row.get("EventType")) or kind
            )
        elif kind == "HearingEvent":
            hearings.append(_hearing(row, event, url, zone))
        elif kind == "Event":
            events.append(_event(row, event, url))
        else:
            extra.setdefault("event_types", []).append(kind)
            extra.setdefault("events", []).append(
                {"type": kind, "date": said, "name": described(event.get("TypeId"))}
            )
    return events, hearings


def _event(row: dict[str, Any], event: dict[str, Any], url: str) -> CaseEvent:
    name = described(event.get("TypeId"))
    if not name:
        raise LayoutChanged(url, "docket event", "TypeId with a description", event.get("TypeId"))
    return CaseEvent(
        date=_date(row, event, "date of a docket event", url),
        name=name,
        comment=text(event.get("Comment")),
    )


def _hearing(row: dict[str, Any], event: dict[str, Any], url: str, zone: ZoneInfo) -> CourtHearing:
    kind = text(row.get("EventType")) or described(event.get("TypeId"))
    if not kind:
        raise LayoutChanged(url, "hearing", "EventType", sorted(row))
    date, time = _date(row, event, "date of a hearing", url), text(row.get("HearingTime"))
    try:
        starts = moment_of(date, time, zone)
    except ValueError:
        raise LayoutChanged(url, "hearing time", "9:00 AM", time) from None
    return CourtHearing(
        date=date,
        type=kind,
        starts_at=starts,
        judicial_officer=described(row.get("JudgeOrMagistrateDesc")),
        result=described(at(event, "Setting", "ResultId"))
        or described(event.get("CanceledReasonId")),
        comment=text(event.get("Comment")),
    )
