"""The life of one browser after another: started when it is needed, let go, killed on a stop."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable

from resilience.browser import Browser
from resilience.faults import BrowserLost, BrowserUnusable
from resilience.leftovers import sweep_once
from resilience.origins import ANYWHERE, Origins
from resilience.settings import BrowserSettings, Timeouts
from resilience.window import Window

_MEMORY_LOOK = 25
"""Pages between two looks at the browser's memory."""
_MOST_FAILED = 4
"""After so many starts in a row that failed, no other is tried: the cause is not passing."""


class BrowserLifecycle:
    """At most one running browser and the window that is read in it.

    ``browser`` and ``window`` are None while none runs. A stop kills the browser ``patience``
    seconds later, which ends a command in flight. See `resilience.session.Session` for the rest."""

    def __init__(
        self,
        settings: BrowserSettings,
        timeouts: Timeouts,
        stop: threading.Event,
        *,
        start: Callable[[BrowserSettings, Timeouts], Browser],
        check: Callable[[], None],
        events: Counter[str],
        patience: float = 5.0,
    ) -> None:
        self._browser: Browser | None = None
        self._pid = os.getpid()
        self._failed = 0
        self.window: Window | None = None
        self._settings = settings
        self._timeouts = timeouts
        self._stop = stop
        self._start = start
        self._check = check
        self._events = events
        self._patience = patience
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def browser(self) -> Browser | None:
        """The running browser; None in a child that was forked, whose it is not."""
        return self._browser if self._pid == os.getpid() else None

    def start(self, origins: Origins = ANYWHERE) -> Browser:
        """Starts the browser, which will go to no other origins. Raises `WrongSetup`, `BrowserLost`
        or `Stopped`."""
        self._check()
        sweep_once()
        try:
            browser = self._start(self._settings, self._timeouts)
        except BrowserLost as fault:
            self._failed += 1
            if self._failed < _MOST_FAILED:
                raise
            unusable = BrowserUnusable(f"{fault} ({self._failed} times in a row)")
            unusable.last_words = fault.last_words
            raise unusable from fault
        self._failed = 0
        self._browser, self._pid = browser, os.getpid()
        if origins is not ANYWHERE:
            try:
                browser.bind(origins, self._timeouts)
            except BrowserLost:
                self.end()
                raise
        self.window = Window(
            browser, self._settings, self._timeouts, self._check, self._events, origins
        )
        self._watch_stop()
        return browser

    def end(self) -> None:
        """Ends the browser, if one runs; nothing of it is left."""
        browser, self._browser, self.window = self._browser, None, None
        if browser is not None:
            browser.kill()

    def close(self) -> None:
        """Ends the browser and the watch for a stop. It can be used again."""
        self._closed.set()
        self.end()
        self._watch = None
        self._closed = threading.Event()

    def worn(self, pages: int, *, most_pages: int, most_bytes: int) -> bool:
        """Whether a new browser is due after so many pages; memory is looked at now and then."""
        if self.browser is None:
            return False
        if pages and pages % _MEMORY_LOOK == 0 and pages < most_pages:
            return self.browser.memory() > most_bytes
        return pages >= most_pages

    def _watch_stop(self) -> None:
        """A command in flight cannot be called off; after some patience its browser is killed,
        which ends it."""
        if self._watch is not None:
            return
        closed = self._closed

        def watch() -> None:
            while not closed.is_set():
                if self._stop.wait(0.5):
                    if not closed.wait(self._patience) and (browser := self.browser) is not None:
                        browser.kill()
                    return

        self._watch = threading.Thread(target=watch, name="session-stop", daemon=True)
        self._watch.start()
