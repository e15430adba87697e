"""What a portal's ``robots.txt`` asks of us: read once a day per origin, and obeyed.

A Disallow for a portal's own address ends the crawl before the first page, unless the site's entry
records who permitted it and when (``robots = { by = "...", on = 2026-01-05 }``). No such file
allows everything. A server error or no answer counts as the last answer known, and says so. Sites
on this machine are not asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from pydantic import BaseModel, ConfigDict, ValidationError

from operators.output import Output, produce_json
from resilience.answer import Answer
from resilience.faults import Fault, Stopped
from resilience.http_client import HttpClient, HttpRequest
from resilience.settings import BrowserSettings
from scrapers.clock import utc_now
from scrapers.pace import pace_of
from scrapers.settings import memory_folder
from scrapers.sites import Site, SiteError
from scrapers.visitor import browser_for, origins_of

AGENT = "cj-report-card"
"""The name that a rule of ``robots.txt`` can address us by; the user agent begins with it."""


class Known(BaseModel):
    """The last answer for an origin. ``rules`` is empty where there is no such file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    origin: str
    read_on: dt.date
    rules: str = ""


@dataclass(frozen=True)
class Robots:
    """Reads and remembers. ``ask`` fetches an address and gives the answer whatever its status;
    ``memory`` is a folder of ours; ``today`` the day that counts for "once a day"."""

    ask: Callable[[str], Answer]
    memory: Path
    today: Callable[[], dt.date]

    def check(self, site: Site) -> tuple[str, ...]:
        """Sentences for the log, empty where all is allowed and known.

        Raises SiteError where a portal's address is disallowed and nobody permitted it."""
        said = []
        if site.loopback:
            return ()
        for half, part in (("jail", site.jail), ("court", site.court)):
            if part is None:
                continue
            known, note = self._known(part.url)
            if note:
                said.append(note)
            if known is None or allows(known.rules, part.url):
                continue
            if site.robots is None:
                raise SiteError(
                    f"robots.txt of {known.origin} disallows the {half} portal's address. Ask its "
                    "operators; when they permit it, record it in the site's entry: "
                    'robots = { by = "name and office", on = YYYY-MM-DD }'
                )
            said.append(
                f"robots.txt disallows the {half} portal; permitted by {site.robots.by} on "
                f"{site.robots.on}"
            )
        return tuple(said)

    def _known(self, url: str) -> tuple[Known | None, str]:
        origin = origin_of(url)
        file = self.memory / f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}.json"
        before = _read(file)
        if before is not None and before.read_on == self.today():
            return before, ""
        try:
            answer = self.ask(f"{origin}/robots.txt")
        except Stopped:
            raise
        except Fault as fault:
            return before, _silent(origin, before, fault.name)
        if answer.status >= 500:
            return before, _silent(origin, before, f"status {answer.status}")
        rules = answer.text if answer.status == 200 else ""
        now = Known(origin=origin, read_on=self.today(), rules=rules)
        produce_json(Output(str(file), mode=0o600), now.model_dump(mode="json"), replace=True)
        return now, ""


def robots_of(
    site: Site, browser: BrowserSettings | None = None, *, stop: threading.Event | None = None
) -> Robots:
    """For a run: asks at the site's pace, with the contact that its sessions give, and remembers in
    `memory_folder`; the day is the county's."""

    def ask(url: str) -> Answer:
        of_jail = site.jail is not None and origin_of(site.jail.url) == origin_of(url)
        client = HttpClient(
            browser_for(site, browser),
            origins=origins_of(site),
            legacy_tls=of_jail and site.jail is not None and site.jail.legacy_tls,
        )
        with pace_of(site, url).slot("robots.txt", stop=stop):
            return client.bring(HttpRequest("GET", url))

    return Robots(ask, memory_folder() / "robots", lambda: site.today(utc_now()))


def allows(rules: str, url: str) -> bool:
    """Whether the rules let us read that address."""
    parser = RobotFileParser()
    parser.parse(rules.splitlines())
    return parser.can_fetch(AGENT, url)


def origin_of(url: str) -> str:
    """Scheme and host of an address, as ``robots.txt`` stands below it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def _silent(origin: str, before: Known | None, why: str) -> str:
    last = f"the rules of {before.read_on} count" if before else "none were read before"
    return f"robots.txt of {origin} could not be read ({why}); {last}"


def _read(file: os.PathLike[str]) -> Known | None:
    try:
        return Known.model_validate_json(Path(file).read_bytes())
    except (OSError, ValidationError):
        return None
