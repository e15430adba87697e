"""Raw exceptions of selenium, urllib3, requests and the operating system, told in the words of the
tree.

What arrives for which event was measured: a killed chromedriver is a urllib3 ``MaxRetryError`` and
no ``WebDriverException`` at all; a frozen one is a ``ReadTimeoutError``; a dead host is a
``WebDriverException`` with Chromium's ``net::ERR_...`` in its text."""

from __future__ import annotations

import email.utils
import re
import socket
import ssl
import time
from collections.abc import Callable
from datetime import timezone

import requests
from selenium.common import exceptions as web
from urllib3 import exceptions as line

from resilience.faults import tree
from resilience.faults.tree import Fault

_TIME_OUTS = {"TimeoutError", "TimeoutException"}
_SECONDS = re.compile(r"[0-9]{1,12}")
_NET_ERROR = re.compile(r"\b(ERR_[A-Z0-9_]+)")

_NET: tuple[tuple[str, type[Fault]], ...] = (
    ("ERR_SSL_CLIENT_AUTH", tree.TlsRefused),
    ("ERR_CERT_", tree.TlsRefused),
    ("ERR_SSL_", tree.TlsRefused),
    ("ERR_BAD_SSL_", tree.TlsRefused),
    ("ERR_TIMED_OUT", tree.Slow),
    ("ERR_CONNECTION_TIMED_OUT", tree.Slow),
    ("ERR_CONNECTION_REFUSED", tree.Unreachable),
    ("ERR_NAME_", tree.Unreachable),
    ("ERR_ADDRESS_", tree.Unreachable),
    ("ERR_INTERNET_DISCONNECTED", tree.Unreachable),
    ("ERR_NETWORK_", tree.Unreachable),
    ("ERR_PROXY_", tree.Unreachable),
    ("ERR_TUNNEL_", tree.Unreachable),
    ("ERR_TOO_MANY_REDIRECTS", tree.SearchLost),
    ("ERR_ABORTED", tree.StalePage),
    ("ERR_BLOCKED_BY_", tree.Blocked),
    ("ERR_", tree.Dropped),
)

_OLD_SERVERS = (
    "ERR_SSL_PROTOCOL_ERROR",
    "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
    "ERR_SSL_UNSAFE_NEGOTIATION",
)
_OLD_TLS = "UNSAFE_LEGACY_RENEGOTIATION"
"""What OpenSSL 3 says of a server that knows no secure renegotiation (RFC 5746)."""


def of_net(code: str, *, url: str | None = None) -> Fault:
    """The fault for one of Chromium's network errors, such as ``ERR_CONNECTION_RESET``."""
    kind = next((kind for start, kind in _NET if code.startswith(start)), tree.Dropped)
    old = (
        " (browsers cannot speak old TLS; HTTP requests can: legacy_tls = true in the site's entry "
        "and --fetch http)"
    )
    hint = old if code in _OLD_SERVERS else ""
    return kind(f"the browser could not load the page: {code}{hint}", url=url)


def _first_line(error: BaseException) -> str:
    text = (getattr(error, "msg", None) or str(error) or type(error).__name__).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__


# Texts of chromedriver, for errors that share one exception class. Order matters: the first that
# fits is taken.
_TEXTS: tuple[tuple[str, type[Fault]], ...] = (
    ("tab crashed", tree.TabCrashed),
    ("page crash", tree.TabCrashed),
    ("disconnected", tree.BrowserLost),
    ("not connected to devtools", tree.BrowserLost),
    ("chrome not reachable", tree.BrowserLost),
    ("chrome failed to start", tree.BrowserLost),
    ("chrome instance exited", tree.BrowserLost),
    ("unable to receive message from renderer", tree.BrowserLost),
    ("timed out receiving message from renderer", tree.Slow),
    ("failed to close window", tree.BrowserLost),
    ("document unloaded", tree.StalePage),
    ("aborted by navigation", tree.StalePage),
    ("cannot find context", tree.StalePage),
    ("execution context", tree.StalePage),
    ("no such execution", tree.StalePage),
    ("inspected target navigated", tree.StalePage),
    ("target frame detached", tree.StalePage),
    ("frame was detached", tree.StalePage),
    ("is not clickable", tree.Covered),
)


def _of_alert(error: web.UnexpectedAlertPresentException) -> Fault:
    text = error.alert_text
    if not text:
        text = (error.msg or "").partition("{Alert text : ")[2].rpartition("}")[0]
    return tree.AlertShown(text=text[:300])


