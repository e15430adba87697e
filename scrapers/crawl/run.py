"""What the workers of one run share: who is to do, when to stop, and whom to tell."""

from __future__ import annotations

import datetime as dt
import threading
from collections import deque
from collections.abc import Callable, Iterable

from resilience.breaker import Breaker
from resilience.faults import Cure, Drifted, Fault, LayoutChanged, ScriptFailed, Stopped
from scrapers.crawl.drift_watch import DriftWatch
from scrapers.crawl.events import Event, Message, PersonDone, Progress, Resettled
from scrapers.crawl.failed import Failures, Secrets
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.outcomes import Outcome
from scrapers.crawl.persons import Done, done_of, inputs_of
from scrapers.crawl.plan import Plan
from scrapers.crawl.queue import PeopleQueue
from scrapers.crawl.roster import FrozenRoster
from scrapers.crawl.surveys import Survey
from scrapers.halves import LISTING, Half, PersonFile
from scrapers.products import product_of
from scrapers.record import Inputs
from scrapers.roster import Person
from scrapers.sites import ControlPerson


class Run:
    """One run of a crawl. Safe to share between its workers. ``frozen`` may come later (`know`)."""

    def __init__(
        self,
        plan: Plan,
        folder: CrawlFolder,
        frozen: FrozenRoster | None = None,
        *,
        stop: threading.Event,
        progress: Progress | None,
        now: Callable[[], dt.datetime],
        secrets: Secrets = tuple,
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.people = frozen.by_key() if frozen is not None else {}
        self.stop = stop
        self.failures = Failures(folder, secrets=secrets, now=now)
        self.products = {half: product_of(plan.site, half) for half in plan.halves}
        self.queues = {half: PeopleQueue(stop) for half in plan.halves}
        self.breakers = {
            half: Breaker(f"the {half} half", limit=plan.breaker) for half in plan.halves
        }
        self.held_back: dict[Half, set[str]] = {half: set() for half in plan.halves}
        """Who is searched for when the listing half is done with them."""
        self.leftovers: dict[Half, list[str]] = {half: [] for half in plan.halves}
        self.done: dict[Half, dict[str, Done]] = {half: {} for half in plan.halves}
        """Whom this run has settled with a file."""
        self.settled_before: dict[Half, Survey] = {}
        """What the files said before the run, where nobody is left to do."""
        self._again: dict[Half, deque[Person]] = {half: deque() for half in plan.halves}
        self._partly: dict[Half, deque[str]] = {half: deque() for half in plan.halves}
        self.found_before: dict[Half, ControlPerson | None] = {}
        self._inputs: dict[str, Inputs] = {}
        self.reason: str | None = None
        self.fault: Fault | None = None
        self.fault_half: Half | None = None
        self.error: OSError | None = None
        self.watch = DriftWatch(folder, plan.site, plan.halves)
        self._progress = progress
        self._lock = threading.RLock()

    # --- stopping ---------------------------------------------------------------------------------

    def stop_because(
        self,
        reason: str,
        *,
        half: Half | None = None,
        fault: Fault | None = None,
        error: OSError | None = None,
    ) -> None:
        """Stop all workers; the first reason is the one that is told. Sets the caller's stop
        event."""
        with self._lock:
            if self.reason is None and not self.stop.is_set():
                self.reason, self.fault, self.error = reason, fault, error
                self.fault_half = half
        self.stop.set()

    # --- telling ----------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Hand an event to whoever watches."""
        with self._lock:
            if self._progress is not None:
                self._progress(event)

    def note(self, text: str) -> None:
        """Tell a line."""
        self.tell(Message(text))

    # --- settling people --------------------------------------------------------------------------

    def known(self, half: Half, key: str, file: PersonFile, seconds: float) -> None:
        """The person's file stands. What a search for them needs of it is handed on in memory."""
        self.folder.forget_failed(half, key)
        self.breakers[half].worked()
        with self._lock:
            self.done[half][key] = done_of(file)
            if half.lists:
                self._inputs[key] = inputs_of(self.people[key], file)
        self.tell(PersonDone(half, key, Outcome(file.outcome), seconds=seconds))
        drifted = self.watch.saw(half, file)
        if drifted is not None:
            self.judge(half, drifted)

    def failed(
        self,
        half: Half,
        key: str,
        fault: Fault,
        *,
        session: object = None,
        retries: dict[str, int] | None = None,
        traceback: str | None = None,
        seconds: float = 0.0,
        last: bool = False,
    ) -> bool:
        """The person could not be got; too many of them in a row stop the run.

        What a retry may cure gets one more chance when the others are done: False then, True when
        the person is settled."""
        self.failures.write(half, key, fault, session=session, retries=retries, traceback=traceback)
        said = f"{fault.name}: {fault}"
        if not last:
            self._count(half, fault)
        if last or fault.cure is Cure.STOP:
            self.tell(PersonDone(half, key, Outcome.FAILED, said, seconds))
            return True
        with self._lock:
            self._again[half].append(self.people[key])
        self.note(f"{half} {key} is tried once more at the end ({said})")
        return False

    def second_chance(self, half: Half) -> Person | None:
        """Somebody who failed before in this run, once each; None when there is nobody left."""
        with self._lock:
            waiting = self._again[half]
            return waiting.popleft() if waiting and not self.stop.is_set() else None

    def put_partly(self, half: Half, keys: Iterable[str]) -> None:
        """These were read in part before; they are asked about again when all others are done."""
        self._partly[half].extend(keys)

    def take_partly(self, half: Half) -> Person | None:
        """One of them, once each; None when there is nobody left."""
        with self._lock:
            waiting = self._partly[half]
            return self.people[waiting.popleft()] if waiting and not self.stop.is_set() else None

    def still_partly(self, half: Half, fault: Fault) -> None:
        """The person was asked about again and could not be read better: the file stands."""
        self._count(half, fault)

    def replaced(self, half: Half, key: str, file: PersonFile) -> None:
        """A better file of somebody who was read in part stands."""
        self.breakers[half].worked()
        with self._lock:
            self.done[half][key] = done_of(file)

    def silent(self, half: Half, keys: list[str], fault: Fault) -> None:
        """Nobody was found, and the control search did not succeed either: we do not know about any
        of them."""
        for key in keys:
            self.failures.write(half, key, fault)
            self.folder.drop_unproved(half, key)
        self.tell(Resettled(half, tuple(keys), Outcome.FAILED))
        self.note(f"{len(keys)} not found became failed: {fault}")
        self._count(half, fault)

    def _count(self, half: Half, fault: Fault) -> None:
        breaker = self.breakers[half]
        breaker.failed(f"{fault.name}: {fault}")
        if breaker.reason is not None:
            self.stop_because(f"{half}: {breaker.reason}", half=half, fault=fault)

    def judge(self, half: Half, fault: Fault) -> bool:
        """Whether the fault stops everybody (a block, a captcha, a refused password ...), and if
        so, stop them."""
        if isinstance(fault, Stopped):
            self.stop.set()
            return True
        of_one = isinstance(fault, OF_ONE) and not isinstance(fault, Drifted)
        if fault.cure is Cure.STOP and not of_one:
            self.stop_because(f"{fault.name}: {fault}", half=half, fault=fault)
            return True
        return False

    # --- the people -------------------------------------------------------------------------------

    def know(self, frozen: FrozenRoster) -> None:
        """The roster stands."""
        self.people = frozen.by_key()

    def listed(self, person: Person) -> None:
        """The listing half is done with this person: the others may search for them."""
        for half, held_back in self.held_back.items():
            if person.key in held_back:
                held_back.discard(person.key)
                self.queues[half].put(person)

    def waiting(self, half: Half) -> int:
        """How many are still to do, those among them whom the listing half has not handed over
        yet."""
        return (
            self.queues[half].left
            + len(self.held_back[half])
            + len(self.leftovers[half])
            + len(self._partly[half])
        )

    def inputs_of(self, half: Half, person: Person) -> Inputs:
        """What the person is asked about with: in a half that searches, by the listing half's
        file."""
        if half.lists:
            return inputs_of(person, None)
        with self._lock:
            inputs = self._inputs.pop(person.key, None)
        return inputs or inputs_of(person, self.folder.read(LISTING, person.key))

    def take_leftovers(self, half: Half) -> list[str]:
        """The ``not_found`` of earlier runs that still wait for a control search; the first who
        asks gets them."""
        with self._lock:
            taken, self.leftovers[half] = self.leftovers[half], []
            return taken


class Broken(Fault):
    """The program itself failed on a person: a mistake of ours; the entry holds the traceback."""


class Silence(Fault):
    """The portal says "nobody" to everybody, or nothing can prove that it does not."""

    cure = Cure.WAIT


OF_ONE = (LayoutChanged, ScriptFailed, Broken)
"""Faults that no retry cures but that are about one person's page, so that the others may go on."""
