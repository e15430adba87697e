"""The closed list of invented words: what stands for a name in a recording, and how it is known again.

An invented word of three letters or more goes consonant, vowel, consonant, vowel (or begins with the vowel) and holds
exactly one Q or X, the Q without a U behind it: ``BAXELO``, ``QAMORI``. Hardly any real name does, so a guard that knows
only this rule finds real names among invented ones. Words of two letters are a vowel with a Q or X; of one, any letter.
"""

from __future__ import annotations

import re
import unicodedata

from scrapers.recording.key import Key

_VOWELS = "AEIO"
_CONSONANTS = "BDFGKLMNPRSTVZ"
_RARE = "QX"
_SHAPE = re.compile(
    f"(?:[{_CONSONANTS}{_RARE}](?:[{_VOWELS}][{_CONSONANTS}{_RARE}])*[{_VOWELS}]?"
    f"|[{_VOWELS}](?:[{_CONSONANTS}{_RARE}][{_VOWELS}])*[{_CONSONANTS}{_RARE}]?)"
)
_INITIALS = "ABCDEFGHJKLMNOPRSTUW"
"""I and V are left out: they would be read as suffixes."""
_ACCENTED = {"A": "Á", "E": "É", "I": "Í", "O": "Ó"}
APOSTROPHES = "'’`"


def letters(word: str) -> str:
    """The word's plain letters, upper case: without apostrophes and accents, so that all spellings of it are one."""
    bare = unicodedata.normalize("NFD", "".join(sign for sign in word if sign not in APOSTROPHES))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).upper()


def is_invented(word: str) -> bool:
    """Whether a word is of the closed list."""
    plain = letters(word)
    if len(plain) == 1:
        return True
    return _SHAPE.fullmatch(plain) is not None and sum(plain.count(rare) for rare in _RARE) == 1


def invented(word: str, key: Key, again: int = 0) -> str:
    """The invented word for a word: as many letters, in its case; apostrophes and the number of accents stay.

    All spellings of a word (case, accents, apostrophes) give one invented word. ``again`` gives another one.
    """
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
    rare = places[key.draw("rare", word, len(places), again)]
    return "".join(
        one(_RARE if place == rare else _CONSONANTS if place in places else _VOWELS, place)
        for place in range(size)
    )


def _dressed(plain: str, like: str) -> str:
    """The plain word with case and apostrophes of another one, and as many accents (on its vowels)."""
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
