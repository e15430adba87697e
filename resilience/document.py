"""Which document stands in the browser, and what the portal answered with it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selenium.webdriver.remote.webdriver import WebDriver

from resilience import scripts
from resilience.browser import Browser
from resilience.faults import seconds_of


@dataclass(frozen=True)
class Document:
    """One look at the current document. ``born`` tells it from every other one; ``error`` is the
    browser's own (``ERR_...``) if it shows an error page; ``html`` is empty unless asked for."""

    born: float
    state: str
    url: str
    status: int | None
    error: str | None
    html: str

    @classmethod
    def look(cls, driver: WebDriver, *, html: bool = False) -> Document:
        """Asks the browser, in one command."""
        return cls(**driver.execute_script(scripts.LOOK, html))


def _events(browser: Browser, method: str) -> Iterator[dict[str, Any]]:
    """What the browser's network log holds about documents since it was last read."""
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message.get("method") == method and message["params"].get("type") == "Document":
            yield message["params"]


def retry_after(browser: Browser, url: str) -> float | None:
    """The ``Retry-After`` of the last answer for this document, in seconds; None if it had none.

    A page cannot see its own headers, so this reads the browser's network log, which is only looked
    at when needed."""
    found: float | None = None
    for event in _events(browser, "Network.responseReceived"):
        response = event["response"]
        if (
            url.startswith("chrome-error:")
            or response["url"].partition("#")[0] == url.partition("#")[0]
        ):
            headers = {key.lower(): value for key, value in response["headers"].items()}
            found = seconds_of(headers.get("retry-after"), now=time.time())
    return found


def broken_off(browser: Browser) -> str | None:
    """The network error (``ERR_...``) with which a document broke off lately, or None.

    A document that is cut short raises nothing and stays "loading" for ever with what it has.
    """
    found = None
    for event in _events(browser, "Network.loadingFailed"):
        if not event.get("canceled"):
            found = str(event["errorText"]).partition("net::")[2] or "ERR_FAILED"
    return found
