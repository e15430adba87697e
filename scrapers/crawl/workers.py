"""The workers: each a thread with a portal session of its own, taking people from one queue until
it is empty."""

from __future__ import annotations

import abc
import datetime as dt
import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from operators.errors import StoreError
from operators.output import InvalidOutputError, produce
from resilience import faults
from resilience.faults import Cure, Fault
from scrapers.crawl.errors import CannotWriteError
from scrapers.crawl.outcomes import COURT, JAIL, Half
from scrapers.crawl.persons import PersonFile, text_of
from scrapers.crawl.roster import Person
from scrapers.crawl.run import Broken, Run
from scrapers.crawl.silence import NotProvedError, Unproved
from scrapers.jail.ahead import Ahead, HeldBooking
from scrapers.jail.roster import RosterRow
from scrapers.record import Envelope
from scrapers.sites import ControlPerson

_log = logging.getLogger(__name__)
FAULTS_IN_A_ROW = 2
"""After so many a session reads nothing more ahead. A third page without its booking would count
against plain requests (`resilience.fetch_modes`), while it may be the booking that has left the
portal."""


class SessionLike(Protocol):
    """What the engine needs of a session."""

    statistics: Any
    pace: Any
    fetch_mode: str

    def recycle_if_due(self) -> None: ...
    def cure(self, fault: Fault) -> None: ...


class JailLike(Protocol):
    """What the engine needs of a jail scraper (`scrapers.jail.JailScraper`)."""

    session: Any

    def roster(self, told: Callable[[Sequence[RosterRow]], None] = ..., /) -> Any: ...
    def ready(self) -> None: ...
    def booking(self, row: RosterRow, /) -> HeldBooking: ...
    def person(
        self, entry: Any, ahead: Callable[[RosterRow], HeldBooking | None] = ..., /
    ) -> PersonFile: ...
    def close(self) -> None: ...


class CourtLike(Protocol):
    """What the engine needs of a court scraper (`scrapers.odyssey.OdysseyScraper`)."""

    session: Any

    def history(
        self,
        name: str,
        date_of_birth: dt.date | None = None,
        *,
        aliases: Sequence[str] = (),
        key: str | None = None,
    ) -> PersonFile: ...
    def control(self, person: ControlPerson | None = None) -> bool: ...
    def close(self) -> None: ...


JailFactory = Callable[[threading.Event], JailLike]
"""Makes a jail scraper whose session ends its waits when the event is set; called once per worker,
in its thread."""
CourtFactory = Callable[[threading.Event], CourtLike]
"""The same for the court."""


class Worker(abc.ABC):
    """One worker of one half: `work` runs until there is nobody left, ``stay`` says no, or the
    crawl stops."""

    half: Half

    def __init__(
        self, run: Run, scraper: JailLike | CourtLike, *, stay: Callable[[], bool] = lambda: True
    ) -> None:
        self.run = run
        self.scraper: Any = scraper
        self._stay = stay

    def scrape_person(self, output_path: str, key: str) -> PersonFile:
        """Write the person's file to that path: what `operators.output.produce` calls. Raises a
        Fault."""
        try:
            file = self.fetch(self.run.people[key])
        except (Fault, NotProvedError, CannotWriteError, StoreError):
            raise
        except Exception as error:
            fault = faults.of(error)
            if fault is None:
                _log.exception("A mistake of this program at %s of the %s half", key, self.half)
                fault = Broken(f"{type(error).__name__}: {error}")
            raise fault from error
        Path(output_path).write_text(text_of(file), encoding="utf-8")
        return file

    def begin(self) -> bool:
        """Called before the first person; whether it stays for them. What it raises is handled as
        in `work`."""
        return True

    @abc.abstractmethod
    def fetch(self, person: Person) -> PersonFile:
        """The person's file from the portal."""

    def settled(self, person: Person) -> None:  # noqa: B027  (a hook that a half may leave alone)
        """Called after a person, however it ended."""

    def finish(self) -> None:  # noqa: B027  (another one)
        """Called when the queue is empty."""

    def work(self) -> None:
        """Take people until there are none; everything that stops the crawl is told to the run,
        nothing is raised."""
        queue = self.run.queues[self.half]
        try:
            stays = self.begin()
            while stays and (person := queue.take()) is not None:
                self.one(person)
                if self.run.stop.is_set():
                    return
                self.scraper.session.recycle_if_due()
                stays = self._stay()
            while stays and (person := self.run.second_chance(self.half)) is not None:
                self.one(person, last=True)
            if not self.run.stop.is_set():
                self.finish()
        except Fault as fault:
            if not self.run.judge(fault):
                self.run.stop_because(f"{fault.name}: {fault}", fault=fault)
        except OSError as error:
            self.run.stop_because(f"cannot write: {error}", error=error)
        except Exception as error:  # noqa: BLE001  (told to the run, which reports it)
            _log.exception("A mistake of this program in a worker of the %s half", self.half)
            self.run.stop_because(f"a mistake of this program: {type(error).__name__}: {error}")

    def one(self, person: Person, *, last: bool = False) -> None:
        """One person: a file, an entry of a failure, or (stopped in between) nothing."""
        began, before = time.monotonic(), dict(self.scraper.session.statistics)
        output = self.run.folder.person_output(self.half, person.key)
        settled = True
        try:
            produced = produce(output, self.scrape_person, key=person.key)
        except NotProvedError as answer:
            self.keep(answer.file, time.monotonic() - began)
        except InvalidOutputError as error:
            settled = self._failed(person, Broken(str(error)), before, began, last=last)
        except Fault as fault:
            if self.run.judge(fault):
                return
            settled = self._failed(person, fault, before, began, last=last)
        else:
            # Another process may have been first: then its file is the one that counts.
            file = produced.value if isinstance(produced.value, Envelope) else None
            file = file or self.run.folder.read(self.half, person.key)
            if file is None:
                raise OSError(f"the file of {person.key} vanished while it was written")
            self.run.known(self.half, person.key, file, time.monotonic() - began)
        if settled:
            self.settled(person)

    def keep(self, file: PersonFile, seconds: float) -> None:
        """Somebody was not found, which is still to be proved: only the court half knows such an
        answer."""
        raise AssertionError(f"the {self.half} half does not know {file.outcome}")

    def _failed(
        self, person: Person, fault: Fault, before: dict[str, int], began: float, *, last: bool
    ) -> bool:
        now = self.scraper.session.statistics
        retries = {
            name: n - before.get(name, 0) for name, n in now.items() if n > before.get(name, 0)
        }
        cause = fault.__cause__ if isinstance(fault, Broken) else None
        return self.run.failed(
            self.half,
            person.key,
            fault,
            session=self.scraper.session,
            retries=retries,
            traceback="".join(traceback.format_exception(type(cause), cause, cause.__traceback__))
            if cause
            else None,
            seconds=time.monotonic() - began,
            last=last,
        )


