"""Printed names, as both halves print them: ``LAST, FIRST MIDDLE``."""

from __future__ import annotations

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
