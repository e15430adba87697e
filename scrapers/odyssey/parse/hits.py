"""What a result list says: parties found by a name, each with links to its cases (odyssey.md,
section 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from scrapers.record import RecordModel


class CaseLink(RecordModel):
    """A case as the result list shows it. ``url`` is absolute and good for this portal session
    only."""

    case_number: str
    url: str
    case_id: str | None = None
    style: str = ""
    court: str | None = None
    case_type: str | None = None
    status: str | None = None
    file_date: dt.date | None = None

    @property
    def generation(self) -> Literal["classic", "roa"]:
        """Which case page the link names (odyssey.md, section 0)."""
        return "roa" if "registerofactions" in self.url.lower() else "classic"


class PartyHit(RecordModel):
    """A party of the result list. ``printed_birth_date`` is the row's text, ``date_of_birth`` what
    it means (None when absent or masked). ``announced`` is the number of cases that the portal says
    there are, None where it says none. ``extra`` is no part of the party: texts of its rows under
    labels that are not known, by label."""

    name: str
    date_of_birth: dt.date | None = None
    printed_birth_date: str | None = None
    party_id: str | None = None
    cases: tuple[CaseLink, ...] = ()
    announced: int | None = None
    extra: dict[str, tuple[str, ...]] = Field(default={}, exclude=True, repr=False)

    @property
    def whole(self) -> bool:
        """Whether all announced cases are at hand."""
        return self.announced is None or len(self.cases) >= self.announced


class Pager(RecordModel):
    """``1 - 10 of 75 items``."""

    first: int
    last: int
    total: int


class Hits(RecordModel):
    """One page of results. ``shape``: ``grid`` (4.1), ``groups`` (4.2), ``none`` (the portal says:
    no match), or ``loading`` (no rows yet, and no word of it). ``pager`` is the outer one's,
    ``pagers`` those inside the groups, in the order of the groups (None where a group has none)."""

    shape: Literal["grid", "groups", "none", "loading"]
    parties: tuple[PartyHit, ...] = ()
    pager: Pager | None = None
    pagers: tuple[Pager | None, ...] = ()

    @property
    def cases(self) -> int:
        """How many different cases are shown."""
        return len({case.case_number for party in self.parties for case in party.cases})

    @property
    def extra(self) -> dict[str, tuple[str, ...]]:
        """What stands under unknown labels in the rows of all parties."""
        return extras([party.extra for party in self.parties])


def extras(some: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Texts by label, put together without repeats."""
    found: dict[str, dict[str, None]] = {}
    for one in some:
        for label, texts in one.items():
            found.setdefault(label, {}).update(dict.fromkeys(texts))
    return {label: tuple(texts) for label, texts in found.items()}


def folded(known: PartyHit, part: PartyHit) -> PartyHit:
    """A party with what another page says of the same one; its cases come without repeats by case
    number."""
    cases = {case.case_number: case for case in (*known.cases, *part.cases)}
    announced = [count for count in (known.announced, part.announced) if count is not None]
    return known.model_copy(
        update={
            "cases": tuple(cases.values()),
            "announced": max(announced) if announced else None,
            "date_of_birth": known.date_of_birth or part.date_of_birth,
            "printed_birth_date": known.printed_birth_date or part.printed_birth_date,
            "extra": extras([known.extra, part.extra]),
        }
    )


def merged(parts: list[PartyHit]) -> tuple[PartyHit, ...]:
    """The same parties met on several pages or in several searches, put together, in the order they
    were first met.

    A party is the same by its id; else by name and a printed full birth date; else by name and a
    case that both have. Two rows of one name alone may be two people."""
    order: list[PartyHit] = []
    places: dict[tuple[str, ...], int] = {}
    for part in parts:
        name = part.name.upper()
        own: list[tuple[str, ...]] = []
        if part.party_id:
            own.append(("id", part.party_id))
        elif part.date_of_birth is not None:
            own.append(("name", name, part.date_of_birth.isoformat()))
        else:
            own += [("case", name, case.case_number) for case in part.cases]
        place = next((places[key] for key in own if key in places), None)
        if place is None:
            place = len(order)
            order.append(part)
        else:
            order[place] = folded(order[place], part)
        places.update(dict.fromkeys(own, place))
    return tuple(order)
