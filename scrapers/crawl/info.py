"""``crawl.json``: which crawl a folder is, and what was asked of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from pydantic import BaseModel, ConfigDict

from scrapers.halves import Half

FORMAT = "cj-report-card/crawl"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PracticeWorld(_Part):
    """Which practice county: the same three numbers give the same invented people."""

    people: int
    seed: int
    day: int


class Identity(_Part):
    """What makes a crawl this crawl: never its address, workers, limit or faults, which may differ
    at each resume."""

    site: str
    practice: PracticeWorld | None = None
    record_schema: int = 1
    """As folders have it since the first version. It is not compared: a newer schema reads older
    files, and a crawl goes on in its folder."""

    @property
    def short_hash(self) -> str:
        """Ten digits that differ between crawls."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def __str__(self) -> str:
        world = self.practice
        where = f" ({world.people} people, seed {world.seed}, day {world.day})" if world else ""
        return f"{self.site}{where} [{self.short_hash}]"


class Scope(_Part):
    """Whom a half was last asked about: the first ``limit`` of the roster, of the keys in ``only``
    if given."""

    limit: int | None = None
    only: tuple[str, ...] | None = None


class CrawlInfo(_Part):
    """``created_at`` is aware; ``as_of`` is the county's day when it began, which all its records
    are judged by."""

    format: str = FORMAT
    identity: Identity
    hash: str
    version: str
    created_at: dt.datetime
    as_of: dt.date
    asked: dict[Half, Scope] = {}
