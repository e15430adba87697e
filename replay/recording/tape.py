"""What a session's plain requests asked and got, as the steps of an exchange."""

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
_TELLING = {"SearchCriteria", "DOBFrom", "DOBTo", "FileDateStart", "FileDateEnd"}
"""Fields of the Smart Search that say what is searched; the others differ between the fetch
modes."""
_SIGN_IN = re.compile(r"/(?:account|idp)/|/sign-?in", re.I)


class RecordingTape:
    """Listens to a session (``observe``). ``left_out`` counts answers that no recording keeps: of a
    busy or broken portal, and of a sign-in."""

    def __init__(self, product: str) -> None:
        self._first = "search" if product == "jail" else "home"
        self.steps: list[Step] = []
        self.left_out = 0

    def hear(self, asked: HttpRequest, answer: Answer) -> None:
        """An exchange of fetch mode http."""
        empty = answer.status == 202 and not answer.text.strip()
        if (
            answer.status == 429
            or answer.status >= 500
            or empty
            or _SIGN_IN.search(urlsplit(asked.url).path)
        ):
            self.left_out += 1
            return
        fields = dict(asked.fields or {})
        kind = kind_of(asked.url, fields) or self._first
        if kind == "search":
            fields = {
                name: text for name, text in fields.items() if name.rpartition(".")[2] in _TELLING
            }
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        self.steps.append(
            Step(asked.method, asked.url, kind, answer.text, answer.status, fields, headers)
        )

    def add(
        self, seen: Seen, *, method: str = "GET", fields: Mapping[str, str] | None = None
    ) -> None:
        """A page that the browser brought, unless fetch mode http was heard bringing the same."""
        if any(step.body == seen.text for step in self.steps):
            return
        posted = dict(fields or {})
        kind = kind_of(seen.url, posted) or seen.kind
        self.steps.append(Step(method, seen.url, kind, seen.text, fields=posted))


def kind_of(url: str, fields: Mapping[str, str]) -> str:
    """The page kind of a request, as the fixtures call it; "" where neither address nor verb
    tells."""
    action = fields.get("flow_action")
    if action is not None:
        return "detail" if action == "edit" else "list"
    service = _SERVICE.search(url)
    if service is not None:
        return service.group(1)
    path = urlsplit(url).path + "/"
    return next((kind for part, kind in _COURT if part in path), "")
