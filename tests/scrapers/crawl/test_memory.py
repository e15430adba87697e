from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.crawl import memory
from scrapers.crawl.memory import BROWSER_BYTES, browsers_that_fit, free_memory


@pytest.mark.parametrize(("free", "fit"), [(0, 1), (6, 3), (7, 3), (100, 50)])
def test_browsers_take_at_most_half_of_the_free_memory_and_one_always_fits(
    free: int, fit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: free * BROWSER_BYTES)
    assert browsers_that_fit() == fit


def test_a_container_gives_less_than_the_hardware_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_CONTAINER", tmp_path)
    (tmp_path / "memory.max").write_text("1000000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("400000\n", encoding="ascii")
    assert free_memory() == 600_000
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert free_memory() > 1_000_000
