"""Picks the store of a crawl folder by its address."""

from __future__ import annotations

import os

from scrapers.crawl.place import CrawlStore, LocalStore, Where, is_stored


def place_of(where: Where) -> CrawlStore:
    """The store at that path or ``s3://`` address. Raises CrawlUsageError for an address that is
    neither."""
    if not is_stored(where):
        return LocalStore(where)
    # Only here: the object store's module needs the extra `storage`.
    from scrapers.crawl.stored import ObjectStore

    return ObjectStore(os.fspath(where))
