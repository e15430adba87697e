"""The window of a browser that is read: going to the next document, following new windows, waiting
for things."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from selenium.common.exceptions import NoSuchWindowException, TimeoutException, WebDriverException
from urllib3.exceptions import HTTPError

from resilience import faults, scripts
from resilience.browser import Browser
from resilience.document import Document, broken_off
from resilience.settings import BrowserSettings, Timeouts

_PIECE = 1.0


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
    ``events``."""

    def __init__(
        self,
        browser: Browser,
        settings: BrowserSettings,
        timeouts: Timeouts,
        check: Callable[[], None],
        events: Counter[str],
    ) -> None:
        self.browser = browser
        self.driver = browser.driver
        self.settings = settings
        self.timeouts = timeouts
        self._check = check
        self._events = events
        self._before: list[str] = []

    def open(self, url: str) -> Document:
        """GETs a page in the first window; further windows are closed."""
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
            self._check()
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
            self._check()
            if time.monotonic() > deadline + _PIECE:
                raise faults.Slow(f"{what}: the page did not come to its end in time")

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
            self._check()
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
        """After somebody closed the window under our hands: goes to one that is still there."""
        with contextlib.suppress(WebDriverException, HTTPError, OSError):
            handles = self.driver.window_handles
            self._before = [handle for handle in self._before if handle in handles[:-1]]
            self.driver.switch_to.window(handles[-1])
