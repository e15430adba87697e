"""How records write days and times: ISO, times with the county's offset."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from practice.facts import TIME_ZONE

_ZONE = ZoneInfo(TIME_ZONE)


def day(value: dt.date | None) -> str | None:
    """``2026-01-05``."""
    return value.isoformat() if value else None


def at(date: dt.date, time: dt.time | None) -> str | None:
    """``2026-01-05T09:00:00-06:00``; None where no time is given."""
    return dt.datetime.combine(date, time, tzinfo=_ZONE).isoformat() if time else None
