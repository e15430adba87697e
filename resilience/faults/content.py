"""Faults that come as an ordinary page: block pages, captchas, maintenance, a sign-in form where a
record should be.

Sources of the marks: the challenge and block pages of Cloudflare, AWS WAF, DataDome, Imperva, F5
BIG-IP and FortiWeb as their manuals and several public scrapers describe them, and the portals'
saved pages. Only marks that an ordinary page of a portal does not carry are used: a page that
merely loads the reCAPTCHA script, or a form whose ``Settings.CaptchaEnabled`` says False, asks for
no captcha."""

from __future__ import annotations

import re
from collections.abc import Callable

from resilience.faults import tree
from resilience.faults.raw import of_status
from resilience.faults.tree import Fault
from resilience.tags import tags, without_hidden

_TAG = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"<title\b[^<>]*>", re.I)
_TITLE_END = re.compile(r"</title", re.I)

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
    ('window["bobcmn"]', "F5's challenge"),
    ("fgd_icon", "FortiWeb's block page"),
)
_BLOCK_TITLES: dict[str, str] = {
    "just a moment...": "Cloudflare's challenge",
    "attention required! | cloudflare": "Cloudflare's error page",
    "human verification": "AWS WAF's challenge",
    "access denied": 'the title "Access Denied"',
    "access to this page has been denied": "PerimeterX's block page",
    "request rejected": "F5's block page",
    "web page blocked!": "FortiWeb's block page",
    "web page blocked": "FortiWeb's block page",
}
_BLOCK_WORDS: tuple[tuple[str, str], ...] = (
    ("the requested url was rejected. please consult with your administrator", "F5's block page"),
    ("please enable javascript to view the page content. your support id is", "F5's challenge"),
    ("fortiguard intrusion prevention", "FortiGate's block page"),
)

_MAINTENANCE = re.compile(
    r"\b(?:service|server|site) (?:is )?(?:currently |temporarily )?unavailable\b"
    r"|\b(?:down|closed|offline|unavailable) for (?:scheduled |routine |system )?maintenance\b"
    r"|\bsite is under maintenance\b"
    r"|\b(?:scheduled|system) maintenance (?:is )?in progress\b"
    r"|\btemporarily (?:down|out of service|unavailable|offline)\b",
    re.I,
)
_SESSION_ENDED = re.compile(
    r"\bsession (?:has |is |was )?(?:been )?(?:expired|timed out|no longer valid)\b"
    r"|\blog ?in required\b",
    re.I,
)
_TOMCAT = re.compile(r"\bHTTP Status ([45][0-9]{2})\b")
_LONGEST_NOTICE = 1500
_HINTS = (
    *("unavailable", "maintenance", "temporarily", "expired", "timed out", "no longer valid"),
    *("required", "rejected", "support id", "fortiguard"),
)
"""Without one of these a page says none of the notices; most pages need no closer look."""

_CAPTCHA_CLASS = re.compile(
    r"\bclass\s*=\s*(?:\"[^\"]*\b|'[^']*\b|)(?:g-recaptcha|h-captcha)\b", re.I
)
_CAPTCHA_OFF = re.compile(r"\bname\s*=\s*[\"']?Settings\.CaptchaEnabled\b", re.I)
_CAPTCHA_NOT_FOR_US = re.compile(
    r"\bname\s*=\s*[\"']?Settings\.CaptchaDisabledForAuthenticated\b", re.I
)
_FALSE = re.compile(r"\bvalue\s*=\s*[\"']?False\b", re.I)
_TRUE = re.compile(r"\bvalue\s*=\s*[\"']?True\b", re.I)
_SIGNED_IN = re.compile(r"userIsAuthenticated\s*=\s*'True'\s*===\s*'True'")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|\shidden(?:[\s=>]|$)"
    r"|data-size\s*=\s*[\"']?invisible",
    re.I,
)
_PASSWORD = re.compile(r"\btype\s*=\s*[\"']?password\b", re.I)


