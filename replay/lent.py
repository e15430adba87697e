"""One browser for many replays: started once, lent to every session, cleaned up in between."""

from __future__ import annotations

from selenium.common.exceptions import WebDriverException

from resilience.browser import Browser
from resilience.settings import BrowserSettings, Timeouts

ONLY_LOOPBACK = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.*",)
"""The browser's own rule of names: it can reach no other address, whatever a saved page asks it
to."""


class _Borrowed(Browser):
    """The shared browser, as one session has it."""

    def __init__(self, shared: Browser) -> None:
        self.__dict__.update(shared.__dict__)

    def kill(self) -> None:
        """Lets it go; its owner ends it."""


class LentBrowser:
    """The browser. `start` is what a `Session` calls to get one."""

    def __init__(self) -> None:
        self._browser: Browser | None = None

    def start(self, settings: BrowserSettings, timeouts: Timeouts) -> Browser:
        """It at an empty page without cookies; a new one if the old one cannot be cleaned."""
        if self._browser is not None:
            try:
                _clean(self._browser)
            except (WebDriverException, OSError):
                self.close()
        if self._browser is None:
            self._browser = Browser.start(settings, timeouts)
        return _Borrowed(self._browser)

    def close(self) -> None:
        """Ends it."""
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
