"""What the files of a crawl folder say: everybody's outcome, and the sums. Nothing else is asked,
no run is remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from scrapers.crawl.carried import carried_in
from scrapers.crawl.drift import PageFacts
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import Scope
from scrapers.crawl.outcomes import Counts, Outcome
from scrapers.crawl.pages import pages_of, sample_of
from scrapers.crawl.persons import Done, done_of
from scrapers.crawl.plan import asked_keys
from scrapers.crawl.roster import FrozenRoster
from scrapers.halves import Half


@dataclass
class Survey:
    """One half. ``missing``: cases without a part that the portal would not give, by part.
    ``partly``: who was found but not read whole (``parts`` of theirs and everybody's were read,
    ``unread_parts`` could not be). ``doubts`` by kind and ``unread`` texts by section and label.
    ``unlisted``: how many people the roster's counter announced without a row, where everybody was
    asked about. ``invalid``: files that stand but do not validate; they count as not there.
    ``unproved`` and ``strangers`` (files of nobody on the roster) likewise. ``sampled``: the pages
    of the files that were read and say what is usual, by key."""

    half: Half
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    retries: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    partly: list[str] = field(default_factory=list)
    parts: int = 0
    unread_parts: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    dialects: Counter[str] = field(default_factory=Counter)
    unlisted: int = 0
    pages: int = 0
    files: int = 0
    invalid: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    sampled: dict[str, list[PageFacts]] = field(default_factory=dict)

    def count(self, key: str, done: Done) -> None:
        """Somebody has a valid file."""
        self.outcomes[key] = done.outcome
        if done.retries:
            self.retries.update(done.retries)
        if done.missing:
            self.missing.update(done.missing)
        if done.unread_parts:
            self.partly.append(key)
            self.unread_parts += done.unread_parts
        self.parts += done.parts
        self.doubts.update(done.doubts)
        self.unread.update(done.unread)
        if done.dialect is not None:
            self.dialects[done.dialect] += 1
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
    if half.lists and asked is not None and asked.limit is None and asked.only is None:
        found.unlisted = frozen.unlisted
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
    sample, others = sample_of(there), []
    for key, file in folder.read_many(half, unread):
        if file is None:
            found.invalid.append(key)
            others.append(key)
        else:
            found.count(key, done_of(file))
            if key in sample:
                found.sampled[key] = pages_of(file)
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
