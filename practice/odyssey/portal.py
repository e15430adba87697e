"""The portal's addresses."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from practice.odyssey import account, case, register, search
from practice.odyssey.site import Site
from practice.world import World

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" fill="none"'
    ' stroke="#2a5d84" stroke-width="4">'
    '<circle cx="20" cy="20" r="13"/><path d="M30 30L44 44"/></svg>'
)


async def icon(request: Request) -> Response:
    """The picture on a tile: no page, so neither counted nor logged."""
    return Response(ICON, media_type="image/svg+xml")


def make_portal_app(world: World) -> Starlette:
    """The court portal as an ASGI application for its origin's root. Reads the world's addresses
    with every request."""
    site = Site(world)
    pages = [
        ("GET", "/CJS/", "dashboard", search.dashboard),
        ("POST", "/CJS/", "token", account.token),
        ("GET", "/CJS/Account/Login", "login", account.login),
        ("GET", "/CJS/Account/LogOff", "logoff", account.logoff),
        ("GET", "/CJS/Home/Dashboard/29", "search-form", search.search_form),
        ("GET", "/CJS/Home/Dashboard/26", "hearings-form", search.hearings),
        ("POST", "/CJS/SmartSearch/SmartSearch/SmartSearch", "search-post", search.search_post),
        ("GET", "/CJS/SmartSearch/SmartSearch/ResetSmartSearch", "reset", search.reset),
        ("GET", "/CJS/Home/WorkspaceMode", "workspace", search.workspace),
        ("GET", "/CJS/SmartSearch/SmartSearchResults", "results", search.search_results),
        ("GET", "/CJS/Case/CaseDetail", "case", case.case_detail),
        ("GET", "/CJS/Case/CaseDetail/LoadFinancialInformation", "financial", case.financial),
        ("GET", "/app/RegisterOfActions/", "roa-page", register.page),
        ("GET", "/app/RegisterOfActionsService/{call:path}", "roa", register.service),
    ]
    routes = [
        Route(path, site.page(kind, handler), methods=[method])
        for method, path, kind, handler in pages
    ]
    pictures = [
        Route(f"/CJS/Images/Icon_{name}.svg", icon) for name in ("SmartSearch", "SearchHearing")
    ]
    return Starlette(routes=[*routes, *pictures])
