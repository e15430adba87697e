"""Replays an exchange through the real page objects: in a real browser on loopback, or by plain
requests without a socket."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from replay.exchange import Exchange
from replay.fixtures import FetchMode
from replay.frame import framed
from replay.kinds import read, signs_in
from replay.lent import ONLY_LOOPBACK, LentBrowser
from replay.origins import Origins, origin_of
from replay.server import Hosts
from replay.tape import AnswerTape
from resilience.browser import Browser
from resilience.faults import Fault, LayoutChanged
from resilience.pace import Pace
from resilience.session import Session
from resilience.settings import BrowserSettings, Timeouts
from scrapers.sites import Site

TIMEOUTS = Timeouts(page=8.0, script=5.0, element=2.0, client=15.0, start=60.0)
"""A saved page is answered at once or never."""


class NotInTheExchangeError(AssertionError):
    """Something was asked for that the exchange does not hold; the message names it."""


class Replayer:
    """Replays exchanges one after another. Its one browser is started when it is needed, and lent
    to every session."""

    def __init__(self) -> None:
        self._hosts = Hosts()
        self._lent = LentBrowser()

    def __enter__(self) -> Replayer:
        return self

    def __exit__(self, *_: object) -> None:
        self._lent.close()
        self._hosts.close()

    def run(
        self, exchange: Exchange, site: Site, fetch_mode: FetchMode = "browser"
    ) -> dict[str, Any]:
        """What the page objects and parsers make of it: the record, or ``{"fault": name}``
        (`LayoutChanged` with ``what``).

        In fetch mode http only a sign-in uses the browser; without one there is no browser and no
        socket. Raises `NotInTheExchangeError` if anything else was asked for, BadExchangeError for
        an exchange that cannot be replayed."""
        site = at_home(exchange, site)
        whole = framed(exchange, site)
        tape = AnswerTape(whole)
        with contextlib.ExitStack() as stack:
            asked = _origins(whole, site)
            browser = fetch_mode == "browser" or signs_in(whole, site)
            if browser:
                origins = self._hosts.stand_ins(asked)
                stack.enter_context(self._hosts.playing(tape, origins))
            if fetch_mode == "http":
                from replay.wire import answered, nowhere  # needs responses, which only tests have

                origins = origins if browser else nowhere(asked)
                stack.enter_context(answered(tape, origins))
            session = stack.enter_context(self._session(fetch_mode, browser=browser))
            there, about = _there(site, origins), origins.away_all(whole.about)
            found = _outcome(lambda: read(whole, session, there, about))
        if tape.strays:
            raise NotInTheExchangeError(
                f"{exchange.name}, fetch mode {fetch_mode}: not in the exchange: {'; '.join(dict.fromkeys(tape.strays))}. "
                f"It holds: {', '.join(dict.fromkeys(step.kind for step in whole.steps))}"
            )
        home: dict[str, Any] = origins.home_all(found)
        return home

    @contextlib.contextmanager
    def _session(self, fetch_mode: FetchMode, *, browser: bool) -> Iterator[Session]:
        naps: list[float] = []
        session = Session(
            browser=BrowserSettings(arguments=ONLY_LOOPBACK),
            timeouts=TIMEOUTS,
            pace=Pace.free(sleep=naps.append, clock=lambda: sum(naps)),  # time passes in naps only
            fetch_mode=fetch_mode,
            start=self._lent.start if browser else _no_browser,
        )
        try:
            yield session
        finally:
            session.close()


def at_home(exchange: Exchange, site: Site) -> Site:
    """The site at the addresses of the exchange: a recording calls a county's hosts by invented
    names."""
    asked = [origin_of(step.url) for step in exchange.steps if step.url]
    own = site.jail if exchange.product == "jail" else site.court
    if own is None or not asked or origin_of(own.url) in asked:
        return site
    url = own.url.replace(origin_of(own.url), asked[0], 1)
    return (
        site.with_addresses(jail=url)
        if exchange.product == "jail"
        else site.with_addresses(court=url)
    )


def _no_browser(settings: BrowserSettings, timeouts: Timeouts) -> Browser:
    raise AssertionError("a browser was asked for where plain requests have to do")


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
