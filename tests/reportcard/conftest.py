from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from reportcard import tables as t
from reportcard.database import engine_of
from tests.reportcard.folders import county

Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path / "data"


@pytest.fixture
def url(data: Path) -> str:
    """The address of a database that does not exist yet."""
    return f"sqlite:///{data / 'cj.sqlite'}"


@pytest.fixture
def everything() -> Callable[[str], Tables]:
    """Every row of every table, sorted."""
    return everything_in


def everything_in(database_url: str) -> Tables:
    engine = engine_of(database_url)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted(
                    (tuple(row) for row in connection.execute(select(table))), key=repr
                )
                for table in t.metadata.sorted_tables
            }
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def practice_county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A perfect crawl of 120 practice people, and the truth of them. Read only."""
    return county(tmp_path_factory.mktemp("county") / "data", 120)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The same of 30 people."""
    return county(tmp_path_factory.mktemp("few") / "data", 30)
