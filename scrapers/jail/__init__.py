"""The "IML" inmate lookup: `JailScraper` reads a county's roster and everybody's record.

``pages`` brings pages to rest, ``parse`` reads them (pure functions), ``scan`` proves the roster,
``custody`` is the rule of pretrial or not, ``records`` is what a file says; ``schema.json`` is its
JSON Schema (`schema`)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrapers.jail.records import JAIL_FORMAT, JailFile, JailRecord
from scrapers.jail.schema import schema

if TYPE_CHECKING:
    from scrapers.jail.scraper import JailPerson, JailScraper, jail_person
    from scrapers.roster import Roster, RosterPerson, RosterProof, RosterRow

__all__ = [
    "JAIL_FORMAT",
    "JailFile",
    "JailPerson",
    "JailRecord",
    "JailScraper",
    "Roster",
    "RosterPerson",
    "RosterProof",
    "RosterRow",
    "jail_person",
    "schema",
]

# Who only reads records (the database) must not load a browser's driver.
_LATER = {
    **dict.fromkeys(("Roster", "RosterPerson", "RosterProof", "RosterRow"), "roster"),
    **dict.fromkeys(("JailPerson", "JailScraper", "jail_person"), "scraper"),
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"scrapers.jail.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
