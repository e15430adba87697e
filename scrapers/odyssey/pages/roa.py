"""The Register of Actions: its page first, then the services that the page itself would call (odyssey.md, section 6)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from resilience.answer import Answer
from resilience.faults import Blocked, Busy, Dropped, NoSuchPage, SearchLost, Slow
from resilience.retry import resilient
from resilience.session import Session
from scrapers.odyssey.classic import REQUEST_ACCESS
from scrapers.odyssey.hits import CaseLink
from scrapers.odyssey.pages.base import MayMiss, Note, PortalPage
from scrapers.odyssey.roa import LISTS
from scrapers.page import clean, sha256, soup_of
from scrapers.record import PageProof

TOP = 50
"""Rows asked for at once, as the page itself does; a portal that caps what it gives would cut a larger wish unseen."""
THROTTLED = 60.0
"""Seconds that a portal wants to be left alone after an empty 202, as its users found."""
PAGED = ("DispositionEvents", "CombinedEvents", "CaseEvents", "Hearings", "Parties", "BondSettings")
_MUST = ("Charges", "DispositionEvents", "Parties")
_PARTS = {
    "FinancialSummary": "financial",
    "BondSettings": "bond_settings",
    "CaseEvents": "events",
    "Hearings": "hearings",
}
_MOST_PAGES = 100
_SERVICE = re.compile(r"serviceUri[\"']?\s*[:=]\s*[\"']([^\"']+)[\"']")
_NO_CASE = "no case found for id"


@dataclass
class RoaAnswers:
    """What the services said, one answer per service with the pages of its list put together."""

    url: str
    answers: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    restricted: bool = False


class RegisterOfActionsPage(PortalPage):
    """One case of the newer portals, read without drawing its page."""

    def __init__(
        self, session: Session, base: str, note: Note, *, throttled: float = THROTTLED, top: int = TOP
    ) -> None:
        super().__init__(session, base)
        self._note = note
        self._throttled = throttled
        self._top = top

    def read(self, link: CaseLink, may_miss: MayMiss) -> RoaAnswers:
        """All services of the case. Dispositions (and summary, charges, parties) that do not come are a fault, never
        "none"; what else does not come is named in ``missing`` if ``may_miss`` says so."""
        with self.session.page("register of actions"):
            here, there = urlsplit(self.session.url), urlsplit(link.url)
            if (here.scheme, here.netloc) != (there.scheme, there.netloc):
                self.session.open(link.url)
            page = self._page(link.url)
            case = _Case(link.url, page)
            offers = REQUEST_ACCESS.lower() in (clean(soup_of(page).get_text(" ")) or "").lower()
            summary = self._ask(
                case, f"CaseSummariesSlim?key={case.key}&{case.mode}", allowed=(403,) if offers else ()
            )
            if summary is None:
                return RoaAnswers(link.url, restricted=True)
            found = RoaAnswers(link.url, {"CaseSummariesSlim": summary})
            for name in _MUST:
                found.answers[name] = self._list(case, name)
            missing = self._events(case, found, may_miss)
            for name in ("FinancialSummary", "BondSettings"):
                missing += self._optional(case, found, name, may_miss)
            found.missing = tuple(missing)
            return found

    def _events(self, case: _Case, found: RoaAnswers, may_miss: MayMiss) -> list[str]:
        """The docket with its hearings from one service, or from two where that one does not answer."""
        try:
            found.answers["CombinedEvents"] = self._list(case, "CombinedEvents")
            return []
        except (Busy, Slow, SearchLost):
            if not may_miss("CombinedEvents"):
                raise
        return self._optional(case, found, "CaseEvents", may_miss) + self._optional(
            case, found, "Hearings", may_miss
        )

    def _optional(self, case: _Case, found: RoaAnswers, name: str, may_miss: MayMiss) -> list[str]:
        try:
            found.answers[name] = self._list(case, name)
        except (Busy, Slow, SearchLost):
            if not may_miss(name):
                raise
            return [_PARTS[name]]
        return []

    @resilient
    def _page(self, url: str) -> str:
        """The case's own page: the services know a case only after it was opened in this session."""
        answer = self.session.fetch(url, referer=self.session.url)
        self._not_lost(answer)
        return answer.text

    def _list(self, case: _Case, name: str) -> Any:
        """A service's whole list: asked for until fewer rows come than were asked for."""
        call = f"{name}('{case.key}')?{case.mode}"
        if name not in PAGED:
            return self._ask(case, call)
        whole: dict[str, Any] = {}
        rows: list[Any] = []
        for _ in range(_MOST_PAGES):
            answer = self._ask(case, f"{call}&$top={self._top}&$skip={len(rows)}")
            part = answer.get(LISTS[name]) if isinstance(answer, dict) else None
            if not isinstance(part, list):
                return answer
            rows += part
            whole = {**answer, LISTS[name]: rows}
            count = answer.get("Count")
            announced = int(count) if str(count).isdigit() else 0
            if not part or (len(part) < self._top and len(rows) >= announced):
                break
        return whole

    @resilient
    def _ask(self, case: _Case, call: str, *, allowed: tuple[int, ...] = ()) -> Any:
        """The JSON that a service answers; None for an allowed status."""
        url = case.service + call
        answer = self.session.fetch(url, accept="application/json", referer=case.url, allowed=(202, *allowed))
        if answer.status in allowed:
            return None
        self._not_lost(answer)
        self._note(
            PageProof(kind=f"roa-{call.partition('?')[0].partition('(')[0]}", sha256=sha256(answer.text))
        )
        try:
            return json.loads(answer.text)
        except ValueError:
            if answer.text.lstrip().startswith("<"):
                raise Blocked("a page came where a service answers JSON", url=url) from None
            raise Dropped("a service's answer is cut short", url=url) from None

    def _not_lost(self, answer: Answer) -> None:
        if answer.status == 202 and not answer.text.strip():
            raise Busy(
                "an empty 202: the portal holds this address back",
                url=answer.url,
                retry_after=self._throttled,
            )
        if not answer.text.strip():
            raise SearchLost("an empty answer of a service", url=answer.url)
        if _NO_CASE in answer.text[:200].lower():
            raise NoSuchPage("the portal knows no case under this key", url=answer.url)


class _Case:
    """Where the services of a case are."""

    def __init__(self, url: str, page: str) -> None:
        query = parse_qs(urlsplit(url).query)
        told = _SERVICE.search(page)
        self.url = url
        self.key = quote((query.get("id") or [""])[0], safe="")
        self.mode = f"mode={quote((query.get('mode') or ['portalembed'])[0], safe='')}"
        self.service = (
            urljoin(url, told.group(1) if told else "/app/RegisterOfActionsService/").rstrip("/") + "/"
        )
