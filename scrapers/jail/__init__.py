"""The "IML" inmate lookup: `JailScraper` reads a county's roster and everybody's record.

``pages`` brings pages to rest, ``parse`` reads them (pure functions), ``scan`` proves the roster, ``custody`` is the rule
of pretrial or not, ``records`` is what a file says; ``schema.json`` is its JSON Schema (`schema`).
"""

from __future__ import annotations

from scrapers.jail.records import JAIL_FORMAT, JailFile, JailRecord
from scrapers.jail.roster import Roster, RosterPerson, RosterProof, RosterRow
from scrapers.jail.schema import schema
from scrapers.jail.scraper import JailPerson, JailScraper, jail_person

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
