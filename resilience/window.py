"""The window of a browser that is read: going to the next document, following new windows, waiting
for things, running scripts."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from selenium.common.exceptions import NoSuchWindowException, TimeoutException, WebDriverException
from urllib3.exceptions import HTTPError

from resilience import faults, scripts
from resilience.answer import Answer
from resilience.browser import Browser
from resilience.document import Document, broken_off, retry_after
from resilience.faults import Fault
from resilience.origins import ANYWHERE, Origins, sent_away
from resilience.settings import BrowserSettings, Timeouts

_PIECE = 1.0
_LOG_PAGES = 50
"""The browser's network log is emptied after so many pages, else it grows."""


@contextlib.contextmanager
def tolerant(script_timeout: float | None = None) -> Iterator[None]:
    """Lets pass what chromedriver says when a page goes away under a script: it is no fault while
    one is expected.

    One of these is a false "script timeout", told at once; a true one takes the whole script
    time-out and is raised."""
    begun = time.monotonic()
    try:
        yield
    except TimeoutException as error:
        true = script_timeout is not None and time.monotonic() - begun >= script_timeout * 0.9
        if "script" not in (error.msg or "").lower() or true:
            raise
    except WebDriverException as error:
        found = faults.of(error)
        if type(found) is not faults.StalePage or isinstance(error, NoSuchWindowException):
            raise


