"""Court histories from Tyler's Odyssey Portal: `OdysseyScraper` asks, `SignInGate` guards the password, `records` say
what a file holds."""

from __future__ import annotations

from scrapers.odyssey.records import COURT_FORMAT, Case, CourtFile, CourtRecord
from scrapers.odyssey.scraper import OdysseyScraper
from scrapers.odyssey.signin import Credentials, SignInGate

__all__ = ["COURT_FORMAT", "Case", "CourtFile", "CourtRecord", "Credentials", "OdysseyScraper", "SignInGate"]
