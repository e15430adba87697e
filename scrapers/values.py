"""What every parsed page has in common: cleaning texts, and reading money and dates as the portals
print them.

`clean`, `decoded` and `loaded` are the one gate for what no record may hold: control characters,
lone surrogates, NaN. `implausible` is the one rule for dates that nobody should believe."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

from resilience.faults import LayoutChanged

DEEPEST = 1000
"""Pages of the portals nest some thirty deep."""
LONGEST = 5_000_000
"""Characters of a page; those of the portals have some hundred thousand at most."""
EARLIEST = dt.date(1900, 1, 2)
"""01/01/1900 and what lies before it is what databases print for "no date"."""
LATEST_YEAR = 2199
"""Later years (2999, 9999) stand for "never"."""
_OLDEST = 120
_USUAL = re.compile(r"^(\d\d?)/(\d\d?)/(\d{4})$", re.ASCII)
_CLOCK = re.compile(r"^(\d{1,2}):(\d\d)(?::(\d\d))?\s*(?:([AP])\.?M\.?)?$", re.ASCII | re.I)
_TIMES = re.compile(r"^[T\s]*\d{1,2}:\d\d[\d:.]*\s*(?:[AP]\.?M\.?)?$", re.ASCII | re.I)
_MASK = re.compile(r"^[Xx*#]{1,4}[/-]")
_MONEY = re.compile(r"^\(?-?\$?\s*(\d[\d,]*)(?:\.(\d{1,2}))?\)?$")


def soup_of(html: str) -> BeautifulSoup:
    """The page as a tree; lxml bears the portals' broken tables.

    Raises LayoutChanged for a page long or nested beyond reason, over which every parser would take
    for ever."""
    if len(html) > LONGEST:
        raise LayoutChanged(None, "page", f"at most {LONGEST:,} characters", f"{len(html):,}")
    soup = BeautifulSoup(decoded(html).decode(), "lxml")
    if html.count("<") > DEEPEST:
        depth: dict[int, int] = {id(soup): 0}
        for tag in soup.find_all(True):
            depth[id(tag)] = depth[id(tag.parent)] + 1
        if max(depth.values()) > DEEPEST:
            raise LayoutChanged(
                None, "page", f"at most {DEEPEST} elements within each other", max(depth.values())
            )
    return soup


def clean(text: str | None) -> str | None:
    """White space (no-break spaces too) collapsed, and what nobody can see left out (control
    characters, byte order marks, lone surrogates); None when nothing is left."""
    joined = " ".join((text or "").split())
    if joined and not joined.isprintable():
        joined = " ".join("".join(filter(_legible, joined)).split())
    return joined or None


def _legible(sign: str) -> bool:
    """Kept are joiners, which scripts such as Arabic need; the other format characters only turn
    the direction of a text, or hide in it."""
    return sign in "\u200c\u200d" or unicodedata.category(sign) not in ("Cc", "Cf", "Cn", "Cs")


_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r\x0c")


def decoded(html: str) -> bytes:
    """A page as UTF-8 without control characters and lone surrogates, for a parser."""
    return html.encode("utf-8", "ignore").translate(None, _CONTROLS)


def loaded(body: str) -> Any:
    """The JSON of an answer; NaN and infinite numbers are null. Raises ValueError for what is no
    JSON."""
    return json.loads(body, parse_constant=lambda _: None, parse_float=_finite)


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def cents(text: str | None) -> int | None:
    """``5,000.00`` or ``$54.00`` as 500000 or 5400; ``($54.00)`` is negative. None when blank.

    Raises ValueError for what is no money: a case number is never added up as dollars (iml.md
    section 5)."""
    value = clean((text or "").replace("¤", "").replace("Â", ""))
    if value is None:
        return None
    match = _MONEY.match(value)
    if not match:
        raise ValueError(f"not an amount of money: {value!r}")
    whole, part = match.groups()
    amount = int(whole.replace(",", "")) * 100 + int((part or "0").ljust(2, "0"))
    return -amount if value.startswith(("(", "-")) else amount


def date_of(text: str | None, formats: Sequence[str] = ()) -> dt.date | None:
    """``MM/DD/YYYY`` (or ``MM-DD-YYYY``, ``YYYY-MM-DD``, a county's own ``formats``), a time behind
    it is ignored. None when blank or masked (``XX/XX/1990``).

    Raises ValueError for anything else, also for a date with further words.
    """
    value = clean(text)
    if value is None or _MASK.match(value):
        return None
    if usual := _USUAL.match(value):  # nearly always; strptime takes ten times as long
        month, date, year = map(int, usual.groups())
        return dt.date(year, month, date)
    head = re.split(r"[T\s]", value, maxsplit=1)[0]
    if head == value or _TIMES.match(value[len(head) :]):
        for form in ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d"):
            try:
                return dt.datetime.strptime(head, form).date()
            except ValueError:
                continue
    for form in formats:
        try:
            return dt.datetime.strptime(value, form).date()
        except ValueError:
            continue
    raise ValueError(f"not a date: {value!r}")


def implausible(day: dt.date, *, birth: bool = False, by: dt.date | None = None) -> str | None:
    """Why nobody should believe a date, in words; None for a plausible one.

    Any date before 1900, 01/01/1900 itself, or after 2199 is a database's word for "none". A
    ``birth`` is not after ``by`` (the day of the crawl, a filing or a booking), nor 120 years
    before it. Such a date is None in a record, kept as printed, and never searched with."""
    if day < EARLIEST:
        return f"a date after {dt.date(1900, 1, 1)}"
    if day.year > LATEST_YEAR:
        return f"a date before {LATEST_YEAR + 1}"
    if birth and by is not None:
        if day > by:
            return f"a birth on or before {by}"
        if day.year < by.year - _OLDEST:
            return f"a birth in the {_OLDEST} years before {by}"
    return None


T = TypeVar("T")


@dataclass(frozen=True)
class Told(Generic[T]):
    """A printed value: what it means, or its words where that cannot be said.

    ``printed`` is the text where ``value`` is None and something stands there (unreadable, masked,
    implausible). ``implausible`` says what was expected instead of a date that is not believed."""

    value: T | None = None
    printed: str | None = None
    implausible: str | None = None


_BLANK: Told[Any] = Told()


def day_told(
    text: str | None,
    formats: Sequence[str] = (),
    *,
    birth: bool = False,
    by: dt.date | None = None,
) -> Told[dt.date]:
    """A printed date, by `date_of` and `implausible`. Never raises."""
    value = clean(text)
    if value is None:
        return _BLANK
    try:
        day = date_of(value, formats)
    except ValueError:
        return Told(printed=value)
    if day is None:
        return Told(printed=value)
    if reason := implausible(day, birth=birth, by=by):
        return Told(printed=value, implausible=reason)
    return Told(day)


def cents_told(text: str | None) -> Told[int]:
    """A printed amount, by `cents`. Never raises."""
    try:
        return Told(cents(text))
    except ValueError:
        return Told(printed=clean(text))


def moment_told(day: dt.date | None, time: str | None, zone: ZoneInfo | None) -> Told[dt.datetime]:
    """A printed time of a day, by `moment_of`; its words where day or zone are not known. Never
    raises."""
    value = clean(time)
    if value is None:
        return _BLANK
    if day is None or zone is None:
        return Told(printed=value)
    try:
        return Told(moment_of(day, value, zone))
    except ValueError:
        return Told(printed=value)


def moment_of(day: dt.date, time: str | None, zone: ZoneInfo) -> dt.datetime | None:
    """``09:00``, ``9:00 AM`` on that day with the county's offset; None without a time. Raises
    ValueError for no time (a range of times is none)."""
    value = clean(time)
    if value is None:
        return None
    match = _CLOCK.match(value)
    if match is None:
        raise ValueError(f"not a time of day: {value!r}")
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    if half := match.group(4):
        if not 1 <= hour <= 12:
            raise ValueError(f"not a time of day: {value!r}")
        hour = hour % 12 + (12 if half in "pP" else 0)
    local = dt.datetime.combine(day, dt.time(hour, minute, second), zone)
    return local.replace(tzinfo=dt.timezone(local.utcoffset() or dt.timedelta()))
