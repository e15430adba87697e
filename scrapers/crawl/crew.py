"""The workers of a run: how many sessions each half has, chosen while it runs, and never more than
it may have.

A number that is asked for is what a half gets; without one a half begins with one session and gets
another as long as its pace is not used up and the last one helped. Sessions that need a browser are
together never more than the machine bears."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from resilience.faults import Fault
from resilience.fetch_modes import FetchModes
from resilience.meter import Meter, MeterReading
from scrapers.crawl.events import Reached
from scrapers.crawl.growth import Growth
from scrapers.crawl.machine import BROWSER, Machine
from scrapers.crawl.outcomes import COURT, JAIL, Half
from scrapers.crawl.portals import AheadFigures, FetchFigures, PortalFigures, permitted_per_minute
from scrapers.crawl.run import Run
from scrapers.crawl.workers import CourtWorker, JailWorker, Worker
from scrapers.jail.roster import RosterRow

_log = logging.getLogger(__name__)
_LOOK = 0.2
_SCAN = 0
"""The number of the session that reads the list; those of workers begin at 1."""
_TELL = 2.0
STOP_WITHIN = 8.0
"""Seconds that the workers have to end after a stop; what they hold is abandoned then, which harms
no file."""

_WORKERS: dict[Half, Callable[..., Worker]] = {JAIL: JailWorker, COURT: CourtWorker}


class Crew:
    """The workers of one half. ``most`` sessions at once; ``peak`` is how many there were."""

    def __init__(self, run: Run, half: Half) -> None:
        permitted = permitted_per_minute(run.plan.site.pace)
        self.half = half
        self.most = run.plan.most
        self.peak = 0
        self.threads: list[threading.Thread] = []
        self.working: dict[int, Any] = {}
        """The sessions that work, by their number; None for one that is not open yet."""
        self._growth = Growth(None if permitted is None else permitted / 60)
        self._run = run
        self._auto = run.plan.workers is None
        self._meters: list[Meter] = []
        self._fetch_modes: list[FetchModes] = []

    def opened(self, number: int, session: Any) -> None:
        """That session stands."""
        self.working[number] = session
        self.count(session)

    def count(self, session: Any) -> None:
        """Pages that were asked before there were workers belong to the portal's sum, too."""
        if session.pace.meter not in self._meters:
            self._meters.append(session.pace.meter)
        fetch_modes = getattr(session, "fetch_modes", None)
        if fetch_modes is not None and fetch_modes not in self._fetch_modes:
            self._fetch_modes.append(fetch_modes)

    @property
    def browsers(self) -> int:
        """How many of them need a browser; who has not begun counts as one that does, unless it is
        a jail's (nobody signs in there) where none of the others does."""
        sessions = list(self.working.values())
        begun = [session for session in sessions if session is not None]
        if self.half == JAIL and begun and all(_plain(session) for session in begun):
            return 0
        return sum(1 for session in sessions if not _plain(session))

    def wants_more(self, now: float) -> bool:
        """Whether one more session would help, as far as the pages tell."""
        return self._helps(now, self._run.queues[self.half].left, self.most)

    def wants_ahead(self, now: float, waiting: int) -> bool:
        """The same while the list is scanned, and so many bookings wait to be read ahead. With no
        more sessions than pages at once the scan need not wait for a slot. A number that is asked
        for is wanted at once: each makes its search meanwhile."""
        pace = self._run.plan.site.pace
        most = self.most if pace.free else min(self.most, pace.pages_at_once)
        return self._helps(now, waiting if self._auto else most, most)

    def _helps(self, now: float, waiting: int, most: int) -> bool:
        here = len(self.working)
        if not self._auto:
            return here < most and waiting > here
        sessions = [session for session in list(self.working.values()) if session is not None]
        if len(sessions) < here:
            return False
        wanted = self._growth.look([session.pace.meter.reading for session in sessions], now)
        return wanted and waiting >= here < most and sessions[0].pace.factor <= 1.0

    @property
    def why(self) -> str:
        """Why there are as many sessions as there are."""
        if not self._auto:
            return f"{self.most} asked for"
        if self.peak >= self.most:
            return "; ".join(filter(None, (self._growth.why, "more than this is not permitted")))
        return self._growth.why

    def figures(self) -> PortalFigures | None:
        """What the portal was asked by all of them; None for nothing."""
        reading = MeterReading.of(meter.reading for meter in list(self._meters))
        if not reading.starts:
            return None
        return PortalFigures.of(
            reading,
            self._run.plan.site.pace,
            sessions=max(1, self.peak),
            why=self.why,
            fetch_modes=FetchFigures.of(self._fetch_modes),
            ahead=AheadFigures.of(self._run.ahead) if self.half == JAIL else None,
        )


