"""What the files of a crawl folder say: everybody's outcome, and the sums. Nothing else is asked,
no run is remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from scrapers.crawl.carried import carried_in
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import Scope
from scrapers.crawl.outcomes import Counts, Outcome
from scrapers.crawl.persons import Done, done_of
from scrapers.crawl.plan import asked_keys
from scrapers.crawl.roster import FrozenRoster
from scrapers.halves import Half


@dataclass
class Survey:
    """One half. ``missing``: cases without a part that the portal would not give, by part.
    ``invalid``: files that stand but do not validate; they count as not there. ``unproved`` and
    ``strangers`` (files of nobody on the roster) likewise."""

    half: Half
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    retries: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    files: int = 0
    invalid: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def count(self, key: str, done: Done) -> None:
        """Somebody has a valid file."""
        self.outcomes[key] = done.outcome
        if done.retries:
            self.retries.update(done.retries)
        if done.missing:
            self.missing.update(done.missing)
        self.pages += done.pages
        self.files += 1

    @property
    def counts(self) -> Counts:
        """The seven sums."""
        return Counts.of(self.outcomes)


def survey(
    folder: CrawlFolder,
    half: Half,
    frozen: FrozenRoster,
    asked: Scope | None,
    done: Mapping[str, Done] | None = None,
) -> Survey:
    """Everybody's outcome in one half, from the files alone.

    A valid file comes first; then, of those asked about, who is carried from an earlier crawl; then
    an entry of a failure. ``done``: whose files were just written, so that those that stand need
    not be read."""
    found = Survey(half)
    there, failed = folder.keys(half), folder.failed_keys(half)
    wanted = set(asked_keys(frozen, asked))
    carried = {} if half.lists else carried_in(folder)
    on_roster = {person.key for person in frozen.people}
    found.strangers = sorted(there - on_roster)
    written = {key: each for key, each in (done or {}).items() if key in there}
    for key, each in written.items():
        found.count(key, each)
    unread = [
        person.key for person in frozen.people if person.key in there and person.key not in written
    ]
    others = []
    for key, file in folder.read_many(half, unread):
        if file is None:
            found.invalid.append(key)
            others.append(key)
        else:
            found.count(key, done_of(file))
    others += [person.key for person in frozen.people if person.key not in there]
    for key in others:
        if key in wanted and key in carried:
            found.outcomes[key] = Outcome.CARRIED
        elif key in failed:
            found.outcomes[key] = Outcome.FAILED
        else:
            found.outcomes[key] = Outcome.PENDING if key in wanted else Outcome.NOT_ASKED
    found.outcomes = {person.key: found.outcomes[person.key] for person in frozen.people}
    return found
