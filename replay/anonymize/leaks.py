"""Searches a finished fixture for personal values of the visit: every value, in every spelling, in
every byte and file name.

It does not rely on how values were replaced, only on which ones there were."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import pairwise
from urllib.parse import unquote, unquote_plus

from replay.anonymize.invented import letters
from replay.anonymize.personal import PersonalValues
from replay.anonymize.vocabulary import IN_NAMES, vocabulary, words_of

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_JOINED = re.compile(r"[^\W\d_][^\W\d_'’`]*(?:[-'’`][^\W\d_]+)+")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_MARKUP = words_of(
    "a abbr action align alt area b background banner bgcolor blank body bold border br button "
    "cell checkbox class col color colspan content coords css data default div em event field "
    "font footer form frame generalnav gif grid head header heading height hidden hover href html "
    "icon id image images img inmate inner input item jpg js kind label large left link list map "
    "mark master meta method middle mini name nav next none onclick option outer p panel path "
    "pixel png pre prev print radio rect rel right role row rows rowspan rule rules script search "
    "section select shape size small span src steps strong style tab table target tbody td text "
    "th thead title top tr type ul underlined usemap val value view white width wrapper"
)
"""Words of the pages' code. A name that is such a word is only searched for together with the rest
of the name."""

_FORMAT_WORDS = words_of(
    "about asked body born example exchange fields headers html http https invalid invented json "
    "kind made method other page portal product recorded site status step steps text url visit"
)
"""Words that every fixture contains."""


class LeakFinder:
    """Holds the values that must not appear; `kinds_in` finds them in a text."""

    def __init__(self, personal: PersonalValues, own: Iterable[str] = ()) -> None:
        known = vocabulary()
        labels = re.findall(r"[a-z]+", " ".join(known.labels))
        harmless = {
            letters(word)
            for word in (*known.words, *labels, *_MARKUP, *_FORMAT_WORDS, *IN_NAMES, *own)
        }
        joined = {
            letters(one.replace("-", ""))
            for name in personal.names
            for one in _JOINED.findall(name)
        }
        self._words = frozenset(
            word for word in personal.words | joined if len(word) > 2 and word not in harmless
        )
        self._pairs = frozenset(pair for name in personal.names for pair in _pairs(name))
        self._digits = personal.long_digits
        self._ids = frozenset(
            one.strip().lower()
            for one in personal.ids
            if len(re.sub(r"\D", "", one).lstrip("0")) >= 4 and len(one) >= 6
        )
        self._births = frozenset(form for day in personal.births for form in _forms(day))

    def kinds_in(self, text: str) -> Iterator[str]:
        """The kinds of values in a text: ``a name``, ``a birth date``, ``a number``."""
        for spelling in _spellings(text):
            plain = _folded(spelling)
            found = set(re.findall(r"[A-Z]+", plain))
            joined = set(re.findall(r"[A-Z]+", re.sub(r"['’`\-]", "", plain)))
            if self._words & (found | joined):
                yield "a name"
            words = re.findall(r"[A-Z]+", plain)
            if self._pairs & set(pairwise(words)):
                yield "a name"
            runs = {run.lstrip("0") for run in re.findall(r"\d+", plain)}
            if (
                self._digits & runs
                or self._inside(runs)
                or any(one in spelling.lower() for one in self._ids)
            ):
                yield "a number"
            if any(form in spelling for form in self._births):
                yield "a birth date"

    def _inside(self, runs: Iterable[str]) -> bool:
        """Whether a long number is part of a longer one."""
        long = [run for run in self._digits if len(run) >= 9]
        return any(one in run for run in runs if len(run) > 9 for one in long)


def leaks(
    files: Mapping[str, bytes], personal: PersonalValues, own: Iterable[str] = ()
) -> list[str]:
    """Where personal values of the visit remain, without the values: ``02-list.html, line 40: a
    name``.

    ``own``: words that the fixture itself needs, such as the name of its county."""
    finder = LeakFinder(personal, own)
    found: list[str] = []
    for name, raw in sorted(files.items()):
        found += [
            f"the file name {number}: {kind}"
            for number, kind in enumerate(finder.kinds_in(name), 1)
        ]
        for coding in ("utf-8", "latin-1"):
            for number, line in enumerate(raw.decode(coding, "replace").splitlines(), 1):
                found += [f"{name}, line {number}: {kind}" for kind in finder.kinds_in(line)]
    return list(dict.fromkeys(found))


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    """Every two words of a name, in both orders."""
    words = [letters(word) for word in re.findall(r"[^\W\d_]+", name) if len(word) > 1]
    for one in words:
        for other in words:
            if one != other:
                yield one, other


def _forms(day: dt.date) -> Iterator[str]:
    month, number, year = day.month, day.day, day.year
    yield from (f"{month:02d}{sep}{number:02d}{sep}{year}" for sep in "/-.")
    yield f"{month}/{number}/{year}"
    yield f"{year}-{month:02d}-{number:02d}"
    yield f"{year}{month:02d}{number:02d}"
    yield f"{month:02d}/{number:02d}/{year % 100:02d}"
    yield f"{day:%B} {number}, {year}"


def _spellings(text: str) -> Iterator[str]:
    """The text as it is, and with entities, URL and JSON escapes, base64 and hex decoded."""
    seen = {text}
    yield text
    shown = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")
    for other in (
        unescape(text),
        shown,
        unquote(text),
        unquote_plus(text),
        unquote_plus(unquote_plus(unescape(shown))),
    ):
        if other not in seen:
            seen.add(other)
            yield other
    for run in _BASE64.findall(text):
        told = _decoded(run)
        if told and told not in seen:
            seen.add(told)
            yield told


def _decoded(run: str) -> str:
    raw = b""
    if _HEX.fullmatch(run):
        raw = bytes.fromhex(run)
    else:
        with_sign = run.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            raw = base64.b64decode(with_sign + "=" * (-len(with_sign) % 4))
        except (binascii.Error, ValueError):
            return ""
    told = raw.decode("utf-8", "replace")
    readable = sum(sign.isprintable() and sign != "\ufffd" for sign in told)
    return told if told and readable / len(told) > 0.9 else ""


def _folded(text: str) -> str:
    """Upper case without accents; other characters stay."""
    return "".join(letters(sign) if sign.isalpha() else sign for sign in text)
