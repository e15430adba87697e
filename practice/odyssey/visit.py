"""One request: who it is about, what befalls it, and its line in the access log."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from practice.world import World

SLOW_SECONDS = 3.0
"""How long the fault ``slow`` keeps an answer back."""


class Instead(Exception):
    """Another answer than the page asked for."""

    def __init__(self, response: Response) -> None:
        super().__init__("another answer")
        self.response = response


@dataclass
class Visit:
    """What is known of a request while it is worked on. ``person`` is a roster key, or a party id of somebody else."""

    world: World
    request: Request
    portal: str
    page: str
    session: str | None = None
    person: str | None = None
    detail: str | None = None
    faults: list[str] = field(default_factory=list)

    async def suffer(self) -> None:
        """Lets ``slow`` and ``busy`` strike; raises Instead with a 503."""
        if self.strikes("slow"):
            await asyncio.sleep(SLOW_SECONDS)
        if self.strikes("busy"):
            patience = hashlib.sha256(f"{self.person}|{self.page}".encode()).digest()[0] % 2
            headers = {"Retry-After": "1"} if patience else {}
            page = "<html><head><title>Service Unavailable</title></head><body><h2>Service Unavailable</h2></body></html>"
            raise Instead(HTMLResponse(page, status_code=503, headers=headers))

    def strikes(self, fault: str) -> bool:
        """Whether that fault strikes here; remembered for the log."""
        if not self.world.faults.strikes(fault, self.person, self.page):
            return False
        self.faults.append(fault)
        return True

    @property
    def by_script(self) -> bool:
        """Whether a page's script asks (and not the browser for a document, or a plain client)."""
        headers = self.request.headers
        return headers.get("x-requested-with") == "XMLHttpRequest" or headers.get("sec-fetch-dest") == "empty"

    def note(self, status: int, page: str | None = None) -> None:
        """Writes the access log's line."""
        request = self.request
        self.world.log.note(
            self.portal,
            page or self.page,
            method=request.method,
            path=request.url.path,
            status=status,
            person=self.person,
            session=self.session,
            fault=",".join(self.faults) or None,
            lane="browser" if "sec-fetch-mode" in request.headers else "plain",
            detail=self.detail,
        )


Handler = Callable[[Visit], Awaitable[Response]]


async def answer(visit: Visit, handler: Handler) -> Response:
    """Counts, delays, answers and logs one request."""
    visit.world.faults.request()
    if visit.world.latency:
        await asyncio.sleep(visit.world.latency)
    try:
        response = await handler(visit)
    except Instead as instead:
        response = instead.response
    visit.note(response.status_code)
    return response
