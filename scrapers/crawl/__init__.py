"""The engine: a crawl of a county's roster and its court histories, killable and resumable at any
instant.

``run_crawl`` runs a whole crawl, ``scrape_people`` a chunk of one; ``summarise`` counts any crawl
folder from its files alone. Each name is loaded when it is first asked for, so that who only reads
a folder does not load the engine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapers.crawl.carried import CarriedFile, Fresh, carried_in, carry_fresh
    from scrapers.crawl.choice import Choice, choose, crawls_below
    from scrapers.crawl.chunks import Chunk, chunks_of
    from scrapers.crawl.engine import Crawl, Result, run_crawl, scrape_people, scrapers_of
    from scrapers.crawl.errors import (
        BadListError,
        CrawlUsageError,
        FolderInUseError,
        NoRosterError,
        OtherCrawlError,
    )
    from scrapers.crawl.folder import CrawlFolder
    from scrapers.crawl.info import CrawlInfo, Identity, PracticeWorld, Scope
    from scrapers.crawl.keeping import keeper, kept_of
    from scrapers.crawl.only import Only, read_only
    from scrapers.crawl.outcomes import Counts, Outcome
    from scrapers.crawl.persons import InvalidFileError, is_person, read_person
    from scrapers.crawl.place import Where, is_stored
    from scrapers.crawl.plan import Plan, asked_keys, bearable
    from scrapers.crawl.receipts import Receipt, chunk_name, receipt_of
    from scrapers.crawl.roster import FrozenRoster
    from scrapers.crawl.summary import Summary, read_summary, summarise, write_summary
    from scrapers.crawl.surveys import Survey, survey
    from scrapers.halves import COURT, HALVES, JAIL, Half
    from scrapers.roster import Person

__all__ = [
    "COURT",
    "HALVES",
    "JAIL",
    "BadListError",
    "CarriedFile",
    "Choice",
    "Chunk",
    "Counts",
    "Crawl",
    "CrawlFolder",
    "CrawlInfo",
    "CrawlUsageError",
    "FolderInUseError",
    "Fresh",
    "FrozenRoster",
    "Half",
    "Identity",
    "InvalidFileError",
    "NoRosterError",
    "Only",
    "OtherCrawlError",
    "Outcome",
    "Person",
    "Plan",
    "PracticeWorld",
    "Receipt",
    "Result",
    "Scope",
    "Summary",
    "Survey",
    "Where",
    "asked_keys",
    "bearable",
    "carried_in",
    "carry_fresh",
    "choose",
    "chunk_name",
    "chunks_of",
    "crawls_below",
    "is_person",
    "is_stored",
    "keeper",
    "kept_of",
    "read_only",
    "read_person",
    "read_summary",
    "receipt_of",
    "run_crawl",
    "scrape_people",
    "scrapers_of",
    "summarise",
    "survey",
    "write_summary",
]

_MODULES = {
    "crawl.carried": "CarriedFile Fresh carried_in carry_fresh",
    "crawl.choice": "Choice choose crawls_below",
    "crawl.chunks": "Chunk chunks_of",
    "crawl.engine": "Crawl Result run_crawl scrape_people scrapers_of",
    "crawl.errors": "BadListError FolderInUseError NoRosterError OtherCrawlError CrawlUsageError",
    "crawl.folder": "CrawlFolder",
    "crawl.info": "Scope CrawlInfo Identity PracticeWorld",
    "crawl.keeping": "keeper kept_of",
    "crawl.only": "Only read_only",
    "crawl.outcomes": "Counts Outcome",
    "crawl.persons": "InvalidFileError is_person read_person",
    "crawl.place": "Where is_stored",
    "crawl.plan": "Plan asked_keys bearable",
    "crawl.receipts": "Receipt chunk_name receipt_of",
    "crawl.roster": "FrozenRoster",
    "crawl.summary": "Summary read_summary summarise write_summary",
    "crawl.surveys": "Survey survey",
    "halves": "COURT HALVES JAIL Half",
    "roster": "Person",
}
"""What each module below ``scrapers`` gives. None in this package bears the name of anything it
gives: the module would stand in its place once it is loaded."""
_LAZY = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(import_module(f"scrapers.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
