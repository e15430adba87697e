"""Pages with something wrong in them: what a fault changes in an answer that is otherwise right.

An edit gives the changed body, or None where the page has nothing that it could change: then the
fault did not strike."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

Edit = Callable[[bytes, float], bytes | None]
"""From the body and the fault's seconds to the other body."""

_COVER = "position:fixed;inset:0;z-index:9000;background:rgba(255,255,255,.6)"
_ABOVE = "position:fixed;left:30%;top:30%;z-index:9001;background:#fff;padding:1em"
_DIALOG = f"""<div class="ui-widget-overlay" style="{_COVER}"></div>
<div class="ui-dialog ui-widget" role="dialog" style="{_ABOVE}">
<div class="ui-dialog-titlebar"><span class="ui-dialog-title">Session timeout warning</span></div>
<p>Your session is about to end.</p><button type="button"
onclick="this.parentNode.previousElementSibling.remove(); this.parentNode.remove()">Continue session
</button></div>"""
_MASK = """<div class="k-loading-mask" style="{cover}">
<span class="tt-busy-indicator">Loading...</span></div>
<script>setTimeout(function () {{ document.querySelector(".k-loading-mask").remove(); }}, {ms});
</script>"""
_REDRAW = """<script>setTimeout(function () {{
document.querySelectorAll("#SmartSearchResults tbody").forEach(
function (rows) {{ rows.innerHTML = rows.innerHTML; }}); }}, {ms});</script>"""
_WINDOW = """<script>
document.getElementById("SmartSearchResults").addEventListener("click", function (event) {
var link = event.target.closest("a.caseLink");
if (link) { event.preventDefault(); event.stopPropagation();
window.open(link.getAttribute("data-url")); } }, true);</script>"""
_SHELL = b"""<!DOCTYPE html><html><head><title>Portal</title></head><body><div id="app"></div>
<noscript>Please turn on JavaScript.</noscript></body></html>"""
_CAPTCHA = b'<div class="g-recaptcha" data-sitekey="practice"></div>'
_CAPTCHA_FLAG = re.compile(rb'(name="Settings\.CaptchaDisabledForAuthenticated"[^>]*value=")True"')


def _into_body(text: str, body: bytes, _: float) -> bytes | None:
    place = body.rfind(b"</body>")
    return None if place < 0 else body[:place] + text.encode("ascii") + body[place:]


def _mask(body: bytes, seconds: float) -> bytes | None:
    return _into_body(_MASK.format(cover=_COVER, ms=int(seconds * 1000)), body, seconds)


def _after_grid(text: str, body: bytes, _: float) -> bytes | None:
    return body + text.encode("ascii") if b"k-master-row" in body else None


def _redraw(body: bytes, seconds: float) -> bytes | None:
    return _after_grid(_REDRAW.format(ms=int(seconds * 1000)), body, seconds)


def _trouble(body: bytes, _: float) -> bytes | None:
    text = "Smart Search is having trouble processing your search. Please try again later."
    return f"<div><p>{text}</p></div>".encode() if body else None


def _captcha(body: bytes, _: float) -> bytes | None:
    if b'id="frmSS"' not in body:
        return None
    body = _CAPTCHA_FLAG.sub(rb'\1False"', body)
    return body.replace(
        b'<div id="SearchCriteriaContainer">', _CAPTCHA + b'<div id="SearchCriteriaContainer">', 1
    )


def _shell(body: bytes, _: float) -> bytes | None:
    return _SHELL if body else None


def _short(body: bytes, _: float) -> bytes | None:
    rows = list(re.finditer(rb'<tr bgcolor="#\w{6}" class="body" id="row\d+".*?</tr>', body, re.S))
    return None if len(rows) < 4 else body[: rows[-3].start()] + body[rows[-1].end() :]


def _renamed(pairs: tuple[tuple[bytes, bytes], ...], body: bytes, _: float) -> bytes | None:
    for old, new in pairs:
        if old in body:
            return body.replace(old, new)
    return None


_COLUMNS = (
    (b">Permanent ID</td>", b">Jacket</td>"),  # the list of the lookup
    (
        b"<td>Offense Date</td><td>Code</td>",
        b"<td>Offense Date</td><td>Statute</td>",
    ),  # its detail page, with charges
    (b">Booking #:</td>", b">Jacket #:</td>"),  # its detail page without
    (
        b"<th>Description</th><th>Statute</th>",
        b"<th>Offense</th><th>Statute</th>",
    ),  # the classic case page, with charges
    (b">Case Number</span>", b">Cause Number</span>"),  # the classic case page without
    (b'data-url="', b'data-target="'),  # the result grids
    (b'"ChargeOffense":', b'"OffenseCharged":'),  # the service Charges
)
_SECTIONS = (
    (b">Bond Information</td>", b">Bail Information</td>"),
    (b'id="caseInformationDiv"', b'id="causeInformationDiv"'),
    (b'"Charges":[', b'"Counts":['),
    (b'"Parties":[', b'"Persons":['),
    (b'"Events":[', b'"Entries":['),
)

_DRIFTED = (
    (b">Commitment Date:</td>", b">Day of Reception:</td>"),  # the lookup's detail page
    (b">Booked Date:</td>", b">Day of Reception:</td>"),
    (b">Case Type</span>", b">Sort of Matter</span>"),  # the classic case page
    (b'"OffenseDate":', b'"DayOfOffense":'),  # the service Charges
)
_NAMELESS = (
    (rb">(Name|Booking #|Permanent ID #|SO#|DOB): ?</", rb">Noted:</"),  # the detail page
    (rb'(<p class="text-primary">)[^<|]+\|', rb"\1"),  # the classic case page
    (rb">Case Number</span>", rb">Matter</span>"),
    (rb'"CaseNumber":"[^"]*"', rb'"CaseNumber":null'),  # the service CaseSummariesSlim
)


def _nameless(body: bytes, _: float) -> bytes | None:
    changed = body
    for old, new in _NAMELESS:
        changed = re.sub(old, new, changed)
    return None if changed == body else changed


EDITS: dict[str, Edit] = {
    "timeout-dialog": partial(_into_body, _DIALOG),
    "overlay": _mask,
    "redrawn-grid": _redraw,
    "new-window": partial(_after_grid, _WINDOW),
    "trouble-text": _trouble,
    "captcha": _captcha,
    "short-list": _short,
    "renamed-column": partial(_renamed, _COLUMNS),
    "renamed-section": partial(_renamed, _SECTIONS),
    "unreadable-part": _nameless,
    "drifted-label": partial(_renamed, _DRIFTED),
    "plain-refused": _shell,
}
"""By the fault's name."""
