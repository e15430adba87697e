"""A finished crawl without a browser, for commands that read folders."""

from __future__ import annotations

from pathlib import Path

from scrapers.crawl import Identity, PracticeWorld, Result
from tests.scrapers.crawl.county import County, crawl, key

IDENTITY = Identity(site="practice", practice=PracticeWorld(people=40, seed=7, day=0))


def crawled(folder: Path, *, county: County | None = None, **options: object) -> Result:
    """Six people by default, one of them without a case."""
    return crawl(county or County(6, none=[key(4)]), folder, identity=IDENTITY, **options)  # type: ignore[arg-type]
