"""The engine: a crawl of a county's roster and its court histories, killable and resumable at any
instant.

``run_crawl`` runs a whole crawl, ``scrape_people`` a chunk of one; ``summarise`` counts any crawl
folder from its files alone. Each name is loaded when it is first asked for, so that who only reads
a folder does not load the engine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapers.crawl.carried import CarriedFile, Fresh, carried_in, carry_fresh
    from scrapers.crawl.choice import Choice, choose, crawls_below
    from scrapers.crawl.chunks import Chunk, chunks_of
    from scrapers.crawl.engine import Crawl, Result, run_crawl, scrape_people
    from scrapers.crawl.errors import (
        BadListError,
        CrawlUsageError,
        FolderInUseError,
        NoRosterError,
        OtherCrawlError,
    )
    from scrapers.crawl.factories import court_factory, jail_factory
    from scrapers.crawl.folder import CrawlFolder
    from scrapers.crawl.info import CrawlInfo, Identity, PracticeWorld, Scope
    from scrapers.crawl.keeping import keeper, kept_of
    from scrapers.crawl.only import Only, read_only
    from scrapers.crawl.outcomes import COURT, HALVES, JAIL, Counts, Half, Outcome
    from scrapers.crawl.persons import InvalidFileError, is_person, read_person
    from scrapers.crawl.place import Where, is_stored
    from scrapers.crawl.plan import Plan, asked_keys, bearable
    from scrapers.crawl.receipts import Receipt, chunk_name, receipt_of
    from scrapers.crawl.roster import FrozenRoster, Person
    from scrapers.crawl.state import memory_folder
    from scrapers.crawl.summary import Summary, read_summary, summarise, write_summary
    from scrapers.crawl.surveys import Survey, survey

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
    "court_factory",
    "crawls_below",
    "is_person",
    "is_stored",
    "jail_factory",
    "keeper",
    "kept_of",
    "memory_folder",
    "read_only",
    "read_person",
    "read_summary",
    "receipt_of",
    "run_crawl",
    "scrape_people",
    "summarise",
    "survey",
    "write_summary",
]

_MODULES = {
    "carried": "CarriedFile Fresh carried_in carry_fresh",
    "choice": "Choice choose crawls_below",
    "chunks": "Chunk chunks_of",
    "engine": "Crawl Result run_crawl scrape_people",
    "errors": "BadListError FolderInUseError NoRosterError OtherCrawlError CrawlUsageError",
    "factories": "court_factory jail_factory",
    "folder": "CrawlFolder",
    "info": "Scope CrawlInfo Identity PracticeWorld",
    "keeping": "keeper kept_of",
    "only": "Only read_only",
    "outcomes": "COURT HALVES JAIL Counts Half Outcome",
    "persons": "InvalidFileError is_person read_person",
    "place": "Where is_stored",
    "plan": "Plan asked_keys bearable",
    "receipts": "Receipt chunk_name receipt_of",
    "roster": "FrozenRoster Person",
    "state": "memory_folder",
    "summary": "Summary read_summary summarise write_summary",
    "surveys": "Survey survey",
}
"""What each module gives. None bears the name of anything it gives: the module would stand in its
place once it is loaded."""
_LAZY = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
