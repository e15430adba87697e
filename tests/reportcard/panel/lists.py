"""Small panels written by hand: which crawl listed whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reportcard.panel.build import Builder
from reportcard.panel.check import rows_hash
from reportcard.panel.facts import CrawlMark, Listing, PageFacts
from reportcard.panel.model import Panel

MONDAY = dt.date(2026, 1, 5)


def day(number: int) -> dt.date:
    """Day ``number`` from Monday, January 5."""
    return MONDAY + dt.timedelta(number)


@dataclass
class Row:
    """A row of a list; ``since`` is the commitment day that the page tells (None: no page)."""

    booking: str
    since: int | None = 0
    release: int | None = None
    permanent_id: str | None = ""
    name: str = "SAMPLE, JORDAN"
    born: dt.date | None = dt.date(1990, 1, 2)
    handle: str | None = None
    page: dict[str, Any] = field(default_factory=dict)


def panel_of(
    crawls: Iterable[tuple[int, list[Row]]],
    *,
    inexact: Iterable[int] = (),
    search: str = "all",
    **marks: Any,
) -> Panel:
    """The panel of these crawls, each a day and its rows."""
    builder = Builder("sample")
    for place, (number, rows) in enumerate(crawls):
        seen = []
        for row in rows:
            listing = Listing(
                row.booking,
                row.handle if row.handle is not None else f"h{row.booking}",
                f"id-{row.booking}" if row.permanent_id == "" else row.permanent_id,
                row.name,
                row.born,
                day(row.release) if row.release is not None else None,
            )
            page = None
            if row.since is not None:
                page = PageFacts(commitment=day(row.since), sex="M", race="ALPHA", **row.page)
            seen.append((listing, listing, (row.booking, page), page))
        mark = CrawlMark(
            f"{day(number)}-sample-{place}",
            day(number),
            search=search,
            exact=number not in set(inexact),
            rows=len(seen),
            rows_hash=rows_hash((one.booking, one.handle, one.release) for one, *_ in seen),
            **marks,
        )
        builder.crawl(mark, seen)
        for row in rows:
            builder.owner(row.booking, f"id-{row.booking}")
    return builder.panel()
