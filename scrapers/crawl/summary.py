"""``summary.json`` and what ``cj status`` says: the seven counts of each half, derived from the
files by whoever asks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.crawl.errors import CrawlUsageError
from scrapers.crawl.failed import read_failures
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import CrawlInfo
from scrapers.crawl.outcomes import Counts, Outcome
from scrapers.crawl.pages import Usual, usual_of
from scrapers.crawl.portals import PortalFigures
from scrapers.crawl.roster import FrozenRoster
from scrapers.crawl.surveys import Survey, survey
from scrapers.halves import HALVES, Half

FORMAT = "cj-report-card/crawl-summary"
_TOLD = 50
State = Literal["no_roster", "unfinished", "complete", "complete_with_failures"]


class _Part(BaseModel):
    """Unknown keys are ignored: other versions write other figures."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class HalfSummary(_Part):
    """One half: the seven counts, how many they are together, and the share known of those asked,
    the ``unlisted`` among them.

    ``partly_read`` of the found have cases (or bookings) that could not be read: ``unread_parts``
    of them, ``parts`` of everybody's were read, and ``parts_coverage`` is their share.
    ``dialects``: how many files were read with which dialect of the county, by its hash."""

    counts: Counts
    roster: int
    asked: int
    coverage: float | None
    unlisted: int = 0
    partly_read: int = 0
    parts: int = 0
    unread_parts: int = 0
    parts_coverage: float | None = None
    dialects: dict[str, int] = {}


class Failed(_Part):
    """Somebody whom we do not know about, and where the evidence lies (below the crawl folder)."""

    half: Half
    key: str
    fault: str
    message: str
    times: int
    where: str


class RunFigures(_Part):
    """The run that wrote the summary. ``pages`` are those that started, ``pages_per_second`` both
    portals together; what is permitted is of each, as ``portals`` says with what was reached."""

    started_at: dt.datetime
    seconds: float
    pages: int
    pages_per_second: float
    permitted_pages_at_once: int | None
    permitted_seconds_between_starts: float | None
    stopped: str | None
    portals: dict[Half, PortalFigures] = {}


class Summary(_Part):
    """A crawl as its files say. ``exact``: the roster is proved complete; else ``reasons``.
    ``missing``: cases without a part that the portal would not give, by part; their records say so
    too. ``doubts``: values that look misread, by kind. ``unread``: texts that no reader took, by
    section and label, the most frequent `_TOLD` of them; ``unread_texts`` is how many there are.
    ``usual``: how often each field was on a finished crawl's pages, for the next crawl's drift
    guard."""

    format: str = FORMAT
    crawl: str
    site: str
    hash: str
    version: str
    created_at: dt.datetime
    as_of: dt.date
    state: State
    roster: int
    exact: bool
    reasons: tuple[str, ...] = ()
    halves: dict[Half, HalfSummary]
    coverage: float | None
    retries: dict[str, int]
    missing: dict[str, int] = {}
    doubts: dict[str, int] = {}
    unread: dict[str, int] = {}
    unread_texts: int = 0
    failed: tuple[Failed, ...] = ()
    run: RunFigures | None = None
    usual: Usual = {}

    @property
    def is_finished(self) -> bool:
        """Whether nobody is left to ask about."""
        return self.state in ("complete", "complete_with_failures")

    @property
    def exit_code(self) -> int:
        """0 complete, doubts and unread texts or not; 3 with failures, partly read people, an
        inexact roster, or people still to do."""
        return 0 if self.state == "complete" and self.exact else 3


def summarise(folder: CrawlFolder, *, run: RunFigures | None = None) -> Summary:
    """Count a crawl folder. ``run``: the run that asks for it; without one the figures of the last
    run stay. Raises CrawlUsageError where no crawl has begun."""
    info = folder.info()
    if info is None:
        raise CrawlUsageError(f"{folder} is no crawl folder: there is no crawl.json in it")
    frozen = folder.roster()
    surveys = [
        survey(folder, half, frozen or FrozenRoster(()), info.asked.get(half)) for half in HALVES
    ]
    if run is None and (before := read_summary(folder)) is not None:
        run = before.run
    return summary_of(folder, info, frozen, surveys, run=run)


