"""Whether a page is the one that was asked for (docs/portals/iml.md, 2.4 and 5)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from resilience import faults
from resilience.faults import LayoutChanged, SearchLost, WrongRecord
from scrapers.jail.parse.end import came_whole
from scrapers.jail.parse.labels import Vocabulary
from scrapers.jail.parse.names import SUFFIXES, name_of
from scrapers.markup import first
from scrapers.roster import RosterRow

SEARCH_FIELD: Final = "systemUser_lastName"
LIST_FIELD: Final = "currentStart"
DETAIL_FIELD: Final = "QUANTITY"
"""Fields that only the search page, a list page, a booking's page has."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Asked:
    """The booking that a page was asked for, as the list shows it."""

    booking_number: str
    name: str = ""
    date_of_birth: dt.date | None = None

    def is_called(self, printed: str) -> bool:
        """Whether ``FIRST MIDDLE LAST`` is the list's ``LAST, FIRST MIDDLE``; a suffix may stand
        anywhere, or on one side only."""
        name = name_of(self.name)
        given = _words(" ".join(filter(None, (name.first, name.middle))))
        last = _words(name.last)
        page = _words(printed)
        bare = [word for word in page if word not in SUFFIXES] or page
        return page in (given + last, last + given) or bare in (given + last, last + given)


def asked_of(row: RosterRow) -> Asked:
    """What a booking's page must be about, from its row."""
    return Asked(row.booking_number, row.name, row.date_of_birth)


def _words(name: str) -> list[str]:
    return _WORD.findall(name.upper().replace("'", ""))


def prove(
    asked: Asked | None,
    number: str | None,
    name: str | None,
    born: dt.date | None,
    values: Iterable[str],
    words: Vocabulary,
    url: str,
) -> None:
    """Raises SearchLost for a template without any value, WrongRecord for a page about another
    booking, or one that nothing on it proves.

    The number proves a page; where it prints none, the name and the birth date do. A list that
    shows no birth date leaves the name."""
    if number is None and name is None and not any(values):
        raise SearchLost("the booking's page came with every value empty", url=url)
    if asked is None:
        return
    wanted = asked.booking_number
    if number is not None:
        if number != wanted:
            raise WrongRecord(f"asked for booking {wanted}, the page is about {number}", url=url)
        return
    if name is None or not asked.is_called(name):
        raise WrongRecord(
            f"asked for booking {wanted}, the page prints no number and another name", url=url
        )
    if asked.date_of_birth is not None and born != asked.date_of_birth:
        raise WrongRecord(
            f"asked for booking {wanted}, the page prints no number and another birth date", url=url
        )


def not_expected(
    root: HtmlElement, html: str, url: str, what: str, expected: str, *, others: Sequence[str]
) -> faults.Fault:
    """The fault that an unexpected page is: a generic one, the search lost, a page cut short, or a
    changed layout.

    ``others`` are fields that tell the product's other pages.
    """
    fault = faults.in_page(html, url)
    if fault is not None:
        return fault
    if any(first(root, f'input[name="{field}"]') is not None for field in others):
        return SearchLost("another page of the lookup came instead", url=url)
    if "<html" in html.lower() and not came_whole(html):
        return faults.Dropped(f"the page ends before its end, and before {what}", url=url)
    return LayoutChanged(url, what, expected, "none")
