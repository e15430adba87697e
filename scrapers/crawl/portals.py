"""What each portal permitted and what it was really asked: the politeness of a run, in figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from resilience.fetch_modes import FetchMode, FetchModes
from resilience.meter import MeterReading
from scrapers.sites import PaceSite


def _since_renamed(pages: dict[str, object]) -> dict[str, object]:
    """Summaries of f4bdff8 call the fetch mode ``http`` ``plain``."""
    return {"http" if mode == "plain" else mode: kinds for mode, kinds in pages.items()}


class FetchFigures(BaseModel):
    """How one portal's pages were read: how many of each kind in which fetch mode, by requests
    (``http``) or by ``browser``, and the kinds for which plain requests were given up, with the
    reason."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pages: Annotated[dict[FetchMode, dict[str, int]], BeforeValidator(_since_renamed)] = {}
    given_up: dict[str, str] = {}

    @classmethod
    def of(cls, sessions: Iterable[FetchModes]) -> FetchFigures:
        """Of all sessions of a portal together."""
        pages: dict[FetchMode, dict[str, int]] = {}
        given_up: dict[str, str] = {}
        for one in sessions:
            given_up |= one.given_up
            for (fetch_mode, kind), count in sorted(dict(one.pages).items()):
                some = pages.setdefault(fetch_mode, {})
                some[kind] = some.get(kind, 0) + count
        return cls(pages=pages, given_up=given_up)


class PortalFigures(BaseModel):
    """One portal in one run, counted from page starts.

    ``permitted_per_minute`` is what the interval between two starts allows, ``borne_per_minute``
    what the pages at once allow at the ``seconds_a_page`` met: the lower of the two is the limit;
    both are None where there is no pace. ``sessions`` is how many worked side by side,
    ``fetch_modes`` how the pages were read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pages: int
    seconds: float
    reached_per_minute: float
    permitted_per_minute: float | None = None
    borne_per_minute: float | None = None
    seconds_a_page: float
    sessions: int
    fetch_modes: FetchFigures = Field(
        FetchFigures(), validation_alias=AliasChoices("fetch_modes", "lanes")
    )
    """``lanes`` in summaries of f4bdff8."""

    @classmethod
    def of(
        cls,
        reading: MeterReading,
        pace: PaceSite,
        *,
        sessions: int = 1,
        fetch_modes: FetchFigures | None = None,
    ) -> PortalFigures:
        """The figures of a portal's sessions together."""
        each = reading.seconds_a_page
        return cls(
            pages=reading.starts,
            seconds=round(reading.seconds, 1),
            reached_per_minute=round(reading.per_minute, 1),
            permitted_per_minute=None if pace.free else permitted_per_minute(pace),
            borne_per_minute=None
            if pace.free or not each
            else round(60 * pace.pages_at_once / each, 1),
            seconds_a_page=round(each, 3),
            sessions=sessions,
            fetch_modes=fetch_modes or FetchFigures(),
        )

    @property
    def line(self) -> str:
        """All of it in one line: ``permitted 400 pages a minute, reached 377``."""
        reached = f"reached {self.reached_per_minute:,.0f}"
        borne, permitted = self.borne_per_minute, self.permitted_per_minute
        if permitted is None:
            line = f"no rate limit configured, {reached} pages a minute"
        else:
            line = f"permitted {permitted:,.0f} pages a minute, {reached}"
        sessions = f"{self.sessions} session{'s' if self.sessions != 1 else ''}"
        line += f" ({sessions}, a page took {self.seconds_a_page:.2f} s"
        if borne is not None and permitted is not None and borne < permitted:
            line += f", so the pages at once allow {borne:,.0f}"
        return line + ")"


def permitted_per_minute(pace: PaceSite) -> float | None:
    """Page starts a minute that the pace allows; None where it sets no interval."""
    if pace.free or not pace.seconds_between_starts:
        return None
    return round(60 / pace.seconds_between_starts, 1)
