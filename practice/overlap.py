"""Whether one portal session is asked two things at once of which one is a search: a session holds
one current search only."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

SEARCHES = ("search-post", "list", "workspace", "results")
"""Page kinds that make, show or turn the current search."""


@dataclass(eq=False)
class Flight:
    """A request that is being answered. ``overlap``: another one of its session was too, and one of
    both is a search."""

    page: str
    overlap: bool = False


@dataclass
class Flights:
    """The requests that are being answered, by session. For one event loop."""

    _open: dict[str, list[Flight]] = field(default_factory=dict)

    @contextlib.contextmanager
    def of(self, session: str | None, page: str) -> Iterator[Flight]:
        """A request, until its answer is made; a visitor without a session overlaps nobody."""
        flight = Flight(page)
        if session is None:
            yield flight
            return
        others = self._open.setdefault(session, [])
        for other in others:
            if page in SEARCHES or other.page in SEARCHES:
                flight.overlap = other.overlap = True
        others.append(flight)
        try:
            yield flight
        finally:
            others.remove(flight)
            if not others:
                del self._open[session]
