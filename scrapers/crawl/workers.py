"""The workers: each a thread with a portal session of its own, taking people from one queue until
it is empty."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

from operators.errors import StoreError
from operators.output import InvalidOutputError, produce, produce_text
from resilience import faults
from resilience.faults import Fault
from scrapers.crawl.errors import CannotWriteError
from scrapers.crawl.partly import is_better
from scrapers.crawl.persons import text_of
from scrapers.crawl.run import Broken, Run
from scrapers.crawl.silence import NotProvedError, Unproved
from scrapers.halves import Half, PersonFile
from scrapers.products import ControlScraper, Scraper
from scrapers.record import Envelope, PersonRecord
from scrapers.roster import Person

_log = logging.getLogger(__name__)


class Worker:
    """One worker of one half: `work` runs until there is nobody left or the crawl stops.
    ``people`` counts those it is done with."""

    def __init__(self, run: Run, half: Half, scraper: Scraper[PersonRecord]) -> None:
        self.run = run
        self.half = half
        self.scraper = scraper
        self.people = 0
        self._unproved: Unproved | None = None
        if run.products[half].silence_needs_control:
            if not isinstance(scraper, ControlScraper):
                raise TypeError(f"{type(scraper).__name__} cannot make a control search")
            self._unproved = Unproved(run, half, scraper)

    def scrape_person(self, output_path: str, key: str) -> PersonFile:
        """Write the person's file to that path: what `operators.output.produce` calls. Raises a
        Fault."""
        file = self._asked(key)
        Path(output_path).write_text(text_of(file), encoding="utf-8")
        return file

    def _asked(self, key: str) -> PersonFile:
        try:
            return self._fetch(self.run.people[key])
        except (Fault, NotProvedError, CannotWriteError, StoreError):
            raise
        except Exception as error:
            fault = faults.of(error)
            if fault is None:
                _log.exception("A mistake of this program at %s of the %s half", key, self.half)
                fault = Broken(f"{type(error).__name__}: {error}")
            raise fault from error

    def _fetch(self, person: Person) -> PersonFile:
        """The person's file from the portal. Raises NotProvedError for a ``not_found`` that needs
        proof."""
        file = self.scraper.fetch(person, self.run.inputs_of(self.half, person))
        if self._unproved is not None:
            if file.outcome == "not_found":
                raise NotProvedError(file)
            self._unproved.found_somebody |= file.outcome == "found"
        return file

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
            while (person := self.run.take_partly(self.half)) is not None:
                self.read_again(person)
            if self._unproved is not None and not self.run.stop.is_set():
                self._unproved.settle()
        except Fault as fault:
            if not self.run.judge(self.half, fault):
                self.run.stop_because(f"{fault.name}: {fault}", half=self.half, fault=fault)
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
            assert self._unproved is not None
            self._unproved.add(answer.file, seconds=time.monotonic() - began)
        except InvalidOutputError as error:
            settled = self._failed(person, Broken(str(error)), before, began, last=last)
        except Fault as fault:
            if self.run.judge(self.half, fault):
                return
            settled = self._failed(person, fault, before, began, last=last)
        else:
            # Another process may have been first: then its file is the one that counts.
            file = produced.value if isinstance(produced.value, Envelope) else None
            file = file or self.run.folder.read(self.half, person.key)
            if file is None:
                raise OSError(f"the file of {person.key} vanished while it was written")
            self.run.known(self.half, person.key, file, time.monotonic() - began)
        if settled and self.half.lists:
            self.run.listed(person)

    def read_again(self, person: Person) -> None:
        """Somebody who was read in part: the whole person once more. The new file replaces the one
        that stands if it holds more; the folder (or the chunk) is locked by this run."""
        half, folder = self.half, self.run.folder
        try:
            file = self._asked(person.key)
        except NotProvedError:
            return  # nobody is found where somebody was: what stands says more
        except Fault as fault:
            if not self.run.judge(half, fault):
                self.run.still_partly(half, fault)
            return
        before = folder.read(half, person.key)
        if before is not None and is_better(file, before):
            produce_text(folder.person_output(half, person.key), text_of(file), replace=True)
            self.run.replaced(half, person.key, file)

    def _failed(
        self, person: Person, fault: Fault, before: Mapping[str, int], began: float, *, last: bool
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
