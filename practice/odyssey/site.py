"""What the portal's pages have in common: their world, sessions, index, templates, and the gate
before signed-in pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from practice.odyssey import show, wsfed
from practice.odyssey.index import Index
from practice.odyssey.sessions import SESSION, PortalSession, Sessions
from practice.odyssey.visit import InsteadError, Visit, answer
from practice.overlap import Flights
from practice.world import World

RESULTS_DELAY = 0.2
"""Seconds that a search takes before its results come."""
FINANCIAL_DELAY = 0.15
"""Seconds that the financial part takes after the page asked for it."""


class PortalVisit(Visit):
    """A request of the portal, with the session it came in and whether its owner is signed in."""

    site: Site
    of: PortalSession

    @property
    def signed_in(self) -> bool:
        """Whether the visitor is signed in."""
        return self.site.sessions.signed_in(self.request, self.of)

    async def enter(self, person: str | None = None, *, may_lose_session: bool = True) -> None:
        """The gate of every page that needs a sign-in: says whom the request is about, lets faults
        strike, and sends away whoever is not (or no longer) signed in: a page's script gets the
        sign-in page, a browser is redirected to it."""
        self.person = person
        if may_lose_session and self.signed_in and self.strikes("lost-session"):
            self.of.lost = True
        if not self.signed_in:
            raise InsteadError(self.site.sign_in_first(self))
        await self.suffer()


Page = Callable[["Site", PortalVisit], Awaitable[Response]]


class Site:
    """The portal: one object for all its pages."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions = Sessions()
        self._flights = Flights()
        self._index = Index(world.people)
        self._templates = show.environment()

    @property
    def index(self) -> Index:
        """The index of the world's people; made anew when they were replaced."""
        if self._index.people is not self.world.people:
            self._index = Index(self.world.people)
        return self._index

    @property
    def base(self) -> str:
        """Absolute address of the virtual directory, without a slash at the end."""
        return wsfed.base(self.world)

    def page(self, kind: str, handler: Page) -> Callable[[Request], Awaitable[Response]]:
        """The handler as a Starlette endpoint: session cookie, count, log."""

        async def endpoint(request: Request) -> Response:
            visit = PortalVisit(self.world, request, "odyssey", kind)
            visit.site, visit.of = self, self.sessions.of(request)
            visit.session = visit.of.id

            async def handle(_: Visit) -> Response:
                return await handler(self, visit)

            with self._flights.of(request.cookies.get(SESSION), kind) as visit.flight:
                response = await answer(visit, handle)
            if visit.of.id != request.cookies.get(SESSION):
                response.set_cookie(SESSION, visit.of.id, httponly=True)
            return response

        return endpoint

    def render(self, template: str, visit: PortalVisit, **values: Any) -> str:
        """A template with what every page is given."""
        return self._templates.get_template(template).render(
            base=self.base,
            today=self.world.today,
            signed_in=visit.signed_in,
            first_name=self.world.account.first_name,
            **values,
        )

    def html(self, template: str, visit: PortalVisit, **values: Any) -> Response:
        """A template as an answer."""
        return HTMLResponse(self.render(template, visit, **values))

    def sign_in_first(self, visit: PortalVisit) -> Response:
        """The answer to somebody who is not signed in."""
        wanted = visit.request.url
        path = "/CJS/"
        if visit.request.method == "GET":
            path = f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path
        address = wsfed.signin_address(self.world, path)
        if visit.by_script:
            page = self._templates.get_template("signin.html")
            return HTMLResponse(page.render(action=address, token="", user="", error=""))
        return RedirectResponse(address, status_code=302)
