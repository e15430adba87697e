"""Dispositions, docket events and hearings in the Register of Actions services
(docs/portals/odyssey.md, section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from scrapers.odyssey.parse.assemble import plain_number
from scrapers.odyssey.parse.docket import CANCELED, Docket
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.parse.roa_keys import EVENT, OF_LINE, OFFENSE
from scrapers.odyssey.parse.roa_values import Answers, Object
from scrapers.odyssey.records import (
    CaseEvent,
    CourtCharge,
    CourtHearing,
    DispositionEvent,
    OtherEntry,
    Outcome,
    SentencePart,
)
from scrapers.record import Labeled

NAMES = {
    "CriminalDispositionEvent": "Disposition",
    "PleaEvent": "Plea",
    "SentenceEvent": "Sentence",
}
_NO_DATE = "1"
_DATES = ("Date", "EventDate")
_REASONS = ("CanceledReasonId", "CancelReasonId", "RescheduledReasonId", "ReasonId", "Reason")
_DELETED = Labeled(label="IsDeleted", text="true")


class Events:
    """Reads the lists of events of one case. ``charges``: the charges by their id,
    ``names``: those of the parties."""

    def __init__(
        self,
        answers: Answers,
        margin: Margin,
        charges: Mapping[str | None, CourtCharge],
        names: Collection[str],
    ) -> None:
        self._answers = answers
        self._margin = margin
        self._charges = charges
        self._names = names
        self.deleted: list[OtherEntry] = []

    # -- dispositions

    def dispositions(self, rows: Iterable[Object]) -> list[DispositionEvent]:
        """Every event; those that were deleted are told among the other entries."""
        found = []
        for row in rows:
            event = self._answers.inner(row, "Event")
            if self._is_deleted(row, event):
                kind = self._answers.text(row, "Type") or ""
                self.deleted.append(self._other(row, event, NAMES.get(kind) or kind, [_DELETED]))
            else:
                found.append(self._disposition(row, event))
        return found

    def _disposition(self, row: Object, event: Object) -> DispositionEvent:
        answers, margin = self._answers, self._margin
        kind = answers.text(row, "Type") or ""
        date, details = self._date(row, event)
        if kind not in NAMES and kind:
            details.append(Labeled(label="Type", text=kind))
        lines = [line for line in self._lines(event) if not self._is_hidden(line)]
        outcomes: list[Outcome] = []
        sentence: list[SentencePart] = []
        for line in lines:
            outcome, parts = self._line(line)
            sentence += parts
            if outcome is not None:
                margin.within(outcome, f"outcomes.{len(outcomes)}")
                outcomes.append(outcome)
        named = answers.coded(event, "TypeId")
        label = answers.text(row, "CriminalDispositionLabel")
        found = DispositionEvent(
            date=date,
            name=label or NAMES.get(kind) or named or kind or None,
            judicial_officer=answers.coded(event, "JudgeId"),
            outcomes=tuple(outcomes),
            sentence=tuple(sentence),
            details=(*details, *answers.details(event, ("Comment", *EVENT))),
        )
        if kind in NAMES and not lines and kind != "SentenceEvent":
            margin.doubt("outcomes", "what became of each charge", "nothing", "label_missing")
        margin.of(found)
        return found

    def _lines(self, event: Object) -> list[Object]:
        """``CriminalDispositions``, ``CriminalPleas``, ``CriminalSentences``: the lists of an event
        that name charges."""
        return [
            line
            for key in event
            if key.startswith("Criminal")
            for line in self._answers.rows(event, key)
        ]

    def _is_hidden(self, line: Object) -> bool:
        """Whether the portal itself does not show a line."""
        charge = self._answers.inner(line, "Charge")
        if not self._answers.flag(charge, "HideCharge"):
            return False
        self._answers.ledger.take(line, *line)
        return True

    def _line(self, line: Object) -> tuple[Outcome | None, list[SentencePart]]:
        answers, margin = self._answers, self._margin
        charge = answers.inner(line, "Charge")
        offense = answers.inner(charge, "ChargeOffense")
        charge_id = answers.text(line, "ChargeID") or answers.text(charge, "ChargeId")
        known = self._charges.get(charge_id)
        codes = [key for key in line if key.endswith("TypeId")]
        results = [said for key in codes if (said := answers.coded(line, key))]
        number = plain_number(answers.text(offense, "ChargeNumber"))
        description = answers.text(offense, "ChargeOffenseDescription")
        details = [Labeled(label="TypeId", text=said) for said in results[1:]]
        details += answers.details(charge, OF_LINE)
        details += self._of_charge(charge, offense, known)
        parts = [
            SentencePart(kind=answers.coded(part, "Description"), text=text)
            for part in answers.rows(line, "Components")
            if (text := answers.text(part, "Text"))
        ]
        if not (charge_id or description or results):
            return None, parts
        if not results:
            margin.doubt(
                "result", "a TypeId with a description", ", ".join(codes) or "none", "label_missing"
            )
        outcome = Outcome(
            charge_number=(known.number if known is not None else None) or number,
            description=description,
            result=results[0] if results else None,
            details=tuple(details),
        )
        margin.of(outcome)
        return outcome, parts

    def _of_charge(
        self, charge: Object, offense: Object, known: CourtCharge | None
    ) -> list[Labeled]:
        """What a line says again of its charge: told where it says something else."""
        answers = self._answers
        number = plain_number(answers.text(offense, "ChargeNumber"))
        again = {
            "ChargeNumber": (number, (known and known.number) or number),
            "Statute": (answers.text(offense, "Statute"), known and known.statute),
            "Degree": (
                answers.coded(offense, "DegreeDescription", "DegreeId", "Degree"),
                known and known.degree,
            ),
        }
        before = answers.inner(charge, "OriginalChargeOffense")
        again["OriginalChargeOffense"] = (
            answers.text(before, "ChargeOffenseDescription"),
            known and known.original_description,
        )
        amended = known is not None and (known.amended_date or known.original_description)
        if answers.flag(offense, "IsAmended") and not amended:
            again["IsAmended"] = ("true", None)
        answers.text(offense, "Degree")
        name = answers.text(charge, "PartyName")
        again["PartyName"] = (name, name if name in self._names else None)
        return [
            Labeled(label=label, text=said)
            for label, (said, before) in again.items()
            if said and said != before
        ] + answers.details(offense, OFFENSE)

    # -- the docket

    def docket(self, rows: Iterable[Object], hearings: Iterable[Object] = ()) -> Docket:
        """Docket events, hearings, and other entries; ``hearings`` are those of a service of their
        own, which need not say what they are."""
        found = Docket()
        mixed = [(row, "") for row in rows] + [(row, "HearingEvent") for row in hearings]
        for row, known in mixed:
            event = self._answers.inner(row, "Event")
            kind = self._answers.text(row, "Type") or known
            if self._is_deleted(row, event):
                found.others.append(self._other(row, event, kind, [_DELETED]))
            elif kind == "HearingEvent" or (not kind and "HearingTime" in row):
                found.hearings.append(self._hearing(row, event))
            elif kind == "Event" or not kind:
                found.events.append(self._event(row, event))
            else:
                found.others.append(self._other(row, event, kind, []))
        found.others += self.deleted
        self.deleted = []
        return found

    def _event(self, row: Object, event: Object) -> CaseEvent:
        answers, margin = self._answers, self._margin
        date, details = self._date(row, event)
        found = CaseEvent(
            date=date,
            name=answers.coded(event, "TypeId") or answers.text(row, "EventType"),
            comment=answers.text(event, "Comment"),
            details=(*details, *answers.details(row, EVENT), *answers.details(event, EVENT)),
        )
        margin.of(found)
        return found

    def _hearing(self, row: Object, event: Object) -> CourtHearing:
        answers, margin = self._answers, self._margin
        date, details = self._date(row, event)
        setting = answers.inner(event, "Setting")
        result = answers.coded(setting, "ResultId")
        reason = answers.coded(event, *_REASONS)
        moved = answers.rows(row, "CancelOrRescheduleSettings") or answers.rows(
            event, "CancelOrRescheduleSettings"
        )
        for one in moved:
            reason = reason or answers.coded(one, *_REASONS)
        active = answers.text(row, "ActiveSettingsCount")
        canceled = active == "0" or (active is None and bool(reason or moved))
        details += answers.details(row, ("CancelOrRescheduleSettings", *EVENT))
        details += answers.details(event, ("CancelOrRescheduleSettings", *EVENT))
        if reason and result and reason != result:
            details.append(Labeled(label="CanceledReasonId", text=reason))
        hearing = CourtHearing(
            date=date,
            type=answers.coded(row, "EventType") or answers.coded(event, "TypeId"),
            starts_at=margin.moment(date, answers.text(row, "HearingTime"), "starts_at"),
            judicial_officer=answers.coded(row, "JudgeOrMagistrateDesc"),
            result=result or reason or (CANCELED if canceled else None),
            comment=answers.text(event, "Comment"),
            canceled=canceled or (result or "").lower().startswith("cancel"),
            details=tuple(one for one in details if one.text not in (reason, result)),
        )
        margin.of(hearing)
        return hearing

    def _other(self, row: Object, event: Object, kind: str, details: list[Labeled]) -> OtherEntry:
        """An entry of another kind, with all that it says."""
        answers, margin = self._answers, self._margin
        date, again = self._date(row, event)
        named = answers.coded(event, "TypeId") or answers.coded(row, "EventType")
        answers.text(row, "Type")
        if named and kind and kind not in (*NAMES.values(), "Event"):
            details = [Labeled(label="Type", text=kind), *details]
        said = answers.untaken(row)
        entry = OtherEntry(date=date, name=named or kind or None, details=(*details, *again, *said))
        margin.of(entry)
        return entry

    # -- both

    def _is_deleted(self, row: Object, event: Object) -> bool:
        deleted = [self._answers.flag(holder, "IsDeleted") for holder in (row, event)]
        return any(deleted)

    def _date(self, row: Object, event: Object) -> tuple[dt.date | None, list[Labeled]]:
        """The day of an entry. Two keys tell it, a third sorts by it; where the two say different
        things, the second is told beside it."""
        answers = self._answers
        said = {key: text for key in _DATES if (text := answers.text(event, key))}
        sorts = answers.text(row, "SortEventDate")
        printed = next(iter(said.values()), None if sorts == _NO_DATE else sorts)
        again = [Labeled(label=key, text=text) for key, text in said.items() if text != printed]
        return self._margin.day(printed, "date"), again


def parted(
    mixed: list[Object], dispositions: list[Object]
) -> tuple[list[tuple[Object, Object]], list[Object], list[Object]]:
    """The mixed docket in three: dispositions that their own service tells too (with what that one
    tells), those that it does not tell, and the other entries."""

    def key(row: Object) -> tuple[str, ...]:
        event = row.get("Event")
        date = event.get("Date") if isinstance(event, Mapping) else None
        identity = str(row.get("EventId") or "").strip()
        return (
            (identity,)
            if identity
            else (str(row.get("Type")), str(date or row.get("SortEventDate")))
        )

    known = {key(row): row for row in dispositions}
    again: list[tuple[Object, Object]] = []
    more: list[Object] = []
    rest: list[Object] = []
    for row in mixed:
        kind = row.get("Type")
        if not isinstance(kind, str) or kind not in NAMES:
            rest.append(row)
        elif key(row) in known:
            again.append((row, known[key(row)]))
        else:
            more.append(row)
    return again, more, rest
