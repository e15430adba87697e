"""Invented names. Composed of invented syllables, upper case, Latin-1; no name is taken from a real
person."""

from __future__ import annotations

import random

from practice.facts import NameFacts


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ONSETS = _words(
    "BRAN CAL DOR FEN GAL HAR IB JOR KEL LUN MOR NAR OST PEL QUIL RAV SOL TAM ULV VAR WEN XAN YAR "
    "ZEL BRIM CORV DRU FLOR GREN HOLV KRES LOM MARV NOLV PRAT RUSK STEN TROV VESK"
)
_MIDDLES = _words("A E I O U AN EN IL OR UM ETT AR OND EL IV")
_ENDINGS = _words("BYN DAVER FOSK GRAD LOCK MERE NETH POOLE RICK SETH TORVE VANE WICK ZANE LO MI")
_GIVEN_ONSETS = _words(
    "AB BEL COR DAV EL FI GAR HEL IM JAR KAL LOR MIR NEL OL PAR QUE RO SEL TAR UL VI WIL XI YOR ZA "
    "BRE CHA DRE FRA GLE KRI PLE SHE TRE VRE"
)
_GIVEN_MIDDLES = _words("A E I O AN EN IL OR")
_GIVEN_ENDINGS = _words("DA LLO MI NA RIN SSA TH VEN X LIE MOS NETTE RO TTA VIN")
_INITIALS = "ABCDEFGHJKLMNOPRSTUW"
"""Middle initials; I and V are left out because they would read as suffixes."""

_ACCENTS = {"A": "Á", "E": "É", "I": "Í", "O": "Ö", "U": "Ü"}

COMMON = NameFacts("VOLARO", "JANNI")
"""A name that many strangers bear; no syllables above compose it."""


def surname(rng: random.Random) -> str:
    """A last name."""
    return rng.choice(_ONSETS) + rng.choice(_MIDDLES) + rng.choice(_ENDINGS)


def given(rng: random.Random) -> str:
    """A first name of one word."""
    return rng.choice(_GIVEN_ONSETS) + rng.choice(_GIVEN_MIDDLES) + rng.choice(_GIVEN_ENDINGS)


def middle(rng: random.Random) -> str | None:
    """A middle name, an initial, two middle names, or none."""
    draw = rng.random()
    if draw < 0.3:
        return None
    if draw < 0.5:
        return rng.choice(_INITIALS)
    if draw < 0.95:
        return given(rng)
    return f"{given(rng)} {given(rng)}"


def plain(rng: random.Random) -> NameFacts:
    """An ordinary name."""
    return NameFacts(surname(rng), given(rng), middle(rng))


def accented(word: str) -> str:
    """The word with its last accentable vowel accented; always at least one accent."""
    for at in range(len(word) - 1, -1, -1):
        if word[at] in _ACCENTS:
            return word[:at] + _ACCENTS[word[at]] + word[at + 1 :]
    return word + "É"


def printed(name: NameFacts) -> str:
    """``LAST, FIRST MIDDLE SUFFIX``; a one-word name alone."""
    given_part = " ".join(filter(None, (name.first, name.middle, name.suffix)))
    return f"{name.last}, {given_part}" if given_part else name.last


def counsel(rng: random.Random) -> str:
    """An attorney or a judge, ``Last, First``."""
    return f"{surname(rng).capitalize()}, {given(rng).capitalize()}"
