"""The seam between the engine and the products: what a product says of itself, and the one list of
products.

A product is the software behind a county's portal. The engine, replay, loader and command line know
only what stands here. A new product is a folder with a `Product` and a line in `_BUILT_IN`
(docs/new-product.md)."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

from scrapers.clock import utc_now
from scrapers.halves import Half
from scrapers.record import Envelope, Inputs, Keep, PersonRecord, Provenance, Seen
from scrapers.roster import Person, Roster
from scrapers.sites import ControlPerson, CourtSite, JailSite, Site, SiteError

if TYPE_CHECKING:
    from resilience.fetch_modes import FetchChoice
    from resilience.session import Session
    from resilience.settings import BrowserSettings
    from scrapers.saved import SavedVisits

R = TypeVar("R", bound=PersonRecord)
R_co = TypeVar("R_co", bound=PersonRecord, covariant=True)


class Scraper(Protocol[R_co]):
    """Reads people in one portal session, for one thread."""

    @property
    def session(self) -> Session:
        """Its portal session."""

    @property
    def is_ready(self) -> bool:
        """Whether others may begin beside it: signed in, where the portal asks for that."""

    def fetch(self, person: Person, inputs: Inputs) -> Envelope[R_co]:
        """The person's file. Raises the Fault that could not be cured: then nothing is known of the
        person."""

    def close(self) -> None:
        """End its session."""


@runtime_checkable
class RosterScraper(Protocol):
    """What a scraper of a half that lists people can do besides."""

    def roster(self) -> Roster:
        """Everybody who is listed. Raises a Fault."""


@runtime_checkable
class ControlScraper(Protocol):
    """What a scraper can do besides whose silence must be proved."""

    def control(self, person: ControlPerson | None = None) -> bool:
        """Whether somebody known to have cases is still found. Without ``person``: whoever it found
        last, else the site's control person. Raises a Fault."""


ScraperFactory = Callable[[threading.Event], Scraper[R]]
"""Makes a scraper whose session ends its waits when the event is set. The engine calls it once for
each worker, in the worker's thread."""


@dataclass(frozen=True)
class ScraperOptions:
    """How a half's scrapers work.

    ``keep`` gets the pages of everybody who is finished. ``memory`` is the folder (or the address
    in an object store) in which a product that signs in remembers refused passwords for other runs;
    without it only this run remembers them. ``session`` is used instead of a new one for each
    scraper, and is not closed. ``now`` is an aware clock."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    browser: BrowserSettings | None = None
    fetch_mode: FetchChoice = "auto"
    keep: Keep | None = None
    memory: str | os.PathLike[str] | None = None
    session: Session | None = None
    now: Callable[[], dt.datetime] = utc_now


class Product(Protocol[R_co]):
    """What a product says of itself."""

    @property
    def name(self) -> str:
        """The word for it in ``sites.toml``."""

    @property
    def half(self) -> Half:
        """Which half of a crawl it is for. In a half that lists people the engine gives ``fetch``
        the roster's entry, in the other one name, birth date and aliases."""

    @property
    def pages_per_person(self) -> float:
        """Pages that a person takes, for the estimate before a crawl has read any."""

    @property
    def silence_needs_control(self) -> bool:
        """Whether "nobody" must be proved by a control search (`ControlScraper`) to be an
        answer."""

    @property
    def saved(self) -> SavedVisits:
        """Its kinds of page, and how saved visits are replayed and recorded."""

    def factory(self, site: Site, options: ScraperOptions) -> ScraperFactory[R_co]:
        """Makes the scrapers of a run. Raises SiteError for a site without this half."""

    def read_again(
        self,
        person: Person,
        inputs: Inputs,
        seen: Sequence[Seen],
        site: Site,
        as_of: dt.date,
        provenance: Provenance,
    ) -> Envelope[R_co]:
        """The person's file as today's parsers read it from the kept pages. Raises NotKept, or the
        Fault that a page shows."""


_BUILT_IN = {
    (Half.JAIL, "iml"): "scrapers.jail.product",
    (Half.COURT, "odyssey"): "scrapers.odyssey.product",
}
"""The module of each product, loaded when it is first asked for; its ``PRODUCT`` is the product."""
_REGISTERED: dict[tuple[Half, str], Product[PersonRecord]] = {}


def register(product: Product[PersonRecord]) -> None:
    """Make a product known under its name, in place of one that had it."""
    _REGISTERED[product.half, product.name] = product


def product_of(site: Site, half: Half) -> Product[PersonRecord]:
    """The product that the site has for that half. Raises SiteError where it has none, or names one
    that is not known."""
    name = part_of(site, half).product
    if (half, name) not in _REGISTERED and (half, name) in _BUILT_IN:
        register(cast("Product[PersonRecord]", import_module(_BUILT_IN[half, name]).PRODUCT))
    if (half, name) not in _REGISTERED:
        known = sorted(each for kind, each in {*_BUILT_IN, *_REGISTERED} if kind is half)
        raise SiteError(
            f"site {site.key!r}: {half} product {name!r} is not known; known are: "
            f"{', '.join(known)}"
        )
    return _REGISTERED[half, name]


def control_entry(site: Site, half: Half) -> ControlPerson | None:
    """The control person whom the site's entry names for that half, None where it names none."""
    part = part_of(site, half)
    return part.control if isinstance(part, CourtSite) else None


def part_of(site: Site, half: Half) -> JailSite | CourtSite:
    """What the site's entry says of that half. Raises SiteError where it has none."""
    part = site.jail if half is Half.JAIL else site.court
    if part is None:
        raise SiteError(f"site {site.key!r} has no {half} portal in sites.toml")
    return part