def summary_of(
    folder: CrawlFolder,
    info: CrawlInfo,
    frozen: FrozenRoster | None,
    surveys: list[Survey],
    *,
    run: RunFigures | None = None,
) -> Summary:
    """The summary of what was surveyed."""
    halves = {found.half: _half(found) for found in surveys}
    asked = sum(half.asked for half in halves.values())
    known = sum(half.counts.known for half in halves.values())
    retries: Counter[str] = Counter()
    for found in surveys:
        retries.update(found.retries)
    pending = sum(half.counts.pending for half in halves.values())
    failed = sum(half.counts.failed for half in halves.values())
    partly = sum(half.partly_read for half in halves.values())
    state: State = "complete_with_failures" if failed or partly else "complete"
    unread = sum((found.unread for found in surveys), Counter[str]())
    if frozen is None:
        state = "no_roster"
    elif pending:
        state = "unfinished"
    return Summary(
        crawl=folder.name,
        site=info.identity.site,
        hash=info.hash,
        version=info.version,
        created_at=info.created_at,
        as_of=info.as_of,
        state=state,
        roster=len(frozen.people) if frozen else 0,
        exact=frozen.exact if frozen else False,
        reasons=frozen.reasons if frozen and not frozen.exact else (),
        halves=halves,
        coverage=known / asked if asked else None,
        retries=dict(sorted(retries.items())),
        missing=dict(sorted(sum((found.missing for found in surveys), Counter[str]()).items())),
        doubts=dict(sorted(sum((found.doubts for found in surveys), Counter[str]()).items())),
        unread=dict(unread.most_common(_TOLD)),
        unread_texts=unread.total(),
        failed=tuple(_failed(folder, surveys)),
        run=run,
    )


def read_summary(folder: CrawlFolder) -> Summary | None:
    """``summary.json`` as the last run left it, None where there is none."""
    try:
        return Summary.model_validate_json(folder.place.read("summary.json"))
    except (OSError, ValidationError):
        return None


def write_summary(folder: CrawlFolder, summary: Summary, surveys: Iterable[Survey] = ()) -> None:
    """Put ``summary.json`` in place, with what is usual in a crawl that is finished. ``surveys``
    that it was made from save reading their files again."""
    if summary.is_finished:
        usual = usual_of(folder, {found.half: found.sampled for found in surveys})
        summary = summary.model_copy(update={"usual": usual})
    folder.write_text("summary.json", summary.model_dump_json(indent=1) + "\n", replace=True)


def _half(found: Survey) -> HalfSummary:
    counts = found.counts
    asked, parts = counts.asked + found.unlisted, found.parts + found.unread_parts
    return HalfSummary(
        counts=counts,
        roster=counts.total,
        asked=asked,
        coverage=counts.known / asked if asked else None,
        unlisted=found.unlisted,
        partly_read=len(found.partly),
        parts=found.parts,
        unread_parts=found.unread_parts,
        parts_coverage=found.parts / parts if parts else None,
        dialects=dict(sorted(found.dialects.items())),
    )


def _failed(folder: CrawlFolder, surveys: list[Survey]) -> Iterator[Failed]:
    for found in surveys:
        keys = [key for key, outcome in found.outcomes.items() if outcome is Outcome.FAILED]
        for key, failure in read_failures(folder, found.half, keys):
            yield Failed(
                half=found.half,
                key=key,
                fault=failure.fault if failure else "unknown",
                message=failure.message if failure else "the entry is not readable",
                times=failure.times if failure else 1,
                where=folder.failed_name(found.half, key),
            )
