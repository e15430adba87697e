"""Which folder a crawl without ``--out`` goes on with, or begins."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field

from pydantic import ValidationError

from scrapers.crawl.carried import carried_in
from scrapers.crawl.errors import CrawlUsageError
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import CrawlInfo, Identity, Scope
from scrapers.crawl.only import Only
from scrapers.crawl.place import LocalStore, Where
from scrapers.crawl.plan import asked_keys
from scrapers.crawl.roster import FrozenRoster
from scrapers.crawl.stores import place_of
from scrapers.crawl.summary import read_summary
from scrapers.crawl.surveys import survey
from scrapers.halves import Half

FRESH = dt.timedelta(hours=36)
"""An unfinished crawl older than this is left alone unless it is asked for: its roster is another
day's."""


@dataclass(frozen=True)
class Choice:
    """The folder; whether a crawl stands there that this one goes on with; whether all is done
    there already.

    ``left_alone``: unfinished crawls that were too old to go on with.
    """

    folder: Where
    goes_on: bool = False
    finished: bool = False
    left_alone: tuple[Where, ...] = field(default=())


def choose(
    data: Where,
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
    """The newest crawl of the same identity below ``data`` that is younger than 36 hours (any, with
    ``resume``), else a new one.

    ``today`` is the county's real calendar day, ``now`` is aware. A crawl of today in which all
    that is asked is done already is ``finished``; an older finished one makes place for a new one.
    Raises CrawlUsageError when ``resume`` finds nothing."""
    left_alone: list[Where] = []
    for info, folder in [] if new else crawls_below(data):
        if info.identity != identity or not _fits(folder, halves, only):
            continue
        young = now - info.created_at < FRESH
        if folder.place.is_remote and not young and not resume:
            # It is left alone in any case, only worth a word; to look at everybody's file would be
            # a request each.
            if not _says_finished(folder):
                left_alone.append(_where(folder))
            continue
        to_do = _to_do(folder, halves, Scope(limit=limit, only=only.keys if only else None))
        if to_do and (young or resume):
            return Choice(_where(folder), goes_on=True, left_alone=tuple(left_alone))
        if to_do:
            left_alone.append(_where(folder))
        elif young and folder.name.startswith(today.isoformat()):
            return Choice(_where(folder), goes_on=True, finished=True, left_alone=tuple(left_alone))
    if resume:
        raise CrawlUsageError(f"--resume: no unfinished crawl of {identity} below {data}")
    return Choice(_free(data, f"{today.isoformat()}-{identity.site}"), left_alone=tuple(left_alone))


def crawls_below(data: Where) -> list[tuple[CrawlInfo, CrawlFolder]]:
    """Every crawl in that data folder, newest first; strangers' folders and broken ones are left
    out."""
    place = place_of(data)
    found = []
    for name, text in place.read_many([f"{name}/crawl.json" for name in sorted(place.folders())]):
        with contextlib.suppress(ValidationError):
            if text is not None:
                info = CrawlInfo.model_validate_json(text)
                found.append((info, CrawlFolder(place.child(name.partition("/")[0]))))
    return sorted(found, key=lambda pair: pair[0].created_at, reverse=True)


def _where(folder: CrawlFolder) -> Where:
    return folder.path if isinstance(folder.place, LocalStore) else folder.where


def _fits(folder: CrawlFolder, halves: tuple[Half, ...], only: Only | None) -> bool:
    frozen = folder.roster()
    if any(half.lists for half in halves):
        return frozen is None or frozen.listed
    if frozen is None:
        return False
    return only is None or set(only.keys) <= set(frozen.by_key())


def _to_do(folder: CrawlFolder, halves: tuple[Half, ...], asked: Scope) -> bool:
    frozen = folder.roster()
    if frozen is None or any(_missing(folder, half, frozen, asked) for half in halves):
        return True
    surveys = [survey(folder, half, frozen, asked) for half in halves]
    return any(one.partly or one.counts.pending or one.counts.failed for one in surveys)


def _missing(folder: CrawlFolder, half: Half, frozen: FrozenRoster, asked: Scope) -> bool:
    """Whether somebody asked about has no file at all: then no file needs to be read to know that
    there is something to do."""
    known = folder.keys(half) | (set() if half.lists else set(carried_in(folder)))
    return not known.issuperset(asked_keys(frozen, asked))


def _says_finished(folder: CrawlFolder) -> bool:
    summary = read_summary(folder)
    return summary is not None and summary.state == "complete"


def _free(data: Where, name: str) -> Where:
    place, number = place_of(data), 1
    free = place.child(name)
    while not free.is_free():
        number += 1
        free = place.child(f"{name}-{number}")
    return _where(CrawlFolder(free))
