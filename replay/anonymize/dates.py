"""Finds dates in the formats that the portals print, and shifts them in the same format.

Each birth date is shifted on its own (by at most half a year, so the age is off by at most one).
All other dates of a person are shifted by the same number of days, which keeps their order."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from replay.anonymize.key import Key

_MONTHS = tuple(name.lower() for name in calendar.month_name if name)
_MONTH = "|".join([*_MONTHS, *(name[:3] for name in _MONTHS), "sept"])
DATE = (
    r"(?<![\d/])\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?![\d/])"
    r"|(?<![\d-])\d{1,2}-\d{1,2}-\d{4}(?![\d-])"
    r"|(?<![\d-])\d{4}-\d{1,2}-\d{1,2}(?![\d-])"
    rf"|(?<![^\W_])(?:{_MONTH})\.?\s+\d{{1,2}},?\s+\d{{4}}(?!\d)"
    rf"|(?<!\d)\d{{1,2}}[- ](?:{_MONTH})[- ,]+\d{{4}}(?!\d)"
)
"""Every date format; use with re.I."""
MASKED = r"(?<![\w/])[Xx*]{1,2}[/-][Xx*]{1,2}[/-]\d{4}(?!\d)"
"""A birth date that shows only the year."""
_NUMERIC = re.compile(r"(\d{1,4})([/-])(\d{1,2})\2(\d{1,4})")
_WORDED = re.compile(rf"({_MONTH})", re.I)
_NEAREST, _FARTHEST = 30, 180


class PrintedDate:
    """A date as printed. `like` prints another day in the same format. Raises ValueError if the
    text is not a date."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = _NUMERIC.fullmatch(text)
        self._numeric = found
        if found is None:
            self._worded(text)
            return
        one, _, two, three = found.groups()
        if len(one) == 4:
            self._order = "ymd"
            self.day = dt.date(int(one), int(two), int(three))
            short = (two, three)
        else:
            self._order = "mdy"
            year = (
                int(three)
                if len(three) == 4
                else 1900 + int(three) + (100 if int(three) < 30 else 0)
            )
            self.day = dt.date(year, int(one), int(two))
            short = (one, two)
        zeros = any(part.startswith("0") for part in short)
        self._padded = zeros or all(len(part) == 2 for part in short)
        self._year_digits = 4 if len(one) == 4 else len(three)

    def _worded(self, text: str) -> None:
        name = _WORDED.search(text)
        numbers = [int(run) for run in re.findall(r"\d+", text)]
        if name is None or len(numbers) != 2:
            raise ValueError("not a date")
        self._name = name.group(0)
        month = next(
            place
            for place, full in enumerate(_MONTHS, 1)
            if full.startswith(self._name[:3].lower())
        )
        self.day = dt.date(numbers[1], month, numbers[0])

    def like(self, day: dt.date) -> str:
        """Another day in this date's format."""
        found = self._numeric
        if found is None:
            return self._like_words(day)
        wide = 2 if self._padded else 1
        month, number = f"{day.month:0{wide}d}", f"{day.day:0{wide}d}"
        year = f"{day.year:04d}" if self._year_digits == 4 else f"{day.year % 100:02d}"
        parts = (year, month, number) if self._order == "ymd" else (month, number, year)
        return found.group(2).join(parts)

    def _like_words(self, day: dt.date) -> str:
        full = _MONTHS[day.month - 1]
        # "May" may be full or abbreviated: full in May 5, 2026, abbreviated in 05-May-2026.
        whole = "-" not in self.text if self._name.lower() == "may" else len(self._name) > 4
        name = full if whole else full[:3]
        name = (
            name.upper()
            if self._name.isupper()
            else name.title()
            if self._name[0].isupper()
            else name
        )
        # 05-JAN-2026 has a two-digit day, January 5 a one-digit day.
        padded = self.text[0] == "0" or self.text[:2].isdigit() or re.search(r" 0\d", self.text)
        runs = iter((f"{day.day:02d}" if padded else str(day.day), str(day.year)))
        head, tail = self.text.split(self._name, 1)
        head, tail = (re.sub(r"\d+", lambda _: next(runs), part) for part in (head, tail))
        return f"{head}{name}{tail}"


def shifted_birth_date(day: dt.date, key: Key, attempt: int = 0) -> dt.date:
    """The invented birth date for this one, 30 to 180 days off. ``attempt`` gives others."""
    return day + dt.timedelta(_days(key, "birth", day.isoformat(), attempt))


def date_shift_of(person: str, key: Key) -> dt.timedelta:
    """How far all other dates of a person are shifted."""
    return dt.timedelta(_days(key, "person", person, 0))


def shifted_year(year: str, key: Key) -> str:
    """The invented year for that of a masked birth date, at most one off."""
    return str(int(year) + key.draw("year", year, 3) - 1)


def _days(key: Key, what: str, value: str, attempt: int) -> int:
    span = _FARTHEST - _NEAREST + 1
    drawn = key.draw(what, value, 2 * span, attempt)
    return _NEAREST + drawn if drawn < span else -(_NEAREST + drawn - span)
