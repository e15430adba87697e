"""Pages without a browser: one portal session asked by plain requests, with the identity that a
browser lends or none yet."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from http.cookiejar import Cookie
from typing import Any, cast
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import requests
from requests.cookies import create_cookie
from requests.utils import get_environ_proxies

from resilience import faults
from resilience.answer import Answer
from resilience.browser import Browser
from resilience.deadline import DeadlineAdapter
from resilience.faults import Fault
from resilience.origins import ANYWHERE, Origins, sent_away
from resilience.settings import BrowserSettings, Timeouts
from resilience.tls import HttpsOrigins

DOCUMENT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What is asked for when a page is asked for."""
_MOST_HOPS = 12
_PIECE = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_CHARSET = re.compile(r"charset\s*=\s*(?:[\"']\s*)?([\w.:-]+)", re.I)
_LATIN = {
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "latin-1",
    "l1",
    "us-ascii",
    "ascii",
    "cp1252",
    "windows-1252",
}
"""What browsers read as windows-1252."""


_CHARSETS = {
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "mac-roman", "cp866"),
    *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *(f"cp{page}" for page in (874, 932, 949, *range(1250, 1259))),
    *("koi8-r", "koi8-u", "gb2312", "gbk", "gb18030", "big5", "big5hkscs"),
    *("euc_jp", "iso2022_jp", "shift_jis", "euc_kr"),
}
"""The encodings of the WHATWG standard, as Python calls them. Python knows more that no page is
written in, some of which fail or take quadratic time (``punycode``, ``idna``, ``undefined``)."""


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """Five bytes have no place in Python's windows-1252; browsers read them as the control
    characters of the same number."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


_AS_BROWSERS = "cj-as-browsers"
codecs.register_error(_AS_BROWSERS, _as_latin)


@dataclass(frozen=True)
class HttpRequest:
    """One request. ``fields`` are posted as a form, in ``charset``; ``referer`` is the page that
    asks, whole."""

    method: str
    url: str
    fields: Mapping[str, str] | None = None
    referer: str | None = None
    accept: str = DOCUMENT
    charset: str = "utf-8"


class HttpClient:
    """Requests of one portal session, for one thread. Nothing is cached, retried, followed to
    another host, or asked of another origin than ``origins``.

    ``check`` is called while it waits and may raise; ``elsewhere`` gives the fault for a redirect
    that is not followed; ``observe`` gets every exchange, redirects too. ``biggest`` is the most
    bytes of a body, unpacked."""

    def __init__(
        self,
        settings: BrowserSettings | None = None,
        timeouts: Timeouts | None = None,
        *,
        origins: Origins = ANYWHERE,
        check: Callable[[], None] = lambda: None,
        elsewhere: Callable[[str, str], Fault] = sent_away,
        observe: Callable[[HttpRequest, Answer], None] | None = None,
        biggest: int = 20_000_000,
        legacy_tls: bool = False,
    ) -> None:
        self.settings = settings or BrowserSettings()
        self.timeouts = timeouts or Timeouts()
        self.observe = observe
        self.biggest = biggest
        self.https = HttpsOrigins()
        self.agent = self.settings.plain_user_agent
        self._origins = origins
        self._check = check
        self._elsewhere = elsewhere
        self._deadline = 0.0
        self._legacy_tls = legacy_tls
        self._http = self._new()

    # -- asking

    def ask(
        self, asked: HttpRequest, *, allowed: Collection[int] = (), seconds: float | None = None
    ) -> Answer:
        """The answer, after redirects on the same host. Every failure is a named Fault: of the
        line, of the status, or of what the page shows (a sign-in form is SignedOut); a status in
        ``allowed`` is left to the caller.

        The whole exchange, redirects and the last byte of the body with it, ends within ``seconds``
        (``timeouts.page`` unless told otherwise): Slow.
        """
        answer = self.bring(asked, seconds=seconds)
        fault = None if answer.status in allowed else answer.fault()
        if fault is not None:
            raise fault
        return answer

    def bring(self, asked: HttpRequest, *, seconds: float | None = None) -> Answer:
        """As `ask`, but whatever came whole is given back for the caller to judge."""
        if self._pid != os.getpid():
            self.renew(forget=False)  # a forked child has connections of its own
        self._check()
        self._origins.check(asked.url)
        self._deadline = time.monotonic() + (self.timeouts.page if seconds is None else seconds)
        for _ in range(_MOST_HOPS):
            answer, target = self._exchange(asked)
            if self.observe is not None:
                self.observe(asked, answer)
            if target is None:
                return answer
            same_host = urlsplit(target).hostname == urlsplit(asked.url).hostname
            if not same_host or target not in self._origins or self._origins.signs_in(target):
                raise self._elsewhere(asked.url, target)
            asked = _redirected(asked, answer.status, target)
        raise faults.SearchLost("redirected in a circle", url=asked.url)

    def _exchange(self, asked: HttpRequest) -> tuple[Answer, str | None]:
        """One request and its answer, with the address that it is redirected to."""
        headers = {
            "User-Agent": self.agent,
            "Accept": asked.accept,
            "Accept-Language": "en-US,en;q=0.9",
        }
        if (referer := _referer(asked)) is not None:
            headers["Referer"] = referer
        proxies = self._proxies(asked.url)
        body = None
        if asked.fields is not None:
            body = urlencode(
                list(asked.fields.items()), encoding=asked.charset, errors="xmlcharrefreplace"
            )
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            with self._http.request(
                asked.method,
                asked.url,
                data=body,
                headers=headers,
                allow_redirects=False,
                stream=True,
                timeout=(min(self.timeouts.page / 2, self._left()), self.timeouts.page),
                proxies=proxies,
            ) as response:
                content = self._content(response)
        except (requests.RequestException, OSError) as error:
            self._renew_line()
            found = faults.of(error)
            if found is None:
                raise
            if isinstance(found, faults.Slow) and not proxies:
                found = self.https.fault(asked.url) or found
            found.url = asked.url
            raise found from error
        self.https.answered(asked.url)
        told = {name.lower(): value for name, value in response.headers.items()}
        told.pop("set-cookie", None)
        charset = _charset(told.get("content-type", ""), content)
        answer = Answer(response.status_code, asked.url, told, _decoded(content, charset), charset)
        target = told.get("location") if response.status_code in _REDIRECTS else None
        return answer, urljoin(asked.url, target) if target else None

    def _content(self, response: requests.Response) -> bytes:
        parts, size = [], 0
        for part in response.iter_content(_PIECE):
            size += len(part)
            if size > self.biggest:
                raise faults.Dropped(
                    f"the answer is longer than {self.biggest} bytes and was broken off",
                    url=response.url,
                )
            parts.append(part)
        return b"".join(parts)

    def _left(self) -> float:
        self._check()
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        return left

    def _proxies(self, url: str) -> dict[str, Any]:
        """The settings' proxy, else the environment's; never one between us and our own machine."""
        host = urlsplit(url).hostname or ""
        if self.settings.proxy:
            return {"http": self.settings.proxy, "https": self.settings.proxy}
        if host == "localhost" or host.startswith("127.") or host == "::1":
            return {}
        return dict(get_environ_proxies(url))

    # -- identity

    def take(self, browser: Browser) -> None:
        """Goes on as the browser: its user agent, and all its cookies in place of the own ones."""
        self.agent = str(browser.driver.execute_script("return navigator.userAgent"))
        self._http.cookies.clear()
        for cookie in browser.devtools("Network.getAllCookies")["cookies"]:
            expires = cookie.get("expires", -1)
            self._http.cookies.set_cookie(
                create_cookie(  # type: ignore[no-untyped-call]
                    cookie["name"],
                    cookie["value"],
                    domain=cookie["domain"],
                    path=cookie["path"],
                    secure=cookie["secure"],
                    expires=int(expires) if expires > 0 else None,
                    rest={
                        name: cookie[name] for name in ("httpOnly", "sameSite") if cookie.get(name)
                    },
                )
            )

    def give(self, browser: Browser) -> None:
        """Hands the cookies over to the browser, in place of all that it has."""
        browser.devtools("Network.clearBrowserCookies")
        cookies = []
        for cookie in self._jar():
            told: dict[str, Any] = {
                "name": cookie.name,
                "value": cookie.value or "",
                "path": cookie.path,
                "secure": cookie.secure,
                "httpOnly": bool(cookie.get_nonstandard_attr("httpOnly"))
                or cookie.has_nonstandard_attr("HttpOnly"),
            }
            if cookie.domain_initial_dot:
                told["domain"] = cookie.domain
            else:
                told["url"] = (
                    f"{'https' if cookie.secure else 'http'}://{cookie.domain}{cookie.path}"
                )
            if same_site := cookie.get_nonstandard_attr("sameSite"):
                told["sameSite"] = same_site
            if cookie.expires:
                told["expires"] = float(cookie.expires)
            cookies.append(told)
        if cookies:
            browser.devtools("Network.setCookies", cookies=cookies)

    def cookies(self) -> list[str]:
        """The names of the cookies that it holds."""
        return [cookie.name for cookie in self._jar()]

    def drop_cookie(self, name: str) -> None:
        """Forgets every cookie whose name ends so (front ends put prefixes before the portal's own
        names)."""
        for cookie in self._jar():
            if cookie.name.endswith(name):
                self._http.cookies.clear(cookie.domain, cookie.path, cookie.name)

    def _jar(self) -> list[Cookie]:
        return list(cast("Iterable[Cookie]", self._http.cookies))

    def renew(self, *, forget: bool) -> None:
        """New connections in place of the old ones; with ``forget`` also without any cookie."""
        kept = None if forget else self._http.cookies
        self.close()
        self._http = self._new()
        if kept is not None:
            self._http.cookies = kept

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _renew_line(self) -> None:
        # After a failure a connection may hold half an answer; closing the pools is cheap and
        # leaves the cookies.
        with contextlib.suppress(OSError):
            for adapter in self._http.adapters.values():
                adapter.close()

    def _new(self) -> requests.Session:
        self._pid = os.getpid()
        http = requests.Session()
        http.trust_env = False  # else a .netrc would send passwords of its own
        http.verify = (
            os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        )  # as requests itself does
        http.headers.clear()
        http.headers["Accept-Encoding"] = "gzip, deflate"
        http.headers["Connection"] = "keep-alive"
        for scheme in ("http://", "https://"):
            http.mount(scheme, DeadlineAdapter(self._left, legacy_tls=self._legacy_tls))
        return http


def _redirected(asked: HttpRequest, status: int, target: str) -> HttpRequest:
    """The request that a browser makes after a redirect: a form is posted again only for 307 and
    308."""
    if status in (307, 308) or asked.method not in ("POST",):
        return replace(asked, url=target)
    return replace(asked, method="GET", url=target, fields=None)


def _referer(asked: HttpRequest) -> str | None:
    """What a browser sends of it (strict-origin-when-cross-origin): all of it to the same origin,
    else the origin alone, nothing from https to http."""
    if not asked.referer:
        return None
    here, there = urlsplit(asked.referer), urlsplit(asked.url)
    if here.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
        return None
    place = here.netloc.rpartition("@")[2]
    if (here.scheme, place) != (there.scheme, there.netloc.rpartition("@")[2]):
        return f"{here.scheme}://{place}/"
    return urlunsplit((here.scheme, place, here.path or "/", here.query, ""))


def _charset(kind: str, content: bytes) -> str:
    """The charset as a browser finds it: byte order mark, header, the page's own word; else
    windows-1252 for pages and UTF-8 for everything else."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if content.startswith(mark):
            return name
    found = _CHARSET.search(kind)
    page = not kind or "html" in kind.lower() or "xml" in kind.lower()
    if found is None and page:
        found = _CHARSET.search(content[:2048].decode("latin-1"))
    if found is not None:
        with contextlib.suppress(LookupError):
            if codecs.lookup(found.group(1)).name in _CHARSETS:
                return found.group(1).lower()
    return "windows-1252" if page else "utf-8"


def _decoded(content: bytes, charset: str) -> str:
    if charset in _LATIN:
        return content.decode("cp1252", _AS_BROWSERS)
    return content.decode(charset, "replace").removeprefix("\ufeff")
