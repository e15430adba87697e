"""Silence is checked: where a product's "nobody" needs proof, a ``not_found`` counts only after
somebody known to have cases was found by the same session.

Until then it lies in ``unconfirmed/<half>/``, so that a crawl killed in between asks nobody
twice."""

from __future__ import annotations

from operators.output import produce_text
from resilience.faults import Fault
from scrapers.crawl.events import PersonDone, Resettled
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.outcomes import Outcome
from scrapers.crawl.persons import done_of, inputs_of, text_of
from scrapers.crawl.roster import FrozenRoster
from scrapers.crawl.run import Run, Silence
from scrapers.halves import LISTING, Half, PersonFile
from scrapers.products import ControlScraper, control_entry
from scrapers.sites import ControlPerson


class NotProvedError(Exception):
    """Carries a ``not_found`` out of `produce`, so that nothing is put in the person's final place
    yet."""

    def __init__(self, file: PersonFile) -> None:
        super().__init__(file.key)
        self.file = file


def control_person(file: PersonFile, name: str) -> ControlPerson | None:
    """The person as a control for later, if the documented first search (name and birth date) is
    what found them."""
    first = file.tried[0] if file.tried else None
    if file.outcome != "found" or first is None or not first.accepted:
        return None
    return ControlPerson(name=name, date_of_birth=first.date_of_birth)


class Unproved:
    """One worker's ``not_found`` since its last control search."""

    def __init__(self, run: Run, half: Half, scraper: ControlScraper) -> None:
        self._run = run
        self._half = half
        self._scraper = scraper
        self._keys: list[str] = []
        self.found_somebody = False
        """Whether this worker's session found somebody: then that search is its control search."""

    def add(self, file: PersonFile, *, seconds: float = 0.0) -> None:
        """Keep one until it is proved; every so many call for the control search at once."""
        self._run.folder.keep_unproved(self._half, file)
        self._keys.append(file.key)
        self._run.tell(
            PersonDone(self._half, file.key, Outcome.NOT_FOUND, seconds=seconds, proved=False)
        )
        if len(self._keys) >= self._run.plan.control_every:
            self.settle()

    def settle(self) -> None:
        """Prove what waits, and the leftovers of earlier runs, or make failures of them. Nothing to
        prove: no search.

        A fault that stops the crawl passes through and leaves them waiting for the next run.
        """
        leftovers = self._run.take_leftovers(self._half)
        keys = self._keys + [key for key in leftovers if key not in self._keys]
        self._keys = keys
        if not keys:
            return
        entry = control_entry(self._run.plan.site, self._half)
        # Of an earlier run only where nothing else can prove it: whoever is finished is not asked
        # for again.
        before = self._run.found_before.get(self._half)
        person = None if self.found_somebody or entry else before
        if not (self.found_somebody or entry or person):
            reason: Fault = Silence(
                "nothing proves that the portal answers: nobody was found in this crawl yet, "
                "and the site has no control person; name one in your "
                "own sites.toml ([<site>.court] control = { name = ..., date_of_birth = ... })"
            )
        else:
            who = (
                "the person found last"
                if self.found_somebody or person
                else "the site's control person"
            )
            try:
                if self._scraper.control(person):
                    self._promote()
                    return
                reason = Silence(
                    f"the portal answers, but no longer finds {who}, who is known to have cases"
                )
            except Fault as fault:
                if self._run.judge(self._half, fault):
                    raise
                reason = Silence(
                    f"the control search could not be made ({fault.name}: {fault})", url=fault.url
                )
        self._keys = []
        self._run.silent(self._half, keys, reason)

    def _promote(self) -> None:
        keys, self._keys = self._keys, []
        folder, half = self._run.folder, self._half
        proved = []
        for key, file in folder.read_unproved(half, keys):
            if file is None:
                gone = Silence("what waited to be proved is no longer readable")
                self._run.failed(half, key, gone, last=True)
                continue
            produce_text(folder.person_output(half, key), text_of(file))
            folder.drop_unproved(half, key)
            folder.forget_failed(half, key)
            self._run.done[half][key] = done_of(file)
            proved.append(key)
        self._run.breakers[half].worked()
        self._run.tell(Resettled(half, tuple(proved), Outcome.NOT_FOUND))


def clean_leftovers(run: Run, half: Half, asked: set[str]) -> list[str]:
    """The ``not_found`` that earlier runs left unproved, of those asked about; what is settled or
    broken is removed."""
    folder, kept = run.folder, []
    keys = sorted(folder.unproved_keys(half) & asked)
    settled = {key for key, file in folder.read_many(half, keys) if file is not None}
    for key, file in folder.read_unproved(half, keys):
        if key in settled or file is None:
            folder.drop_unproved(half, key)
        else:
            kept.append(key)
    return kept


def control_of(folder: CrawlFolder, half: Half, frozen: FrozenRoster) -> ControlPerson | None:
    """Somebody whom an earlier run found, fit to be a control; the last on the roster. None where
    there is nobody."""
    there = folder.keys(half)
    people = {person.key: person for person in reversed(frozen.people) if person.key in there}
    for key, file in folder.read_many(half, people):
        if file is None or file.outcome != "found":
            continue
        inputs = inputs_of(people[key], folder.read(LISTING, key))
        control = control_person(file, inputs.name)
        if control is not None:
            return control
    return None
