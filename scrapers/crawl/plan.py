"""What is asked of a crawl, and what that will take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scrapers.crawl.errors import CrawlUsageError
from scrapers.crawl.events import HalfExpected
from scrapers.crawl.info import Identity, Scope
from scrapers.crawl.only import Only
from scrapers.crawl.outcomes import Outcome
from scrapers.crawl.place import Where
from scrapers.crawl.roster import FrozenRoster
from scrapers.halves import HALVES, Half
from scrapers.products import product_of
from scrapers.sites import Site

SECONDS_A_PAGE = 0.6
"""Of one browser, the portal's own time among them."""
SESSIONS_WITHOUT_PACE = 4
"""Sessions of each half on a site without a pace, unless another number is asked for."""


@dataclass(frozen=True)
class Plan:
    """One run of a crawl. ``site`` bears the addresses; ``as_of`` is the county's day for a crawl
    that begins now.

    ``workers`` are the sessions of each half, None for the site's pages at once (`sessions`).
    ``breaker``: so many failures in a row stop the run.
    ``control_every``: so many people not found call for a control search."""

    folder: Where
    site: Site
    identity: Identity
    as_of: dt.date
    halves: tuple[Half, ...] = HALVES
    workers: int | None = None
    limit: int | None = None
    only: Only | None = None
    breaker: int = 10
    control_every: int = 20

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise ValueError("workers must be at least 1")
        bearable(self.site, self.workers)
        if self.limit is not None and self.limit < 1:
            raise ValueError("limit must be at least 1")

    @property
    def sessions(self) -> int:
        """Portal sessions of each half: as many as asked for, else as many as the site bears pages
        at once."""
        if self.workers is not None:
            return self.workers
        pace = self.site.pace
        return SESSIONS_WITHOUT_PACE if pace.free else pace.pages_at_once

    @property
    def asked(self) -> Scope:
        """Whom this run asks about, as it is kept in ``crawl.json``."""
        return Scope(limit=self.limit, only=self.only.keys if self.only else None)


def bearable(site: Site, workers: int | None) -> None:
    """Raises CrawlUsageError for more sessions than the site's portals bear pages at once; those of
    this machine bear any number."""
    if workers is not None and workers > site.pace.pages_at_once and not site.loopback:
        raise CrawlUsageError(
            f"{workers} workers are too many for {site.key}: its portals bear "
            f"{site.pace.pages_at_once} pages at once (leave --workers out, or give at most that)"
        )


def asked_keys(frozen: FrozenRoster, asked: Scope | None) -> list[str]:
    """The keys that a half is asked about, in roster order; nobody where it was not asked at
    all."""
    if asked is None:
        return []
    chosen = None if asked.only is None else set(asked.only)
    keys = [person.key for person in frozen.people if chosen is None or person.key in chosen]
    return keys[: asked.limit]


def expected(
    half: Half,
    outcomes: dict[str, Outcome],
    *,
    workers: int,
    site: Site,
    pages: int = 0,
    files: int = 0,
) -> HalfExpected:
    """Pages and minutes for those asked but not known; from ``pages`` of ``files`` done before,
    where there are some."""
    known: dict[Outcome, int] = {}
    to_do = 0
    for outcome in outcomes.values():
        if outcome.known:
            known[outcome] = known.get(outcome, 0) + 1
        elif outcome is not Outcome.NOT_ASKED:
            to_do += 1
    each = pages / files if files >= 10 and pages else product_of(site, half).pages_per_person
    count = round(to_do * each)
    sessions = min(workers, site.pace.pages_at_once)
    seconds = max(site.pace.seconds_between_starts, SECONDS_A_PAGE / sessions)
    minutes = None if site.pace.free else count * seconds / 60
    return HalfExpected(half, to_do + sum(known.values()), known, count, minutes)
