"""The practice court with its truth, and scrapers for it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from practice.server import Options, Running, running
from practice.truth import truth
from scrapers.odyssey import CourtFile, OdysseyScraper, SignInGate
from scrapers.sites import Site, site_of


@dataclass
class Court:
    """A running practice court: its truth by key, its access log, and what a scraper needs."""

    portals: Running
    log: Path
    site: Site
    truth: dict[str, dict[str, Any]]

    def scraper(self, **more: Any) -> OdysseyScraper:
        given: dict[str, Any] = {
            "user": self.portals.user,
            "password": self.portals.password,
            **more,
        }
        return OdysseyScraper(self.site, **given)

    def asked(self, key: str) -> tuple[str, dt.date | None, list[str]]:
        """What a crawl asks for that person by: the jail record's name, birth date and aliases."""
        jail = self.truth[key]["jail"]
        born = jail["date_of_birth"]
        aliases = [
            ", ".join(part for part in (alias["last"], alias["first"]) if part)
            for booking in jail["bookings"]
            for alias in booking["aliases"]
            if alias["last"]
        ]
        return jail["name"]["full"], dt.date.fromisoformat(born) if born else None, aliases

    def history(self, scraper: OdysseyScraper, key: str) -> CourtFile:
        """Asks for a person as a crawl does."""
        name, born, aliases = self.asked(key)
        return scraper.history(name, born, aliases=aliases, key=key)

    def key(self, wanted: Callable[[dict[str, Any]], bool]) -> str:
        """The first person whose line of the truth fits."""
        return next(key for key, line in self.truth.items() if wanted(line))

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def pages(self) -> Counter[str]:
        """Requests by kind of page."""
        return Counter(row["page"] for row in self.rows())


MakeCourt = Callable[..., Court]


@pytest.fixture
def make_court(tmp_path: Path) -> Iterator[MakeCourt]:
    """Starts practice courts; they end with the test."""
    with ExitStack() as stack:

        def make(
            people: int = 24, case_pages: Literal["classic", "roa"] = "classic", faults: str = ""
        ) -> Court:
            log = tmp_path / f"access-{case_pages}.log"
            dialect = "shelby,chatham" if case_pages == "classic" else "shelby,roa"
            options = Options(people=people, seed=7, dialect=dialect, faults=faults, access_log=log)
            portals = stack.enter_context(running(options))
            name = "practice" if case_pages == "classic" else "practice-roa"
            site = site_of(name).with_addresses(
                jail=portals.jail, court=portals.portal, as_of=portals.world.today
            )
            world = portals.world
            lines = truth(world.people, world.today, outcomes=True, dialect=dialect)
            return Court(portals, log, site, {line["key"]: line for line in lines})

        yield make


@pytest.fixture
def gate(tmp_path: Path) -> SignInGate:
    """A gate with a folder of its own."""
    return SignInGate(tmp_path / "gate")
