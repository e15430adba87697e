"""The Odyssey Portal as a product."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapers.halves import COURT, Half
from scrapers.odyssey.records import CourtFile, CourtRecord
from scrapers.products import ScraperFactory, ScraperOptions
from scrapers.record import Inputs, Provenance, Seen
from scrapers.roster import Person
from scrapers.sites import Site

if TYPE_CHECKING:
    from scrapers.odyssey.scraper import OdysseyScraper
    from scrapers.saved import SavedVisits


class Odyssey:
    """Tyler's Odyssey Portal (docs/portals/odyssey.md)."""

    name = "odyssey"
    half: Half = COURT
    pages_per_person = 8.0
    silence_needs_control = True

    @property
    def saved(self) -> SavedVisits:
        from scrapers.odyssey.saved import CourtVisits

        return CourtVisits()

    def factory(self, site: Site, options: ScraperOptions) -> ScraperFactory[CourtRecord]:
        """All its scrapers sign in through one gate."""
        from scrapers.odyssey.signin import SignInGate

        gate = SignInGate(options.memory)

        def make(stop: threading.Event) -> OdysseyScraper:
            from scrapers.odyssey.scraper import OdysseyScraper

            return OdysseyScraper(
                site,
                options.user,
                options.password,
                session=options.session,
                browser=options.browser,
                fetch_mode=options.fetch_mode,
                gate=gate,
                keep=options.keep,
                stop=stop,
                now=options.now,
            )

        return make

    def read_again(
        self,
        person: Person,
        inputs: Inputs,
        seen: Sequence[Seen],
        site: Site,
        as_of: dt.date,
        provenance: Provenance,
    ) -> CourtFile:
        from scrapers.odyssey.kept import KeptCourt

        return KeptCourt(site, seen, as_of).history(person.key, inputs, provenance)


PRODUCT = Odyssey()
