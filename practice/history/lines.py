"""The nights as JSON lines, one object a line; what is not told again is named by its id.

    {"row": "crawl", "crawl_id": ..., "day": ..., "read_at": ..., "search": ..., "exact": ...,
    "state": ...} {"row": "page", "id": ..., "booking": {...}}     a booking of a person's file
    (jail), once {"row": "case", "id": ..., "case": {...}}        a case of a person's file (court),
    once {"row": "listed", ..., "page": id or null}       a row of the list of the crawl above
    {"row": "court", "key": ..., "outcome": ..., "cases": [ids]}   the court's answer about somebody

``crawl`` opens a night; everything after it until the next one belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from practice.history.world import Night


def objects(night: Night) -> Iterator[dict[str, Any]]:
    """The night's lines as objects."""
    yield {"row": "crawl", **night.crawl}
    for page_id, booking in night.pages.items():
        yield {"row": "page", "id": page_id, "booking": booking}
    for case_id, case in night.cases.items():
        yield {"row": "case", "id": case_id, "case": case}
    for row, listed_page in night.rows:
        yield {"row": "listed", **row, "page": listed_page}
    for answer in night.court:
        yield {"row": "court", **answer}


def lines(nights: Iterable[Night]) -> Iterator[str]:
    """All nights, line by line."""
    for night in nights:
        for told in objects(night):
            yield json.dumps(told, ensure_ascii=False, separators=(",", ":"))
