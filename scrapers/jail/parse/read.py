"""Reading one value. What cannot be read is None and kept as printed; what looks misread is a
doubt (docs/portals/iml.md, 3)."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from scrapers.record import AsPrinted, Doubt, DoubtKind, Labeled
from scrapers.values import cents, clean, implausible, moment_of

_USUAL: Final = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})", re.ASCII)
_FORMS: Final = ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d")
_CLOCK: Final = re.compile(r"\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]\.?M\.?)?", re.ASCII | re.I)
_MIDNIGHT: Final = re.compile(r"0?0:00(?::00(?:\.0+)?)?")
_SIGNS: Final = "$¤£€ÂÃ\x82\x80\x9a\ufffd\u201a\u20ac \xa0"
"""Signs of money before an amount, and what becomes of them when bytes are decoded wrongly."""
_MISPLACED: Final = re.compile(
    r"\d\d?[/-]\d\d?[/-]\d{4}(?: .*)?|\d{4}-\d\d-\d\d(?: .*)?|\W{0,3}[\d,]+\.\d\d", re.ASCII
)


def day_and_rest(text: str, formats: tuple[str, ...] = ()) -> tuple[dt.date, str]:
    """The date a text begins with, and what stands behind it. Raises ValueError for no date."""
    head, _, rest = text.partition(" ")
    if usual := _USUAL.fullmatch(head):  # nearly always; strptime takes ten times as long
        month, day, year = map(int, usual.groups())
        return dt.date(year, month, day), rest
    for form in formats:  # a county's own may have spaces
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text, form).date(), ""
    for form in (*formats, *_FORMS):
        try:
            return dt.datetime.strptime(head, form).date(), rest
        except ValueError:
            continue
    raise ValueError(f"not a date: {text!r}")


def day_of(text: str | None, formats: tuple[str, ...] = ()) -> tuple[dt.date | None, str]:
    """A date, and the time behind it ("" for none or midnight). None for no text.

    Raises ValueError for anything else."""
    value = clean(text)
    if value is None:
        return None, ""
    day, rest = day_and_rest(value, formats)
    if rest and not _CLOCK.fullmatch(rest):
        raise ValueError(f"not a time: {rest!r}")
    return day, "" if _MIDNIGHT.fullmatch(rest) else rest


def money_of(text: str | None) -> int | None:
    """Cents. An amount has a decimal point: without one it may be a case number from another column
    (docs/portals/iml.md, 5). None for no text.

    Raises ValueError for anything else."""
    value = clean(text)
    if value is None:
        return None
    bare = value.lstrip(_SIGNS)
    if "." not in bare:
        raise ValueError("an amount without a decimal point")
    return cents(bare)


def looks_misplaced(text: str) -> bool:
    """Whether words are a date or an amount and nothing else: where neither belongs, columns may
    have moved."""
    return _MISPLACED.fullmatch(text) is not None


@dataclass
class Findings:
    """Reads the values of one booking, and keeps what is beyond their fields. Paths are the
    booking's (``bonds.0.amount_cents``)."""

    formats: tuple[str, ...] = ()
    as_printed: list[AsPrinted] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, path: str, expected: str, found: str, kind: DoubtKind) -> None:
        """Notes what looks misread."""
        self.doubts.append(Doubt(field=path, expected=expected, found=found, kind=kind))

    def keep(self, path: str, text: str) -> None:
        """Keeps a value that cannot be read."""
        self.as_printed.append(AsPrinted(field=path, text=text))

    def date(
        self, text: str | None, path: str, label: str, details: list[Labeled]
    ) -> dt.date | None:
        """A date. A time behind it is kept whole under its label."""
        if text is None:
            return None
        try:
            day, clock = day_of(text, self.formats)
        except ValueError:
            self.keep(path, text)
            return None
        if day is not None and not self.possible(day, path, text):
            return None
        if clock:
            details.append(Labeled(label=label, text=text))
        return day

    def possible(self, day: dt.date, path: str, text: str) -> bool:
        """Whether the date is one; a placeholder is kept as printed, and doubted."""
        expected = implausible(day)
        if expected is None:
            return True
        self.keep(path, text)
        self.doubt(path, expected, text, "implausible")
        return False

    def money(self, text: str | None, path: str) -> int | None:
        """Cents. Bare digits are doubted: they may be a number of another column."""
        if text is None:
            return None
        try:
            return money_of(text)
        except ValueError:
            self.keep(path, text)
            if text.isdigit():
                self.doubt(path, "an amount such as 5,000.00", text, "implausible")
            return None

    def moment(
        self, text: str | None, zone: ZoneInfo, path: str
    ) -> tuple[dt.date | None, dt.datetime | None]:
        """``09/30/2026 09:00`` as its day and the moment in the county; no moment where only the
        day can be read."""
        if text is None:
            return None, None
        try:
            day, clock = day_and_rest(text, self.formats)
        except ValueError:
            self.keep(f"{path}.date", text)
            return None, None
        if not self.possible(day, f"{path}.date", text):
            return None, None
        try:
            return day, moment_of(day, clock, zone)
        except ValueError:
            self.keep(f"{path}.starts_at", text)
            return day, None
