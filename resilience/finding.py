"""Where the browser and its driver are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from resilience.faults import BrowserNotFound
from resilience.settings import environment_of

_VERSION_SECONDS = 20

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
SHELLS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "headless-shell",
)
"""Builds of Chromium without a user interface: half the start time and half the processor time a
page (measured)."""
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def _command(name: str, environment: Mapping[str, str]) -> str | None:
    return shutil.which(os.path.expanduser(name), path=environment.get("PATH", os.defpath))


def find_browser(
    given: str | None = None, *, headed: bool = False, environment: Mapping[str, str] | None = None
) -> str:
    """The path of the browser: what is given, else ``CJ_BROWSER``, else the first on ``PATH`` of
    `SHELLS`, then `BROWSERS`.

    A browser with a window (``headed``) is never a shell. Raises `BrowserNotFound` if there is
    none, or if the one that was asked for cannot be run."""
    environment = os.environ if environment is None else environment
    for source, wanted in (("the setting", given), ("CJ_BROWSER", environment.get("CJ_BROWSER"))):
        if wanted:
            if found := _command(wanted, environment):
                return found
            raise BrowserNotFound(
                f"{source} names the browser {wanted}, but no such program can be run"
            )
    for name in (*(() if headed else SHELLS), *BROWSERS, *_MAC):
        if found := _command(name, environment):
            return found
    raise BrowserNotFound(
        "no browser was found. Three ways: name one in the settings (binary), set CJ_BROWSER to "
        f"its path, or install one so that PATH has it ({', '.join(BROWSERS[:3])}, ...)"
    )


def find_driver(
    given: str | None = None,
    *,
    browser: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """The path of chromedriver: what is given, else ``CJ_DRIVER``, else ``PATH``, else
    webdriver-manager fetches it.

    Raises `BrowserNotFound` naming all three ways if none works (for example offline).
    """
    environment = os.environ if environment is None else environment
    for source, wanted in (("the setting", given), ("CJ_DRIVER", environment.get("CJ_DRIVER"))):
        if wanted:
            if found := _command(wanted, environment):
                return found
            raise BrowserNotFound(
                f"{source} names the driver {wanted}, but no such program can be run"
            )
    if found := _command("chromedriver", environment):
        return found
    try:
        return fetch_driver(browser)
    except Exception as error:
        raise BrowserNotFound(
            "no chromedriver was found. Three ways: name one in the settings (driver) or in "
            "CJ_DRIVER; put chromedriver on PATH; or let webdriver-manager fetch it, which needs "
            "the network and failed just now: "
            f"{type(error).__name__}: {str(error)[:200]}"
        ) from error


def fetch_driver(browser: str | None = None) -> str:
    """Lets webdriver-manager fetch the chromedriver that fits that browser; its path. Needs the
    network.

    By itself webdriver-manager asks the browser on PATH for its version, which may be another."""
    from webdriver_manager.chrome import ChromeDriverManager
    from webdriver_manager.core.os_manager import ChromeType, OperationSystemManager

    version = browser_version(browser) if browser is not None else None

    class OfThatBrowser(OperationSystemManager):
        def get_browser_version_from_os(self, browser_type: str | None = None) -> Any:
            asked: Any = super().get_browser_version_from_os
            return version or asked(browser_type)

    manager: Any = OfThatBrowser
    chromium = browser is not None and "chromium" in os.path.basename(browser).lower()
    return str(
        ChromeDriverManager(
            chrome_type=ChromeType.CHROMIUM if chromium else ChromeType.GOOGLE,
            os_system_manager=manager(),
        ).install()
    )


def browser_version(browser: str) -> str | None:
    """The version that the browser says it has, such as ``150.0.7871``; None if it says none."""
    try:
        said = subprocess.run(
            [browser, "--version"],
            capture_output=True,
            env=environment_of(os.environ),
            timeout=_VERSION_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(rb"\b([0-9]+\.[0-9]+\.[0-9]+)", said)
    return found[1].decode() if found is not None else None
