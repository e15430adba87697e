"""Which document stands in the browser, and what the portal answered with it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from selenium.webdriver.remote.webdriver import WebDriver

from resilience import scripts
from resilience.browser import Browser
from resilience.faults import seconds_of


@dataclass(frozen=True)
class Document:
    """One look at the current document. ``born`` tells it from every other one; ``error`` is the browser's own
    (``ERR_...``) if it shows an error page; ``html`` is empty unless asked for."""

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


def retry_after(browser: Browser, url: str) -> float | None:
    """The ``Retry-After`` of the last answer for this document, in seconds; None if it had none.

    A page cannot see its own headers, so this reads the browser's network log, which is only looked at when needed.
    """
    found: float | None = None
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message.get("method") != "Network.responseReceived" or message["params"].get("type") != "Document":
            continue
        response = message["params"]["response"]
        if response["url"].partition("#")[0] == url.partition("#")[0]:
            headers = {key.lower(): value for key, value in response["headers"].items()}
            found = seconds_of(headers.get("retry-after"), now=time.time())
    return found
