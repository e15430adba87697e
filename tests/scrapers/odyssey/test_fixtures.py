"""Every page written by hand gives its golden record, or its named fault."""

from __future__ import annotations

import json

import pytest

from tests.scrapers.odyssey.fixtures import Fixture, all_fixtures

ALL = all_fixtures()


@pytest.mark.parametrize("page", ALL, ids=[page.name for page in ALL])
def test_a_page_gives_its_golden_record(page: Fixture) -> None:
    found = json.dumps(page.read(), indent=1, ensure_ascii=False) + "\n"
    if not page.golden.exists():
        page.golden.write_text(found, encoding="utf-8")
        pytest.fail(f"{page.golden} did not exist; it was written now: read it before you commit it")
    assert json.loads(found) == json.loads(page.golden.read_text(encoding="utf-8"))


def test_every_page_says_where_it_comes_from() -> None:
    assert all(page.about["source"].startswith("written by hand") for page in ALL)
    assert len(ALL) >= 25


def test_no_folder_is_left_out() -> None:
    folders = {page.folder.parent for page in ALL}
    strays = [path for folder in folders for path in folder.iterdir() if not (path / "about.json").is_file()]
    assert strays == []
