"""One browser for many replays: started once, given to every session, cleaned in between."""

from __future__ import annotations

from selenium.common.exceptions import WebDriverException

from resilience.browser import Browser
from resilience.settings import BrowserSettings, Timeouts

ONLY_LOOPBACK = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.*",)
"""A rule of the browser's own name resolver: it reaches no other address, whatever a saved page
requests."""


class _BrowserLease(Browser):
    """The shared browser, as one session sees it."""

    def __init__(self, shared: Browser) -> None:
        self.__dict__.update(shared.__dict__)

    def kill(self) -> None:
        """Does nothing: the owner ends the browser."""


class SharedBrowser:
    """Owns the browser. A `Session` calls `start` to get it."""

    def __init__(self) -> None:
        self._browser: Browser | None = None

    def start(self, settings: BrowserSettings, timeouts: Timeouts) -> Browser:
        """The browser on an empty page without cookies; a new one if it cannot be cleaned."""
        if self._browser is not None:
            try:
                _clean(self._browser)
            except (WebDriverException, OSError):
                self.close()
        if self._browser is None:
            self._browser = Browser.start(settings, timeouts)
        return _BrowserLease(self._browser)

    def close(self) -> None:
        """Ends the browser."""
        browser, self._browser = self._browser, None
        if browser is not None:
            browser.kill()


def _clean(browser: Browser) -> None:
    driver = browser.driver
    first, *others = driver.window_handles
    for other in others:
        driver.switch_to.window(other)
        driver.close()
    driver.switch_to.window(first)
    driver.get("about:blank")
    browser.devtools("Network.clearBrowserCookies")
