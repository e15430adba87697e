"""Turning the pages of a result list until all of it was seen (odyssey.md, section 4), whoever
brings the pages."""

from __future__ import annotations

from typing import Protocol

from resilience.faults import SearchLost
from scrapers.odyssey.parse.hits import Hits, PartyHit, folded, merged
from scrapers.record import RecordModel

_MOST_PAGES = 200


class PagerPosition(RecordModel):
    """A page of results: of the outer pager, and inside it of one group's pager. All count from
    0."""

    page: int = 0
    group: int | None = None
    turn: int = 0

    @property
    def about(self) -> dict[str, str]:
        """The place as plain texts."""
        inside = {} if self.group is None else {"group": str(self.group), "turn": str(self.turn)}
        return {"page": str(self.page), **inside}


FIRST = PagerPosition()


class ResultList(Protocol):
    """Brings the pages of one search's results."""

    def first(self) -> Hits:
        """The page that the search brought."""

    def turn(self, to: PagerPosition) -> Hits | None:
        """The next page, which is that place; None where there is none."""


def all_parties(results: ResultList, url: str) -> tuple[PartyHit, ...]:
    """All parties of all pages, inside groups and outside; none where the portal says that nothing
    matches.

    Links are collected from each page as it is turned. Raises SearchLost where fewer cases came
    than a pager announced; ``url`` is for that."""
    hits = results.first()
    parts: list[PartyHit] = []
    for page in range(_MOST_PAGES):
        shown = list(hits.parties)
        for group in range(len(hits.pagers)):
            for more in _group(results, hits, page, group):
                shown[group] = folded(shown[group], more)
        parts += shown
        if hits.pager is None or hits.pager.last >= hits.pager.total:
            break
        turned = results.turn(PagerPosition(page=page + 1))
        if turned is None:
            break
        hits = turned
    parties = merged(parts)
    _prove(hits, parties, url)
    return parties


def _group(results: ResultList, hits: Hits, page: int, group: int) -> list[PartyHit]:
    """The further pages of one group, unless the page's own JSON told all of its cases already."""
    found: list[PartyHit] = []
    pager = hits.pagers[group]
    if pager is None or hits.parties[group].whole:
        return found
    while pager is not None and pager.last < pager.total and len(found) < _MOST_PAGES:
        turned = results.turn(PagerPosition(page=page, group=group, turn=len(found) + 1))
        if turned is None:
            break
        found.append(turned.parties[group])
        pager = turned.pagers[group]
    return found


def _prove(hits: Hits, parties: tuple[PartyHit, ...], url: str) -> None:
    for party in parties:
        if not party.whole:
            raise SearchLost(
                f"the portal announced {party.announced} cases and showed {len(party.cases)}",
                url=url,
            )
    shown = len(parties) if hits.shape == "groups" else sum(len(party.cases) for party in parties)
    if hits.pager is not None and shown < hits.pager.total and hits.shape != "groups":
        raise SearchLost(
            f"the portal announced {hits.pager.total} cases and showed {shown}", url=url
        )
