"""Folders and a database that f4bdff8 wrote: today's loader takes both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from reportcard.database import engine_of
from reportcard.load import load
from tests.frozen import FOLDERS, HALVES, database, done_at, person_files, unpacked

Everything = Callable[[str], dict[str, list[tuple[Any, ...]]]]


def column(url: str, query: str) -> list[Any]:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return sorted(connection.execute(text(query)).scalars())
    finally:
        engine.dispose()


@pytest.mark.parametrize("name", FOLDERS)
def test_it_loads_everybody_and_loading_again_changes_nothing(
    name: str, tmp_path: Path, url: str, everything: Everything
) -> None:
    folder = unpacked(name, tmp_path)
    files = person_files(folder)
    receipt = load(folder, url, clock=lambda: 0.0)
    assert receipt.files == {half: len(done_at(files, half)) for half in HALVES}
    assert column(url, "SELECT key FROM people") == sorted(
        done_at(files, "jail").keys() | done_at(files, "odyssey").keys()
    )
    before = everything(url)
    load(folder, url, clock=lambda: 0.0)
    assert everything(url) == before


def test_a_database_of_f4bdff8_takes_another_crawl_and_the_same_again(tmp_path: Path) -> None:
    url = database(tmp_path)
    crawls = "SELECT crawl_id FROM crawls"
    assert column(url, crawls) == ["finished", "list"]
    load(unpacked("finished", tmp_path / "data"), url)
    assert column(url, crawls) == ["finished", "list"]
    load(unpacked("kept-roa", tmp_path / "data"), url)
    assert column(url, crawls) == ["finished", "kept-roa", "list"]
    for crawl in ("finished", "kept-roa"):
        loaded = column(url, f"SELECT key FROM people WHERE crawl_id = '{crawl}'")
        assert len(loaded) == FOLDERS[crawl].jail["found"]
