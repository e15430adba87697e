"""Replaces everything in a text that is not known to be harmless, keeping its shape.

Kept are product labels, listed values and words, amounts, times of day, counters, lengths of
sentences, and single digits. Every other word and number is replaced: it need not be known to be
personal, it is enough that it is not known to be harmless."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from replay.anonymize.dates import DATE, MASKED, PrintedDate
from replay.anonymize.invented import letters
from replay.anonymize.personal import PersonalValues
from replay.anonymize.pseudonyms import Pseudonyms
from replay.anonymize.vocabulary import IN_ADDRESSES, IN_NAMES, plain, vocabulary

_COUNTERS = (
    r"Showing\s+[\d,]+\s+to\s+[\d,]+\s+of\s+[\d,]+\s+results?"
    r"|(?<!\d)[\d,]+\s*-\s*[\d,]+\s+of\s+[\d,]+\s+items"
    r"|Copyright\s+\d{4}"
    r"|(?<!\w)(?:Class|Level|Schedule|Division|Div|Courtroom|Room|Part)\s+[A-Z\d]{1,2}(?!\w)"
    r"|^\s*\d{1,3}\.(?=\s|$)"
    r"|(?<!\w)\d{1,3}(?=\s+(?:day|week|weekend|month|year|hour|minute)s?\b)"
)
_SCAN = re.compile(
    rf"(?P<url>https?://[^\s\"'<>]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    rf"|(?P<counter>{_COUNTERS})|(?P<masked>{MASKED})|(?P<date>{DATE})"
    r"|(?P<time>(?<![\d:])\d{1,2}:\d\d(?![\d:])|(?<![\d:])00:00:00(?:[:.]0+)?(?!\d)"
    r"|(?<![\d:])12:00:00(?!\d))"
    r"|(?P<money>[$¤]\s?\d[\d,]*(?:\.\d{1,2})?(?!\d)|(?<![\w.,/-])\d[\d,]*\.\d{1,2}(?![\w./-]))"
    r"|(?P<ssn>(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-]))"
    r"|(?P<phone>(?<![\w-])(?:\(\d{3}\)\s?|\d{3}[-. ])?\d{3}[-.]\d{4}(?![\w-]))"
    r"|(?P<word>[^\W_]+(?:['’`][^\W\d_]+)*)",
    re.I,
)
_RUN = re.compile(r"\d+|[^\d]+")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_GAP = re.compile(r"[\s,.]*")
_NO_LIMIT = dt.date(1900, 1, 1)
"""Portals print this day where a search has no first day; it is about nobody."""
_TOKEN = 16
"""A mix of letters and digits with this many characters or more is a token, not a county number."""
_SHOWN_ID = 5
"""In a page's code, a number with this many digits or more is an id; shorter ones belong to the
page."""
Mode = str


class TextReplacer:
    """Replaces the texts of one visit. ``person`` is whose dates are replaced now; with ``follows``
    it becomes each person who is named (on a list, where every row is another person)."""

    def __init__(self, pseudonyms: Pseudonyms, url: Callable[[str], str]) -> None:
        self.pseudonyms = pseudonyms
        self.personal: PersonalValues = pseudonyms.personal
        self.person = ""
        self.follows = False
        self._url = url
        self._runs = self.personal.runs
        self._known = vocabulary()

    def replace(self, text: str, mode: Mode = "text") -> str:
        """The text with everything replaced that is not known to be harmless. ``mode``: ``text``,
        ``name``, ``address``, ``id``, ``birth``, or ``code`` (a page's code, where only what is
        certainly personal is replaced)."""
        whole = plain(text)
        if not whole:
            return text
        if mode == "code":
            return self._scan(text, mode)
        if whole in self._known.labels:
            return text
        if self.follows and whole in self.personal.people:
            self.person = self.personal.people[whole]
        known = self.personal.modes.get(whole)
        if known is not None:
            mode = known
        elif self._known.government(text) or (mode == "text" and self._harmless(whole)):
            return text
        return self._scan(text, mode)

    def _harmless(self, whole: str) -> bool:
        if whole in self.personal.harmless:
            return True
        return whole in self._known.values and not any(
            self._is_name(word) for word in whole.split()
        )

    def _scan(self, text: str, mode: Mode) -> str:
        parts: list[str] = []
        end, after_name = 0, False
        for found in _SCAN.finditer(text):
            gap = text[end : found.start()]
            kind, old = str(found.lastgroup), found.group(0)
            initial = (
                after_name and len(old) == 1 and old.isalpha() and _GAP.fullmatch(gap) is not None
            )
            new = self._one(kind, old, "name" if initial else mode)
            after_name = kind == "word" and (
                mode == "name" or self._is_name(old) or (initial and after_name)
            )
            parts += [gap, new]
            end = found.end()
        return "".join([*parts, text[end:]])

    def _one(self, kind: str, old: str, mode: Mode) -> str:
        if kind == "word":
            return self._word(old, mode)
        if kind in ("counter", "time", "money"):
            return old
        if kind == "url":
            return self._url(old)
        if kind == "date":
            return self._date(old, mode)
        if mode == "code" and kind in ("phone", "masked"):
            return self._pieces(old, mode)
        say: Callable[[str], str] = getattr(self.pseudonyms, kind)
        return say(old)

    def _date(self, old: str, mode: Mode) -> str:
        try:
            printed = PrintedDate(old)
        except ValueError:
            return self._pieces(old, mode)
        if printed.day == _NO_LIMIT:
            return old
        if mode == "birth" or printed.day in self.personal.births:
            return self.pseudonyms.birth(printed)
        return self.pseudonyms.date(printed, self.person)

    def _word(self, old: str, mode: Mode) -> str:
        if old.isdigit():
            return self._number(old, mode)
        if any(sign.isdigit() for sign in old):
            if len(old) >= _TOKEN and (mode != "code" or _HEX.fullmatch(old)):
                return self.pseudonyms.count("token", old, self.pseudonyms.token(old))
            return self._pieces(old, mode)
        return self._letters(old, mode)

    def _pieces(self, old: str, mode: Mode) -> str:
        """A mix of letters and digits: digits are replaced, one or two letters are a prefix and
        stay."""
        return "".join(
            self._number(run, mode)
            if run.isdigit()
            else run
            if len(run) <= 2 or not run.isalpha()
            else self._letters(run, mode)
            for run in _RUN.findall(old)
        )

    def _number(self, run: str, mode: Mode) -> str:
        if mode in ("text", "birth") and len(run) == 1:
            return run
        if mode == "code" and len(run) < _SHOWN_ID and run not in self._runs:
            return run
        return (
            self.pseudonyms.count("number", run, self.pseudonyms.digits(run))
            if len(run) > 1
            else self.pseudonyms.digits(run)
        )

    def _letters(self, word: str, mode: Mode) -> str:
        lower = word.lower()
        if mode == "name":
            return (
                word
                if lower in IN_NAMES
                else self.pseudonyms.count("name", word, self.pseudonyms.word(word))
            )
        if self._is_name(word) and not (mode == "code" and lower in self._known.words):
            return self.pseudonyms.count("name", word, self.pseudonyms.word(word))
        if mode == "code" or len(word) == 1 or lower in self._known.words:
            return word
        if mode == "address" and (lower in IN_ADDRESSES or len(word) == 2):
            return word
        kind = "address" if mode == "address" else "free text"
        return self.pseudonyms.count(kind, word, self.pseudonyms.word(word))

    def _is_name(self, word: str) -> bool:
        return len(word) > 1 and letters(word) in self.personal.words
