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
from resilience.faults import Fault
from scrapers.crawl.errors import CannotWriteError
from scrapers.crawl.outcomes import COURT, JAIL, Half
from scrapers.crawl.persons import PersonFile, text_of
from scrapers.crawl.roster import Person
from scrapers.crawl.run import Broken, Run
from scrapers.crawl.silence import NotProvedError, Unproved
from scrapers.record import Envelope
from scrapers.sites import ControlPerson

_log = logging.getLogger(__name__)


class JailLike(Protocol):
    """What the engine needs of a jail scraper (`scrapers.jail.JailScraper`)."""

    session: Any

    @property
    def is_ready(self) -> bool: ...
    def roster(self) -> Any: ...
    def person(self, entry: Any, /) -> PersonFile: ...
    def close(self) -> None: ...


class CourtLike(Protocol):
    """What the engine needs of a court scraper (`scrapers.odyssey.OdysseyScraper`)."""

    session: Any

    @property
    def is_ready(self) -> bool: ...
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
    """One worker of one half: `work` runs until there is nobody left or the crawl stops.
    ``people`` counts those it is done with."""

    half: Half

    def __init__(self, run: Run, scraper: JailLike | CourtLike) -> None:
        self.run = run
        self.scraper: Any = scraper
        self.people = 0

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
            while (person := queue.take()) is not None:
                self.settle(person)
                self.people += 1
                if self.run.stop.is_set():
                    return
                self.scraper.session.recycle_if_due()
            while (person := self.run.second_chance(self.half)) is not None:
                self.settle(person, last=True)
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

    def settle(self, person: Person, *, last: bool = False) -> None:
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

    def fetch(self, person: Person) -> PersonFile:
        file: PersonFile = self.scraper.person(person.entry)
        return file

    def settled(self, person: Person) -> None:
        self.run.jail_settled(person)


class CourtWorker(Worker):
    """Searches everybody's history, and proves each ``not_found``."""

    half = COURT

    def __init__(self, run: Run, scraper: CourtLike) -> None:
        super().__init__(run, scraper)
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
