"""Court histories from Tyler's Odyssey Portal: `OdysseyScraper` asks, `SignInGate` guards the
password, `records` say what a file holds."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrapers.odyssey.records import COURT_FORMAT, Case, CourtFile, CourtRecord

if TYPE_CHECKING:
    from scrapers.odyssey.scraper import OdysseyScraper
    from scrapers.odyssey.signin import Credentials, SignInGate

__all__ = [
    "COURT_FORMAT",
    "Case",
    "CourtFile",
    "CourtRecord",
    "Credentials",
    "OdysseyScraper",
    "SignInGate",
]

# Who only reads records (the database) must not load a browser's driver.
_LATER = {"OdysseyScraper": "scraper", "Credentials": "signin", "SignInGate": "signin"}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"scrapers.odyssey.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
