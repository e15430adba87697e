"""The identity provider: one sign-in form, a token for the portal in return."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from practice.odyssey import show, wsfed
from practice.odyssey.visit import Handler, Visit, answer
from practice.world import World

TOKEN = "__RequestVerificationToken"
REFUSED = "Invalid Email or password."


def make_idp_app(world: World) -> Starlette:
    """The identity provider as an ASGI application; its pages stand below ``/idp``."""
    templates = show.environment()
    secret = secrets.token_bytes(32)

    def form_token(cookie: str) -> str:
        return hmac.new(secret, cookie.encode(), hashlib.sha256).hexdigest()

    def form(request: Request, error: str = "") -> Response:
        cookie = request.cookies.get(TOKEN) or secrets.token_hex(24)
        action = f"{request.url.path}?{request.url.query}"
        page = templates.get_template("signin.html").render(
            action=action, token=form_token(cookie), user="", error=error
        )
        response = HTMLResponse(page)
        response.set_cookie(TOKEN, cookie, httponly=True)
        return response

    async def signin(visit: Visit) -> Response:
        await visit.suffer()
        return form(visit.request)

    async def signin_post(visit: Visit) -> Response:
        request = visit.request
        fields = await request.form()
        cookie = request.cookies.get(TOKEN, "")
        if not cookie or not hmac.compare_digest(str(fields.get(TOKEN, "")), form_token(cookie)):
            visit.detail = "no verification token"
            return PlainTextResponse(
                "The anti-forgery token could not be validated.", status_code=400
            )
        realm = f"{wsfed.base(world)}/"
        if request.query_params.get("wtrealm") != realm:
            visit.detail = "unknown realm"
            return PlainTextResponse("The relying party is not known.", status_code=400)
        user, password = str(fields.get("UserName", "")), str(fields.get("Password", ""))
        if (user.casefold(), password) != (world.account.user.casefold(), world.account.password):
            visit.detail = "refused"
            return form(request, REFUSED)
        visit.detail = "accepted"
        page = templates.get_template("handover.html").render(
            action=realm,
            wresult=wsfed.issue(world, user),
            wctx=request.query_params.get("wctx", ""),
        )
        return HTMLResponse(page)

    def page(kind: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await answer(Visit(world, request, "idp", kind), handler)

        return endpoint

    return Starlette(
        routes=[
            Route("/idp/account/signin", page("signin", signin), methods=["GET"]),
            Route("/idp/account/signin", page("signin-post", signin_post), methods=["POST"]),
        ]
    )
