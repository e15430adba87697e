"""Work on some people of a crawl, as a task of its own: the files go straight to their places, the
task's output is a receipt."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from scrapers.crawl.errors import NoRosterError
from scrapers.crawl.failed import Failure, read_failures
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.outcomes import Outcome
from scrapers.crawl.persons import InvalidFileError, parse_person
from scrapers.halves import Half

FORMAT = "cj-report-card/receipt"


class ReceiptRow(BaseModel):
    """One person. ``path`` (below the crawl folder) and ``sha256`` of the file, or the fault where
    there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    outcome: Outcome
    path: str | None = None
    sha256: str | None = None
    fault: str | None = None


class Receipt(BaseModel):
    """What a task did for the people of a crawl: everybody it was given, once each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    crawl: str
    hash: str
    half: Half
    people: tuple[ReceiptRow, ...]
    written_at: dt.datetime
    stopped: str | None = None

    @property
    def failed(self) -> tuple[str, ...]:
        """The keys of those whom we do not know about."""
        return tuple(row.key for row in self.people if not row.outcome.known)


def chunk_name(keys: Sequence[str]) -> str:
    """The name of a chunk: the same people give the same name, in whatever order."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:16]


def receipt_of(
    folder: CrawlFolder,
    half: Half,
    keys: Sequence[str],
    *,
    now: Callable[[], dt.datetime],
    stopped: str | None = None,
) -> Receipt:
    """The receipt for these people, from their files."""
    info = folder.info()
    if info is None:
        raise NoRosterError(f"{folder} is no crawl folder: there is no crawl.json in it")
    texts = dict(folder.texts(half, keys))
    missing = [key for key in keys if _outcome(texts[key], half, key) is None]
    failures = dict(read_failures(folder, half, missing))
    rows = tuple(_row(folder, half, key, texts[key], failures.get(key)) for key in keys)
    return Receipt(
        crawl=folder.name,
        hash=info.hash,
        half=half,
        people=rows,
        written_at=now(),
        stopped=stopped,
    )


def _row(
    folder: CrawlFolder, half: Half, key: str, text: bytes | None, failure: Failure | None
) -> ReceiptRow:
    outcome = _outcome(text, half, key)
    if text is None or outcome is None:
        return ReceiptRow(
            key=key,
            outcome=Outcome.FAILED if failure else Outcome.PENDING,
            fault=failure.fault if failure else None,
        )
    where = folder.person_name(half, key)
    return ReceiptRow(key=key, outcome=outcome, path=where, sha256=hashlib.sha256(text).hexdigest())


def _outcome(text: bytes | None, half: Half, key: str) -> Outcome | None:
    """What the file says, None where there is none that is valid."""
    with contextlib.suppress(InvalidFileError):
        return None if text is None else Outcome(parse_person(text, half, key).outcome)
    return None
