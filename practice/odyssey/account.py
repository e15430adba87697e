"""Coming and going: the redirect to the identity provider, the token it sends back, the
sign-out."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from practice.odyssey import wsfed
from practice.odyssey.sessions import AUTH, AUTH1, CRITERIA
from practice.odyssey.site import PortalVisit, Site


async def login(site: Site, visit: PortalVisit) -> Response:
    """Where "Sign In" leads: to the identity provider, or home for somebody who is signed in."""
    if visit.signed_in:
        return RedirectResponse("/CJS/", status_code=302)
    return RedirectResponse(wsfed.signin_address(site.world, "/CJS/Account/Login"), status_code=302)


async def token(site: Site, visit: PortalVisit) -> Response:
    """The identity provider's form arrives: identity cookies and a fresh session for a good
    token."""
    form = await visit.request.form()
    if form.get("wa") != "wsignin1.0" or not wsfed.accepted(
        site.world, str(form.get("wresult", ""))
    ):
        visit.detail = "refused"
        return PlainTextResponse("The security token is not valid.", status_code=400)
    visit.of = site.sessions.new()
    visit.session = visit.of.id
    first, second = site.sessions.admit()
    response = RedirectResponse(wsfed.return_path(str(form.get("wctx", ""))), status_code=302)
    response.set_cookie(AUTH, first, httponly=True)
    response.set_cookie(AUTH1, second, httponly=True)
    return response


async def logoff(site: Site, visit: PortalVisit) -> Response:
    """Signs out."""
    site.sessions.sign_off(visit.request)
    visit.of = site.sessions.new()
    response = RedirectResponse("/CJS/", status_code=302)
    for name in (AUTH, AUTH1, CRITERIA):
        response.delete_cookie(name)
    return response
