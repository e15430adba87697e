"""What the page objects of the portal share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resilience import faults
from resilience.session import Session
from scrapers.record import Seen

Note = Callable[[Seen], None]
"""Told of every text that a record is read from."""


class PortalPage:
    """A page of the portal whose base address (with virtual directory, no slash at the end) is
    ``base``."""

    def __init__(self, session: Session, base: str) -> None:
        self.session = session
        self.base = base.rstrip("/")

    def signed_out(self, what: str) -> faults.SignedOut:
        """The fault for a sign-in form that stands where a part of the page should."""
        return faults.SignedOut(f"a sign-in form came instead of {what}", url=self.session.url)

    def forget_requests(self) -> None:
        """From now on `FAILED` speaks of requests that the page begins after this."""
        self.session.run("performance.clearResourceTimings();")

    def request_failed(self, status: Any, what: str) -> faults.Fault:
        """The fault for a request of the page's own script that was answered with an error."""
        url = self.session.url
        return faults.of_status(int(status), url=url) or faults.SearchLost(
            f"{what}: answered {status}", url=url
        )


FAILED = """
const failedRequest = (part) => {
  const entry = performance.getEntriesByType('resource')
    .filter((one) => one.name.includes(part)).pop();
  return entry && entry.responseStatus >= 400 ? entry.responseStatus : 0;
};
"""
"""JavaScript: the error status that the page's own last request to an address got, else 0. The page
itself says nothing of it, so without this every such error would cost a whole time-out."""

PANEL = """
const panelOf = (number, plain) => {
  const tab = document.getElementById('tcController_' + number);
  const named = tab && tab.getAttribute('aria-controls');
  return (named && document.getElementById(named)) || document.getElementById(plain);
};
const shown = (element) => !!element && element.getClientRects().length > 0;
"""
"""JavaScript: the panel of a tab (1 results, 2 details), and whether an element is visible. Hidden
tabs stay in the DOM."""
