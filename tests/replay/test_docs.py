"""The table of page kinds in docs/replay.md names every fixture, and only fixtures."""

from __future__ import annotations

import re
from pathlib import Path

from replay.fixtures import all_fixtures

ROOT = Path(__file__).parents[2]


def test_the_table_of_page_kinds_names_every_fixture_and_nothing_else() -> None:
    text = (
        (ROOT / "docs" / "replay.md").read_text(encoding="utf-8").partition("## What is covered")[2]
    )
    listed = re.findall(r"`((?:jail|odyssey)/[\w-]+/[\w-]+)`", text)
    assert sorted(listed) == sorted(
        fixture.name for fixture in all_fixtures(ROOT / "tests" / "fixtures")
    )