def _of_driver(error: web.WebDriverException) -> Fault:
    text = (error.msg or "").lower()
    if isinstance(error, web.UnexpectedAlertPresentException):
        return _of_alert(error)
    if isinstance(error, web.InvalidSessionIdException | web.SessionNotCreatedException):
        return tree.BrowserLost(_first_line(error))
    if isinstance(error, web.NoSuchWindowException | web.NoSuchFrameException):
        return tree.StalePage(f"the window is gone: {_first_line(error)}")
    if isinstance(error, web.StaleElementReferenceException | web.DetachedShadowRootException):
        return tree.StalePage(_first_line(error))
    if net := _NET_ERROR.search(error.msg or ""):
        return of_net(net.group(1))
    for part, kind in _TEXTS:
        if part in text:
            return kind(_first_line(error))
    if isinstance(error, web.TimeoutException):
        return tree.Slow(_first_line(error))
    if isinstance(
        error,
        web.ElementClickInterceptedException
        | web.ElementNotInteractableException
        | web.MoveTargetOutOfBoundsException
        | web.InvalidElementStateException,
    ):
        return tree.Covered(_first_line(error))
    if isinstance(error, web.NoAlertPresentException):
        return tree.StalePage(_first_line(error))
    if isinstance(error, web.InsecureCertificateException):
        return tree.TlsRefused(_first_line(error))
    if isinstance(error, web.JavascriptException):
        return tree.ScriptFailed(_first_line(error))
    if isinstance(error, web.NoSuchElementException | web.InvalidSelectorException):
        return tree.LayoutChanged(None, "element", "present", _first_line(error))
    return tree.BrowserLost(_first_line(error))


def _of_urllib3(error: line.HTTPError) -> Fault:
    """urllib3 is the line to the driver here; `requests` wraps its own errors in classes of its
    own."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, Exception) and not isinstance(reason, line.HTTPError):
        return tree.BrowserLost(f"no answer from the driver: {_first_line(reason)}")
    return tree.BrowserLost(f"no answer from the driver: {type(reason or error).__name__}")


def _of_requests(error: requests.RequestException) -> Fault:
    url = error.request.url if error.request is not None else None
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        hint = (
            " (legacy_tls = true in the site's entry speaks with such servers)"
            if _OLD_TLS in text
            else ""
        )
        return tree.TlsRefused(f"TLS: {text[:300]}{hint}", url=url)
    if isinstance(error, requests.Timeout):
        return tree.Slow(f"no answer in time: {type(error).__name__}", url=url)
    if isinstance(error, requests.TooManyRedirects):
        return tree.SearchLost("redirected in a circle", url=url)
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return of_status(
            error.response.status_code, dict(error.response.headers), url=error.response.url
        ) or (tree.LayoutChanged(url, "status", "2xx", error.response.status_code))
    if isinstance(error, requests.ConnectionError) and re.search(
        r"NameResolution|getaddrinfo|Name or service|nodename|refused|NewConnectionError"
        r"|unreachable",
        text,
        re.I,
    ):
        return tree.Unreachable("the host cannot be reached", url=url)
    if isinstance(error, requests.ConnectionError) and "Read timed out" in text:
        return tree.Slow("no answer in time", url=url)
    return tree.Dropped(f"the connection broke: {type(error).__name__}", url=url)


def _of_system(error: OSError) -> Fault | None:
    if isinstance(error, ssl.SSLError):
        return tree.TlsRefused(f"TLS: {_first_line(error)}")
    if isinstance(error, TimeoutError):
        return tree.Slow(_first_line(error))
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return tree.Unreachable(_first_line(error))
    if isinstance(error, ConnectionError):
        return tree.Dropped(_first_line(error))
    return None


def of(error: BaseException) -> Fault | None:
    """The named fault behind any exception of the driver, the line or the system; None if it is
    none of them.

    A `Fault` is given back as it is. What is not weather (a `KeyError`, a full disk) gives None and
    must not be retried. ``__cause__`` of the new fault is the raw exception."""
    if isinstance(error, Fault):
        return error
    rules: tuple[tuple[type[BaseException], Callable[..., Fault | None]], ...] = (
        (web.WebDriverException, _of_driver),
        (requests.RequestException, _of_requests),
        (line.HTTPError, _of_urllib3),
        (OSError, _of_system),
    )
    for kind, rule in rules:
        if isinstance(error, kind):
            fault = rule(error)
            break
    else:
        # Of asyncio and concurrent.futures (classes of their own up to Python 3.10), httpx, ...
        names = {kind.__name__ for kind in type(error).__mro__}
        fault = tree.Slow(_first_line(error)) if names & _TIME_OUTS else None
    if fault is not None:
        fault.__cause__ = error
    return fault


def seconds_of(value: str | None, *, now: float) -> float | None:
    """``Retry-After`` (RFC 9110, 10.2.3) in seconds from ``now`` (Unix time): a number or an HTTP
    date; None if absent or nonsense."""
    value = (value or "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
        if when.tzinfo is None:
            when = when.replace(tzinfo=timezone.utc)
        return max(0.0, when.timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def of_status(
    status: int | None, headers: dict[str, str] | None = None, *, url: str | None = None
) -> Fault | None:
    """The fault that an HTTP status alone tells; None for those that tell none (also for an unknown
    status)."""
    known = {key.lower(): value for key, value in (headers or {}).items()}
    if "x-amzn-waf-action" in known:
        return tree.Blocked(f"AWS WAF answered {status}: {known['x-amzn-waf-action']}", url=url)
    if status is None or status < 400:
        return None
    if status in (429, 408, 425) or status >= 500:
        wait = seconds_of(known.get("retry-after"), now=time.time())
        return tree.Busy(f"the portal answered {status}", url=url, retry_after=wait)
    if status == 401:
        return tree.SignedOut("the portal answered 401", url=url)
    if status in (404, 410):
        return tree.NoSuchPage(f"the portal answered {status}", url=url)
    if status in (403, 405, 406, 451):
        return tree.Blocked(f"the portal answered {status}", url=url)
    return tree.SearchLost(f"the portal answered {status}", url=url)
