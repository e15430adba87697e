"""Reading a crawl again from its kept pages, after a parser has changed: first what would differ,
then, if wanted, the files.

Each half's own product reads them, as the crawl did (`Product.read_again`). Whoever cannot be read
again so is named and left as they are. Those carried from an earlier crawl have no file here and
are that crawl's to reparse."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from operators.output import produce_text
from resilience.faults import Fault
from scrapers.clock import utc_now
from scrapers.crawl.differences import Change, differences
from scrapers.crawl.errors import FolderInUseError, NoRosterError
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import CrawlInfo
from scrapers.crawl.keeping import kept_of
from scrapers.crawl.persons import inputs_of, text_of
from scrapers.crawl.summary import summarise, write_summary
from scrapers.halves import HALVES, Half, PersonFile
from scrapers.kept import NotKept
from scrapers.products import product_of
from scrapers.record import Provenance, Reparsed
from scrapers.roster import Person
from scrapers.sites import Site, site_of
from scrapers.version import version

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Differing:
    """A person whose file would be another today. ``text`` is that file, compressed."""

    half: Half
    key: str
    changes: tuple[Change, ...]
    text: bytes = field(repr=False)


@dataclass(frozen=True)
class LeftAlone:
    """A person who cannot be read again, and why."""

    half: Half
    key: str
    why: str


@dataclass
class Reparse:
    """What became of everybody who has a file."""

    same: int = 0
    differing: list[Differing] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """3 where somebody could not be read again, else 0."""
        return 3 if self.left else 0


class Reparser:
    """Reads a crawl again; `compare`, then `apply`, both while the folder's lock is held
    (`CrawlFolder.locked`).

    Raises FolderInUseError for a crawl in which somebody works, NoRosterError for a folder without
    one, SiteError for a county that is no longer known."""

    def __init__(self, folder: CrawlFolder, *, now: Callable[[], dt.datetime] = utc_now) -> None:
        if folder.running():
            raise FolderInUseError(
                f"{folder} is in use: a crawl is running in it (see: cj status {folder})"
            )
        info, frozen = folder.info(), folder.roster()
        if info is None or frozen is None:
            raise NoRosterError(f"{folder} is no crawl folder, or one without a roster")
        self._folder = folder
        self._info: CrawlInfo = info
        self._people: dict[str, Person] = frozen.by_key()
        self._site: Site = site_of(info.identity.site)
        self._now = now
        self._listed: PersonFile | None = None  # the listing half's file of the person at hand

    @property
    def files(self) -> int:
        """How many files there are to read again."""
        return sum(len(self._folder.keys(half)) for half in HALVES)

    def compare(
        self, done: Callable[[], None] = lambda: None, *, stop: threading.Event | None = None
    ) -> Reparse:
        """Everybody as today's program reads them, against their files; ``done`` is called after
        each. Writes nothing.

        ``stop`` ends it early; then only some were read.
        """
        found = Reparse()
        for half, key, before in self._each():
            if stop is not None and stop.is_set():
                break
            try:
                differing = self._one(half, key, before)
            except OSError:
                raise
            except Fault as fault:
                why = str(fault) if isinstance(fault, NotKept) else f"{fault.name}: {fault}"
                found.left.append(LeftAlone(half, key, why))
            except Exception as error:  # noqa: BLE001  (of one person; the others are read all the same)
                _log.exception("A mistake of this program at %s of the %s half", key, half)
                why = f"a mistake of this program: {type(error).__name__}: {error}"
                found.left.append(LeftAlone(half, key, why))
            else:
                if differing is None:
                    found.same += 1
                else:
                    found.differing.append(differing)
            done()
        return found

    def apply(
        self,
        found: Reparse,
        done: Callable[[], None] = lambda: None,
        *,
        stop: threading.Event | None = None,
    ) -> int:
        """Replace the files of those who differ, each in one step, and count the crawl anew; how
        many were replaced.

        Interrupted (by ``stop`` or a kill) it leaves each file as it was or as it is to be; the
        next call does the rest."""
        self._folder.sweep()
        replaced = 0
        for one in found.differing:
            if stop is not None and stop.is_set():
                break
            output = self._folder.person_output(one.half, one.key)
            produce_text(output, zlib.decompress(one.text).decode(), replace=True)
            replaced += 1
            done()
        write_summary(self._folder, summarise(self._folder))
        return replaced

    def _each(self) -> Iterator[tuple[Half, str, PersonFile | None]]:
        """Every file, person by person: the listing half's first, with whose aliases the others
        are searched."""
        there = {half: self._folder.keys(half) for half in HALVES}
        strangers = set().union(*there.values()) - self._people.keys()
        order = [*self._people, *sorted(strangers)]
        files = {
            half: self._folder.read_many(half, [key for key in order if key in there[half]])
            for half in HALVES
        }
        for key in order:
            for half in HALVES:
                if key in there[half]:
                    yield half, *next(files[half])

    def _one(self, half: Half, key: str, before: PersonFile | None) -> Differing | None:
        """None where today's file would be the same."""
        if before is None:
            raise NotKept("the file is not valid: the next cj crawl makes it anew")
        if key not in self._people:
            raise NotKept("not on the roster of this crawl")
        after = self._again(half, self._people[key], before)
        changes = differences(before, after)
        return (
            Differing(half, key, changes, zlib.compress(text_of(after).encode()))
            if changes
            else None
        )

    def _again(self, half: Half, person: Person, before: PersonFile) -> PersonFile:
        if half.lists:
            self._listed = before
        listed = self._listed
        inputs = inputs_of(
            person, listed if listed is not None and listed.key == person.key else None
        )
        seen = kept_of(self._folder, half, before)
        product = product_of(self._site, half)
        after = product.read_again(
            person, inputs, seen, self._site, self._info.as_of, self._provenance(before)
        )
        after = _with_unread(after, before)
        if half.lists:
            self._listed = after
        return after

    def _provenance(self, before: PersonFile) -> Provenance:
        again = Reparsed(at=self._now(), version=version())
        return before.provenance.model_copy(update={"reparsed": again})


def _with_unread(after: PersonFile, before: PersonFile) -> PersonFile:
    """``after`` with the parts that the visit could not read either as the visit named them: their
    pages did not come, so nothing newer is known. Raises NotKept for a part that was read then and
    cannot be read today: a file with less in it never replaces one with more."""
    then = {(part.kind, part.number): part for part in before.unread_parts}
    for part in after.unread_parts:
        if (part.kind, part.number) not in then:
            fault = "" if part.fault == NotKept.__name__ else f"{part.fault}: "
            raise NotKept(f"{part.kind} {part.number}: {fault}{part.reason}")
    parts = tuple(then[part.kind, part.number] for part in after.unread_parts)
    return after.model_copy(update={"unread_parts": parts})
