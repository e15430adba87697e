"""Whose court history has to be asked for: the rule, and the question to the database.

keys = due(people_of("data/2026-11-22-shelby-tn"), "sqlite:///data/cj.sqlite", 7, today)
answers = fresh(people, "sqlite:///data/cj.sqlite", 7, today)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from reportcard import tables as t
from reportcard.database import engine_of, exists, prepare
from reportcard.load_files import InvalidFilesError, crawl_of, jail_files
from scrapers.crawl.place import Where
from scrapers.halves import PersonFile
from scrapers.jail.records import JailRecord

FIRST_TO_LAST = (
    "pretrial_confirmed",
    "pretrial_by_label",
    "open_with_other_hold",
    "unresolved",
    "unknown",
    "sentenced_label_mixed",
    "sentenced_label_all",
    "not_held",
)
"""``custody_status`` answers, likely pretrial first. An answer that is not here counts as
``unknown``."""

_RANK = {answer: rank for rank, answer in enumerate(FIRST_TO_LAST)}
_AT_ONCE = 500


@dataclass(frozen=True)
class Detainee:
    """What the question needs of somebody on the roster. ``custody`` is None where no jail file
    says it; ``booked_on`` is the newest commitment date."""

    key: str
    site: str
    booking_numbers: tuple[str, ...] = ()
    custody: str | None = None
    booked_on: dt.date | None = None


@dataclass(frozen=True)
class Earlier:
    """An answer of the court that an earlier crawl got: that crawl and its day, and the file
    relative to the data folder.

    ``booked_on``: the newest commitment date that the database knows of the person's bookings.
    """

    crawl_id: str
    day: dt.date
    source_file: str
    booked_on: dt.date | None = None


def detainee_of(file: PersonFile) -> Detainee:
    """The detainee of a person's jail file."""
    if not isinstance(file.record, JailRecord):
        return Detainee(file.key, file.provenance.site)
    numbers = tuple(booking.booking_number for booking in file.record.bookings)
    booked = [
        booking.commitment_date for booking in file.record.bookings if booking.commitment_date
    ]
    return Detainee(
        file.key,
        file.provenance.site,
        numbers,
        file.record.custody_status.answer,
        max(booked, default=None),
    )


def people_of(crawl_folder: Where) -> Iterator[Detainee]:
    """Everybody in the jail half of a crawl folder, by key. Raises InvalidFilesError at the end,
    naming the files left out."""
    invalid: dict[str, str] = {}
    for read in jail_files(crawl_of(crawl_folder), invalid):
        yield detainee_of(read.file)
    if invalid:
        raise InvalidFilesError(invalid)


def is_fresh(
    asked_on: dt.date | None,
    refresh_after_days: int,
    today: dt.date,
    booked_on: dt.date | None = None,
) -> bool:
    """Whether a history asked for on that day still serves today: for ``refresh_after_days`` days,
    with 0 never, and not when the person has been booked since, which brings new cases.

    ``asked_on`` None: never asked for. A day after ``today`` (a practice county set back) is fresh.
    """
    if asked_on is None or refresh_after_days <= 0:
        return False
    if booked_on is not None and booked_on > asked_on:
        return False
    return (today - asked_on) < dt.timedelta(refresh_after_days)


def likely_pretrial_first(people: Iterable[Detainee]) -> list[Detainee]:
    """In the order in which to ask; people of one answer keep their order."""
    return sorted(
        people, key=lambda person: _RANK.get(person.custody or "unknown", _RANK["unknown"])
    )


def due(
    people: Iterable[Detainee], database_url: str | None, refresh_after_days: int, today: dt.date
) -> list[str]:
    """Keys of those without a fresh court history, likely pretrial first; see `fresh`."""
    everybody = likely_pretrial_first(people)
    answers = fresh(everybody, database_url, refresh_after_days, today)
    return [person.key for person in everybody if person.key not in answers]


def fresh(
    people: Iterable[Detainee], database_url: str | None, refresh_after_days: int, today: dt.date
) -> dict[str, Earlier]:
    """The fresh court history of each who has one, by key.

    ``today`` is the county's day; a history counts from its crawl's day. Every answer counts: who
    was not found yesterday need not be asked today. People are known by booking number (by key
    where none is given); somebody with a booking that the database does not know has been booked
    since. An answer of a crawl whose clock was ahead is none. Without a database (None, no file, no
    tables) nobody has a fresh one. Raises SQLAlchemy's error when a server does not answer: that
    must not send a whole county to the portal."""
    everybody = list(people)
    if database_url is None or refresh_after_days <= 0 or not exists(database_url):
        return {}
    prepare(database_url)
    engine = engine_of(database_url)
    answers: dict[str, Earlier] = {}
    try:
        with engine.connect() as connection:
            for start in range(0, len(everybody), _AT_ONCE):
                answers |= _answers(connection, everybody[start : start + _AT_ONCE])
    finally:
        engine.dispose()
    return {
        person.key: answer
        for person in everybody
        if (answer := answers.get(person.key)) is not None
        and is_fresh(
            answer.day, refresh_after_days, today, _later(person.booked_on, answer.booked_on)
        )
    }


def _later(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _newer(one: Earlier, other: Earlier | None) -> Earlier:
    if other is None:
        return one
    newest = max(other, one, key=lambda answer: answer.day)
    return replace(newest, booked_on=_later(one.booked_on, other.booked_on))


def _answers(connection: Connection, people: list[Detainee]) -> dict[str, Earlier]:
    """Each one's newest court history, by key, of those whose bookings the database knows all."""
    number, key, crawl = t.bookings.c, t.people.c, t.crawls.c
    owners = {
        (person.site, text): person.key for person in people for text in person.booking_numbers
    }
    sites = sorted({person.site for person in people})
    answer = (crawl.crawl_id, crawl.day, key.court_source_file)
    by_number = (
        select(number.site, number.booking_number, *answer, number.commitment_date)
        .join(t.people, key.person_id == number.person_id)
        .join(t.crawls, crawl.crawl_id == key.court_crawl_id)
        .where(number.site.in_(sites), ~crawl.from_future)
    )
    answers: dict[str, Earlier] = {}
    seen: set[tuple[str, str]] = set()
    numbers = sorted({text for _, text in owners})
    for start in range(0, len(numbers), _AT_ONCE):
        some = number.booking_number.in_(numbers[start : start + _AT_ONCE])
        for site, text, *told in connection.execute(by_number.where(some)):
            owner = owners.get((site, text))
            if owner is not None:
                seen.add((site, text))
                answers[owner] = _newer(Earlier(*told), answers.get(owner))
    for booking in owners.keys() - seen:
        answers.pop(owners[booking], None)
    keyed = {
        (person.site, person.key): person.key for person in people if not person.booking_numbers
    }
    by_key = (
        select(key.site, key.key, *answer)
        .join(t.crawls, crawl.crawl_id == key.court_crawl_id)
        .where(key.site.in_(sites), key.key.in_(sorted(keyed.values())), ~crawl.from_future)
    )
    for site, text, *told in connection.execute(by_key):
        if (site, text) in keyed:
            answers[text] = _newer(Earlier(*told), answers.get(text))
    return answers
