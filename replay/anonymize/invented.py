"""Invented words that replace names in a recording, and the rule by which they are recognized.

An invented word of three or more letters alternates consonants and vowels and has exactly one Q,
neither before a U nor at the end: ``BAQELO``, ``QAMORI``. Hardly any real name does, so a check
that knows only this rule finds real names among invented ones. A two-letter word is a Q and a
vowel, a one-letter word is any letter."""

from __future__ import annotations

import re
import unicodedata

from replay.anonymize.key import Key

_VOWELS, _AFTER_RARE = "AEIOU", "AEIO"
_CONSONANTS = "BCDFGHJKLMNPRSTVWYZ"
_RARE = "Q"
_SHAPE = re.compile(
    f"(?:[{_CONSONANTS}{_RARE}](?:[{_VOWELS}][{_CONSONANTS}{_RARE}])*[{_VOWELS}]?"
    f"|[{_VOWELS}](?:[{_CONSONANTS}{_RARE}][{_VOWELS}])*[{_CONSONANTS}{_RARE}]?)"
)
_REAL = {"QASIM", "QADIR", "QAMAR", "QAIS", "FAQIR", "FAQIH", "LAQETA", "TAQI"}
"""Real names that fit the rule."""
_INITIALS = "ABCDEFGHJKLMNOPRSTUW"
"""Without I and V, which would be read as suffixes."""
_ACCENTED = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú"}
APOSTROPHES = "'’`"


def letters(word: str) -> str:
    """The word's letters in upper case, without apostrophes and accents, so that all spellings are
    equal."""
    bare = unicodedata.normalize("NFD", "".join(sign for sign in word if sign not in APOSTROPHES))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).upper()


def is_invented(word: str) -> bool:
    """Whether a word follows the rule of invented words."""
    plain = letters(word)
    if len(plain) == 1:
        return True
    at = plain.find(_RARE)
    fits = _SHAPE.fullmatch(plain) is not None and plain.count(_RARE) == 1 and plain not in _REAL
    return fits and (len(plain) == 2 or 0 <= at < len(plain) - 1) and plain[at : at + 2] != "QU"


def invented_word(word: str, key: Key, attempt: int = 0) -> str:
    """The invented word for a word: with the same length, case, apostrophes and number of accents.

    All spellings of a word (case, accents, apostrophes) get the same invented word. ``attempt``
    selects another one."""
    return _styled(_drawn(letters(word), key, attempt), word)


def _drawn(word: str, key: Key, attempt: int) -> str:
    size = len(word)
    if size == 1:
        return _INITIALS[key.draw("initial", word, len(_INITIALS), attempt)]

    def one(of: str, place: int) -> str:
        return of[key.draw(f"letter {place}", word, len(of), attempt)]

    first = key.draw("consonant first", word, 2, attempt)
    places = [place for place in range(size) if place % 2 != first]
    may = [place for place in places if place < size - 1] or places
    rare = may[key.draw("rare", word, len(may), attempt)]
    of = [_CONSONANTS if place in places else _VOWELS for place in range(size)]
    of[rare] = _RARE
    if rare + 1 < size:
        of[rare + 1] = _AFTER_RARE
    return "".join(one(signs, place) for place, signs in enumerate(of))


def _styled(plain: str, like: str) -> str:
    """The plain word with the case and apostrophes of another word, and as many accents (on its
    vowels)."""
    accents = sum(1 for sign in like if sign not in APOSTROPHES and not sign.isascii())
    signs, left = [], list(plain)
    for sign in like:
        if sign in APOSTROPHES:
            signs.append(sign)
        elif left:
            new = left.pop(0)
            signs.append(new.lower() if sign.islower() else new)
    signs += left
    for place in range(len(signs) - 1, -1, -1):
        if accents and signs[place].upper() in _ACCENTED:
            accented = _ACCENTED[signs[place].upper()]
            signs[place] = accented.lower() if signs[place].islower() else accented
            accents -= 1
    return "".join(signs)
