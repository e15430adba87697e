"""A person's name as the portal's search wants it, and in which other spellings it is tried."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

SUFFIXES = {"JR", "SR", "II", "III", "IV", "V"}


def search_name(printed: str) -> tuple[str, str | None]:
    """Last name and first given name of ``LAST, FIRST MIDDLE SUFFIX`` or ``LAST SUFFIX, FIRST``;
    one word is a last name.

    The case stays as printed; middle names and suffixes are left out.
    """
    last, _, given = printed.partition(",")
    words = last.split()
    if len(words) > 1 and words[-1].rstrip(".").upper() in SUFFIXES:
        words = words[:-1]
    first = next((word for word in given.split() if word.rstrip(".").upper() not in SUFFIXES), None)
    return " ".join(words), first


def search_text(last: str, first: str | None) -> str:
    """``Last, First``, or the one word."""
    return f"{last}, {first}" if first else last


def spellings(last: str) -> Iterator[str]:
    """Other spellings of a last name, each once, without the name itself: accents stripped;
    apostrophe removed; hyphen as a blank; each hyphen part alone."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFD", last) if not unicodedata.combining(sign)
    )
    forms = [bare, last.replace("'", "").replace("\u2019", ""), last.replace("-", " ")]
    if "-" in last:
        forms += [part.strip() for part in last.split("-")]
    yield from (form for form in dict.fromkeys(forms) if form and form != last)


def same_name(one: str, other: str) -> bool:
    """Whether two printed names can be one person's: equal last names, and one first name begins
    with the other."""
    (last, first), (their_last, their_first) = (
        search_name(one.casefold()),
        search_name(other.casefold()),
    )
    if last != their_last:
        return False
    return (first or "").startswith(their_first or "") or (their_first or "").startswith(
        first or ""
    )


def bare_role(role: str | None) -> str:
    """A role in small letters without its suffix: ``Defendant (Participant)`` is a defendant."""
    return (role or "").partition("(")[0].strip(" :").casefold()
