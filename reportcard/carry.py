"""Whose history a crawl need not ask for: the freshness rule, put to a crawl's people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from reportcard.freshness import Detainee, detainee_of, fresh
from scrapers.crawl import JAIL, CarriedFile, CrawlFolder, Person


def detainees_of(folder: CrawlFolder, site: str, people: Sequence[Person]) -> list[Detainee]:
    """What is known of them: by the jail's file where there is one, else by their rows on the
    roster."""
    return [_detainee(folder, site, person) for person in people]


def carried_of(
    folder: CrawlFolder,
    site: str,
    people: Sequence[Person],
    database_url: str,
    refresh_after_days: int,
    today: dt.date,
) -> dict[str, CarriedFile]:
    """The fresh answers of earlier crawls, by key. Raises as `freshness.fresh` does."""
    found = fresh(detainees_of(folder, site, people), database_url, refresh_after_days, today)
    return {
        key: CarriedFile(crawl=answer.crawl_id, path=answer.source_file, day=answer.day)
        for key, answer in found.items()
    }


def _detainee(folder: CrawlFolder, site: str, person: Person) -> Detainee:
    file = folder.read(JAIL, person.key)
    if file is not None:
        return detainee_of(file)
    rows = person.entry.rows if person.entry is not None else ()
    return Detainee(person.key, site, tuple(row.booking_number for row in rows))
