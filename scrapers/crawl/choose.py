"""Which folder a crawl without ``--out`` goes on with, or begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from scrapers.crawl.errors import WrongUse
from scrapers.crawl.folder import CrawlFolder, is_crawl_folder
from scrapers.crawl.info import Asked, CrawlInfo, Identity
from scrapers.crawl.only import Only
from scrapers.crawl.outcomes import JAIL, Half
from scrapers.crawl.survey import survey

FRESH = dt.timedelta(hours=36)
"""An unfinished crawl older than this is left alone unless it is asked for: its roster is another day's."""


@dataclass(frozen=True)
class Choice:
    """The folder; whether a crawl stands there that this one goes on with; whether all is done there already.

    ``left_alone``: unfinished crawls that were too old to go on with.
    """

    folder: Path
    goes_on: bool = False
    finished: bool = False
    left_alone: tuple[Path, ...] = field(default=())


def choose(
    data: Path,
    identity: Identity,
    *,
    halves: tuple[Half, ...],
    today: dt.date,
    now: dt.datetime,
    limit: int | None = None,
    only: Only | None = None,
    new: bool = False,
    resume: bool = False,
) -> Choice:
    """The newest crawl of the same identity below ``data`` that is younger than 36 hours (any, with ``resume``), else a new one.

    ``today`` is the county's real calendar day, ``now`` is aware. A crawl of today in which all that is asked is done
    already is ``finished``; an older finished one makes place for a new one. Raises WrongUse when ``resume`` finds nothing.
    """
    left_alone: list[Path] = []
    for info, folder in [] if new else _crawls(data, identity):
        if not _fits(folder, halves, only):
            continue
        to_do = _to_do(folder, halves, Asked(limit=limit, only=only.keys if only else None))
        young = now - info.created_at < FRESH
        if to_do and (young or resume):
            return Choice(folder.path, goes_on=True, left_alone=tuple(left_alone))
        if to_do:
            left_alone.append(folder.path)
        elif young and folder.path.name.startswith(today.isoformat()):
            return Choice(folder.path, goes_on=True, finished=True, left_alone=tuple(left_alone))
    if resume:
        raise WrongUse(f"--resume: no unfinished crawl of {identity} below {data}")
    return Choice(_free(data, f"{today.isoformat()}-{identity.site}"), left_alone=tuple(left_alone))


def _crawls(data: Path, identity: Identity) -> list[tuple[CrawlInfo, CrawlFolder]]:
    """The crawls of that identity, newest first."""
    found = []
    for path in sorted(data.iterdir()) if data.is_dir() else ():
        if not is_crawl_folder(path):
            continue
        folder = CrawlFolder(path)
        try:
            info = folder.info()
        except WrongUse:
            continue  # a stranger's folder, or a broken one: never ours to go on with
        if info is not None and info.identity == identity:
            found.append((info, folder))
    return sorted(found, key=lambda pair: pair[0].created_at, reverse=True)


def _fits(folder: CrawlFolder, halves: tuple[Half, ...], only: Only | None) -> bool:
    frozen = folder.roster()
    if JAIL in halves:
        return frozen is None or frozen.from_jail
    if frozen is None:
        return False
    return only is None or set(only.keys) <= set(frozen.by_key())


def _to_do(folder: CrawlFolder, halves: tuple[Half, ...], asked: Asked) -> bool:
    frozen = folder.roster()
    if frozen is None:
        return True
    counts = [survey(folder, half, frozen, asked).counts for half in halves]
    return any(count.pending or count.failed for count in counts)


def _free(data: Path, name: str) -> Path:
    place, number = data / name, 1
    while place.exists():
        number += 1
        place = data / f"{name}-{number}"
    return place