class Crews:
    """Everybody who works in one run.

    ``open_one`` makes a half's scraper, in the thread that will use it; ``close_one`` ends it.
    """

    def __init__(
        self,
        run: Run,
        open_one: Callable[[Half], Any],
        close_one: Callable[[Any], None],
        *,
        machine: Callable[[], Machine] = Machine.here,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._open, self._close = open_one, close_one
        self._machine, self._clock = machine, clock
        self._bears = machine()
        self._lock = threading.Lock()
        self._numbers = 0
        self._told = clock()
        self._crews = {half: Crew(run, half) for half in run.plan.halves}

    def __getitem__(self, half: Half) -> Crew:
        return self._crews[half]

    def figures(self) -> dict[Half, PortalFigures]:
        """What each portal was asked."""
        told = {half: crew.figures() for half, crew in self._crews.items()}
        return {half: one for half, one in told.items() if one is not None}

    def scan(self, scraper: Any) -> Any:
        """The roster as this scraper reads it, in the caller's thread; further sessions read
        bookings ahead (`Run.ahead`), and stay for `work`. Raises a Fault."""
        crew, ahead = self._crews[JAIL], self._run.ahead
        crew.count(scraper.session)
        if ahead is None:
            return scraper.roster()
        crew.working[_SCAN] = scraper.session

        def hire() -> None:
            for _ in range(crew.most):
                wanted = not self._run.stop.is_set() and crew.wants_ahead(self._clock(), ahead.left)
                if wanted and self._bearable(crew, self._of_court()):
                    self._hire_because(crew)

        def told(rows: Sequence[RosterRow]) -> None:
            ahead.seen(rows)
            hire()

        try:
            if self._run.plan.workers is not None:
                hire()
            roster = scraper.roster(told)
        finally:
            with self._lock:
                del crew.working[_SCAN]
        ahead.settle(roster.rows)
        return roster

    def work(self) -> None:
        """Returns when everybody is settled, or soon after a stop."""
        run = self._run
        if run.ahead is not None:
            run.ahead.close()
        self._begin()
        while not run.stop.is_set() and (
            alive := [t for crew in self._crews.values() for t in crew.threads if t.is_alive()]
        ):
            if JAIL in self._crews and COURT in self._crews and not _alive(self._crews[JAIL]):
                run.queues[COURT].close()
            alive[0].join(_LOOK)
            self._look()
        self._join()

    def end(self) -> None:
        """Ends everybody who still works, because there is nothing to do after all: the stop event
        is set then."""
        if any(_alive(crew) for crew in self._crews.values()):
            self._run.stop.set()
            self._join()

    def _join(self) -> None:
        deadline = self._clock() + STOP_WITHIN
        for crew in self._crews.values():
            for thread in crew.threads:
                thread.join(max(0.0, deadline - self._clock()))

    def stay(self, crew: Crew, number: int) -> bool:
        """False, once, for a session too many: when pages take to needing browsers, more than the
        machine bears."""
        with self._lock:
            session = crew.working.get(number)
            if (
                session is None
                or _plain(session)
                or len(crew.working) < 2
                or self._browsers <= self._bears.browsers
            ):
                return True
            del crew.working[number]
        self._run.note(
            f"{crew.half}: one session less, this machine bears {self._bears.browsers} browsers ({self._bears})"
        )
        return False

    # --- hiring -----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """One session a half, and where a number is asked for as many as the machine bears if all
        of them need a browser."""
        needed = {half: self._run.waiting(half) for half in self._crews}
        for half, crew in self._crews.items():
            if needed[half]:
                self._hire(crew)
        workers = self._run.plan.workers
        if workers is None:
            if any(needed.values()):
                self._run.note(
                    f"one session a portal to begin with; up to {self._run.plan.most} as long as its pace is not used up and "
                    f"another helps; at most {self._bears.browsers} browsers ({self._bears})"
                )
            return
        for half in reversed(self._crews):  # the court, where a person takes many pages, goes first
            crew = self._crews[half]
            wanted = min(workers, needed[half])
            while len(crew.threads) < wanted and self._browsers < self._bears.browsers:
                self._hire(crew)
            if len(crew.threads) < wanted:
                self._run.note(
                    f"{half}: {len(crew.threads)} of {wanted} sessions to begin with, as this machine bears "
                    f"{self._bears.browsers} browsers ({self._bears}); more once they need none"
                )

    def _look(self) -> None:
        now = self._clock()
        for crew in self._crews.values():
            if crew.wants_more(now) and self._bearable(crew):
                self._hire_because(crew)
        if now - self._told >= _TELL:
            self._told = now
            for half, one in self.figures().items():
                self._run.tell(
                    Reached(half, one.reached_per_minute, one.permitted_per_minute, one.sessions)
                )

    def _bearable(self, crew: Crew, kept: int = 0) -> bool:
        """Whether the machine bears one more, with so many browsers ``kept`` for others; where this
        half's sessions need no browser it takes one to sign in at most."""
        room = self._machine().memory >= 2 * BROWSER
        return room and (not crew.browsers or self._browsers + kept < self._bears.browsers)

    def _of_court(self) -> int:
        """The browsers that the court half may want when the roster stands: it goes before those
        who read ahead."""
        return (self._run.plan.workers or 1) if COURT in self._crews else 0

    def _hire_because(self, crew: Crew) -> None:
        why = crew.why
        self._hire(crew)
        self._run.note(f"{crew.half}: one session more, {len(crew.working)} now ({why})")

    @property
    def _browsers(self) -> int:
        return sum(crew.browsers for crew in self._crews.values())

    def _hire(self, crew: Crew) -> None:
        self._numbers += 1
        number = self._numbers
        with self._lock:
            crew.working[number] = None
            crew.peak = max(crew.peak, len(crew.working))
        name = f"{crew.half}-{len(crew.threads) + 1}"
        thread = threading.Thread(target=self._worker, args=(crew, number), name=name, daemon=True)
        crew.threads.append(thread)
        thread.start()

    def _worker(self, crew: Crew, number: int) -> None:
        scraper = None
        try:
            scraper = self._open(crew.half)
            crew.opened(number, scraper.session)
            _WORKERS[crew.half](self._run, scraper, stay=lambda: self.stay(crew, number)).work()
        except Fault as fault:
            self._run.stop_because(f"{fault.name}: {fault}", fault=fault)
        except Exception as error:  # noqa: BLE001  (told to the run, which reports it)
            _log.exception("No scraper for the %s half", crew.half)
            self._run.stop_because(
                f"no scraper for the {crew.half} half: {type(error).__name__}: {error}"
            )
        finally:
            with self._lock:
                crew.working.pop(number, None)
            if scraper is not None:
                self._close(scraper)


def _alive(crew: Crew) -> bool:
    return any(thread.is_alive() for thread in crew.threads)


def _plain(session: Any) -> bool:
    return getattr(session, "fetch_mode", "browser") == "http"
