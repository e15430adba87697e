"""One request: who it is about, what befalls it, and its line in the access log."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from practice import misbehave
from practice.log import fetch_mode_of
from practice.overlap import Flight
from practice.world import World

SLOW_SECONDS = 3.0
"""How long the fault ``slow`` keeps an answer back."""


class InsteadError(Exception):
    """Another answer than the page asked for."""

    def __init__(self, response: Response) -> None:
        super().__init__("another answer")
        self.response = response


@dataclass
class Visit:
    """What is known of a request while it is worked on. ``person`` is a roster key, or a party id
    of somebody else."""

    world: World
    request: Request
    portal: str
    page: str
    session: str | None = None
    person: str | None = None
    detail: str | None = None
    faults: list[str] = field(default_factory=list)
    suffered: bool = False
    oldest: bool = False
    flight: Flight | None = None

    async def suffer(self) -> None:
        """Lets faults strike that keep the page back or come instead of it; raises Instead with
        those."""
        self.suffered = True
        if self.strikes("slow"):
            await asyncio.sleep(self.world.faults.seconds("slow", SLOW_SECONDS))
        if self.strikes("busy"):
            patience = hashlib.sha256(f"{self.person}|{self.page}".encode()).digest()[0] % 2
            headers = {"Retry-After": "1"} if patience else {}
            title = "Service Unavailable"
            page = f"<html><head><title>{title}</title></head><body><h2>{title}</h2></body></html>"
            raise InsteadError(HTMLResponse(page, status_code=503, headers=headers))
        other = misbehave.instead(self)
        if other is not None:
            raise InsteadError(other)

    def strikes(self, fault: str) -> bool:
        """Whether that fault strikes here; remembered for the log."""
        return misbehave.strikes(self, fault)

    @property
    def plain(self) -> bool:
        """Whether no browser asks."""
        return fetch_mode_of(self.request.headers) == "http"

    @property
    def by_script(self) -> bool:
        """Whether a page's script asks (and not the browser for a document, or a plain client)."""
        headers = self.request.headers
        return (
            headers.get("x-requested-with") == "XMLHttpRequest"
            or headers.get("sec-fetch-dest") == "empty"
        )

    def note(self, status: int, page: str | None = None, *, ms: float | None = None) -> None:
        """Writes the access log's line; ``ms``: how long the answer took."""
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
            fetch_mode=fetch_mode_of(request.headers),
            detail=self.detail,
            overlap=self.flight is not None and self.flight.overlap,
            ms=ms,
        )


Handler = Callable[[Visit], Awaitable[Response]]


async def answer(visit: Visit, handler: Handler) -> Response:
    """Counts, delays, answers and logs one request. What has no gate of its own (``suffer``) is
    struck when it is done."""
    began = time.perf_counter()
    visit.world.faults.request()
    if visit.world.latency:
        await asyncio.sleep(visit.world.latency)
    response = misbehave.gone(visit)
    if response is None:
        try:
            response = await handler(visit)
        except InsteadError as instead:
            response = instead.response
        if not visit.suffered:
            response = misbehave.instead(visit) or response
        response = misbehave.spoiled(visit, response)
    visit.note(response.status_code, ms=(time.perf_counter() - began) * 1000)
    return response
