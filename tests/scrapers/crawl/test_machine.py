from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.crawl import machine
from scrapers.crawl.machine import BROWSER, Machine


def test_browsers_are_two_a_core_in_half_of_the_free_memory() -> None:
    assert Machine(2, 23_000_000_000).browsers == 4
    assert Machine(8, 6 * BROWSER).browsers == 3
    assert Machine(1, 0).browsers == 1


def test_a_container_gives_less_than_the_hardware_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_GROUP", tmp_path)
    whole = Machine.here()
    for name, text in (
        ("cpu.max", "100000 100000"),
        ("memory.max", "1000000000"),
        ("memory.current", "400000000"),
    ):
        (tmp_path / name).write_text(text + "\n", encoding="ascii")
    assert Machine.here() == Machine(1, 600_000_000)
    (tmp_path / "cpu.max").write_text("max 100000\n", encoding="ascii")
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert Machine.here().cores == whole.cores
    assert str(Machine(1, 600_000_000)) == "1 core, 0.6 GB free"
