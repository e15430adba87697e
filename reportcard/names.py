"""Every name that the database knows, for the scan of typed texts."""

from __future__ import annotations

from sqlalchemy import select

from reportcard import tables as t
from reportcard.database import engine_of


def names_in(database_url: str) -> list[str]:
    """Each once, as printed."""
    engine = engine_of(database_url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(select(t.people.c.name).distinct()).scalars())
    finally:
        engine.dispose()
