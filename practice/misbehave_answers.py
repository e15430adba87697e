"""Answers that come instead of a page: errors, block pages, maintenance. Nothing in them is loaded
from elsewhere."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from practice.world import World

_WAIT = {"Retry-After": "1"}


def _page(title: str, body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return HTMLResponse(text, status_code=status, headers=headers)


def _too_many(headers: dict[str, str] | None = None) -> Response:
    return _page("Too Many Requests", "<h1>Too Many Requests</h1>", 429, headers)


def _unavailable(headers: dict[str, str] | None = None) -> Response:
    return _page("Service Unavailable", "<h2>Service Unavailable</h2>", 503, headers)


def _cloudflare() -> Response:
    body = (
        "<h1>Checking whether the connection is secure</h1><div id='challenge-running'></div>"
        "<script>window._cf_chl_opt={cvId:'3',cType:'managed',cRay:'practice'};</script>"
    )
    return _page("Just a moment...", body, 403, {"cf-mitigated": "challenge"})


def _awswaf() -> Response:
    body = (
        "<div id='challenge-container'></div>"
        "<script>window.awsWafCookieDomainList=[];"
        "window.gokuProps={key:'practice',iv:'practice',context:'practice'};</script>"
        "<noscript><h1>JavaScript is disabled</h1></noscript>"
    )
    return _page("Human Verification", body, 405, {"x-amzn-waf-action": "challenge"})


def _datadome() -> Response:
    body = (
        "<p id='cmsg'>Please enable JS and disable any ad blocker</p>"
        "<script>var dd={'rt':'c','cid':'practice','hsh':'practice',"
        "'host':'geo.captcha-delivery.com'}</script>"
    )
    return _page("portal.practice.invalid", body, 403, {"x-datadome": "protected"})


def answer(name: str, world: World) -> Response | None:
    """The answer that this fault gives instead of any page; None for a fault of another sort."""
    if name in ("status-429", "status-429-after"):
        return _too_many(_WAIT if name.endswith("after") else None)
    if name in ("status-503", "status-503-after", "portal-dies"):
        return _unavailable(_WAIT if name.endswith("after") else None)
    if name == "maintenance":
        return _page("Notice", "<p>Service unavailable</p>", 200)
    if name == "empty-202":
        return Response(status_code=202)
    if name in ("empty-500", "service-down"):
        return Response(status_code=500)
    if name == "dead":
        return _page("Runtime Error", "<h1>Server Error in '/' Application.</h1>", 500)
    if name == "redirect-away":
        return Response(status_code=302, headers={"Location": f"{world.portal_origin}/CJS/"})
    blocks = {"block-cloudflare": _cloudflare, "block-awswaf": _awswaf, "block-datadome": _datadome}
    return blocks[name]() if name in blocks else None
