"""The law of the panel: the rows of every crawl, recomputed from it, are those that were seen.

A row is (booking number, handle, listed release). Crawls that did not end and lists that moved
while they were read count too: what they showed was there."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

Row = tuple[str, str | None, dt.date | None]


class PanelError(ValueError):
    """The panel does not give back what was seen, so that nothing may be drawn from it; the message
    names the difference."""


@dataclass(frozen=True)
class Difference:
    """What one crawl saw and the panel does not give back, and the other way round."""

    crawl_id: str
    missing: tuple[Row, ...]
    invented: tuple[Row, ...]

    def __str__(self) -> str:
        shown = [f"lost {_said(row)}" for row in self.missing[:3]]
        shown += [f"invented {_said(row)}" for row in self.invented[:3]]
        more = len(self.missing) + len(self.invented) - len(shown)
        return f"{self.crawl_id}: " + "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def rows_hash(rows: Iterable[Row]) -> str:
    """A fingerprint of a set of rows: equal sets, in any order, give equal ones."""
    lines = sorted({"\t".join(_text(part) for part in row) for row in rows})
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def difference(crawl_id: str, seen: Iterable[Row], recomputed: Iterable[Row]) -> Difference | None:
    """What differs, None where nothing does."""
    left, right = set(seen), set(recomputed)
    if left == right:
        return None
    return Difference(crawl_id, _sorted(left - right), _sorted(right - left))


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: tuple(_text(part) for part in row)))


def _text(part: str | dt.date | None) -> str:
    return "-" if part is None else f"={part}"


def _said(row: Row) -> str:
    number, handle, release = row
    told = f" released {release}" if release else ""
    return f"booking {number}{told}" + (f" (handle {handle})" if handle else "")
