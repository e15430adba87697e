"""Reading one value; what cannot be read stops with a `LayoutChanged` that says what was there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from resilience.faults import LayoutChanged
from scrapers.values import cents, clean, date_of, moment_of

T = TypeVar("T")


def the_date(text: str | None, url: str, what: str) -> dt.date | None:
    """A date; a time behind it is ignored. None when blank or masked."""
    return _read(date_of, text, url, what, "a date such as MM/DD/YYYY")


def the_money(text: str | None, url: str, what: str) -> int | None:
    """Cents. An amount has a decimal point: without one it may be a case number from another column
    (iml.md, section 5)."""
    return _read(_with_decimals, text, url, what, "an amount such as 5,000.00")


def _with_decimals(text: str | None) -> int | None:
    amount = cents(text)
    if amount is not None and "." not in (text or ""):
        raise ValueError("an amount without a decimal point")
    return amount


def the_moment(
    text: str | None, zone: ZoneInfo, url: str, what: str
) -> tuple[dt.date | None, dt.datetime | None]:
    """``09/30/2026 09:00`` as its day and the moment in the county; no moment where only the day is
    printed."""
    day = the_date(text, url, what)
    if day is None:
        return None, None
    _, _, clock = (clean(text) or "").partition(" ")
    return day, _read(
        lambda time: moment_of(day, time, zone), clock, url, what, "a time such as 09:00"
    )


def _read(
    reader: Callable[[str | None], T], text: str | None, url: str, what: str, expected: str
) -> T:
    try:
        return reader(text)
    except ValueError:
        raise LayoutChanged(url, what, expected, repr(clean(text))) from None
