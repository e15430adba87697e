"""A person's name as the portal's search wants it, and in which other spellings it is tried."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from scrapers.names import search_name


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
