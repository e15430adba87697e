"""Who is held in each crawl, and what the court says of them.

Held in a crawl is who has a booking on its list without a release date on or before the county's
day of the crawl. Of a day with several crawls the last one counts."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from reportcard.panel.custody import Custody, custody_of
from reportcard.panel.facts import CaseFacts, PageFacts, Reading
from reportcard.panel.model import Booking, Panel, Person, Stay

Interval = tuple[int, int]
COURT_DAYS = 14
"""A court's answer older than this says nothing of the day any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody held in a crawl: their bookings there, the pages as known then, the stay."""

    person: Person
    bookings: tuple[Booking, ...]
    pages: tuple[PageFacts | None, ...]
    stay: Stay


class HeldPeople:
    """The people held in the crawls of a panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._days = [mark.day.toordinal() for mark in panel.crawls]

    def places(self, booking: Booking) -> list[Interval]:
        """In which crawls the booking is listed and not released."""
        found = []
        for run in booking.runs:
            last, release = run.last, run.listing.release
            if release is not None:
                last = min(last, bisect_left(self._days, release.toordinal()) - 1)
            if last >= run.first:
                found.append((run.first, last))
        return found

    def of(self, person: Person) -> list[Interval]:
        """In which crawls the person is held."""
        return _union([one for booking in person.bookings for one in self.places(booking)])

    def on(self, place: int) -> Iterator[Held]:
        """Everybody held in that crawl."""
        for person in self._panel.people:
            bookings = tuple(
                booking
                for booking in person.bookings
                if any(first <= place <= last for first, last in self.places(booking))
            )
            if bookings:
                pages = tuple(booking.page_on(place) for booking in bookings)
                yield Held(person, bookings, pages, _stay_of(person, bookings[0]))

    def counts(self) -> dict[int, tuple[int, int]]:
        """(people, bookings) held, by crawl with a list; of a day with several, the last one's."""
        size = len(self._days) + 1
        people, bookings = [0] * size, [0] * size
        for person in self._panel.people:
            _add(people, self.of(person))
            for booking in person.bookings:
                _add(bookings, self.places(booking))
        found, held, booked = {}, 0, 0
        for place, mark in enumerate(self._panel.crawls):
            held += people[place]
            booked += bookings[place]
            if mark.kind == "roster" and mark.state != "no_roster":
                found[place] = (held, booked)
        return {place: found[place] for place in self.last_of_days(found)}

    def last_of_days(self, places: dict[int, tuple[int, int]]) -> list[int]:
        """Of each day the last place."""
        last = {self._days[place]: place for place in sorted(places)}
        return sorted(last.values())

    # --- the court ------------------------------------------------------------------------------

    def custody(self, held: Held, place: int) -> Custody:
        """What the court's answers until the day of that crawl say of somebody held in it."""
        return self._custody(held.person, held.pages, self._panel.crawls[place].day)

    def custody_counts(self) -> dict[int, dict[str, int]]:
        """How many of those held have which answer, by crawl with a list (the last of a day)."""
        size = len(self._days) + 1
        changes = {answer: [0] * size for answer in ("waiting", "not_waiting", "unknown")}
        for person in self._panel.people:
            for first, last, answer in self._answers(person):
                changes[answer][first] += 1
                changes[answer][last + 1] -= 1
        totals = dict.fromkeys(changes, 0)
        wanted, found = set(self.counts()), {}
        for place in range(len(self._days)):
            for answer, row in changes.items():
                totals[answer] += row[place]
            if place in wanted:
                found[place] = dict(totals)
        return found

    def _answers(self, person: Person) -> Iterator[tuple[int, int, str]]:
        """(first place, last place, answer) as long as nothing of theirs changes."""
        held = [(booking, self.places(booking)) for booking in person.bookings]
        for first, last in self.of(person):
            cuts = {first}
            for booking, places in held:
                cuts.update(place for place, _ in booking.pages)
                cuts.update(one for interval in places for one in (interval[0], interval[1] + 1))
            cuts.update(self._court_changes(person))
            inside = sorted(cut for cut in cuts if first <= cut <= last)
            for start, end in zip(inside, [*inside[1:], last + 1], strict=True):
                pages = tuple(
                    booking.page_on(start)
                    for booking, places in held
                    if any(low <= start <= high for low, high in places)
                )
                answer = self._custody(person, pages, self._panel.crawls[start].day).answer
                yield start, end - 1, answer

    def _court_changes(self, person: Person) -> Iterator[int]:
        """The crawls from which on the court's answer may be another."""
        days: set[int] = set()
        for who in person.who:
            file = self._panel.court.get(who)
            if file is None:
                continue
            read = [reading.day.toordinal() for reading in file.readings]
            days.update(read)
            days.update(day + COURT_DAYS + 1 for day in read)
            for number in file.cases:
                case = self._panel.cases.get(number)
                if case is not None:
                    days.update(day.toordinal() for day, _ in case.versions)
        for day in days:
            yield bisect_left(self._days, day)

    def _custody(
        self, person: Person, pages: tuple[PageFacts | None, ...], day: dt.date
    ) -> Custody:
        reading = self.reading(person, day)
        numbers = set(self.case_numbers(person))

        def lookup(number: str) -> CaseFacts | None:
            case = self._panel.cases.get(number) if number in numbers else None
            return case.on(day) if case is not None else None

        outcome = reading.outcome if reading is not None else None
        whole = reading.whole if reading is not None else False
        if reading is None or outcome != "found":
            return custody_of(pages, outcome, whole, lambda _: None, self._panel.words)
        return custody_of(pages, outcome, whole, lookup, self._panel.words)

    def reading(self, person: Person, day: dt.date) -> Reading | None:
        """The newest answer of the court until that day, not older than `COURT_DAYS`; the best of
        several files of one person."""
        newest = None
        for who in person.who:
            file = self._panel.court.get(who)
            for reading in reversed(file.readings if file else ()):
                if reading.day > day:
                    continue
                if (day - reading.day).days <= COURT_DAYS and (
                    newest is None or _better(reading, newest)
                ):
                    newest = reading
                break
        return newest

    def case_numbers(self, person: Person) -> Iterator[str]:
        """The numbers of all cases accepted as theirs."""
        for who in person.who:
            file = self._panel.court.get(who)
            if file is not None:
                yield from file.cases


def _better(one: Reading, other: Reading) -> bool:
    return (one.outcome == "found", one.day) > (other.outcome == "found", other.day)


def _stay_of(person: Person, booking: Booking) -> Stay:
    return next(stay for stay in person.stays if booking in stay.bookings)


def _add(changes: list[int], intervals: list[Interval]) -> None:
    for first, last in intervals:
        changes[first] += 1
        changes[last + 1] -= 1


def _union(intervals: list[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for first, last in sorted(intervals):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
