"""The worker pools of a run: each half has as many portal sessions as its site bears pages at once.

Fewer would leave the permitted pace unused, more would only wait for each other's slots. The first
session of a half begins alone: where a portal asks for a sign-in, the others begin when it has
signed in, so that a refused password is submitted once and no browser is started in vain."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from resilience.faults import Fault
from resilience.fetch_modes import FetchModes
from resilience.meter import Meter, MeterReading
from resilience.session import Session
from scrapers.crawl.events import Reached
from scrapers.crawl.memory import browsers_that_fit
from scrapers.crawl.portals import FetchFigures, PortalFigures
from scrapers.crawl.run import Run
from scrapers.crawl.workers import Worker
from scrapers.halves import LISTING, Half
from scrapers.products import Scraper
from scrapers.record import PersonRecord

_log = logging.getLogger(__name__)
_LOOK = 0.1
_TELL = 2.0
STOP_WITHIN = 8.0
"""Seconds that the workers have to end after a stop. What they hold is abandoned then, which harms
no file."""

Open = Callable[[Half], Scraper[PersonRecord]]
Close = Callable[[Scraper[PersonRecord]], None]


class WorkerPool:
    """The workers of one half, ``size`` at most: threads with a scraper and a session each.

    ``open_scraper`` makes the half's scraper, in the thread that will use it; ``close_scraper``
    ends it."""

    def __init__(
        self,
        run: Run,
        half: Half,
        size: int,
        open_scraper: Open,
        close_scraper: Close,
    ) -> None:
        self.half = half
        self.size = size
        self._run = run
        self._open, self._close = open_scraper, close_scraper
        self._threads: list[threading.Thread] = []
        self._first: Worker | None = None
        self._meters: list[Meter] = []
        self._fetch_modes: list[FetchModes] = []
        self._lock = threading.Lock()

    @property
    def workers(self) -> int:
        """How many were added so far."""
        return len(self._threads)

    @property
    def alive(self) -> list[threading.Thread]:
        """Those who still work."""
        return [thread for thread in self._threads if thread.is_alive()]

    def start(self) -> None:
        """Add the first worker, if there is anybody to ask about; never more than people."""
        self.size = min(self.size, self._run.waiting(self.half))
        if self.size:
            self._add()

    def grow(self) -> None:
        """Add the others, all at once, when the first is ready or done with a person."""
        first = self._first
        if first is not None and (first.scraper.is_ready or first.people):
            while self.workers < self.size:
                self._add()

    def watch(self, session: Session) -> None:
        """Count the pages of this session among the half's."""
        session.pace.tell = self._run.note  # that a portal asked for a wait, and until when
        with self._lock:
            if session.pace.meter not in self._meters:
                self._meters.append(session.pace.meter)
                self._fetch_modes.append(session.fetch_modes)

    def figures(self) -> PortalFigures | None:
        """What the portal was asked by all of them; None for nothing."""
        with self._lock:
            reading = MeterReading.of(meter.reading for meter in self._meters)
            fetch_modes = FetchFigures.of(self._fetch_modes)
        if not reading.starts:
            return None
        pace = self._run.plan.site.pace
        return PortalFigures.of(
            reading, pace, sessions=max(1, self.workers), fetch_modes=fetch_modes
        )

    def join(self, deadline: float) -> None:
        """Wait for all of them until that moment of the monotonic clock."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _add(self) -> None:
        name = f"{self.half}-{self.workers + 1}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        scraper = None
        try:
            scraper = self._open(self.half)
            self.watch(scraper.session)
            worker = Worker(self._run, self.half, scraper)
            self._first = self._first or worker
            worker.work()
        except Fault as fault:
            self._run.stop_because(f"{fault.name}: {fault}", half=self.half, fault=fault)
        except Exception as error:  # noqa: BLE001  (told to the run, which reports it)
            _log.exception("No scraper for the %s half", self.half)
            self._run.stop_because(
                f"no scraper for the {self.half} half: {type(error).__name__}: {error}"
            )
        finally:
            if scraper is not None:
                self._close(scraper)


def pools_of(
    run: Run,
    open_scraper: Open,
    close_scraper: Close,
    *,
    browsers: Callable[[], int] = browsers_that_fit,
) -> dict[Half, WorkerPool]:
    """A pool for each half that the run asks. Every session may need a browser, so each half gets
    at most its equal share of the browsers that fit into the free memory, and one in any case."""
    halves = run.plan.halves
    fit = browsers()
    size = min(run.plan.sessions, max(1, fit // len(halves)))
    if size < run.plan.sessions:
        run.note(
            f"{size} sessions for each half instead of {run.plan.sessions}: the free memory holds "
            f"{fit} browsers"
        )
    return {half: WorkerPool(run, half, size, open_scraper, close_scraper) for half in halves}


def work(run: Run, pools: Mapping[Half, WorkerPool]) -> None:
    """Settle everybody. Returns when all workers have ended, or `STOP_WITHIN` after a stop."""
    reported = time.monotonic()
    for pool in pools.values():
        pool.start()
    while not run.stop.is_set() and (
        alive := [thread for pool in pools.values() for thread in pool.alive]
    ):
        if LISTING in pools and not pools[LISTING].alive:
            for half in pools:  # nobody more is handed over
                run.queues[half].close()
        for pool in pools.values():
            pool.grow()
        alive[0].join(_LOOK)
        if time.monotonic() - reported >= _TELL:
            reported = time.monotonic()
            _report(run, pools)
    deadline = time.monotonic() + STOP_WITHIN
    for pool in pools.values():
        pool.join(deadline)


def figures_of(pools: Mapping[Half, WorkerPool]) -> dict[Half, PortalFigures]:
    """What each portal was asked."""
    figures = {half: pool.figures() for half, pool in pools.items()}
    return {half: portal for half, portal in figures.items() if portal is not None}


def _report(run: Run, pools: Mapping[Half, WorkerPool]) -> None:
    for half, portal in figures_of(pools).items():
        reached, permitted = portal.reached_per_minute, portal.permitted_per_minute
        run.tell(Reached(half, reached, permitted, portal.sessions))
