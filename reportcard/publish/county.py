"""A county as it is published, from the database: totals of the newest complete day, groups of
the last complete calendar month."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from pathlib import Path

from reportcard.database import DatabaseError
from reportcard.guard.release import Public, guard_measures
from reportcard.measures import all_measures
from reportcard.panel.model import Panel
from reportcard.publish.release import CountyRelease
from reportcard.report.county import Asked, about_of, panel_for, site_or_none


def release_of(database: str, site: str, asked: Asked) -> CountyRelease:
    """A county as it is published: totals of the newest complete day, groups of the last complete
    calendar month."""
    panel = panel_for(database, site, asked)
    about = about_of(panel)
    guarded = guard_measures(
        all_measures(panel, asked.options), threshold=asked.threshold, groups=False
    )
    groups: tuple[Public, ...] = ()
    month = ""
    if guarded.scope == "all" and about.last_day is not None:
        end = _month_end(about.last_day)
        monthly = None
        with contextlib.suppress(DatabaseError):  # no crawl is as old as the month's end
            monthly = panel_for(database, site, asked, until=end + dt.timedelta(days=1))
        if monthly and monthly.last_day is not None and monthly.last_day >= end.replace(day=1):
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


def _month_end(day: dt.date) -> dt.date:
    """The last day of the last calendar month that ended on or before ``day``."""
    after = day + dt.timedelta(days=1)
    return after.replace(day=1) - dt.timedelta(days=1)


def _site_hash(key: str) -> str:
    site = site_or_none(key)
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
