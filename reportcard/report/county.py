"""A county's card and release out of the database: the one place where panel, measures, guard and
page meet."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportcard.guard.cells import THRESHOLD
from reportcard.guard.release import Public, guard_measures, open_
from reportcard.measures import Options, all_measures
from reportcard.offenses import OffenseTable, packaged
from reportcard.panel.model import Panel
from reportcard.panel.read import panel_of_site
from reportcard.publish.release import CountyRelease
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
    """The report card of a county as one HTML text. Raises what `panel_of_site` raises, and ValueError
    where no list of it is complete yet."""
    panel = _panel(database, site, asked)
    numbers: Sequence[Public] = (
        [open_(one) for one in all_measures(panel, asked.options)]
        if internal
        else guard_measures(all_measures(panel, asked.options), threshold=asked.threshold).numbers
    )
    return draw_card(compose(numbers, about_of(panel, internal=internal)))


def release_of(database: str, site: str, asked: Asked) -> CountyRelease:
    """A county as it is published: totals of the newest complete day, groups of the last complete
    calendar month."""
    panel = _panel(database, site, asked)
    about = about_of(panel)
    guarded = guard_measures(
        all_measures(panel, asked.options), threshold=asked.threshold, groups=False
    )
    groups: tuple[Public, ...] = ()
    month = ""
    if guarded.scope == "all" and about.last_day is not None:
        end = _month_end(about.last_day)
        monthly = _panel(database, site, asked, until=end + dt.timedelta(days=1))
        if monthly.last_day is not None and monthly.last_day >= end.replace(day=1):
            found = guard_measures(all_measures(monthly, asked.options), threshold=asked.threshold)
            groups = tuple(one for one in found.numbers if one.by)
            month = f"{end:%Y-%m}"
    return CountyRelease(
        key=site,
        about=about,
        totals=guarded.numbers,
        groups=groups,
        groups_month=month,
        scope=guarded.scope,
        sources=_sources(panel, asked.data),
        inputs={"site": _site_hash(site), **asked.inputs},
    )


def about_of(panel: Panel, *, internal: bool = False) -> About:
    """What the card says beside its numbers. Raises ValueError where no list is complete."""
    place = panel.newest
    if place is None:
        raise ValueError(
            f"no list of {panel.site} is complete yet: finish a crawl and load it (bin/cj load)"
        )
    newest = panel.crawls[place]
    site = _site(panel.site)
    read_at = newest.read_at or dt.datetime.combine(newest.day, dt.time(), dt.timezone.utc)
    return About(
        county=site.name if site else panel.site,
        site=panel.site,
        read_at=read_at.astimezone(site.zone) if site else read_at,
        last_day=panel.last_day,
        version=version(),
        notes=(site.list_note,) if site and site.list_note else (),
        custody_only=newest.search == "in-custody",
        bad_nights=_bad_nights(panel),
        internal=internal,
        practice=bool(site and site.practice),
    )


def _panel(database: str, site: str, asked: Asked, *, until: dt.date | None = None) -> Panel:
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


def _month_end(day: dt.date) -> dt.date:
    """The last day of the last calendar month that ended on or before ``day``."""
    after = day + dt.timedelta(days=1)
    return after.replace(day=1) - dt.timedelta(days=1)


def _site(key: str) -> Site | None:
    try:
        return site_of(key)
    except SiteError:
        return None


def _site_hash(key: str) -> str:
    site = _site(key)
    if site is None:
        return "not in sites.toml"
    text = json.dumps(site.model_dump(mode="json", exclude={"contact", "on_stop"}), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _sources(panel: Panel, data: Path | None) -> dict[str, str]:
    found = {}
    for mark in panel.crawls:
        file = data / mark.crawl_id / "summary.json" if data else None
        found[mark.crawl_id] = (
            hashlib.sha256(file.read_bytes()).hexdigest()
            if file is not None and file.is_file()
            else "not at hand"
        )
    return found
