"""Which counties have a DAG of their own: the entries of the user's sites.toml with a ``schedule``.

Read while DAGs are parsed, so by tomllib alone: nothing of the house is loaded for it."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["County", "SitesError", "counties", "dag_id_of", "known_sites", "pool_of", "sites"]

_CRON = re.compile(r"(\d{1,2}) (\d{1,2}) \S+ \S+ \S+")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


class SitesError(ValueError):
    """An entry of sites.toml cannot have a DAG; the message names it and says what to do."""


@dataclass(frozen=True)
class County:
    """A county with a DAG of its own. ``schedule`` is cron in ``time_zone``."""

    site: str
    schedule: str
    time_zone: str

    @property
    def dag_id(self) -> str:
        return dag_id_of(self.site)

    @property
    def pool(self) -> str:
        return pool_of(self.site)


def dag_id_of(site: str) -> str:
    """The id of the county's own DAG."""
    return f"jail_scraper_{site.replace('-', '_')}"


def pool_of(site: str) -> str:
    """The pool of the county's own DAG."""
    return f"odyssey_{site.replace('-', '_')}"


def sites() -> dict[str, dict[str, Any]]:
    """Every entry, the user's tables over the packaged ones. Raises SitesError for a file that is
    no TOML."""
    found: dict[str, dict[str, Any]] = {}
    for tables in (_packaged(), _users()):
        for name, entry in tables.items():
            if isinstance(entry, dict):
                found[name] = {**found.get(name, {}), **entry}
    return found


def known_sites() -> list[str]:
    """Their names, for the form; none where the user's file cannot be read."""
    try:
        return sorted(sites())
    except SitesError:
        return sorted(_packaged())


def counties() -> list[County]:
    """Those with a ``schedule`` in the user's file. Raises SitesError."""
    users, everything = _users(), sites()
    found = []
    for name, entry in sorted(users.items()):
        if isinstance(entry, dict) and entry.get("schedule"):
            found.append(_county(name, everything[name]))
    taken: dict[str, str] = {}
    for county in found:
        if county.dag_id in taken:
            raise SitesError(
                f"{county.site} and {taken[county.dag_id]} would have one DAG, {county.dag_id}:"
                " rename one"
            )
        taken[county.dag_id] = county.site
    return found


def _county(name: str, entry: dict[str, Any]) -> County:
    schedule, zone = entry["schedule"], entry.get("time_zone")
    if not isinstance(schedule, str) or len(schedule.split()) != 5:
        raise SitesError(
            f"{name}: schedule is cron of five fields such as '30 4 * * *', not {schedule!r}"
        )
    if not isinstance(zone, str):
        raise SitesError(f"{name}: the entry needs a time_zone such as 'America/Chicago'")
    quiet = (entry.get("pace") or {}).get("quiet_hours")
    if isinstance(quiet, str) and _falls_into(schedule, quiet):
        raise SitesError(f"{name}: schedule {schedule!r} falls into its quiet hours {quiet}")
    return County(name, schedule, zone)


def _falls_into(schedule: str, quiet: str) -> bool:
    """Whether a time given by plain numbers lies in one of the stretches."""
    time = _CRON.fullmatch(schedule)
    if time is None:
        return False
    at = int(time[2]) * 60 + int(time[1])
    for hours in _HOURS.finditer(quiet):
        begin, end = int(hours[1]) * 60 + int(hours[2]), int(hours[3]) * 60 + int(hours[4])
        if begin <= at < end if begin <= end else at >= begin or at < end:
            return True
    return False


def _packaged() -> dict[str, Any]:
    found = importlib.util.find_spec("scrapers")
    places = [] if found is None else list(found.submodule_search_locations or ())
    for place in places:
        file = Path(place) / "sites.toml"
        if file.is_file():
            return _read(file)
    return {}


def _users() -> dict[str, Any]:
    named = os.environ.get("CJ_SITES")
    file = Path(named) if named else Path("sites.toml")
    return _read(file) if file.is_file() else {}


def _read(file: Path) -> dict[str, Any]:
    try:
        tables: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        return tables
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SitesError(f"{file}: {error}") from None
