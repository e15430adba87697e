"""What every parsed page has in common: cleaning texts, and reading money and dates as the portals
print them."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

from resilience.faults import LayoutChanged

DEEPEST = 1000
"""Pages of the portals nest some thirty deep."""
LONGEST = 5_000_000
"""Characters of a page; those of the portals have some hundred thousand at most."""
_USUAL = re.compile(r"^(\d\d?)/(\d\d?)/(\d{4})$", re.ASCII)
_MONEY = re.compile(r"^\(?-?\$?\s*(\d[\d,]*)(?:\.(\d{1,2}))?\)?$")


def soup_of(html: str) -> BeautifulSoup:
    """The page as a tree; lxml bears the portals' broken tables.

    Raises LayoutChanged for a page long or nested beyond reason, over which every parser would take
    for ever."""
    if len(html) > LONGEST:
        raise LayoutChanged(None, "page", f"at most {LONGEST:,} characters", f"{len(html):,}")
    soup = BeautifulSoup(html, "lxml")
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
    """White space (no-break spaces too) collapsed; None when nothing is left."""
    joined = " ".join((text or "").split())
    return joined or None


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


def date_of(text: str | None) -> dt.date | None:
    """``MM/DD/YYYY`` (or ``MM-DD-YYYY``, ``YYYY-MM-DD``), a time behind it is ignored. None when
    blank or masked (``XX/XX/1990``).

    Raises ValueError for anything else.
    """
    value = clean(text)
    if value is None or re.match(r"^[Xx*]{1,2}[/-]", value):
        return None
    head = value.split()[0]
    if usual := _USUAL.match(head):  # nearly always; strptime takes ten times as long
        month, date, year = map(int, usual.groups())
        return dt.date(year, month, date)
    for form in ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(head, form).date()
        except ValueError:
            continue
    raise ValueError(f"not a date: {value!r}")


def moment_of(day: dt.date, time: str | None, zone: ZoneInfo) -> dt.datetime | None:
    """``09:00``, ``9:00 AM`` on that day with the county's offset; None without a time. Raises
    ValueError for no time."""
    value = clean(time)
    if value is None:
        return None
    for form in ("%H:%M", "%I:%M %p", "%H:%M:%S"):
        try:
            clock = dt.datetime.strptime(value.upper(), form).time()
        except ValueError:
            continue
        local = dt.datetime.combine(day, clock, zone)
        return local.replace(tzinfo=dt.timezone(local.utcoffset() or dt.timedelta()))
    raise ValueError(f"not a time of day: {value!r}")
