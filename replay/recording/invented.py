"""The closed list of invented words: what stands for a name in a recording, and how it is known
again.

An invented word of three letters or more goes consonant, vowel, consonant, vowel (or begins with
the vowel) and holds exactly one Q, neither before a U nor at the end: ``BAQELO``, ``QAMORI``.
Hardly any real name does, so a guard that knows only this rule finds real names among invented
ones. Words of two letters hold a Q and a vowel; of one, any letter."""

from __future__ import annotations

import re
import unicodedata

from replay.recording.key import Key

_VOWELS, _AFTER_RARE = "AEIOU", "AEIO"
_CONSONANTS = "BCDFGHJKLMNPRSTVWYZ"
_RARE = "Q"
_SHAPE = re.compile(
    f"(?:[{_CONSONANTS}{_RARE}](?:[{_VOWELS}][{_CONSONANTS}{_RARE}])*[{_VOWELS}]?"
    f"|[{_VOWELS}](?:[{_CONSONANTS}{_RARE}][{_VOWELS}])*[{_CONSONANTS}{_RARE}]?)"
)
_REAL = {"QASIM", "QADIR", "QAMAR", "QAIS", "FAQIR", "FAQIH", "LAQETA", "TAQI"}
"""Names that people bear and that would fit."""
_INITIALS = "ABCDEFGHJKLMNOPRSTUW"
"""I and V are left out: they would be read as suffixes."""
_ACCENTED = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú"}
APOSTROPHES = "'’`"


def letters(word: str) -> str:
    """The word's plain letters, upper case: without apostrophes and accents, so that all spellings
    of it are one."""
    bare = unicodedata.normalize("NFD", "".join(sign for sign in word if sign not in APOSTROPHES))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).upper()


def is_invented(word: str) -> bool:
    """Whether a word is of the closed list."""
    plain = letters(word)
    if len(plain) == 1:
        return True
    at = plain.find(_RARE)
    fits = _SHAPE.fullmatch(plain) is not None and plain.count(_RARE) == 1 and plain not in _REAL
    return fits and (len(plain) == 2 or 0 <= at < len(plain) - 1) and plain[at : at + 2] != "QU"


def invented(word: str, key: Key, again: int = 0) -> str:
    """The invented word for a word: as many letters, in its case; apostrophes and the number of
    accents stay.

    All spellings of a word (case, accents, apostrophes) give one invented word. ``again`` gives
    another one."""
    plain = letters(word)
    return _dressed(_plain(plain, key, again), word)


def _plain(word: str, key: Key, again: int) -> str:
    size = len(word)
    if size == 1:
        return _INITIALS[key.draw("initial", word, len(_INITIALS), again)]

    def one(of: str, place: int) -> str:
        return of[key.draw(f"letter {place}", word, len(of), again)]

    first = key.draw("consonant first", word, 2, again)
    places = [place for place in range(size) if place % 2 != first]
    may = [place for place in places if place < size - 1] or places
    rare = may[key.draw("rare", word, len(may), again)]
    of = [_CONSONANTS if place in places else _VOWELS for place in range(size)]
    of[rare] = _RARE
    if rare + 1 < size:
        of[rare + 1] = _AFTER_RARE
    return "".join(one(signs, place) for place, signs in enumerate(of))


def _dressed(plain: str, like: str) -> str:
    """The plain word with case and apostrophes of another one, and as many accents (on its
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
