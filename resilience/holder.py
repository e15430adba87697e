"""Holding one browser: starting it when it is needed, taking a new one, letting it go, ending it
when asked to stop."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from selenium.webdriver.remote.webdriver import WebDriver

from resilience.browser import Browser
from resilience.leftovers import sweep_once
from resilience.naming import Naming
from resilience.pace import Pace
from resilience.settings import BrowserSettings, Timeouts
from resilience.window import Window

_RECYCLE_LOOK = 25


class BrowserHolder(Naming):
    """The half of a `Session` that has a browser, or none yet. See there for what the parameters
    mean."""

    def __init__(
        self,
        settings: BrowserSettings,
        timeouts: Timeouts,
        pace: Pace,
        stop: threading.Event,
        *,
        pages_per_browser: int,
        bytes_per_browser: int,
        patience: float,
        start: Callable[[BrowserSettings, Timeouts], Browser],
    ) -> None:
        super().__init__(pace, stop)
        self.settings = settings
        self.timeouts = timeouts
        self.signed_in = False
        self.generation = 0
        self.pages = 0
        self.pages_per_browser = pages_per_browser
        self.bytes_per_browser = bytes_per_browser
        self.events: Counter[str] = Counter()
        self._browser: Browser | None = None
        self._start = start
        self._owes_sign_in = False
        self._pages_at_cure = -1
        self._status: int | None = None
        self._window: Window | None = None
        self._patience = patience
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def browser(self) -> Browser:
        """The browser, started if there is none. Raises `BrowserNotFound`, `BrowserLost` or
        `Stopped`."""
        if self._browser is None:
            self._check_stop()
            sweep_once()
            self._browser = self._start(self.settings, self.timeouts)
            self.generation += 1
            self.signed_in = False
            self.pages = 0
            self._pages_at_cure = -1
            self._status = None
            self._window = Window(
                self._browser, self.settings, self.timeouts, self._check_stop, self.events
            )
            self._watch_stop()
        return self._browser

    @property
    def window(self) -> Window:
        """The window that is read now; starts the browser if there is none."""
        browser = self.browser
        assert self._window is not None, browser
        return self._window

    @property
    def driver(self) -> WebDriver:
        """The WebDriver, for what a session cannot do. Raw exceptions come out of it; `again` and
        `resilient` know them."""
        return self.browser.driver

    @property
    def running(self) -> bool:
        """Whether a browser has been started and not been given up."""
        return self._browser is not None

    def restart(self) -> None:
        """A new browser in place of the old one, which is killed; nobody is signed in then."""
        self.events["restart"] += 1
        self._give_up()
        self.browser  # noqa: B018  (starts it)

    def close(self) -> None:
        """Ends the browser; nothing of it is left. It can be used again, with a new browser."""
        self._closed.set()
        self._give_up()
        self._owes_sign_in = False
        self._watch = None
        self._closed = threading.Event()
        self.generation += 1

    def _worn(self) -> bool:
        """Whether the browser has shown so many pages, or holds so much memory, that a new one is
        due."""
        if self._browser is None:
            return False
        if self.pages and self.pages % _RECYCLE_LOOK == 0 and self.pages < self.pages_per_browser:
            return self._browser.memory() > self.bytes_per_browser
        return self.pages >= self.pages_per_browser

    def _give_up(self) -> None:
        self._owes_sign_in = self._owes_sign_in or self.signed_in
        self.signed_in = False
        self._let_go()

    def _let_go(self) -> None:
        """Ends the browser; whoever is signed in elsewhere with its cookies stays so."""
        browser, self._browser = self._browser, None
        if browser is not None:
            browser.kill()

    def _watch_stop(self) -> None:
        """A command in flight cannot be called off; after some patience its browser is killed,
        which ends it."""
        if self._watch is not None:
            return
        closed = self._closed

        def watch() -> None:
            while not closed.is_set():
                if self.stop.wait(0.5):
                    if not closed.wait(self._patience) and self._browser is not None:
                        self._browser.kill()
                    return

        self._watch = threading.Thread(target=watch, name="session-stop", daemon=True)
        self._watch.start()

    def _window_gone(self) -> None:
        if self._window is not None:
            self._window.go_back()
