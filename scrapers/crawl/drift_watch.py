"""The drift guard at work in a crawl folder: what is usual comes from the county's newest finished
crawl, what it stops is set aside and asked for again (docs/laws.md, law 10)."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, ValidationError

from resilience.faults import Drifted
from scrapers.crawl.choice import crawls_below
from scrapers.crawl.drift import WINDOW, Drift, DriftGuard
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.pages import Usual, pages_of
from scrapers.crawl.persons import text_of
from scrapers.crawl.summary import read_summary
from scrapers.halves import Half, PersonFile
from scrapers.products import part_of
from scrapers.sites import Site

USUAL = "usual.json"
"""What is usual in this county, as the crawl found it at its first run."""


class Standing(BaseModel):
    """``drift-<half>.json``: what stopped the crawl, and the dialect that it was read with."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dialect: str
    sentence: str
    lines: tuple[str, str]

    @property
    def fault(self) -> Drifted:
        """The fault that stops everybody."""
        return Drifted(self.sentence, self.lines)


class DriftWatch:
    """Watches one run. Safe to share between its workers."""

    def __init__(self, folder: CrawlFolder, site: Site, halves: Iterable[Half]) -> None:
        self._folder = folder
        self._dialects = {half: part_of(site, half) for half in halves}
        self._guards: dict[Half, DriftGuard] = {}
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises Drifted where a run before was stopped by a drift and the county's entry is still
        the one that the pages were read with. With another entry the crawl goes on."""
        for half, dialect in self._dialects.items():
            try:
                text = self._folder.place.read(_name(half))
                standing = Standing.model_validate_json(text)
            except (FileNotFoundError, ValidationError):
                continue
            if standing.dialect == dialect.hash:
                raise standing.fault
            self._folder.place.remove(_name(half))

    def begin(self, keys: list[str]) -> None:
        """Learn what is usual, and look at the last files of the runs before. ``keys`` is the
        roster's order. Raises Drifted when those files drifted."""
        usual = self._usual()
        for half, dialect in self._dialects.items():
            watched = {
                kind: {f: share for f, share in fields.items() if not _lacks(dialect.lacks, f)}
                for kind, fields in usual.items()
            }
            self._guards[half] = DriftGuard(watched)
            if not usual:
                continue
            there = self._folder.keys(half)
            last = [key for key in keys if key in there][-WINDOW:]
            for _, file in self._folder.read_many(half, last):
                # What another dialect was read with says nothing of this one.
                if file is not None and file.dialect in (None, dialect.hash):
                    fault = self.saw(half, file)
                    if fault is not None:
                        raise fault

    def saw(self, half: Half, file: PersonFile) -> Drifted | None:
        """Take note of a file that stands; the fault that stops everybody when it completes a
        drift. The files of the window lie in ``drifted/`` then."""
        guard = self._guards.get(half)
        if guard is None:
            return None
        with self._lock:
            for page in pages_of(file):
                drift = guard.saw(page)
                if drift is not None:
                    return self._stop(half, drift)
        return None

    def _stop(self, half: Half, drift: Drift) -> Drifted:
        standing = Standing(
            dialect=self._dialects[half].hash, sentence=drift.sentence, lines=drift.lines
        )
        text = standing.model_dump_json(indent=1) + "\n"
        self._folder.write_text(_name(half), text, replace=True)
        for key, file in self._folder.read_many(half, drift.keys):
            if file is not None:
                name = self._folder.person_name(half, key)
                self._folder.write_text(f"drifted/{name}", text_of(file), replace=True)
                self._folder.place.remove(name)
        return standing.fault

    def _usual(self) -> Usual:
        with contextlib.suppress(FileNotFoundError, ValueError):
            told: Usual = json.loads(self._folder.place.read(USUAL))
            return told
        usual = self._of_earlier_crawls()
        if usual:
            self._folder.write_text(USUAL, json.dumps(usual, indent=1) + "\n")
        return usual

    def _of_earlier_crawls(self) -> Usual:
        """By half from the newest finished crawl beside this one that has something to say."""
        info = self._folder.info()
        with contextlib.suppress(OSError):
            for other, folder in crawls_below(self._folder.place.parent().where):
                if info is None or other.identity.site != info.identity.site:
                    continue
                summary = read_summary(folder) if folder.name != self._folder.name else None
                if summary is not None and summary.is_finished and summary.usual:
                    return summary.usual
        return {}


def _name(half: Half) -> str:
    return f"drift-{half}.json"


def _lacks(lacks: tuple[str, ...], field: str) -> bool:
    """Whether the county's pages do not have the field: it is named, or the section above it."""
    parts = field.split(".")
    return any(one in lacks for one in (*parts, field))
