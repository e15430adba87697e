"""What a person's file says of the pages that it was read from, for the drift guard: a page is a
booking, or a case, of the record."""

from __future__ import annotations

from scrapers.crawl.drift import PageFacts, filled_fields, shares, strangers_of
from scrapers.crawl.folder import CrawlFolder
from scrapers.halves import HALVES, PersonFile

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


def usual_of(folder: CrawlFolder) -> Usual:
    """What is usual in a crawl, from some of its files, spread over all of them."""
    pages: list[PageFacts] = []
    for half in HALVES:
        keys = sorted(folder.keys(half))
        some = keys[:: max(1, len(keys) // _SAMPLE)]
        for _, file in folder.read_many(half, some):
            pages += pages_of(file) if file is not None else []
    kinds = {kind: sum(page.kind == kind for page in pages) for kind in {p.kind for p in pages}}
    return shares(page for page in pages if kinds[page.kind] >= FEWEST)
