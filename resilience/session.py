"""A browser that can be lost and got back."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from resilience import faults, scripts
from resilience.answer import Answer
from resilience.browser import Browser
from resilience.document import Document, broken_off, retry_after
from resilience.faults import Cure, Fault
from resilience.fetch_modes import FetchChoice
from resilience.fetch_switch import FetchSwitch
from resilience.http_client import HttpRequest
from resilience.pace import Pace
from resilience.settings import BrowserSettings, Timeouts
from resilience.window import tolerant

_LOG = logging.getLogger(__name__)
_PIECE = 1.0
_LOG_PAGES = 50
_STANDING = (
    "return [location.href, document.documentElement ? document.documentElement.outerHTML : '']"
)


class Session(FetchSwitch):
    """A browser that can be lost and got back, for one thread; and plain requests for pages that
    need none.

    Every command ends within ``timeouts.client`` seconds, whatever hangs. Every failure is a
    `Fault`, and `cure` does what it asks for. ``sign_in`` is called with the session when it has to
    sign in again; its owner sets ``signed_in``. ``generation`` grows with every new browser: what
    was built on an older one is stale. ``statistics`` counts every fault that was met, by name,
    cured or not; ``events`` counts restarts, sign-ins, recyclings and new windows.

    ``stop`` ends every wait with `Stopped`; a command that still runs ``patience`` seconds later is
    broken off by killing the browser. With a window on the screen (``headed``) a person is given
    ``person_seconds`` to solve a captcha or to pass a block page; without one these are raised at
    once.

    ``fetch mode``: ``browser``; ``http``, in which the browser only signs in; or ``auto``, which
    tries plain requests and goes back to the browser for those kinds of page that need it. ``fetch
    modes`` says what came of it. ``observe`` is told of every plain exchange; ``legacy_tls`` lets
    plain requests speak with old servers."""

    def __init__(
        self,
        *,
        browser: BrowserSettings | None = None,
        timeouts: Timeouts | None = None,
        pace: Pace | None = None,
        sign_in: Callable[[Session], None] | None = None,
        stop: threading.Event | None = None,
        pages_per_browser: int = 500,
        bytes_per_browser: int = 700_000_000,
        patience: float = 5.0,
        person_seconds: float = 600.0,
        fetch_mode: FetchChoice = "browser",
        observe: Callable[[HttpRequest, Answer], None] | None = None,
        legacy_tls: bool = False,
        start: Callable[[BrowserSettings, Timeouts], Browser] = Browser.start,
    ) -> None:
        super().__init__(
            browser or BrowserSettings(),
            timeouts or Timeouts(),
            pace or Pace(),
            stop or threading.Event(),
            pages_per_browser=pages_per_browser,
            bytes_per_browser=bytes_per_browser,
            patience=patience,
            fetch_mode=fetch_mode,
            observe=observe,
            legacy_tls=legacy_tls,
            start=start,
        )
        self.sign_in = sign_in
        self._depth = 0
        self._person_seconds = person_seconds

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def recycle_if_due(self) -> None:
        """Between two people: a new browser after so many pages or so much memory; signs in again
        if it was signed in."""
        if self._fetch_mode == "browser" and self._worn():
            self.events["recycle"] += 1
            self.restart()
            self._sign_in_if_owed()

    # -- faults
    # --------------------------------------------------------------------------------------------------

    def cure(self, fault: Fault) -> None:
        """Does what the fault's name says is to be done next, or raises it again if nothing can be
        done.

        *Try again* and *reload* need nothing from a session, the page object repeats its step; but
        if no page at all came
        since the last cure, the browser itself is suspected and replaced. *Sign in again* calls the
        hook; *restart* takes a new browser and signs in again if the old one was signed in; *wait*
        waits as long as the pace says; *use the browser* needs nothing here either: the next
        `enter` goes there. May raise another fault: the one that the cure itself met."""
        self.note(fault)
        self._check_stop()
        helpless = {
            Cure.SIGN_IN_AGAIN: self.sign_in is None,
            Cure.USE_BROWSER: self.fetch_modes.wish != "auto",
        }
        if fault.cure is Cure.STOP or helpless.get(fault.cure):
            raise fault
        _LOG.warning("%s: %s; cure: %s", fault.name, fault, fault.cure.value)
        if fault.cure is Cure.WAIT:
            self.pace.wait_out(fault, stop=self.stop)
        elif fault.cure is Cure.SIGN_IN_AGAIN:
            self.signed_in = False
            self._owes_sign_in = True
        elif fault.cure is Cure.RESTART_BROWSER or self.pages == self._pages_at_cure:
            self.restart()
        self._pages_at_cure = self.pages
        self._sign_in_if_owed()

    def _sign_in_if_owed(self) -> None:
        """Signs in again after a session that was signed in has been lost; what fails here is still
        owed afterwards."""
        if not self._owes_sign_in or self.sign_in is None:
            return
        self.events["sign-in"] += 1
        self._signing_in = True
        try:
            self.sign_in(self)
        finally:
            self._signing_in = False
        self._owes_sign_in = False

    # -- pages
    # ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def page(self, what: str) -> Iterator[None]:
        """One polite slot: a page with the services that it would itself call. Inner ones join the
        outer one."""
        self._check_stop()
        if self._depth:
            yield
            return
        with self.pace.slot(what, stop=self.stop):
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    @property
    def url(self) -> str:
        """The address of the document that stands in the browser, or came last as a plain page."""
        if self._fetch_mode == "http":
            return self._stands.url if self._stands is not None else "about:blank"
        with self._named("the address"):
            return str(self.driver.current_url)

    @property
    def status(self) -> int | None:
        """The HTTP status of the document that `open` or `leave` brought; None where the browser
        does not tell."""
        return self._status

    def standing(self) -> tuple[str, str]:
        """Address and HTML of the document that stands, in one command, in either fetch mode."""
        if self._fetch_mode == "http":
            return self.url, self.html()
        url, html = self.run(_STANDING)
        return str(url), str(html)

    def open(self, url: str) -> None:
        """GETs a page and returns when it has been read (sub-resources may still come).

        Raises the fault that came instead: `Busy` for 429 and 5xx, `Blocked`, `CaptchaAsked`,
        `Unreachable`, `Slow`, ...; `SignedOut` for a sign-in form if the session was signed in
        (before that, a sign-in form is a page like others)."""
        with self.page(url), self._named(url):
            if self._fetch_mode == "http":
                self._stands = None
                self._stands = self._ask(HttpRequest("GET", url))
            else:
                self._arrived(self.window.open(url), url)

    def send(self, url: str, fields: Mapping[str, str], *, what: str) -> None:
        """In fetch mode http: posts a form as the page that stands would, and takes what comes for
        the next document. Same checks as `open`. A browser sends its forms itself: `leave`."""
        with self.page(what), self._named(what):
            before, self._stands = self._stands, None
            charset = before.charset if before is not None else "utf-8"
            referer = before.url if before is not None else None
            try:
                self._stands = self._ask(HttpRequest("POST", url, fields, referer, charset=charset))
            except (faults.Busy, faults.Slow, faults.Dropped):
                # The portal's state is as it was: the next form is sent from this page again.
                self._stands = before
                raise

    def leave(self, script: str, *args: Any, what: str) -> None:
        """Runs JavaScript that makes the page go elsewhere and returns when the next document
        stands.

        ``script`` may act at once or a little later (a click with a timer behind it). A new window
        that opens instead becomes the current one. Same checks as `open`; `Slow` if nothing else
        came within the page time-out."""
        with self.page(what), self._named(what):
            self._arrived(self.window.leave(script, *args, what=what), what)

    def _arrived(self, document: Document, what: str) -> None:
        self.pages += 1
        self._status = document.status
        wait = None
        if document.status is not None and (document.status == 429 or document.status >= 500):
            wait = retry_after(self.browser, document.url)
        elif self.pages % _LOG_PAGES == 0:
            self.browser.log("performance")
        if document.error is not None and (document.status or 0) < 400:
            # A shell's error page does not say which error it is; the network log does.
            error = broken_off(self.browser) if document.error == "ERR_FAILED" else None
            raise faults.of_net(error or document.error, url=what)
        fault = faults.in_page(document.html, document.url, document.status)
        if isinstance(fault, faults.Blocked) and self.settings.headed:
            fault = self._wait_for_person(fault)
        if isinstance(fault, faults.Busy) and wait is not None:
            fault.retry_after = wait
        self._judge(fault)

    def _wait_for_person(self, fault: Fault) -> Fault | None:
        """A window is on the screen: gives a person the time to solve it. What still stands
        afterwards is given back."""
        _LOG.warning(
            "%s. Solve it in the browser's window; %g s time.", fault, self._person_seconds
        )
        found: Fault | None = fault
        deadline = time.monotonic() + self._person_seconds
        while isinstance(found, faults.Blocked) and time.monotonic() < deadline:
            self.pace.nap(_PIECE, stop=self.stop)
            with tolerant():
                document = Document.look(self.driver, html=True)
                found = faults.in_page(document.html, document.url, document.status)
                self._status = document.status
        return found

    def run(self, script: str, *args: Any) -> Any:
        """Runs JavaScript in the page and gives what it returns. `ScriptFailed` if it throws."""
        with self._named("a script"):
            return self.driver.execute_script(script, *args)

    def wait_for(self, script: str, *args: Any, what: str, timeout: float | None = None) -> Any:
        """The first truthy value of a JavaScript function body, looked for at once and at every
        change of the page.

        It goes on in the next document if the page is left meanwhile. `Slow` after ``timeout``
        seconds (``timeouts.element`` unless told otherwise), with the error that the script threw
        last, if it did."""
        seconds = self.timeouts.element if timeout is None else timeout
        with self._named(what):
            return self.window.wait_for(script, *args, what=what, seconds=seconds)

    def html(self, css: str | None = None) -> str:
        """The outer HTML of the document, or of the first element that fits; `LayoutChanged` if
        none does. In fetch mode http the whole page as it came."""
        if self._fetch_mode == "http" and css is None:
            return self._stands.text if self._stands is not None else ""
        with self._named(css or "the page"):
            found = self.driver.execute_script(scripts.OUTER, css)
            if found is None:
                raise faults.LayoutChanged(
                    self.window.address(), css or "the page", "one element", "none"
                )
            return str(found)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        data: Mapping[str, str] | None = None,
        accept: str = "text/html",
        referer: str | None = None,
        allowed: Collection[int] = (),
        seconds: float | None = None,
    ) -> Answer:
        """One request from inside the page: same origin, same cookies. ``data`` is sent as a form.
        In fetch mode http it is an exchange of its own, which may take ``seconds``
        (``timeouts.page`` unless told otherwise).

        Faults as for `open`, but an answer whose status is ``allowed`` is given back for the caller
        to judge. A sign-in page elsewhere cannot be read from here: for a signed-in session a GET
        that is sent to another host is `SignedOut`."""
        fields = None if data is None else dict(data)
        if self._fetch_mode == "http":
            with self.page(url), self._named(url):
                return self._ask(
                    HttpRequest(method, url, fields, referer, accept),
                    allowed=allowed,
                    seconds=seconds,
                )
        seconds = min(self.timeouts.page, self.timeouts.script) * 0.9
        with self.page(url), self._named(url):
            told = self.driver.execute_async_script(
                scripts.FETCH, url, method, fields, accept, referer, int(seconds * 1000)
            )
            if told.get("slow"):
                raise faults.Slow(f"no answer within {seconds:g} s", url=url)
            if "broken" in told:
                if told.get("away") and self.signed_in:
                    raise faults.SignedOut("the request was sent elsewhere", url=url)
                raise faults.Dropped(f"the request broke: {told['broken']}", url=url)
            answer = Answer(
                int(told["status"]), str(told["url"]), dict(told["headers"]), str(told["text"])
            )
            self.pages += 1
            self._judge(None if answer.status in allowed else answer.fault())
            return answer

    # -- windows
    # -------------------------------------------------------------------------------------------------

    def close_window(self) -> None:
        """Closes a window that `leave` went to and goes back to the one before; nothing if there is
        none."""
        with self._named("a window"):
            self.window.close_one()
