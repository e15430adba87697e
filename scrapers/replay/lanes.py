"""Replays an exchange through the real page objects: in a real browser on loopback, or by plain requests without a socket."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from selenium.common.exceptions import WebDriverException

from resilience.browser import Browser
from resilience.faults import Fault, LayoutChanged
from resilience.pace import Pace
from resilience.session import Session
from resilience.settings import BrowserSettings, Timeouts
from scrapers.replay.exchange import Exchange
from scrapers.replay.fixtures import Lane
from scrapers.replay.frame import framed
from scrapers.replay.kinds import read
from scrapers.replay.origins import Origins, origin_of
from scrapers.replay.server import Hosts
from scrapers.replay.tape import Tape
from scrapers.sites import Site

TIMEOUTS = Timeouts(page=8.0, script=5.0, element=3.0, client=15.0, start=60.0)
_ONLY_LOOPBACK = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.*",)
"""The browser can reach no other address, whatever a saved page asks it to."""


class NotInTheExchange(AssertionError):
    """Something was asked for that the exchange does not hold; the message names it."""


class Replayer:
    """Replays exchanges one after another. Its one browser is started when it is needed, and lent to every session."""

    def __init__(self) -> None:
        self._hosts = Hosts()
        self._lent = _Lent()

    def __enter__(self) -> Replayer:
        return self

    def __exit__(self, *_: object) -> None:
        self._lent.close()
        self._hosts.__exit__()

    def run(self, exchange: Exchange, site: Site, lane: Lane = "browser") -> dict[str, Any]:
        """What the page objects and parsers make of it: the record, or ``{"fault": name}`` (`LayoutChanged` with ``what``).

        Raises `NotInTheExchange` if anything else was asked for, BadExchange for an exchange that cannot be replayed.
        """
        whole = framed(exchange, site)
        tape = Tape(whole)
        if lane == "plain":
            raise NotImplementedError("the plain lane")
        origins = self._hosts.stand_ins(_origins(whole, site))
        with self._hosts.playing(tape, origins), self._session() as session:
            found = _outcome(
                lambda: read(whole, session, _there(site, origins), origins.away_all(whole.about))
            )
        if tape.strays:
            raise NotInTheExchange(
                f"{exchange.name}: not in the exchange: {'; '.join(dict.fromkeys(tape.strays))}. "
                f"It holds: {', '.join(dict.fromkeys(step.kind for step in whole.steps))}"
            )
        home: dict[str, Any] = origins.home_all(found)
        return home

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        naps: list[float] = []
        session = Session(
            browser=BrowserSettings(arguments=_ONLY_LOOPBACK),
            timeouts=TIMEOUTS,
            pace=Pace.free(sleep=naps.append, clock=lambda: sum(naps)),
            start=self._lent.start,
        )
        try:
            yield session
        finally:
            session.close()


def _outcome(reader: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return reader()
    except LayoutChanged as fault:
        return {"fault": fault.name, "what": fault.what}
    except Fault as fault:
        return {"fault": fault.name}


def _origins(exchange: Exchange, site: Site) -> list[str]:
    own = [part.url for part in (site.jail, site.court) if part is not None]
    asked = [step.url for step in exchange.steps]
    return list(dict.fromkeys(map(origin_of, [*asked, *own])))


def _there(site: Site, origins: Origins) -> Site:
    """The site at the addresses that stand for its own."""
    return site.with_addresses(
        jail=origins.away(site.jail.url) if site.jail else None,
        court=origins.away(site.court.url) if site.court else None,
    )


class _Borrowed(Browser):
    """The shared browser, as one session has it: ending it only cleans it up for the next one."""

    def __init__(self, shared: Browser) -> None:
        self.__dict__.update(shared.__dict__)

    def kill(self) -> None:
        """Lets it go; its owner ends it."""


class _Lent:
    """One browser for many sessions, without a trace of the one before."""

    def __init__(self) -> None:
        self._browser: Browser | None = None

    def start(self, settings: BrowserSettings, timeouts: Timeouts) -> Browser:
        """The browser at an empty page without cookies; a new one if the old one cannot be cleaned."""
        if self._browser is not None:
            try:
                _clean(self._browser)
            except (WebDriverException, OSError):
                self.close()
        if self._browser is None:
            self._browser = Browser.start(settings, timeouts)
        return _Borrowed(self._browser)

    def close(self) -> None:
        """Ends the browser."""
        browser, self._browser = self._browser, None
        if browser is not None:
            browser.kill()


def _clean(browser: Browser) -> None:
    driver = browser.driver
    first, *others = driver.window_handles
    for other in others:
        driver.switch_to.window(other)
        driver.close()
    driver.switch_to.window(first)
    driver.get("about:blank")
    browser.devtools("Network.clearBrowserCookies")
