"""A browser that can be lost and got back."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from selenium.common.exceptions import (
    NoSuchWindowException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.remote.webdriver import WebDriver

from resilience import faults, scripts
from resilience.answer import Answer
from resilience.browser import Browser
from resilience.budget import Budget
from resilience.document import Document
from resilience.fault_log import FaultLog
from resilience.faults import Cure, Fault
from resilience.fetch_modes import FetchChoice, FetchMode, FetchModes
from resilience.http_client import HttpClient, HttpRequest
from resilience.lifecycle import BrowserLifecycle
from resilience.origins import ANYWHERE, Origins, sent_away
from resilience.pace import Pace, Slot
from resilience.settings import BrowserSettings, Timeouts
from resilience.window import Window, tolerant

_LOG = logging.getLogger(__name__)
_PIECE = 1.0


class Session:
    """A browser that can be lost and got back, for one thread; and HTTP requests for pages that
    need none.

    Every command ends within ``timeouts.client`` seconds, whatever hangs. Every failure is a
    `Fault`, and `cure` does what it asks for. ``sign_in`` is called with the session when it has to
    sign in again; its owner sets ``signed_in``. ``generation`` grows with every new browser: what
    was built on an older one is stale. ``statistics`` counts every fault that was met, by name,
    cured or not, ``cures`` those that were cured; ``events`` counts restarts, sign-ins,
    recycled browsers and new windows.

    ``origins`` are the only ones that it goes to: every HTTP request and redirect is checked, and
    every top-level page of the browser. ``stop`` ends every wait with `Stopped`; a command that
    still runs ``patience`` seconds later is broken off by killing the browser. With a window on the
    screen (``headed``) a person is given ``person_seconds`` to solve a captcha or to pass a block
    page; without one these are raised at once.

    ``fetch_mode``: ``browser``; ``http``, in which the browser only signs in; or ``auto``, which
    tries HTTP requests and goes back to the browser for those kinds of page that need it.
    ``fetch_modes`` says what came of it. ``observe`` is told of every HTTP exchange; ``legacy_tls``
    lets HTTP requests speak with old servers."""

    def __init__(
        self,
        *,
        browser: BrowserSettings | None = None,
        timeouts: Timeouts | None = None,
        pace: Pace | None = None,
        origins: Origins = ANYWHERE,
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
        self.settings = browser or BrowserSettings()
        self.timeouts = timeouts or Timeouts()
        self.pace = pace or Pace()
        self.origins = origins
        self.sign_in = sign_in
        self.stop = stop or threading.Event()
        self.pages_per_browser = pages_per_browser
        self.bytes_per_browser = bytes_per_browser
        self.signed_in = False
        self.generation = 0
        self.pages = 0
        self.budget: Budget | None = None
        """What the person who is read now may cost (see `resilience.retry.again`)."""
        self.events: Counter[str] = Counter()
        self.seen: Answer | None = None
        """What an HTTP request brought last, for the evidence."""
        self._faults = FaultLog(self.stop, heard=self._heard)
        self._lifecycle = BrowserLifecycle(
            self.settings,
            self.timeouts,
            self.stop,
            start=start,
            check=self._faults.check,
            events=self.events,
            patience=patience,
        )
        self.plain = HttpClient(
            self.settings,
            self.timeouts,
            origins=origins,
            check=self._faults.check,
            elsewhere=self._sent_away,
            observe=observe,
            legacy_tls=legacy_tls,
        )
        self.fetch_modes = FetchModes(fetch_mode)
        self._fetch_mode: FetchMode = self.fetch_modes.first
        self._kind = "page"
        self._proves: Callable[[str], bool] | None = None
        self._slot: Slot | None = None
        self._person_seconds = person_seconds
        self._status: int | None = None
        self._stands: Answer | None = None
        self._owes_sign_in = False
        self._signing_in = False
        self._pages_at_cure = -1

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the browser

    @property
    def running(self) -> bool:
        """Whether a browser has been started and not been given up."""
        return self._lifecycle.browser is not None

    @property
    def browser(self) -> Browser:
        """The browser, started if there is none. Raises `BrowserNotFound`, `BrowserLost` or
        `Stopped`."""
        if self._lifecycle.browser is not None:
            return self._lifecycle.browser
        browser = self._lifecycle.start(self.origins)
        self.generation += 1
        self.signed_in = False
        self.pages = 0
        self._pages_at_cure = -1
        self._status = None
        return browser

    @property
    def window(self) -> Window:
        """The window that is read now; starts the browser if there is none. `ScriptNeeded` in fetch
        mode http, which has none."""
        if self._fetch_mode == "http":
            raise faults.ScriptNeeded(f"a {self._kind} page needs the browser for this step")
        browser = self.browser
        assert self._lifecycle.window is not None, browser
        return self._lifecycle.window

    @property
    def driver(self) -> WebDriver:
        """The WebDriver, for what a session cannot do. Raw exceptions come out of it; `again` and
        `resilient` know them. `ScriptNeeded` in fetch mode http, which has none."""
        return self.window.driver

    def restart(self) -> None:
        """A new browser in place of the old one, which is killed; nobody is signed in then. In
        fetch mode http: new connections, and a new visitor where nobody was signed in."""
        self.events["restart"] += 1
        if self._fetch_mode == "http":
            self.plain.renew(forget=not self.signed_in)
            self._forget_page()
            self.generation += 1
            return
        self._give_up()
        self.browser  # noqa: B018  (starts it)

    def recycle_if_due(self) -> None:
        """Between two people: a new browser after so many pages or so much memory; signs in again
        if it was signed in."""
        if self._fetch_mode == "browser" and self._lifecycle.worn(
            self.pages, most_pages=self.pages_per_browser, most_bytes=self.bytes_per_browser
        ):
            self.events["recycle"] += 1
            self.restart()
            self._sign_in_if_owed()

    def close(self) -> None:
        """Ends the browser and all connections; nothing of them is left. The session can be used
        again, from the beginning."""
        self._lifecycle.close()
        self.signed_in = self._owes_sign_in = False
        self.plain.renew(forget=True)
        self.plain.close()
        self._forget_page()
        self._fetch_mode = self.fetch_modes.first
        self.generation += 1

    def _give_up(self) -> None:
        self._owes_sign_in = self._owes_sign_in or self.signed_in
        self.signed_in = False
        self._lifecycle.end()

    # -- faults

    @property
    def statistics(self) -> Counter[str]:
        """Every fault that was met, by name, cured or not."""
        return self._faults.statistics

    def note(self, fault: Fault) -> Fault:
        """Counts a fault once, however often it is noted; gives it back.

        The pace hears of a busy portal at once, and a block page opens its breaker for everybody.
        """
        return self._faults.note(fault)

    def _heard(self, fault: Fault) -> None:
        browser = self._lifecycle.browser
        if isinstance(fault, faults.BrowserLost) and browser is not None and not fault.last_words:
            fault.last_words = browser.last_words()
        if isinstance(fault, faults.AskedToWait):
            return  # that is the pace's own word
        if fault.cure is Cure.WAIT:
            self.pace.busy(fault.retry_after if isinstance(fault, faults.Busy) else None)
        elif isinstance(fault, faults.Blocked):
            self.pace.breaker.trip(f"{fault.name}: {fault}")

    @contextlib.contextmanager
    def _named(self, what: str) -> Iterator[None]:
        """Everything raw that happens inside becomes a named and counted fault; what the browser
        was kept from goes before what came of that."""
        with self._faults.named(what):
            try:
                yield
            except NoSuchWindowException:
                if self._lifecycle.window is not None:
                    self._lifecycle.window.go_back()
                raise
            except (Fault, WebDriverException) as error:
                self._check_navigation(error)
                raise
            self._check_navigation()

    def _check_navigation(self, error: Exception | None = None) -> None:
        window = self._lifecycle.window
        if window is not None and (trouble := window.trouble()) is not None:
            raise trouble from error

    @property
    def cures(self) -> Counter[str]:
        """Every fault that was met and cured, by name: never more than ``statistics``."""
        return self._faults.cures

    @property
    def uncured(self) -> Counter[str]:
        """The faults that were met and not cured (yet), by name."""
        return self._faults.uncured

    def cured_since(self, uncured: Counter[str]) -> None:
        """What was tried again worked: all faults met since ``uncured`` was taken are cured."""
        self._faults.cured_since(uncured)

    def cure(self, fault: Fault, *, patience: float = math.inf) -> None:
        """Does what the fault's name says is to be done next, or raises it again if nothing can be
        done.

        *Try again* and *reload* need nothing from a session, the page object repeats its step; but
        if no page at all came since the last cure, the browser itself is suspected and replaced.
        *Sign in again* calls the hook; *restart* takes a new browser and signs in again if the old
        one was signed in; *wait* waits as long as the pace says, but raises the fault again if that
        is longer than ``patience`` seconds; *use the browser* needs nothing here either: the next
        `enter` goes there. May raise another fault: the one that the cure itself met."""
        self.note(fault)
        self._faults.check()
        helpless = {
            Cure.SIGN_IN_AGAIN: self.sign_in is None,
            Cure.USE_BROWSER: self.fetch_modes.wish != "auto",
        }
        if fault.cure is Cure.STOP or helpless.get(fault.cure):
            raise fault
        _LOG.warning("%s: %s; cure: %s", fault.name, fault, fault.cure.value)
        if fault.cure is Cure.WAIT:
            self.pace.wait_out(fault, stop=self.stop, patience=patience)
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

    # -- fetch modes

    @property
    def fetch_mode(self) -> FetchMode:
        """The fetch mode in use now: ``browser``, or ``http`` (requests without one)."""
        return self._fetch_mode

    def enter(self, *kinds: str) -> None:
        """Goes on in the fetch mode in which a chain of pages of these kinds is read
        (`FetchModes.of`).

        A change carries the cookies over and makes a new ``generation``: what was built on an older
        one (a search that stands in the portal) is stale."""
        self._change(self.fetch_modes.of(*kinds))

    @contextlib.contextmanager
    def kind(self, name: str, *, proves: Callable[[str], bool] | None = None) -> Iterator[None]:
        """What is asked for and read inside is a page of that kind: counted under it, and where it
        is not such a page, `FetchModes.instead` says what the fault is.

        ``proves`` is given the HTML of a page that seems to be a notice ("temporarily
        unavailable"): True where it holds what only the page asked for has, so that words on it
        count for nothing. An inner `kind` without one has none."""
        before = self._kind, self._proves
        self._kind, self._proves = name, proves
        fetch_mode = self._fetch_mode
        try:
            yield
        except Fault as fault:
            found = self.fetch_modes.instead(fetch_mode, name, fault)
            if found is fault:
                raise
            raise found from fault
        finally:
            self._kind, self._proves = before
        self.fetch_modes.brought(fetch_mode, name)

    @contextlib.contextmanager
    def with_browser(self) -> Iterator[None]:
        """What only a browser may do (signing in), in every fetch mode; afterwards it goes on in
        the fetch mode from before, with the browser's cookies. A browser that nothing else needs is
        ended then."""
        before = self._fetch_mode
        self._change("browser")
        yield
        self._change(before)

    def _change(self, fetch_mode: FetchMode) -> None:
        if fetch_mode == self._fetch_mode:
            return
        with self._named(f"the {fetch_mode} fetch mode"):
            signed_in = self.signed_in
            if fetch_mode == "browser":
                self.plain.give(self.browser)
            elif self._lifecycle.browser is not None:
                self.plain.take(self._lifecycle.browser)
                if not self.fetch_modes.given_up:
                    self._lifecycle.end()
            self.signed_in = signed_in
            self._forget_page()
            self._fetch_mode = fetch_mode
            self.generation += 1
            self.events[f"fetch_mode-{fetch_mode}"] += 1

    def _forget_page(self) -> None:
        self._stands = self.seen = None

    # -- pages

    @contextlib.contextmanager
    def page(self, what: str) -> Iterator[None]:
        """One polite slot: a page with the services that it would itself call. Inner ones join the
        outer one."""
        self._faults.check()
        if self._slot is not None:
            self._slot.check()
            yield
            return
        with self.pace.slot(what, stop=self.stop) as self._slot:
            try:
                yield
            finally:
                self._slot = None

    @property
    def url(self) -> str:
        """The address of the document that stands in the browser, or came last by HTTP."""
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
        url, html = self.run(scripts.STANDING)
        return str(url), str(html)

    def open(self, url: str) -> None:
        """GETs a page and returns when it has been read (sub-resources may still come).

        Raises the fault that came instead: `OffSite` for an address that is not the site's (which
        is not asked), `Busy` for 429 and 5xx, `Blocked`, `CaptchaAsked`, `Unreachable`, `Slow`,
        ...; `SignedOut` for a sign-in form if the session was signed in (before that, a sign-in
        form is a page like others)."""
        with self.page(url), self._named(url):
            if self._fetch_mode == "http":
                self._stands = None
                self._stands = self._ask(HttpRequest("GET", url))
            else:
                self._arrived(self._opened(url), url)

    def _opened(self, url: str) -> Document:
        try:
            document = self.window.open(url)
        except TimeoutException as error:
            fault = None if self.settings.proxy else self.plain.https.fault(url)
            if fault is None:
                raise
            raise fault from error
        self.plain.https.answered(document.url)
        return document

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

    def run(self, script: str, *args: Any) -> Any:
        """Runs JavaScript in the page and gives what it returns. `ScriptFailed` if it throws."""
        with self._named("a script"):
            return self.window.run(script, *args)

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
            return self.window.html(css)

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
        with self.page(url), self._named(url):
            if self._fetch_mode == "http":
                request = HttpRequest(method, url, fields, referer, accept)
                return self._ask(request, allowed=allowed, seconds=seconds)
            answer = self.window.fetch(
                url,
                method=method,
                fields=fields,
                accept=accept,
                referer=referer,
                signed_in=self.signed_in,
            )
            self.pages += 1
            self._judge(None if answer.status in allowed else answer.fault(), answer.text)
            return answer

    def close_window(self) -> None:
        """Closes a window that `leave` went to and goes back to the one before; nothing if there is
        none."""
        with self._named("a window"):
            self.window.close_one()

    # -- what came

    def _ask(
        self, asked: HttpRequest, *, allowed: Collection[int] = (), seconds: float | None = None
    ) -> Answer:
        """One HTTP exchange, counted and judged."""
        self.seen = self._status = None
        self.seen = answer = self.plain.bring(asked, seconds=seconds)
        self.pages += 1
        self._status = answer.status
        self._judge(None if answer.status in allowed else answer.fault(), answer.text)
        return answer

    def _arrived(self, document: Document, what: str) -> None:
        """A document of the browser, counted and judged."""
        self.pages += 1
        self._status = document.status
        fault = self.window.fault_in(document, what)
        if isinstance(fault, faults.Blocked) and document.error is None and self.settings.headed:
            fault = self._wait_for_person(fault)
        self._judge(fault, document.html)

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
                document = self.window.look()
                found = faults.in_page(document.html, document.url, document.status)
                self._status = document.status
        return found

    def _judge(self, fault: Fault | None, html: str) -> None:
        """Raises the fault, unless it is a sign-in form that was to be expected, or the words of a
        page that proves itself."""
        wanted = isinstance(fault, faults.SignedOut) and (self._signing_in or not self.signed_in)
        if fault is not None and fault.by_words and self._proves is not None:
            wanted = self._proves(html)
        if fault is not None and not wanted:
            if isinstance(fault, faults.SessionEnded) and self.signed_in:
                raise faults.SignedOut(str(fault), url=fault.url)
            raise fault
        self.pace.fine()

    def _sent_away(self, asked: str, found: str) -> Fault:
        """The fault for a redirect to another host: whoever was signed in, or is sent where one
        signs in, has to sign in (again); everybody else has to be looked after by a person."""
        if self.signed_in or self.origins.signs_in(found):
            return faults.SignedOut("the request was sent elsewhere", url=asked)
        return sent_away(asked, found)
