"""Records a session's requests and responses as the steps of an exchange."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from replay.exchange import KEPT_HEADERS, Step
from resilience.answer import Answer
from resilience.http_client import HttpRequest
from scrapers.record import Seen

_SERVICE = re.compile(r"/RegisterOfActionsService/(\w+)")
_COURT = (
    ("/SmartSearch/SmartSearch/SmartSearch", "search"),
    ("/SmartSearch/SmartSearchResults", "results"),
    ("/Home/WorkspaceMode", "workspace"),
    ("/Home/Dashboard", "search-form"),
    ("/LoadFinancialInformation", "financial"),
    ("/Case/CaseDetail", "case"),
    ("/RegisterOfActions/", "register"),
)
_SEARCH_FIELDS = {"SearchCriteria", "DOBFrom", "DOBTo", "FileDateStart", "FileDateEnd"}
"""Fields of the Smart Search that state what is searched; the others differ by fetch mode."""
_SIGN_IN = re.compile(r"/(?:account|idp)/|/sign-?in", re.I)


class VisitRecorder:
    """Give `observe` to a `Session`. ``skipped`` counts responses that a recording does not keep:
    those of a busy or broken portal, and of a sign-in."""

    def __init__(self, product: str) -> None:
        self._first = "search" if product == "jail" else "home"
        self.steps: list[Step] = []
        self.skipped = 0

    def observe(self, request: HttpRequest, answer: Answer) -> None:
        """Records a request of fetch mode ``http``."""
        empty = answer.status == 202 and not answer.text.strip()
        if (
            answer.status == 429
            or answer.status >= 500
            or empty
            or _SIGN_IN.search(urlsplit(request.url).path)
        ):
            self.skipped += 1
            return
        fields = dict(request.fields or {})
        kind = kind_of(request.url, fields) or self._first
        if kind == "search":
            fields = {
                name: text
                for name, text in fields.items()
                if name.rpartition(".")[2] in _SEARCH_FIELDS
            }
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        self.steps.append(
            Step(request.method, request.url, kind, answer.text, answer.status, fields, headers)
        )

    def add(
        self, seen: Seen, *, method: str = "GET", fields: Mapping[str, str] | None = None
    ) -> None:
        """Records a page that the browser fetched, unless an HTTP request fetched the same."""
        if any(step.body == seen.text for step in self.steps):
            return
        posted = dict(fields or {})
        kind = kind_of(seen.url, posted) or seen.kind
        self.steps.append(Step(method, seen.url, kind, seen.text, fields=posted))


def kind_of(url: str, fields: Mapping[str, str]) -> str:
    """The page kind of a request, as fixtures name it; "" if neither address nor action tells."""
    action = fields.get("flow_action")
    if action is not None:
        return "detail" if action == "edit" else "list"
    service = _SERVICE.search(url)
    if service is not None:
        return service.group(1)
    path = urlsplit(url).path + "/"
    return next((kind for part, kind in _COURT if part in path), "")
