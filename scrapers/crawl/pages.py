"""What a person's file says of the pages that it was read from, for the drift guard: a page is a
booking, or a case, of the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from scrapers.crawl.drift import PageFacts, filled_fields, shares, strangers_of
from scrapers.crawl.folder import CrawlFolder
from scrapers.halves import HALVES, Half, PersonFile

_SAMPLE = 500
"""So many people of a half say what is usual there: more would cost minutes and say the same."""
FEWEST = 50
"""Pages of a kind that it takes to call anything usual."""

Usual = dict[str, dict[str, float]]
"""By kind of page and field: the share of pages that had it."""


def pages_of(file: PersonFile) -> list[PageFacts]:
    """The pages behind a file, none where nobody was found. What was left unread is the file's and
    counts for each of them."""
    if file.record is None:
        return []
    strangers = strangers_of(file.extra.unread)
    return [
        PageFacts(type(part).__name__.lower(), file.key, filled_fields(part), strangers)
        for part in file.record.parts
    ]


def sample_of(keys: Iterable[str]) -> set[str]:
    """Those of a half's files that say what is usual, spread over all of them."""
    there = sorted(keys)
    return set(there[:: max(1, len(there) // _SAMPLE)])


def usual_of(folder: CrawlFolder, seen: Mapping[Half, Mapping[str, list[PageFacts]]]) -> Usual:
    """What is usual in a crawl, from a sample of its files. ``seen``: the pages of files that were
    read already, by half and key, so that those need not be read again."""
    pages: list[PageFacts] = []
    for half in HALVES:
        known = seen.get(half, {})
        sample = sample_of(folder.keys(half))
        pages += [page for key in sample & known.keys() for page in known[key]]
        for _, file in folder.read_many(half, sorted(sample - known.keys())):
            pages += pages_of(file) if file is not None else []
    kinds = Counter(page.kind for page in pages)
    return shares(page for page in pages if kinds[page.kind] >= FEWEST)
