"""How the court portal compares names."""

from __future__ import annotations

import unicodedata

from practice.facts import NameFacts

SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})


def plain(text: str | None) -> str:
    """Without regard to case, white space, and the two ways to write an accent."""
    return " ".join(unicodedata.normalize("NFC", text or "").casefold().split())


def asked_name(text: str) -> NameFacts:
    """``Last, First Middle Suffix`` or the one word, compared form."""
    last, _, given = plain(text).partition(",")
    tokens = given.split()
    suffix = (
        tokens.pop().rstrip(".") if len(tokens) > 1 and tokens[-1].rstrip(".") in SUFFIXES else None
    )
    return NameFacts(
        last.strip(), tokens[0] if tokens else None, " ".join(tokens[1:]) or None, suffix
    )


def fits(asked: NameFacts, name: NameFacts) -> bool:
    """Last names equal (or by wildcard), first and middle names by prefix, a suffix only where one
    was asked."""
    last = plain(name.last)
    if asked.last.endswith("*"):
        if not last.startswith(asked.last[:-1]):
            return False
    elif asked.last != last:
        return False
    for wanted, held in ((asked.first, name.first), (asked.middle, name.middle)):
        if wanted and not plain(held).startswith(wanted.rstrip("*")):
            return False
    return not asked.suffix or plain(name.suffix).rstrip(".") == asked.suffix


def spelled_alike(asked: str, held: str) -> bool:
    """Whether the first is the second last name spelt without accents, apostrophe or hyphen, or a
    part of it."""
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", plain(held)) if not unicodedata.combining(c)
    )
    variants = {
        bare,
        bare.replace("'", "").replace("’", ""),
        bare.replace("-", " "),
        *bare.split("-"),
    }
    variants |= {v.replace("'", "").replace("’", "") for v in variants} | set(
        plain(held).split("-")
    )
    return asked in variants


def sound(text: str) -> str:
    """Soundex of a name: its first letter and three digits."""
    letters = [c for c in unicodedata.normalize("NFKD", plain(text)) if "a" <= c <= "z"]
    groups = {
        c: str(n)
        for n, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1)
        for c in group
    }
    code, before = "", groups.get(letters[0], "") if letters else ""
    for letter in letters[1:]:
        digit = groups.get(letter, "")
        if digit and digit != before:
            code += digit
        if letter not in "hw":
            before = digit
    return (letters[0] if letters else "") + (code + "000")[:3]
