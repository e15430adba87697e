"""A browser session that can be lost and got back: every fault named, cured, counted.

`Session` is the browser, and plain requests with its identity (`HttpClient`, `FetchModes`);
`again`, `resilient` and `try_again_if_timeout` repeat what failed; `Pace` is politeness; `Evidence`
keeps what a failure looked like; `faults` is the vocabulary of everything that goes wrong."""

from __future__ import annotations

from resilience import faults
from resilience.answer import Answer
from resilience.breaker import Breaker
from resilience.budget import Budget
from resilience.evidence import Evidence
from resilience.faults import Cure, Fault
from resilience.fetch_modes import FetchModes
from resilience.http_client import HttpClient, HttpRequest
from resilience.leftovers import sweep
from resilience.origins import Origins
from resilience.pace import Pace
from resilience.retry import again, not_repeated, resilient, try_again_if_timeout
from resilience.session import Session
from resilience.settings import BrowserSettings, Timeouts

__all__ = [
    "Answer",
    "Breaker",
    "BrowserSettings",
    "Budget",
    "Cure",
    "Evidence",
    "Fault",
    "FetchModes",
    "HttpClient",
    "HttpRequest",
    "Origins",
    "Pace",
    "Session",
    "Timeouts",
    "again",
    "faults",
    "not_repeated",
    "resilient",
    "sweep",
    "try_again_if_timeout",
]
