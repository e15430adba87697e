"""A county's card out of the database: where panel, measures, guard and page meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportcard.guard.cells import THRESHOLD
from reportcard.guard.release import Public, guard_measures, open_
from reportcard.measures import Options, all_measures
from reportcard.offenses import OffenseTable, packaged
from reportcard.panel.model import Panel
from reportcard.panel.read import panel_of_site
from reportcard.report.compose import About, compose
from reportcard.report.draw import draw_card
from scrapers.sites import Site, SiteError, site_of
from scrapers.version import version

MOST_BAD_NIGHTS = 8


@dataclass(frozen=True)
class Asked:
    """What a card or release is made with, beside the database. ``threshold`` only upwards."""

    options: Options = field(default_factory=Options)
    offenses: OffenseTable = field(default_factory=packaged)
    threshold: int = THRESHOLD
    data: Path | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)


def card_of(database: str, site: str, asked: Asked, *, internal: bool = False) -> str:
    """The report card of a county as one HTML text. Raises what `panel_of_site` raises, and
    ValueError if no list of the county is complete yet."""
    panel = panel_for(database, site, asked)
    numbers: Sequence[Public] = (
        [open_(one) for one in all_measures(panel, asked.options)]
        if internal
        else guard_measures(all_measures(panel, asked.options), threshold=asked.threshold).numbers
    )
    return draw_card(compose(numbers, about_of(panel, internal=internal)))


def about_of(panel: Panel, *, internal: bool = False) -> About:
    """What the card says beside its numbers. Raises ValueError where no list is complete."""
    place = panel.newest
    if place is None:
        raise ValueError(
            f"no list of {panel.site} is complete yet: finish a crawl and load it (bin/cj load)"
        )
    newest = panel.crawls[place]
    site = site_or_none(panel.site)
    read_at = newest.read_at or dt.datetime.combine(newest.day, dt.time(), dt.timezone.utc)
    read_at = read_at.astimezone(site.zone) if site else read_at
    if site and site.practice:
        # A practice county has a calendar of its own.
        read_at = dt.datetime.combine(newest.day, read_at.timetz())
    return About(
        county=site.name if site else panel.site,
        site=panel.site,
        read_at=read_at,
        last_day=panel.last_day,
        version=version(),
        notes=(site.list_note,) if site and site.list_note else (),
        custody_only=newest.search == "in-custody",
        bad_nights=_bad_nights(panel),
        internal=internal,
        practice=bool(site and site.practice),
    )


def panel_for(database: str, site: str, asked: Asked, *, until: dt.date | None = None) -> Panel:
    """The county's panel with the offense table that was asked for."""
    panel = panel_of_site(database, site, until)
    panel.offenses = asked.offenses
    return panel


def _bad_nights(panel: Panel) -> tuple[str, ...]:
    said = []
    for mark in panel.crawls:
        if mark.kind != "roster":
            continue
        why = (
            "the list was not read" if mark.state == "no_roster"
            else "the list moved while it was read" if not mark.exact
            else "the run did not end" if mark.state == "unfinished"
            else "the court was not read" if not mark.court_asked or not mark.court_known
            else ""
        )  # fmt: skip
        if why:
            said.append(f"{mark.day:%B} {mark.day.day} ({why})")
    if len(said) > MOST_BAD_NIGHTS:
        more = len(said) - MOST_BAD_NIGHTS
        return (*said[-MOST_BAD_NIGHTS:], f"and {more} earlier ones")
    return tuple(said)


def site_or_none(key: str) -> Site | None:
    """The site's entry; None for a county that has none any more."""
    try:
        return site_of(key)
    except SiteError:
        return None
