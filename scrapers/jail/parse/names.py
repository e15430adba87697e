"""Printed names and their parts: ``LAST, FIRST MIDDLE JR``."""

from __future__ import annotations

import re

from scrapers.record import Name
from scrapers.values import clean

SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV", "V"})
_ODD_PREFIX = re.compile(r"^\d+\s*,\s*(?=.*\S)")


def tidy(text: str | None) -> str | None:
    """White space collapsed, also that before a comma (the list pads some last names); None when
    nothing is left."""
    value = clean(text)
    return value.replace(" ,", ",") if value else None


def name_of(printed: str) -> Name:
    """The parts of a roster name. A suffix is the last token of either side, compared without a
    full stop.

    Without a comma all of it is ``last``. An odd prefix such as ``0, `` stays in ``full`` only
    (docs/portals/iml.md, 3)."""
    full = tidy(printed) or ""
    last, comma, given = _ODD_PREFIX.sub("", full).partition(",")
    last = last.strip()
    tokens = given.split()
    if not comma or not tokens:
        return Name(full=full, last=last or full)
    suffix = None
    words = last.split()
    if len(tokens) > 1 and _is_suffix(tokens[-1]):
        suffix = tokens.pop()
    elif len(words) > 1 and _is_suffix(words[-1]):
        suffix = words.pop()
    return Name(
        full=full,
        last=" ".join(words),
        first=tokens[0],
        middle=" ".join(tokens[1:]) or None,
        suffix=suffix,
    )


def _is_suffix(token: str) -> bool:
    return token.rstrip(".").upper() in SUFFIXES
