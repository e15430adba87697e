"""What a running crawl tells whoever watches it. Watchers are called from the workers' threads, one
at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scrapers.crawl.outcomes import Outcome
from scrapers.halves import Half


@dataclass(frozen=True)
class RosterFrozen:
    """Whom the crawl is about. ``fresh``: read just now, not by an earlier run."""

    people: int
    exact: bool
    reasons: tuple[str, ...]
    fresh: bool


@dataclass(frozen=True)
class HalfExpected:
    """One half before it starts: people asked, those done already, and what the rest will take at
    the site's pace.

    ``minutes`` is None for a site without a pace: there only its answers decide.
    """

    half: Half
    asked: int
    done: dict[Outcome, int]
    pages: int
    minutes: float | None

    @property
    def to_do(self) -> int:
        """How many are still to be asked about, those who failed before among them."""
        return self.asked - sum(self.done.values())


@dataclass(frozen=True)
class Expected:
    """What is ahead, told once before the first person. Both halves run side by side."""

    halves: tuple[HalfExpected, ...]

    @property
    def pages(self) -> int:
        """Pages of both portals."""
        return sum(half.pages for half in self.halves)

    @property
    def minutes(self) -> float | None:
        """Minutes until both halves are done; None for a site without a pace."""
        told = [half.minutes for half in self.halves if half.minutes is not None]
        return max(told, default=0.0) if len(told) == len(self.halves) else None


@dataclass(frozen=True)
class PersonDone:
    """Somebody is settled. ``proved`` is False for a ``not_found`` that waits for its control
    search."""

    half: Half
    key: str
    outcome: Outcome
    detail: str = ""
    seconds: float = 0.0
    proved: bool = True


@dataclass(frozen=True)
class Resettled:
    """The control search has judged these ``not_found``: they stay so, or are ``failed``."""

    half: Half
    keys: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Reached:
    """How many pages a minute a portal is asked for by now, and what its pace permits (None: it has
    none). Told now and then."""

    half: Half
    per_minute: float
    permitted: float | None
    sessions: int


@dataclass(frozen=True)
class Message:
    """Something worth a line."""

    text: str


Event = RosterFrozen | Expected | PersonDone | Resettled | Reached | Message
Progress = Callable[[Event], None]
