"""Dividing people into chunks for tasks of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scrapers.crawl.receipts import chunk_name


@dataclass(frozen=True)
class Chunk:
    """The people ``keys[first:last]`` of a list; ``name`` follows from who they are, not from where
    they stand."""

    name: str
    first: int
    last: int


def chunks_of(keys: Sequence[str], size: int, most: int) -> list[Chunk]:
    """The list in chunks of ``size`` people, of more where there would be more than ``most``
    chunks."""
    if size < 1 or most < 1:
        raise ValueError("size and most must be at least 1")
    size = max(size, -(-len(keys) // most))
    cuts = [(first, min(first + size, len(keys))) for first in range(0, len(keys), size)]
    return [Chunk(chunk_name(keys[first:last]), first, last) for first, last in cuts]
