"""Replays an exchange through the real page objects: in a real browser on loopback, or by HTTP
requests without a socket."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from replay.answers import SavedAnswers
from replay.completion import completed
from replay.exchange import Exchange
from replay.kinds import read, signs_in
from replay.origins import Origins, origin_of
from replay.server import LoopbackServers
from replay.shared_browser import ONLY_LOOPBACK, SharedBrowser
from resilience.browser import Browser
from resilience.faults import Fault, LayoutChanged
from resilience.fetch_modes import FetchMode
from resilience.pace import Pace
from resilience.session import Session
from resilience.settings import BrowserSettings, Timeouts
from scrapers.products import part_of, product_of
from scrapers.sites import Site

TIMEOUTS = Timeouts(page=8.0, script=5.0, element=2.0, client=15.0, start=60.0)
"""A saved page comes at once or never."""


class UnknownRequestError(AssertionError):
    """A request that the exchange does not hold; the message names it."""


class Replayer:
    """Replays exchanges, one after another. Its one browser starts when it is first needed and is
    shared by all sessions."""

    def __init__(self) -> None:
        self._servers = LoopbackServers()
        self._shared_browser = SharedBrowser()

    def __enter__(self) -> Replayer:
        return self

    def __exit__(self, *_: object) -> None:
        self._shared_browser.close()
        self._servers.close()

    def run(
        self, exchange: Exchange, site: Site, fetch_mode: FetchMode = "browser"
    ) -> dict[str, Any]:
        """What the page objects and parsers return for the exchange: the record, or
        ``{"fault": name}`` (with ``what`` for a `LayoutChanged`).

        In fetch mode ``http`` only a sign-in uses the browser; without a sign-in there is neither
        browser nor socket. Raises `UnknownRequestError` for a request that was never saved,
        BadExchangeError for an exchange that cannot be replayed."""
        site = at_recorded_address(exchange, site)
        whole = completed(exchange, site)
        answers = SavedAnswers(whole, product_of(site, exchange.half).saved)
        with contextlib.ExitStack() as stack:
            real_origins = _origins(whole, site)
            needs_browser = fetch_mode == "browser" or signs_in(whole, site)
            if needs_browser:
                origins = self._servers.stand_ins(real_origins)
                stack.enter_context(self._servers.serving(answers, origins))
            if fetch_mode == "http":
                # Needs `responses`, which only the extra `replay` installs.
                from replay.mock_http import mocked_requests, unreachable_origins

                origins = origins if needs_browser else unreachable_origins(real_origins)
                stack.enter_context(mocked_requests(answers, origins))
            session = stack.enter_context(self._session(fetch_mode, browser=needs_browser))
            stand_in_site = _at_stand_ins(site, origins)
            about = origins.json_to_stand_ins(whole.about)
            result = _outcome(lambda: read(whole, session, stand_in_site, about))
        if answers.unknown_requests:
            unknown = "; ".join(dict.fromkeys(answers.unknown_requests))
            kinds = ", ".join(dict.fromkeys(step.kind for step in whole.steps))
            raise UnknownRequestError(
                f"{exchange.name}, fetch mode {fetch_mode}: not in the exchange: {unknown}. "
                f"It holds: {kinds}"
            )
        record: dict[str, Any] = origins.json_to_real(result)
        return record

    @contextlib.contextmanager
    def _session(self, fetch_mode: FetchMode, *, browser: bool) -> Iterator[Session]:
        naps: list[float] = []
        session = Session(
            browser=BrowserSettings(arguments=ONLY_LOOPBACK),
            timeouts=TIMEOUTS,
            pace=Pace.free(sleep=naps.append, clock=lambda: sum(naps)),  # only naps take time
            fetch_mode=fetch_mode,
            start=self._shared_browser.start if browser else _no_browser,
        )
        try:
            yield session
        finally:
            session.close()


def at_recorded_address(exchange: Exchange, site: Site) -> Site:
    """The site with the addresses of the exchange: a recording uses invented host names."""
    recorded = [origin_of(step.url) for step in exchange.steps if step.url]
    own = part_of(site, exchange.half)
    if not recorded or origin_of(own.url) in recorded:
        return site
    url = own.url.replace(origin_of(own.url), recorded[0], 1)
    if own is site.jail:
        return site.with_addresses(jail=url)
    return site.with_addresses(court=url)


def _no_browser(settings: BrowserSettings, timeouts: Timeouts) -> Browser:
    raise AssertionError("a browser was started although HTTP requests must do")


def _outcome(reader: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return reader()
    except LayoutChanged as fault:
        return {"fault": fault.name, "what": fault.what}
    except Fault as fault:
        return {"fault": fault.name}


def _origins(exchange: Exchange, site: Site) -> list[str]:
    own = [part.url for part in (site.jail, site.court) if part is not None]
    saved = [step.url for step in exchange.steps]
    return list(dict.fromkeys(map(origin_of, [*saved, *own])))


def _at_stand_ins(site: Site, origins: Origins) -> Site:
    """The site with stand-in addresses."""
    return site.with_addresses(
        jail=origins.to_stand_ins(site.jail.url) if site.jail else None,
        court=origins.to_stand_ins(site.court.url) if site.court else None,
    )
