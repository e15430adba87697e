"""Whose history need not be asked for again, by the database; only where it is asked for is the
extra ``report`` needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from cj.wrong import UsageError
from scrapers.crawl import CarriedFile, CrawlFolder, Fresh, Person
from scrapers.sites import Site


def database_errors() -> tuple[type[Exception], ...]:
    """What a database that cannot be used raises."""
    from sqlalchemy.exc import SQLAlchemyError

    from reportcard.database import DatabaseError

    return (DatabaseError, SQLAlchemyError)


def said(error: Exception) -> str:
    """The error in a line that shows no statement and no values."""
    cause = getattr(error, "orig", None) or error
    return f"the database: {' '.join(str(cause).split())}"


def fresh_of(
    folder: CrawlFolder, site: Site, database_url: str, days: int, today: dt.date
) -> Fresh:
    """The rule, ready for the engine. It raises Wrong for a database that cannot be asked."""
    try:
        from reportcard.carry import carried_of
        from reportcard.database import address
    except ImportError as error:
        raise UsageError(f"the database needs the extra 'report': {error}") from error
    try:
        address(database_url)
    except database_errors() as error:
        raise UsageError(said(error)) from error

    def fresh(people: Sequence[Person]) -> Mapping[str, CarriedFile]:
        try:
            return carried_of(folder, site.key, people, database_url, days, today)
        except database_errors() as error:
            raise UsageError(said(error)) from error

    return fresh
