"""Going from a browser to plain requests and back, with the same identity."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator

from selenium.webdriver.remote.webdriver import WebDriver

from resilience import faults
from resilience.answer import Answer
from resilience.browser import Browser
from resilience.faults import Fault
from resilience.fetch_modes import FetchChoice, FetchMode, FetchModes
from resilience.holder import BrowserHolder
from resilience.http_client import HttpClient, HttpRequest, sent_away
from resilience.pace import Pace
from resilience.settings import BrowserSettings, Timeouts
from resilience.window import Window


class FetchSwitch(BrowserHolder):
    """The half of a `Session` that has two fetch modes. See there for what the parameters mean."""

    def __init__(
        self,
        settings: BrowserSettings,
        timeouts: Timeouts,
        pace: Pace,
        stop: threading.Event,
        *,
        pages_per_browser: int,
        bytes_per_browser: int,
        patience: float,
        fetch_mode: FetchChoice,
        observe: Callable[[HttpRequest, Answer], None] | None,
        legacy_tls: bool,
        start: Callable[[BrowserSettings, Timeouts], Browser],
    ) -> None:
        super().__init__(
            settings,
            timeouts,
            pace,
            stop,
            pages_per_browser=pages_per_browser,
            bytes_per_browser=bytes_per_browser,
            patience=patience,
            start=start,
        )
        self.fetch_modes = FetchModes(fetch_mode)
        self.plain = HttpClient(
            settings,
            timeouts,
            check=self._check_stop,
            elsewhere=self._sent_away,
            observe=observe,
            legacy_tls=legacy_tls,
        )
        self.seen: Answer | None = None
        """What a plain request brought last, for the evidence."""
        self._stands: Answer | None = None
        self._fetch_mode: FetchMode = "browser" if fetch_mode == "browser" else "http"
        self._kind = "page"
        self._signing_in = False

    @property
    def fetch_mode(self) -> FetchMode:
        """The fetch mode in use now: ``browser``, or ``http`` (requests without one)."""
        return self._fetch_mode

    def enter(self, *kinds: str) -> None:
        """Goes on in the fetch mode in which a chain of pages of these kinds is read (`Fetch
        modes.of`).

        A change carries the cookies over and makes a new ``generation``: what was built on an older
        one (a search that stands in the portal) is stale."""
        self._change(self.fetch_modes.of(*kinds))

    @contextlib.contextmanager
    def kind(self, name: str) -> Iterator[None]:
        """What is asked for and read inside is a page of that kind: counted under it, and where it
        is not such a page, `Fetch modes.instead` says what the fault is."""
        before, self._kind = self._kind, name
        fetch_mode = self._fetch_mode
        try:
            yield
        except Fault as fault:
            found = self.fetch_modes.instead(fetch_mode, name, fault)
            if found is fault:
                raise
            raise found from fault
        finally:
            self._kind = before
        self.fetch_modes.brought(fetch_mode, name)

    @contextlib.contextmanager
    def with_browser(self) -> Iterator[None]:
        """What only a browser may do (signing in), in every fetch mode; afterwards it goes on in
        the fetch mode from before, with the browser's cookies. A browser that nothing else needs is
        ended then."""
        before = self._fetch_mode
        self._change("browser")
        yield
        self._change(before)

    def _change(self, fetch_mode: FetchMode) -> None:
        if fetch_mode == self._fetch_mode:
            return
        with self._named(f"the {fetch_mode} fetch mode"):
            signed_in = self.signed_in
            if fetch_mode == "http":
                if self._browser is not None:
                    self.plain.take(self._browser)
                    if not self.fetch_modes.given_up:
                        self._let_go()
            else:
                self.plain.give(self.browser)
            self.signed_in = signed_in
            self._stands = self.seen = None
            self._fetch_mode = fetch_mode
            self.generation += 1
            self.events[f"fetch_mode-{fetch_mode}"] += 1

    @property
    def window(self) -> Window:
        """The window that is read now; starts the browser if there is none. ScriptNeeded in fetch
        mode http, which has none."""
        if self._fetch_mode == "http":
            raise faults.ScriptNeeded(f"a {self._kind} page needs the browser for this step")
        return super().window

    @property
    def driver(self) -> WebDriver:
        """The WebDriver, for what a session cannot do. Raw exceptions come out of it; `again` and
        `resilient` know them. ScriptNeeded in fetch mode http, which has none."""
        return self.window.driver

    def restart(self) -> None:
        """A new browser in place of the old one, which is killed; nobody is signed in then. In
        fetch mode http: new connections, and a new visitor where nobody was signed in."""
        if self._fetch_mode == "browser":
            super().restart()
            return
        self.events["restart"] += 1
        self.plain.renew(forget=not self.signed_in)
        self._stands = self.seen = None
        self.generation += 1

    def close(self) -> None:
        """Ends the browser and all connections; nothing of them is left. The session can be used
        again, from the beginning."""
        super().close()
        self.plain.renew(forget=True)
        self.plain.close()
        self._stands = self.seen = None
        self._fetch_mode = "browser" if self.fetch_modes.wish == "browser" else "http"

    def _sent_away(self, asked: str, found: str) -> Fault:
        """The fault for a redirect to another host: whoever was signed in is sent to sign in again
        (as for `Session.fetch` from inside a page); everybody else has to be looked after by a
        person."""
        if self.signed_in:
            return faults.SignedOut("the request was sent elsewhere", url=asked)
        return sent_away(asked, found)

    def _ask(
        self, asked: HttpRequest, *, allowed: Collection[int] = (), seconds: float | None = None
    ) -> Answer:
        """One plain exchange, counted and judged."""
        self.seen = self._status = None
        self.seen = answer = self.plain.bring(asked, seconds=seconds)
        self.pages += 1
        self._status = answer.status
        self._judge(None if answer.status in allowed else answer.fault())
        return answer

    def _judge(self, fault: Fault | None) -> None:
        """Raises the fault, unless it is a sign-in form that was to be expected."""
        wanted = isinstance(fault, faults.SignedOut) and (self._signing_in or not self.signed_in)
        if fault is not None and not wanted:
            raise fault
        self.pace.fine()
