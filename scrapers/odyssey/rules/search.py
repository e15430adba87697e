"""Which searches are made for a person, whose the parties are that they bring, and when a result
may be cut.

The order and the rules are those of docs/rules.md, "Which cases are a person's". Pure:
nothing here asks a portal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from scrapers.names import search_name
from scrapers.odyssey.parse.hits import PartyHit
from scrapers.odyssey.records import Case
from scrapers.odyssey.rules.names import bare_role, same_name, search_text, spellings
from scrapers.record import RecordModel

EARLIEST = dt.date(1900, 1, 1)
"""No case was filed before this day."""
_FIRST_ROUND = 30


class Query(RecordModel):
    """One Smart Search: a name, a birth date to filter by, and a window of file dates (both ends
    count)."""

    text: str
    date_of_birth: dt.date | None = None
    filed_from: dt.date | None = None
    filed_to: dt.date | None = None

    @property
    def window(self) -> str:
        """The window in words, for notes."""
        return f"filed {self.filed_from} to {self.filed_to}" if self.filed_from else ""

    @property
    def about(self) -> dict[str, str]:
        """The search as plain texts, what is not set left out."""
        told = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: str(value) for name, value in told.items() if value is not None}


Verdict = Literal["accepted", "rejected", "candidate"]


def rounds(
    name: str, date_of_birth: dt.date | None, aliases: Sequence[str]
) -> Iterator[tuple[Query, ...]]:
    """The searches in their order. A later round is for those of whom nothing was accepted in the
    ones before."""
    last, first = search_name(name)
    own = search_text(last, first)
    others = [search_text(*search_name(alias)) for alias in aliases if alias.strip(" ,")]
    yield tuple(
        Query(text=text, date_of_birth=date_of_birth) for text in dict.fromkeys([own, *others])
    )
    if date_of_birth is None:
        return
    variants = tuple(
        Query(text=search_text(form, first), date_of_birth=date_of_birth)
        for form in spellings(last)
    )
    if variants:
        yield variants
    yield (Query(text=own),)


def by_row(hit: PartyHit, date_of_birth: dt.date | None) -> Verdict | None:
    """What the row's birth date says; None where the row shows no full one and case pages must be
    asked."""
    if date_of_birth is None:
        return "candidate"
    if hit.date_of_birth is None:
        return None
    return "accepted" if hit.date_of_birth == date_of_birth else "rejected"


def by_case(
    hit: PartyHit, case: Case, date_of_birth: dt.date, roles: Collection[str] = ()
) -> Verdict | None:
    """What the birth date of the matching party of a case page says of that case; None where none
    is printed in full, or not of everybody who may be meant.

    ``roles``: the county's own words for a defendant, beside the product's."""
    defendants = {"defendant", *map(bare_role, roles)}
    printed = [
        party.date_of_birth
        for party in case.parties
        if not defendants.isdisjoint(map(bare_role, (party.role, *party.roles)))
        and same_name(party.name, hit.name)
    ]
    if date_of_birth in printed:
        return "accepted"
    return None if not printed or None in printed else "rejected"


def may_be_cut(cases: int, limit: int | None) -> bool:
    """Whether a result of so many cases may be only a part: it reaches the known limit, or is a
    round number.

    Portals cut without a word, and no fixed limit is documented (odyssey.md 4.3); a false alarm
    costs two searches."""
    if limit is not None:
        return cases >= limit
    return cases >= _FIRST_ROUND and (cases % 10 == 0 or cases % 25 == 0)


def split_window(
    query: Query, parties: Sequence[PartyHit], today: dt.date
) -> tuple[Query, Query] | None:
    """The same search in two windows of file dates, parted in the middle of the cases seen; None if
    it is one day already."""
    start, end = query.filed_from or EARLIEST, query.filed_to or today
    if start >= end:
        return None
    seen = sorted(
        case.file_date for party in parties for case in party.cases if case.file_date is not None
    )
    middle = seen[len(seen) // 2] if seen else start + (end - start) / 2
    cut = min(max(middle, start), end - dt.timedelta(days=1))
    return (
        query.model_copy(update={"filed_from": start, "filed_to": cut}),
        query.model_copy(update={"filed_from": cut + dt.timedelta(days=1), "filed_to": end}),
    )