def words(html: str) -> str:
    """The visible words of a page, roughly: without scripts, styles, comments and tags, white space
    collapsed."""
    return " ".join(_TAG.sub(" ", without_hidden(html)).split())


def _title(html: str) -> str:
    begin = _TITLE.search(html)
    end = _TITLE_END.search(html, begin.end()) if begin is not None else None
    return "" if begin is None or end is None else " ".join(html[begin.end() : end.start()].split())


def _block(lower: str, title: str) -> str | None:
    for mark, whose in _BLOCK_MARKS:
        if mark in lower:
            return whose
    return _BLOCK_TITLES.get(title.lower())


def _inputs(html: str) -> list[str]:
    return [html[tag.start : tag.end] for tag in tags(html, "input")]


def _captcha(html: str) -> bool:
    bare = without_hidden(html)
    boxes = (bare[tag.start : tag.end] for tag in tags(bare, "div", "span"))
    if not any(_CAPTCHA_CLASS.search(box) and not _HIDDEN.search(box) for box in boxes):
        return False
    inputs = _inputs(html)
    if any(_CAPTCHA_OFF.search(one) and _FALSE.search(one) for one in inputs):
        return False
    not_for_us = any(_CAPTCHA_NOT_FOR_US.search(one) and _TRUE.search(one) for one in inputs)
    return not (not_for_us and _SIGNED_IN.search(html))


def in_page(
    html: str,
    url: str,
    status: int | None = None,
    *,
    proves: Callable[[str], bool] | None = None,
) -> Fault | None:
    """The generic fault that a page shows, or None. ``status`` is its HTTP status where it is
    known.

    `SignedOut` is given for every page with a password field: whether a sign-in form was wanted is
    for the caller to know. What a page merely says in words ("temporarily unavailable") counts only
    on a short page, and not on one that ``proves`` itself to be the page asked for; such faults
    have ``by_words``."""
    fault = _of_marks(html, url, status)
    if fault is None:
        fault = _of_words(html, url)
        if fault is not None:
            fault.by_words = True
            if proves is not None and proves(html):
                return None
    return fault


def _of_marks(html: str, url: str, status: int | None) -> Fault | None:
    lower = html.lower()
    title = _title(html)
    if whose := _block(lower, title):
        return _blocked(whose, url)
    if fault := of_status(status, url=url):
        return fault
    if status == 202 and not words(html):
        return tree.Busy(
            "an empty 202: the portal holds this address back", url=url, retry_after=60.0
        )
    if "tomcat" in lower or title.startswith("HTTP Status "):
        told = _TOMCAT.search(title) or _TOMCAT.search(words(html)[:300])
        fault = of_status(int(told[1]), url=url) if told is not None else None
        if fault is not None:
            said = told[0] if told is not None else ""
            fault.args = (f"Tomcat's error page came instead of the page: {said}",)
            return fault
    if "captcha" in lower and _captcha(html):
        return tree.CaptchaAsked("the page asks for a captcha; a person must solve it", url=url)
    if "password" in lower and any(_PASSWORD.search(one) for one in _inputs(html)):
        return tree.SignedOut("a sign-in form came", url=url)
    return None


def _of_words(html: str, url: str) -> Fault | None:
    lower = html.lower()
    if not any(hint in lower for hint in _HINTS):
        return None
    text = words(html)
    if len(text) > _LONGEST_NOTICE:
        return None
    lower = text.lower()
    for said, whose in _BLOCK_WORDS:
        if said in lower:
            return _blocked(whose, url)
    if notice := _MAINTENANCE.search(text):
        return tree.Maintenance(f'the page says "{notice.group(0)}"', url=url)
    if notice := _SESSION_ENDED.search(text):
        return tree.SessionEnded(f'the page says "{notice.group(0)}"', url=url)
    return None


def _blocked(whose: str, url: str) -> Fault:
    return tree.Blocked(f"a block page came ({whose}); a person must decide how to go on", url=url)
