"""The Register of Actions: its page first, then the services that the page itself would call
(odyssey.md, section 6)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from resilience.answer import Answer
from resilience.faults import Busy, NoSuchPage, SearchLost
from resilience.retry import resilient
from resilience.session import Session
from scrapers.odyssey.pages.base import Note, PortalPage
from scrapers.odyssey.parse.classic import REQUEST_ACCESS
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.roa_values import json_of
from scrapers.odyssey.services import CLOSED, PAGED, SUMMARY, TOP, MayMiss, RoaAnswers, all_answers
from scrapers.record import Seen
from scrapers.values import clean, soup_of

THROTTLED = 60.0
"""Seconds that a portal wants to be left alone after an empty 202, as its users found."""
_SERVICE = re.compile(r"serviceUri[\"']?\s*[:=]\s*[\"']([^\"']+)[\"']")
_NO_CASE = "no case found for id"


class RegisterOfActionsPage(PortalPage):
    """One case of the newer portals, read without drawing its page."""

    def __init__(
        self,
        session: Session,
        base: str,
        note: Note,
        *,
        throttled: float = THROTTLED,
        top: int = TOP,
    ) -> None:
        super().__init__(session, base)
        self._note = note
        self._throttled = throttled
        self._top = top

    def read(self, link: CaseLink, may_miss: MayMiss) -> RoaAnswers:
        """All services of the case. Dispositions (and summary, charges, parties) that do not come
        are a fault, never "none"; what else does not come is named in ``missing`` if ``may_miss``
        says so."""
        with self.session.page("register of actions"):
            here, there = urlsplit(self.session.url), urlsplit(link.url)
            strange = (here.scheme, here.netloc) != (there.scheme, there.netloc)
            if (
                strange and self.session.fetch_mode == "browser"
            ):  # a page may ask its own origin only
                self.session.open(link.url)
            case = _Case(link, self._page(link.url))
            return all_answers(
                lambda service, skip: self._ask(case, service, skip),
                may_miss,
                link.url,
                top=self._top,
            )

    @resilient
    def _page(self, url: str) -> str:
        """The case's own page: the services know a case only after it was opened in this
        session."""
        answer = self.session.fetch(url, referer=self.session.url)
        self._not_lost(answer)
        return answer.text

    @resilient
    def _ask(self, case: _Case, service: str, skip: int) -> Any:
        """The JSON that a service answers; None where the portal does not show the case, and its
        page says so too."""
        url = case.address(service, self._top, skip)
        allowed = (202, 403) if service == SUMMARY and case.closed else (202,)
        answer = self.session.fetch(
            url, accept="application/json", referer=case.url, allowed=allowed
        )
        if answer.status == 403:
            self._note(Seen(CLOSED, case.url, case.page, {"case_number": case.number}))
            return None
        self._not_lost(answer)
        about = {"case_number": case.number, "service": service, "skip": str(skip)}
        self._note(Seen(f"roa-{service}", url, answer.text, about))
        return json_of(answer.text, url)

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
    """A case's page, and where the services are that it would call."""

    def __init__(self, link: CaseLink, page: str) -> None:
        query = parse_qs(urlsplit(link.url).query)
        told = _SERVICE.search(page)
        self.number = link.case_number
        self.url = link.url
        self.page = page
        self._key = quote((query.get("id") or [""])[0], safe="")
        self._mode = f"mode={quote((query.get('mode') or ['portalembed'])[0], safe='')}"
        service = told.group(1) if told else "/app/RegisterOfActionsService/"
        self._service = urljoin(link.url, service).rstrip("/") + "/"

    @property
    def closed(self) -> bool:
        """Whether the page offers to request access."""
        return REQUEST_ACCESS.lower() in (clean(soup_of(self.page).get_text(" ")) or "").lower()

    def address(self, service: str, top: int, skip: int) -> str:
        """Of a service, or of ``top`` rows of its list after the first ``skip``."""
        if service == SUMMARY:
            return f"{self._service}{service}?key={self._key}&{self._mode}"
        rows = f"&$top={top}&$skip={skip}" if service in PAGED else ""
        return f"{self._service}{service}('{self._key}')?{self._mode}{rows}"
