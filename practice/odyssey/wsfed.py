"""WS-Federation between the portal and its identity provider: the addresses, and the signed token.

Both applications know the world's account, which serves as their common secret; nothing else passes
between them."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from urllib.parse import parse_qs, quote

from practice.world import World

TOKEN_LIFE = dt.timedelta(minutes=10)


def base(world: World) -> str:
    """The portal's base address, without a slash at the end."""
    return f"{world.portal_origin}/CJS"


def signin_address(world: World, return_to: str) -> str:
    """The identity provider's sign-in page for somebody who wanted ``return_to`` (a path of the
    portal)."""
    now = dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    context = f"rm=0&id=passive&ru={_quote(return_to)}"
    query = (
        f"wa=wsignin1.0&wtrealm={_quote(base(world) + '/')}&wctx={_quote(context)}"
        f"&wct={_quote(now)}&wauth={_quote('urn:74')}"
    )
    back = _quote(f"/idp/issue/wsfed?{query}")
    return f"{world.idp_origin}/idp/account/signin?ReturnUrl={back}&{query}"


def issue(world: World, user: str) -> str:
    """A security token in XML that says who signed in and when, signed."""
    now = dt.datetime.now(dt.timezone.utc)
    created, expires = (t.strftime("%Y-%m-%dT%H:%M:%SZ") for t in (now, now + TOKEN_LIFE))
    body = f"{secrets.token_hex(16)}|{expires}|{hashlib.sha256(user.encode()).hexdigest()}"
    return (
        '<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust">'
        f"<t:Lifetime><Created>{created}</Created><Expires>{expires}</Expires></t:Lifetime>"
        f"<t:RequestedSecurityToken><Assertion>{body}</Assertion>"
        f"<SignatureValue>{_sign(world, body)}</SignatureValue></t:RequestedSecurityToken>"
        "<t:RequestType>http://schemas.xmlsoap.org/ws/2005/02/trust/Issue</t:RequestType>"
        "</t:RequestSecurityTokenResponse>"
    )


def accepted(world: World, token: str) -> bool:
    """Whether the token was issued by our identity provider and is still good."""
    found = re.search(
        r"<Assertion>([^<]+)</Assertion><SignatureValue>([0-9a-f]+)</SignatureValue>", token
    )
    if found is None or not hmac.compare_digest(found[2], _sign(world, found[1])):
        return False
    return found[1].split("|")[1] > dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def return_path(context: str) -> str:
    """The path to go on with, from ``wctx``; only paths of the portal itself."""
    wanted = parse_qs(context).get("ru", [""])[0]
    return wanted if wanted.startswith("/CJS/") else "/CJS/"


def _quote(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), quote(text, safe=""))


def _sign(world: World, body: str) -> str:
    secret = f"{world.account.user}|{world.account.password}".encode()
    return hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()
