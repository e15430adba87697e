"""Which services of the Register of Actions are asked about a case, and what a silent one means
(odyssey.md, section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from resilience.faults import Busy, SearchLost, Slow
from scrapers.odyssey.parse.roa import LISTS, PARTS

TOP = 50
"""Rows asked for at once, as the page itself does; a portal that caps what it gives would cut a
larger wish unseen."""
SUMMARY = "CaseSummariesSlim"
PAGED = ("DispositionEvents", "CombinedEvents", "CaseEvents", "Hearings", "Parties", "BondSettings")
CLOSED = "roa-closed"
"""Kind of the page of a case whose services the portal refuses."""
_MUST = ("Charges", "DispositionEvents", "Parties")
_PARTS = {
    "FinancialSummary": "financial",
    "BondSettings": "bond_settings",
    "CaseEvents": "events",
    "Hearings": "hearings",
}
_MOST_PAGES = 100

Ask = Callable[[str, int], Any]
"""Gives the JSON of a service (its rows after so many); of the summary, None for a case that is not
shown. Raises Faults."""
MayMiss = Callable[[str], bool]
"""Asked when an optional part of a case gave no answer: True to go on without it, False to raise
its fault."""


@dataclass
class RoaAnswers:
    """What the services said, one answer per service with the pages of its list put together."""

    url: str
    answers: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    restricted: bool = False


def all_answers(ask: Ask, may_miss: MayMiss, url: str, *, top: int = TOP) -> RoaAnswers:
    """All services of the case. Dispositions (and summary, charges, parties) that do not come are a
    fault, never "none"; what else does not come is named in ``missing`` if ``may_miss`` says so."""
    return _Asking(ask, may_miss, url, top).all()


class _Asking:
    def __init__(self, ask: Ask, may_miss: MayMiss, url: str, top: int) -> None:
        self._ask = ask
        self._may_miss = may_miss
        self._top = top
        self._found = RoaAnswers(url)
        self._short: list[str] = []

    def all(self) -> RoaAnswers:
        found = self._found
        summary = self._ask(SUMMARY, 0)
        if summary is None:
            found.restricted = True
            return found
        found.answers[SUMMARY] = summary
        for name in _MUST:
            found.answers[name] = self._list(name)
        missing = self._events()
        for name in ("FinancialSummary", "BondSettings"):
            missing += self._optional(name)
        found.missing = (*missing, *self._short)
        return found

    def _events(self) -> list[str]:
        """The docket with its hearings from one service, or from two where that one does not
        answer."""
        try:
            self._found.answers["CombinedEvents"] = self._list("CombinedEvents")
            return []
        except (Busy, Slow, SearchLost):
            if not self._may_miss("CombinedEvents"):
                raise
        return self._optional("CaseEvents") + self._optional("Hearings")

    def _optional(self, name: str) -> list[str]:
        try:
            self._found.answers[name] = self._list(name)
        except (Busy, Slow, SearchLost):
            if not self._may_miss(name):
                raise
            return [_PARTS[name]]
        return []

    def _list(self, name: str) -> Any:
        """A service's whole list: asked for until fewer rows come than were asked for, and as many
        as it announces. One that ends before is named in ``missing``."""
        if name not in PAGED:
            return self._ask(name, 0)
        whole: dict[str, Any] = {}
        rows: list[Any] = []
        for _ in range(_MOST_PAGES):
            answer = self._ask(name, len(rows))
            part = answer.get(LISTS[name]) if isinstance(answer, dict) else None
            if not isinstance(part, list):
                return whole or answer
            if rows and part and part[0] == rows[0]:
                break  # the portal begins again from the first row
            rows += part
            whole = {**answer, LISTS[name]: rows}
            count = str(answer.get("Count"))
            announced = int(count) if count.isascii() and count.isdigit() else 0
            if not part or (len(part) < self._top and len(rows) >= announced):
                if len(rows) >= announced:
                    return whole
                break
        self._short.append(PARTS[name])
        return whole
