"""What docs/database.md says is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import text

from reportcard import tables as t
from reportcard.database import engine_of
from reportcard.load import load

PAGE = Path(__file__).parents[2] / "docs" / "database.md"


def test_every_table_is_described() -> None:
    described = (
        PAGE.read_text(encoding="utf-8").partition("## Tables")[2].partition("**Values.**")[0]
    )
    for table in t.metadata.sorted_tables:
        assert f"`{table.name}`" in described


def test_every_query_of_the_page_runs(few: tuple[Path, list[Any]], url: str) -> None:
    load(few[0], url)
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    queries = [query for query in block.split(";") if query.strip()]
    engine = engine_of(url)
    with engine.connect() as connection:
        for query in queries:
            connection.execute(text(query)).all()
        assert connection.execute(text(queries[0])).all()
    engine.dispose()
    assert len(queries) == 3
