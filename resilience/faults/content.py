"""Faults that come as an ordinary page: block pages, captchas, maintenance, a sign-in form where a
record should be.

Sources of the marks: Cloudflare's, AWS WAF's and DataDome's own challenge pages as several public
scrapers describe them, and the portals' saved pages. Only marks that an ordinary page of a portal
does not carry are used: a page that merely loads the reCAPTCHA script, or a form whose
``Settings.CaptchaEnabled`` says False, asks for no captcha."""

from __future__ import annotations

import re

from resilience.faults import tree
from resilience.faults.raw import of_status
from resilience.faults.tree import Fault

_COMMENT_OR_SCRIPT = re.compile(
    r"<!--.*?-->|<(script|style|noscript|template)\b.*?</\1\s*>", re.S | re.I
)
_TAG = re.compile(r"<[^>]+>")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S | re.I)

_BLOCK_MARKS: tuple[tuple[str, str], ...] = (
    ("window._cf_chl_opt", "Cloudflare's challenge"),
    ("/cdn-cgi/challenge-platform/h/", "Cloudflare's challenge"),
    ('id="cf-error-details"', "Cloudflare's error page"),
    ('id="cf-wrapper"', "Cloudflare's error page"),
    ("window.gokuprops", "AWS WAF's challenge"),
    (".awswaf.com/", "AWS WAF's challenge"),
    ("geo.captcha-delivery.com", "DataDome's challenge"),
    ("ct.captcha-delivery.com", "DataDome's challenge"),
    ("_incapsula_resource", "Imperva's block page"),
)
_BLOCK_TITLES = (
    "just a moment...",
    "attention required! | cloudflare",
    "human verification",
    "access denied",
    "access to this page has been denied",
)

_MAINTENANCE = re.compile(
    r"\bservice (?:is )?(?:temporarily )?unavailable\b"
    r"|\b(?:down|closed|offline|unavailable) for (?:scheduled |routine |system )?maintenance\b"
    r"|\bsite is under maintenance\b"
    r"|\b(?:scheduled|system) maintenance (?:is )?in progress\b"
    r"|\btemporarily (?:down|out of service|unavailable|offline)\b",
    re.I,
)
_LONGEST_NOTICE = 1500

_CAPTCHA_BOX = re.compile(
    r"<(?:div|span)\b[^>]*\bclass\s*=\s*[\"'][^\"']*\b(?:g-recaptcha|h-captcha)\b[^>]*>", re.I
)
_CAPTCHA_OFF = re.compile(
    r"<input\b(?=[^>]*\bname\s*=\s*[\"']?Settings\.CaptchaEnabled\b)(?=[^>]*\bvalue\s*=\s*[\"']?False\b)[^>]*>",
    re.I,
)
_CAPTCHA_NOT_FOR_US = re.compile(
    r"<input\b(?=[^>]*\bname\s*=\s*[\"']?Settings\.CaptchaDisabledForAuthenticated\b)"
    r"(?=[^>]*\bvalue\s*=\s*[\"']?True\b)[^>]*>",
    re.I,
)
_SIGNED_IN = re.compile(r"userIsAuthenticated\s*=\s*'True'\s*===\s*'True'")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|\shidden(?:[\s=>]|$)|data-size\s*=\s*[\"']?invisible",
    re.I,
)
_PASSWORD = re.compile(r"<input\b[^>]*\btype\s*=\s*[\"']?password\b", re.I)


def words(html: str) -> str:
    """The visible words of a page, roughly: without scripts, styles, comments and tags, white space
    collapsed."""
    return " ".join(_TAG.sub(" ", _COMMENT_OR_SCRIPT.sub(" ", html)).split())


def _block(lower: str, title: str) -> str | None:
    for mark, whose in _BLOCK_MARKS:
        if mark in lower:
            return whose
    return f'the title "{title}"' if title.lower() in _BLOCK_TITLES else None


def _captcha(html: str) -> bool:
    bare = _COMMENT_OR_SCRIPT.sub(" ", html)
    shown = [
        box.group(0) for box in _CAPTCHA_BOX.finditer(bare) if not _HIDDEN.search(box.group(0))
    ]
    if not shown or _CAPTCHA_OFF.search(html):
        return False
    return not (_CAPTCHA_NOT_FOR_US.search(html) and _SIGNED_IN.search(html))


def in_page(html: str, url: str, status: int | None = None) -> Fault | None:
    """The generic fault that a page shows, or None. ``status`` is its HTTP status where it is
    known.

    `SignedOut` is given for every page with a password field: whether a sign-in form was wanted is
    for the caller to know. A maintenance text counts only on a short page, so that a notice on a
    full page does not."""
    lower = html.lower()
    found = _TITLE.search(html)
    title = " ".join(found.group(1).split()) if found else ""
    if whose := _block(lower, title):
        return tree.Blocked(
            f"a block page came ({whose}); a person must decide how to go on", url=url
        )
    if fault := of_status(status, url=url):
        return fault
    if status == 202 and not words(html):
        return tree.Busy(
            "an empty 202: the portal holds this address back", url=url, retry_after=60.0
        )
    if "captcha" in lower and _captcha(html):
        return tree.CaptchaAsked("the page asks for a captcha; a person must solve it", url=url)
    if _PASSWORD.search(html):
        return tree.SignedOut("a sign-in form came", url=url)
    if "unavailable" in lower or "maintenance" in lower or "temporarily" in lower:
        text = words(html)
        if len(text) <= _LONGEST_NOTICE and (notice := _MAINTENANCE.search(text)):
            return tree.Maintenance(f'the page says "{notice.group(0)}"', url=url)
    return None
