"""Records a session's requests and responses as the steps of an exchange."""

from __future__ import annotations

from collections.abc import Mapping

from replay.exchange import KEPT_HEADERS, Exchange, Step
from resilience.answer import Answer
from resilience.faults import SearchLost
from resilience.http_client import HttpRequest
from scrapers.halves import Half
from scrapers.record import Seen
from scrapers.saved import SavedVisits
from scrapers.sites import Site

RECORDING = "recording"
"""``about.kind`` of a recorded visit."""


class VisitRecorder:
    """Give `observe` to a `Session`. ``skipped`` counts responses that a recording does not keep:
    those of a busy or broken portal, and of a sign-in."""

    def __init__(self, saved: SavedVisits) -> None:
        self._saved = saved
        self.steps: list[Step] = []
        self.skipped = 0

    def observe(self, request: HttpRequest, answer: Answer) -> None:
        """Records a request of fetch mode ``http``."""
        empty = answer.status == 202 and not answer.text.strip()
        kept = self._saved.step_of(request.url, dict(request.fields or {}))
        if answer.status == 429 or answer.status >= 500 or empty or kept is None:
            self.skipped += 1
            return
        kind, fields = kept
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        self.steps.append(
            Step(
                request.method,
                request.url,
                kind or self._saved.first_kind,
                answer.text,
                answer.status,
                fields,
                headers,
            )
        )

    def add(
        self, seen: Seen, *, method: str = "GET", fields: Mapping[str, str] | None = None
    ) -> None:
        """Records a page that the browser fetched, unless an HTTP request fetched the same."""
        posted = dict(fields or {})
        kept = self._saved.step_of(seen.url, posted)
        if kept is None or any(step.body == seen.text for step in self.steps):
            return
        self.steps.append(Step(method, seen.url, kept[0] or seen.kind, seen.text, fields=posted))

    def drop(self, kind: str, fields: Mapping[str, str]) -> None:
        """Forgets the pages of that kind that were asked for with these fields."""
        self.steps = [
            step
            for step in self.steps
            if step.kind != kind or any(step.fields.get(name) != fields[name] for name in fields)
        ]


def exchange_of(
    half: Half, site: Site, page: str, recorder: VisitRecorder, about: Mapping[str, object]
) -> Exchange:
    """The visit as it happened, with real people: never save it before
    `replay.anonymize.anonymize`."""
    if not recorder.steps:
        raise SearchLost("the portal sent nothing that can be recorded")
    known = {name: value for name, value in about.items() if value is not None}
    steps = tuple(recorder.steps)
    return Exchange(half, site.key, page, "recorded", steps, {"kind": RECORDING, **known})
