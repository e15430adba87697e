from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.crawl import chunk_name, chunks_of

KEYS = [f"{number:08d}" for number in range(10)]


def test_a_chunk_is_named_by_who_is_in_it() -> None:
    chunks = chunks_of(KEYS, 4, 100)
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 4), (4, 8), (8, 10)]
    assert [chunk.name for chunk in chunks] == [chunk_name(KEYS[c.first : c.last]) for c in chunks]
    assert chunks_of(["x", *KEYS[4:8]], 4, 100)[0].name not in {chunk.name for chunk in chunks}


def test_nobody_makes_no_chunk_and_nothing_is_not_a_size() -> None:
    assert chunks_of([], 4, 100) == []
    with pytest.raises(ValueError, match="at least 1"):
        chunks_of(KEYS, 0, 100)


@given(st.integers(0, 300), st.integers(1, 40), st.integers(1, 40))
def test_everybody_is_in_one_chunk_and_there_are_never_too_many(
    people: int, size: int, most: int
) -> None:
    keys = [str(number) for number in range(people)]
    chunks = chunks_of(keys, size, most)
    assert [key for chunk in chunks for key in keys[chunk.first : chunk.last]] == keys
    assert len(chunks) <= most
