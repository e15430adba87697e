"""The tree, and every way into it."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from selenium.common import exceptions as web
from urllib3 import exceptions as line

from resilience import faults
from resilience.faults import tree

SIGN_IN = '<form><input name="UserName"><input type="password" name="Password"></form>'


def test_the_docstring_draws_every_fault_with_its_cure() -> None:
    kinds = [
        kind
        for kind in vars(tree).values()
        if isinstance(kind, type) and issubclass(kind, tree.Fault)
    ]
    assert len(kinds) > 20
    for kind in kinds[1:]:
        drawn = next(
            text for text in (tree.__doc__ or "").splitlines() if f"─ {kind.__name__}" in text
        )
        assert kind.cure.value.split()[0] in drawn, drawn
        assert kind.__name__ in faults.__all__


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (web.TimeoutException("timeout: Timed out receiving message from renderer"), faults.Slow),
        (web.TimeoutException("script timeout"), faults.Slow),
        (web.StaleElementReferenceException("stale"), faults.StalePage),
        (
            web.NoSuchWindowException("no such window: target window already closed"),
            faults.StalePage,
        ),
        (web.UnexpectedAlertPresentException("alert open: {Alert text : Bye}"), faults.AlertShown),
        (web.ElementClickInterceptedException("is not clickable at point"), faults.Covered),
        (web.ElementNotInteractableException("element not interactable"), faults.Covered),
        (web.WebDriverException("unknown error: net::ERR_CONNECTION_REFUSED"), faults.Unreachable),
        (web.WebDriverException("unknown error: net::ERR_NAME_NOT_RESOLVED"), faults.Unreachable),
        (
            web.WebDriverException("unknown error: net::ERR_INTERNET_DISCONNECTED"),
            faults.Unreachable,
        ),
        (web.WebDriverException("unknown error: net::ERR_CONNECTION_RESET"), faults.Dropped),
        (web.WebDriverException("unknown error: net::ERR_EMPTY_RESPONSE"), faults.Dropped),
        (web.WebDriverException("unknown error: net::ERR_TIMED_OUT"), faults.Slow),
        (
            web.WebDriverException("unknown error: net::ERR_CERT_AUTHORITY_INVALID"),
            faults.TlsRefused,
        ),
        (web.WebDriverException("unknown error: net::ERR_SSL_PROTOCOL_ERROR"), faults.TlsRefused),
        (
            web.WebDriverException("unknown error: net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
            faults.TlsRefused,
        ),
        (web.WebDriverException("tab crashed"), faults.TabCrashed),
        (web.WebDriverException("disconnected: not connected to DevTools"), faults.BrowserLost),
        (web.InvalidSessionIdException("invalid session id"), faults.BrowserLost),
        (web.SessionNotCreatedException("Chrome instance exited"), faults.BrowserLost),
        (web.JavascriptException("javascript error: x is not defined"), faults.ScriptFailed),
        (
            web.JavascriptException("javascript error: document unloaded while waiting for result"),
            faults.StalePage,
        ),
        (
            web.WebDriverException(
                "aborted by navigation: loader has changed while resolving nodes"
            ),
            faults.StalePage,
        ),
        (web.NoSuchElementException("no such element: #grid"), faults.LayoutChanged),
        (
            line.MaxRetryError(None, "/session", ConnectionRefusedError(111, "refused")),
            faults.BrowserLost,
        ),  # type: ignore[arg-type]
        (line.ProtocolError("Connection aborted."), faults.BrowserLost),
        (line.ReadTimeoutError(None, "/session", "Read timed out."), faults.BrowserLost),  # type: ignore[arg-type]
        (requests.ReadTimeout("slow"), faults.Slow),
        (requests.ConnectTimeout("slow"), faults.Slow),
        (requests.ConnectionError("NewConnectionError: refused"), faults.Unreachable),
        (requests.ConnectionError("NameResolutionError"), faults.Unreachable),
        (
            requests.ConnectionError("Connection aborted.", ConnectionResetError(104, "reset")),
            faults.Dropped,
        ),
        (requests.exceptions.ChunkedEncodingError("IncompleteRead"), faults.Dropped),
        (requests.exceptions.SSLError("UNSAFE_LEGACY_RENEGOTIATION_DISABLED"), faults.TlsRefused),
        (requests.TooManyRedirects("30"), faults.SearchLost),
        (ssl.SSLError(1, "unsafe legacy renegotiation disabled"), faults.TlsRefused),
        (TimeoutError("timed out"), faults.Slow),
        (socket.gaierror(-2, "Name or service not known"), faults.Unreachable),
        (ConnectionRefusedError(111, "refused"), faults.Unreachable),
        (ConnectionResetError(104, "reset"), faults.Dropped),
        (BrokenPipeError(32, "pipe"), faults.Dropped),
    ],
)
def test_each_raw_error_has_its_name(error: Exception, kind: type[faults.Fault]) -> None:
    fault = faults.of(error)
    assert type(fault) is kind
    assert fault.__cause__ is error
    assert "\n" not in str(fault)


def test_a_fault_is_itself_and_a_mistake_or_a_full_disk_is_none() -> None:
    fault = faults.Slow("x")
    assert faults.of(fault) is fault
    for error in (
        KeyError("x"),
        ValueError(),
        OSError(errno.ENOSPC, "full"),
        FileNotFoundError(2, "gone"),
        KeyboardInterrupt(),
    ):
        assert faults.of(error) is None


def test_the_text_of_an_alert_is_kept() -> None:
    fault = faults.of(
        web.UnexpectedAlertPresentException("unexpected alert open: {Alert text : Session ends}")
    )
    assert isinstance(fault, faults.AlertShown)
    assert fault.text == "Session ends"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None), (202, None), (302, None), (None, None),
        (401, faults.SignedOut), (403, faults.Blocked), (404, faults.NoSuchPage),
        (405, faults.Blocked), (410, faults.NoSuchPage), (429, faults.Busy), (500, faults.Busy),
        (502, faults.Busy), (503, faults.Busy), (504, faults.Busy), (400, faults.SearchLost),
    ],
)  # fmt: skip
def test_each_status_has_its_name(status: int | None, kind: type[faults.Fault] | None) -> None:
    assert type(faults.of_status(status)) is (kind or type(None))


def test_retry_after_is_a_number_or_a_date() -> None:
    busy = faults.of_status(503, {"Retry-After": "12"})
    assert isinstance(busy, faults.Busy)
    assert busy.retry_after == 12
    assert faults.seconds_of("Mon, 05 Jan 2026 12:00:30 GMT", now=1767614400.0) == 30
    assert faults.seconds_of("Mon, 05 Jan 2026 11:00:00 GMT", now=1767614400.0) == 0
    assert faults.seconds_of("soon", now=0) is None
    assert faults.seconds_of(None, now=0) is None


@pytest.mark.parametrize(
    "value",
    ["²", "٣", "9" * 400, "-5", "1.5", "1e9", "inf", "nan"],
)
def test_a_retry_after_that_is_none_is_none(value: str) -> None:
    assert faults.seconds_of(value, now=0) in (None, 0)
    busy = faults.of_status(503, {"Retry-After": value}, url=None)
    assert isinstance(busy, faults.Busy)


@given(st.text() | st.text(alphabet="0123456789+-:., JanMonGT²٣", max_size=40))
def test_whatever_a_portal_sends_as_retry_after_is_seconds_or_nothing(value: str) -> None:
    found = faults.seconds_of(value, now=1e9)
    assert found is None or 0 <= found < float("inf")


def test_the_waf_header_is_a_block_whatever_the_status() -> None:
    assert isinstance(faults.of_status(202, {"x-amzn-waf-action": "challenge"}), faults.Blocked)


@pytest.mark.parametrize(
    ("html", "status", "kind"),
    [
        (
            "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
            403,
            faults.Blocked,
        ),
        ("<title>Attention Required! | Cloudflare</title>", 403, faults.Blocked),
        ('<div id="cf-error-details">Sorry, you have been blocked</div>', 200, faults.Blocked),
        (
            "<title>Human Verification</title><script>window.gokuProps = {}</script>",
            405,
            faults.Blocked,
        ),
        (
            '<script src="https://abc.edge.sdk.awswaf.com/challenge.js"></script>',
            200,
            faults.Blocked,
        ),
        (
            '<script>var dd={}</script><script src="https://ct.captcha-delivery.com/c.js"></script>',
            403,
            faults.Blocked,
        ),
        ('<form><div class="g-recaptcha" data-sitekey="k"></div></form>', 200, faults.CaptchaAsked),
        (
            '<form><div data-sitekey="k" class="box h-captcha"></div></form>',
            200,
            faults.CaptchaAsked,
        ),
        (
            '<input name="Settings.CaptchaEnabled" type="hidden" value="True">'
            '<input name="Settings.CaptchaDisabledForAuthenticated" type="hidden" value="False">'
            '<div class="g-recaptcha"></div>',
            200,
            faults.CaptchaAsked,
        ),
        (SIGN_IN, 200, faults.SignedOut),
        ("<h1>Service unavailable</h1>", 200, faults.Maintenance),
        (
            "<h1>Inmate Lookup</h1><p>The system is down for scheduled maintenance.</p>",
            200,
            faults.Maintenance,
        ),
        ("<h1>Too many</h1>", 429, faults.Busy),
        ("", 202, faults.Busy),
        ("<html><head></head><body></body></html>", 202, faults.Busy),
    ],
)
def test_each_bad_page_has_its_name(html: str, status: int, kind: type[faults.Fault]) -> None:
    assert type(faults.in_page(html, "https://portal.example/", status)) is kind


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Inmate Lookup</h1><table><tr><td>Service charge</td></tr></table>",
        '<script src="https://www.google.com/recaptcha/api.js"></script><h1>Smart Search</h1>',
        '<!-- <div class="g-recaptcha"></div> --><h1>Smart Search</h1>',
        '<div class="g-recaptcha" style="display:none"></div><h1>Smart Search</h1>',
        '<div class="g-recaptcha" data-size="invisible"></div><h1>Smart Search</h1>',
        '<input name="Settings.CaptchaEnabled" value="False"><div class="g-recaptcha"></div>',
        "<script>window.userIsAuthenticated = 'True' === 'True'</script>"
        '<input name="Settings.CaptchaEnabled" value="True">'
        '<input name="Settings.CaptchaDisabledForAuthenticated" value="True">'
        '<div class="g-recaptcha"></div>',
        "<p>Notice: the portal will be down for scheduled maintenance on Sunday.</p>"
        + "<p>case row</p>" * 300,
        "<p>Charge: INTERFERENCE WITH PUBLIC SERVICE</p><p>Attorney unavailable on 01/05</p>",
        "<p>MAINTENANCE OF A NUISANCE</p>",
        '<script src="/cdn-cgi/scripts/email-decode.min.js"></script><p>Case</p>',
        "<p>Disposition: Denied access</p><p>access denied to minor</p>",
    ],
)
def test_ordinary_pages_are_no_faults(html: str) -> None:
    assert faults.in_page(html, "https://portal.example/", 200) is None


def test_a_block_page_says_more_than_its_status() -> None:
    page = "<title>Just a moment...</title>"
    assert isinstance(faults.in_page(page, "https://portal.example/", 503), faults.Blocked)


def test_an_empty_200_is_not_an_empty_202() -> None:
    assert faults.in_page("", "https://portal.example/", 200) is None