class JailWorker(Worker):
    """Reads the pages of everybody's bookings."""

    half = JAIL

    def begin(self) -> bool:
        """Reads bookings ahead while the list is scanned, and waits for the people. Nothing that
        befalls it there harms
        anybody: who could not be read is read later, with their own tries."""
        ahead = self.run.ahead
        if ahead is None or ahead.closed:
            return True
        in_a_row = 0
        if (fault := self._ready()) is not None and self.run.judge(fault):
            return False
        while in_a_row < FAULTS_IN_A_ROW and (row := ahead.take()) is not None:
            fault = self._read(ahead, row)
            in_a_row = in_a_row + 1 if fault is not None else 0
            if fault is not None and self.run.judge(fault):
                return False
            self.scraper.session.recycle_if_due()
            if not self._stay():
                return False
        ahead.wait()
        return True

    def _ready(self) -> Fault | None:
        """The search that a portal session needs, made before there is a booking to read; gives the
        fault that came instead, which the first booking sees to."""
        try:
            self.scraper.ready()
        except Exception as error:  # noqa: BLE001  (whatever it is, it comes again with the first booking)
            return faults.of(error) or Broken(f"{type(error).__name__}: {error}")
        return None

    def _read(self, ahead: Ahead, row: RosterRow) -> Fault | None:
        """One booking, held from now on; gives the fault that came instead, cured as far as that
        goes."""
        held = HeldBooking(row, None)
        try:
            held = self.scraper.booking(row)
        except Exception as error:  # noqa: BLE001  (it comes again when the person is read, and is their failure then)
            _log.exception(
                "A mistake of this program at booking %s, read ahead", row.booking_number
            )
            held = HeldBooking(row, None, fault=Broken(f"{type(error).__name__}: {error}"))
        finally:
            ahead.put(held)
        if held.fault is None or held.fault.cure is Cure.STOP:
            return held.fault
        try:
            self.scraper.session.cure(held.fault)
        except Fault as met:
            return met
        return held.fault

    def fetch(self, person: Person) -> PersonFile:
        known = () if self.run.ahead is None else (self.run.ahead.of,)
        file: PersonFile = self.scraper.person(person.entry, *known)
        return file

    def settled(self, person: Person) -> None:
        self.run.jail_settled(person)


class CourtWorker(Worker):
    """Searches everybody's history, and proves each ``not_found``."""

    half = COURT

    def __init__(
        self, run: Run, scraper: CourtLike, *, stay: Callable[[], bool] = lambda: True
    ) -> None:
        super().__init__(run, scraper, stay=stay)
        self.unproved = Unproved(run, scraper.control)

    def fetch(self, person: Person) -> PersonFile:
        name, born, aliases = self.run.search_of(person, self.run.folder.read(JAIL, person.key))
        file: PersonFile = self.scraper.history(name, born, aliases=aliases, key=person.key)
        if file.outcome == "not_found":
            raise NotProvedError(file)
        self.unproved.found_somebody |= file.outcome == "found"
        return file

    def keep(self, file: PersonFile, seconds: float) -> None:
        self.unproved.add(file, seconds=seconds)

    def finish(self) -> None:
        self.unproved.settle()
