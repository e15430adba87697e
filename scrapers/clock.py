"""The one clock of the house that tells the date."""

from __future__ import annotations

import datetime as dt


def utc_now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return dt.datetime.now(dt.timezone.utc)