class Window:
    """What a session reads in one browser. Raises raw exceptions as well as faults; the session
    names them.

    ``check`` is called between the pieces of every wait and may raise; new windows are counted in
    ``events``; a top-level page of another origin than ``origins`` is not asked for."""

    def __init__(
        self,
        browser: Browser,
        settings: BrowserSettings,
        timeouts: Timeouts,
        check: Callable[[], None],
        events: Counter[str],
        origins: Origins = ANYWHERE,
    ) -> None:
        self.browser = browser
        self.driver = browser.driver
        self.settings = settings
        self.timeouts = timeouts
        self._check = check
        self._events = events
        self._origins = origins
        self._before: list[str] = []
        self._pages = 0

    def open(self, url: str) -> Document:
        """GETs a page in the first window; further windows are closed."""
        self._origins.check(url)
        while self._before:
            self.close_one()
        # chromedriver forgets its page time-out when the load event of the document before comes
        # while it waits for the next one: a page that hangs would be given up by the client's
        # deadline only, and the browser with it.
        with tolerant():
            self.driver.execute_async_script(scripts.REST)
        self.driver.get(url)
        return self._read(time.monotonic() + self.timeouts.page, url)

    def leave(self, script: str, *args: Any, what: str) -> Document:
        """Runs a script that makes the page go elsewhere; gives the next document once it has been
        read."""
        old = Document.look(self.driver)
        windows = self.driver.window_handles
        deadline = time.monotonic() + self.timeouts.page
        with tolerant():
            self.driver.execute_script(script, *args)
        return self._next(old, windows, deadline, what)

    def _next(self, old: Document, windows: list[str], deadline: float, what: str) -> Document:
        piece = 0.05
        while True:
            self._go_on()
            new = None
            with tolerant():
                new = Document.look(self.driver)
            if new is not None and new.born == old.born:
                new = self._new_window(windows)
            if new is not None and new.born != old.born:
                return self._read(deadline, what)
            left = deadline - time.monotonic()
            if left <= 0:
                raise faults.Slow(
                    f"{what}: no new page within {self.timeouts.page:g} s", url=old.url
                )
            with tolerant():
                self.driver.execute_async_script(scripts.STAY, int(min(piece, left) * 1000))
            piece = min(_PIECE, piece * 2)

    def _new_window(self, before: list[str]) -> Document | None:
        opened = [handle for handle in self.driver.window_handles if handle not in before]
        if not opened:
            return None
        self._events["window"] += 1
        self._before.append(self.driver.current_window_handle)
        self.driver.switch_to.window(opened[-1])
        self.browser.dress(self.settings)
        document = Document.look(self.driver)
        return document if document.url != "about:blank" else None

    def _read(self, deadline: float, what: str) -> Document:
        """The document once it has been read to its end; `Dropped` if it was cut short."""
        while True:
            with tolerant():
                document = Document.look(self.driver, html=True)
                if document.state != "loading":
                    return document
                self.driver.execute_async_script(scripts.READY, int(_PIECE * 500))
                document = Document.look(self.driver)
                if document.state == "loading" and (code := broken_off(self.browser)):
                    raise faults.Dropped(
                        f"{what}: the page was cut short: {code}", url=document.url
                    )
            self._go_on()
            if time.monotonic() > deadline + _PIECE:
                raise faults.Slow(f"{what}: the page did not come to its end in time")

    def fault_in(self, document: Document, what: str) -> Fault | None:
        """The generic fault that a document just arrived shows, or None."""
        self._pages += 1
        wait = None
        if document.status is not None and (document.status == 429 or document.status >= 500):
            wait = retry_after(self.browser, document.url)
        elif self._pages % _LOG_PAGES == 0:
            self.browser.log("performance")
        if document.error is not None and (document.status or 0) < 400:
            # A shell's error page does not say which error it is; the network log does.
            error = broken_off(self.browser) if document.error == "ERR_FAILED" else None
            return faults.of_net(error or document.error, url=what)
        if document.url.startswith("http") and document.url not in self._origins:
            return sent_away(None, document.url)  # of a remote browser; others never get there
        fault = faults.in_page(document.html, document.url, document.status)
        if isinstance(fault, faults.Busy) and wait is not None:
            fault.retry_after = wait
        return fault

    def trouble(self) -> Fault | None:
        """The fault of a top-level page that the guard refused since the last look, or of the guard
        itself."""
        return None if self._origins is ANYWHERE else self.browser.guard.trouble()

    def _go_on(self) -> None:
        self._check()
        if (trouble := self.trouble()) is not None:
            raise trouble

    def look(self) -> Document:
        """The document that stands now, with its HTML."""
        return Document.look(self.driver, html=True)

    def run(self, script: str, *args: Any) -> Any:
        """See `Session.run`."""
        return self.driver.execute_script(script, *args)

    def html(self, css: str | None = None) -> str:
        """See `Session.html`."""
        found = self.driver.execute_script(scripts.OUTER, css)
        if found is None:
            what = css or "the page"
            raise faults.LayoutChanged(self.address(), what, "one element", "none")
        return str(found)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        fields: Mapping[str, str] | None = None,
        accept: str = "text/html",
        referer: str | None = None,
        signed_in: bool = False,
    ) -> Answer:
        """See `Session.fetch`. The browser itself refuses another origin than the page's."""
        self._origins.check(url if "://" in url else urljoin(self.address() or "", url))
        seconds = min(self.timeouts.page, self.timeouts.script) * 0.9
        told = self.driver.execute_async_script(
            scripts.FETCH, url, method, fields, accept, referer, int(seconds * 1000)
        )
        if told.get("slow"):
            raise faults.Slow(f"no answer within {seconds:g} s", url=url)
        if "broken" in told:
            if told.get("away") and signed_in:
                raise faults.SignedOut("the request was sent elsewhere", url=url)
            raise faults.Dropped(f"the request broke: {told['broken']}", url=url)
        return Answer(
            int(told["status"]), str(told["url"]), dict(told["headers"]), str(told["text"])
        )

    def wait_for(self, script: str, *args: Any, what: str, seconds: float) -> Any:
        """See `Session.wait_for`."""
        waiting = scripts.wait(script)
        trouble = None
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            with tolerant(self.timeouts.script):
                answer = self.driver.execute_async_script(
                    waiting, int(min(left, _PIECE) * 1000), *args
                )
                # A dialog that opened meanwhile makes the answer null; the next command then tells
                # of it.
                if answer is not None and "value" in answer:
                    return answer["value"]
                trouble = answer and answer.get("trouble")
            self._go_on()
            if time.monotonic() >= deadline:
                reason = f" (its script said: {trouble[:200]})" if trouble else ""
                raise faults.Slow(
                    f"{what}: nothing within {seconds:g} s{reason}", url=self.address()
                )

    def address(self) -> str | None:
        """Where the window is, or None if it cannot be asked."""
        try:
            return str(self.driver.current_url)
        except (WebDriverException, HTTPError, OSError):
            return None

    def close_one(self) -> None:
        """Closes a window that `leave` went to and goes back to the one before; nothing if there is
        none."""
        if self._before:
            self.driver.close()
            self.driver.switch_to.window(self._before.pop())

    def go_back(self) -> None:
        """After somebody closed the window in use: goes to one that is still there."""
        with contextlib.suppress(WebDriverException, HTTPError, OSError):
            handles = self.driver.window_handles
            self._before = [handle for handle in self._before if handle in handles[:-1]]
            self.driver.switch_to.window(handles[-1])
