"""The inmate lookup as a product."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapers.halves import JAIL, Half
from scrapers.jail.records import JailFile, JailRecord
from scrapers.kept import NotKept
from scrapers.products import ScraperFactory, ScraperOptions
from scrapers.record import Inputs, Provenance, Seen
from scrapers.roster import Person
from scrapers.sites import Site

if TYPE_CHECKING:
    from scrapers.jail.scraper import JailScraper
    from scrapers.saved import SavedVisits


class Iml:
    """The "IML" inmate lookup (docs/portals/iml.md)."""

    name = "iml"
    half: Half = JAIL
    pages_per_person = 1.1
    silence_needs_control = False

    @property
    def saved(self) -> SavedVisits:
        from scrapers.jail.saved import JailVisits

        return JailVisits()

    def factory(self, site: Site, options: ScraperOptions) -> ScraperFactory[JailRecord]:
        def make(stop: threading.Event) -> JailScraper:
            from scrapers.jail.scraper import JailScraper

            return JailScraper(
                site,
                session=options.session,
                browser=options.browser,
                fetch_mode=options.fetch_mode,
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
    ) -> JailFile:
        from scrapers.jail.kept import kept_person

        if person.entry is None:
            raise NotKept("the roster of this crawl is a list of names, which no page is read by")
        return kept_person(person.entry, seen, site, as_of, provenance)


PRODUCT = Iml()
