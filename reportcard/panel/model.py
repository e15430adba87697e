"""The panel of one county: every booking with all that was ever listed of it, the people behind
them, their stays and their cases.

Gone from the list is not released: a stay ends only by a release date that was listed and not
withdrawn; who vanished without one is told apart (`Stay.vanished`). Days are ordinals
(`datetime.date.toordinal`) where there are many."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from reportcard.offenses import Grouped, OffenseTable, packaged
from reportcard.panel.check import Difference, PanelError, Row, difference, rows_hash
from reportcard.panel.facts import CaseFacts, CourtFile, CrawlMark, Listing, PageFacts
from reportcard.panel.linkage import Groups, by_id, by_name
from reportcard.panel.watch import FEWEST_RELEASES, Watch, keeps_released, watch_of
from reportcard.panel.words import SHELBY, Words

if TYPE_CHECKING:
    from reportcard.panel.held import HeldPeople


@dataclass(slots=True)
class Run:
    """Crawls one after the other that all showed the same row, first and last by place."""

    first: int
    last: int
    listing: Listing


@dataclass(slots=True)
class Booking:
    """A booking. ``pages`` are the versions of its page, each with the place of the crawl that saw
    it first; ``read`` is the last crawl that read the page."""

    number: str
    runs: list[Run] = field(default_factory=list)
    pages: list[tuple[int, PageFacts]] = field(default_factory=list)
    read: int = -1

    @property
    def page(self) -> PageFacts | None:
        """The last page read."""
        return self.pages[-1][1] if self.pages else None

    def page_on(self, place: int) -> PageFacts | None:
        """The page as it was known after that crawl."""
        found = None
        for first, page in self.pages:
            if first > place:
                break
            found = page
        return found

    @property
    def first(self) -> int:
        """Place of the crawl that listed it first."""
        return self.runs[0].first

    @property
    def final(self) -> Run:
        """The row that was listed last."""
        return max(self.runs, key=lambda run: (run.last, run.first))

    @property
    def last(self) -> int:
        """Place of the crawl that listed it last."""
        return self.final.last


@dataclass(slots=True)
class Case:
    """A court case with its versions by the day on which each was first read."""

    number: str
    versions: list[tuple[dt.date, CaseFacts]] = field(default_factory=list)

    def add(self, day: dt.date, facts: CaseFacts) -> None:
        self.versions.append((day, facts))
        self.versions.sort(key=lambda version: version[0])

    @property
    def newest(self) -> CaseFacts:
        return self.versions[-1][1]

    def on(self, day: dt.date) -> CaseFacts | None:
        """As it was known at the end of that day."""
        found = None
        for read, facts in self.versions:
            if read > day:
                break
            found = facts
        return found


@dataclass(slots=True)
class Stay:
    """Unbroken custody of one person: one booking, or several that overlap or touch.

    ``start`` is the first commitment day (where ``start_known`` is False: the day first listed).
    ``release`` is the day it ended by the list; ``vanished`` the last day it was listed, where it
    left the list without a release date. ``late``: first listed later than a complete list should
    have shown it. ``seen`` and ``last_seen`` are days of lists."""

    person: Person
    bookings: tuple[Booking, ...]
    start: int
    start_known: bool
    seen: int
    last_seen: int
    late: bool
    release: int | None = None
    vanished: int | None = None

    @property
    def open(self) -> bool:
        """Whether it goes on, as far as we know."""
        return self.release is None and self.vanished is None

    @property
    def last_booking(self) -> Booking:
        """The booking that ended last."""
        return self.bookings[-1]


@dataclass(slots=True, eq=False)
class Person:
    """Somebody, by the low linkage. ``high`` is the name of their group in the high one, ``who``
    the names of their court files."""

    key: str
    high: str
    who: tuple[str, ...]
    bookings: list[Booking] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    @property
    def listing(self) -> Listing:
        """The row that was listed last."""
        newest = max(self.bookings, key=lambda booking: (booking.last, booking.number))
        return newest.final.listing

    @property
    def date_of_birth(self) -> dt.date | None:
        return next(
            (
                run.listing.date_of_birth
                for booking in reversed(self.bookings)
                for run in reversed(booking.runs)
                if run.listing.date_of_birth is not None
            ),
            None,
        )

    @property
    def sex(self) -> str | None:
        return self._last("sex")

    @property
    def race(self) -> str | None:
        return self._last("race")

    def _last(self, name: str) -> str | None:
        for booking in reversed(self.bookings):
            for _, page in reversed(booking.pages):
                value: str | None = getattr(page, name)
                if value:
                    return value
        return None


@dataclass
class Panel:
    """All of a county. Everything below is derived, once, when it is first asked for."""

    site: str
    crawls: tuple[CrawlMark, ...]
    bookings: Mapping[str, Booking] = field(repr=False)
    owners: Mapping[str, str] = field(repr=False)
    court: Mapping[str, CourtFile] = field(repr=False)
    cases: Mapping[str, Case] = field(repr=False)
    labels: Mapping[str, Sequence[tuple[int, str]]] = field(repr=False)
    words: Words = field(default=SHELBY, repr=False)
    offenses: OffenseTable = field(default_factory=packaged, repr=False)

    def grouped(self, description: str | None, code: str | None) -> Grouped:
        """The offense group of a charge, each worked out once."""
        known = self._grouped.get((description, code))
        if known is None:
            known = self._grouped[description, code] = self.offenses.group(description, code)
        return known

    @cached_property
    def _grouped(self) -> dict[tuple[str | None, str | None], Grouped]:
        return {}

    # --- crawls ---------------------------------------------------------------------------------

    @cached_property
    def complete(self) -> tuple[int, ...]:
        """Places of the crawls with a complete list."""
        return tuple(place for place, mark in enumerate(self.crawls) if mark.complete)

    @cached_property
    def newest(self) -> int | None:
        """Place of the newest crawl of a list, complete or not; None without one."""
        rosters = [place for place, mark in enumerate(self.crawls) if _listed(mark)]
        return rosters[-1] if rosters else None

    @cached_property
    def watch(self) -> Watch:
        """Which days were watched."""
        kept, days = self._kept(), [self._day(place) for place in self.complete]
        keeps = keeps_released(kept) if len(kept) >= FEWEST_RELEASES else self._guess(kept)
        return watch_of(days, keeps, len(kept))

    @property
    def last_day(self) -> dt.date | None:
        """The last complete day: what happened after it is not told."""
        last = self.watch.last
        return dt.date.fromordinal(last) if last is not None else None

    def _day(self, place: int) -> int:
        return self.crawls[place].day.toordinal()

    def _kept(self) -> list[int]:
        """How many days each release stayed listed, of those whose going was seen the next day."""
        if all(mark.search != "all" for mark in self.crawls):
            return []
        following = {
            one: other
            for one, other in pairwise(self.complete)
            if self._day(other) - self._day(one) <= 1
        }
        kept = []
        for booking in self.bookings.values():
            last, release = booking.last, booking.final.listing.release
            if release is not None and last in following and release.toordinal() <= self._day(last):
                kept.append(self._day(last) - release.toordinal())
        return kept

    def _guess(self, kept: Sequence[int]) -> int:
        """Too few releases were seen to their end: a day, if any was listed after its day."""
        if kept:
            return min(kept)
        listed = any(
            run.listing.release is not None
            and run.listing.release.toordinal() < self._day(run.last)
            for booking in self.bookings.values()
            for run in booking.runs
        )
        return 1 if listed and any(mark.search == "all" for mark in self.crawls) else 0

    @cached_property
    def held(self) -> HeldPeople:
        """Who is held in which crawl."""
        from reportcard.panel.held import HeldPeople

        return HeldPeople(self)

    # --- people and stays -----------------------------------------------------------------------

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everybody, with their stays in order."""
        numbers = sorted(self.bookings)
        ids: dict[str, list[str]] = {}
        births: dict[str, dt.date | None] = {}
        names: dict[str, str] = {}
        for number in numbers:
            runs = self.bookings[number].runs
            ids[number] = list(
                dict.fromkeys(run.listing.permanent_id for run in runs if run.listing.permanent_id)
            )
            births[number] = next(
                (run.listing.date_of_birth for run in reversed(runs) if run.listing.date_of_birth),
                None,
            )
            names[number] = runs[-1].listing.name
        low = by_id(numbers, ids, births)
        high = by_name(low, numbers, names, births)
        return tuple(self._people(numbers, low, high))

    def _people(self, numbers: Sequence[str], low: Groups, high: Groups) -> Iterator[Person]:
        groups: dict[str, list[str]] = {}
        for number in numbers:
            groups.setdefault(low.find(number), []).append(number)
        for key, members in groups.items():
            who = dict.fromkeys(self.owners[n] for n in members if n in self.owners)
            person = Person(key, high.find(key), tuple(who))
            person.bookings = sorted(
                (self.bookings[number] for number in members),
                key=lambda booking: (self._start(booking)[0], booking.number),
            )
            person.stays = self._stays(person)
            yield person

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """All stays of all people."""
        return tuple(stay for person in self.people for stay in person.stays)

    def ends(self, booking: Booking) -> tuple[int, int | None, int | None]:
        """A booking's first day, its release day, and the last day it was listed if it left the
        list without one."""
        start, _ = self._start(booking)
        return start, *self._end(booking, start)

    def _start(self, booking: Booking) -> tuple[int, bool]:
        """The commitment day, or the day first listed where the page tells none or a later one."""
        seen = self._day(booking.first)
        for _, page in reversed(booking.pages):
            if page.commitment is not None:
                return min(page.commitment.toordinal(), seen), True
        return seen, False

    def _end(self, booking: Booking, start: int) -> tuple[int | None, int | None]:
        """(release day, last day listed of one that vanished): both None for one who is still
        there."""
        final = booking.final
        day, release = self._day(final.last), final.listing.release
        if release is not None and release.toordinal() <= day:
            return max(release.toordinal(), start), None
        if not self.complete or self.complete[-1] <= final.last:
            return None, None
        page = booking.page
        if page is not None and page.release is not None and page.release.toordinal() <= day:
            return max(page.release.toordinal(), start), None
        return None, day

    def _stays(self, person: Person) -> list[Stay]:
        stays: list[Stay] = []
        for booking in person.bookings:
            start, known = self._start(booking)
            release, vanished = self._end(booking, start)
            before = stays[-1] if stays else None
            if before is not None and start <= _reaches(before.release, before.vanished):
                self._extend(before, booking, release, vanished)
                continue
            first = self._day(booking.first)
            stays.append(
                Stay(
                    person,
                    (booking,),
                    start,
                    known,
                    first,
                    self._day(booking.last),
                    self._late(booking, start),
                    release,
                    vanished,
                )
            )
        return stays

    def _extend(
        self, stay: Stay, booking: Booking, release: int | None, vanished: int | None
    ) -> None:
        """Take another booking of the same custody in; the one that ends last is put last."""
        stay.last_seen = max(stay.last_seen, self._day(booking.last))
        stay.seen = min(stay.seen, self._day(booking.first))
        if _reaches(release, vanished) >= _reaches(stay.release, stay.vanished):
            stay.bookings += (booking,)
            stay.release, stay.vanished = release, vanished
        else:
            stay.bookings = (booking, *stay.bookings)

    @cached_property
    def _complete_days(self) -> Sequence[int]:
        """The days of the complete lists, in order."""
        return [self._day(place) for place in self.complete]

    def _late(self, booking: Booking, start: int) -> bool:
        """Whether the first complete list after its first day did not show it."""
        place = bisect_right(self._complete_days, start)
        return place < len(self.complete) and booking.first > self.complete[place]

    # --- the law --------------------------------------------------------------------------------

    def rows(self) -> Iterator[tuple[CrawlMark, list[Row]]]:
        """The rows of every crawl, recomputed: (booking number, handle, listed release)."""
        by_place: list[list[Row]] = [[] for _ in self.crawls]
        for booking in self.bookings.values():
            for run in booking.runs:
                row = (booking.number, run.listing.handle, run.listing.release)
                for place in range(run.first, run.last + 1):
                    by_place[place].append(row)
        for mark, rows in zip(self.crawls, by_place, strict=True):
            if _listed(mark):
                yield mark, rows

    def check(self, seen: Mapping[str, Sequence[Row]] | None = None) -> None:
        """The law of `reportcard.panel.check`: by the fingerprint that was taken when the list was
        loaded, and by ``seen``, the rows by crawl, where they are given.

        Raises PanelError naming what differs."""
        wrong: list[str] = []
        for mark, rows in self.rows():
            found: Difference | None = None
            if seen is not None:
                found = difference(mark.crawl_id, seen.get(mark.crawl_id, ()), rows)
            if found is not None:
                wrong.append(str(found))
            elif mark.rows_hash is not None and rows_hash(rows) != mark.rows_hash:
                wrong.append(
                    f"{mark.crawl_id}: the list had {mark.rows} rows, the panel gives "
                    f"{len(rows)}, and they are not the same"
                )
        if wrong:
            shown = "\n".join(f"  {line}" for line in wrong[:10])
            more = f"\n  and {len(wrong) - 10} more crawls" if len(wrong) > 10 else ""
            raise PanelError(f"the panel does not give back what the lists showed\n{shown}{more}")


def _listed(mark: CrawlMark) -> bool:
    return mark.kind == "roster" and mark.state != "no_roster"


def _reaches(release: int | None, vanished: int | None) -> int:
    """The last day of a custody; one that goes on reaches beyond all days."""
    if release is not None:
        return release
    return vanished if vanished is not None else 1 << 60
