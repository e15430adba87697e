"""Every saved exchange gives its golden record, or its named fault, through the real page
objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from replay.fixtures import Fixture, all_fixtures
from replay.plugin import Replay

ROOT = Path(__file__).parents[1] / "fixtures"
ALL = all_fixtures(ROOT)
NAMES = [fixture.name for fixture in ALL]


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_the_browser_fetch_mode_gives_the_golden_record(
    replay: Callable[[str], Replay], name: str
) -> None:
    replay(name).check("browser")


@pytest.mark.parametrize("name", NAMES)
def test_the_http_mode_gives_the_golden_record(replay: Callable[[str], Replay], name: str) -> None:
    replay(name).check("http")


@pytest.mark.parametrize("fixture", ALL, ids=NAMES)
def test_every_fixture_says_where_it_comes_from(fixture: Fixture) -> None:
    assert fixture.exchange.made in ("by hand", "recorded")
    if fixture.exchange.made == "by hand":
        assert str(fixture.exchange.about["source"]).startswith("written by hand")


@pytest.mark.parametrize("fixture", ALL, ids=NAMES)
def test_a_fixture_stands_where_its_name_says(fixture: Fixture) -> None:
    assert fixture.exchange.name == fixture.name


def test_no_folder_is_left_out() -> None:
    folders = {path for product in ("jail", "odyssey") for path in (ROOT / product).glob("*/*")}
    assert {fixture.folder for fixture in ALL} == folders
    assert len(ALL) >= 42


def test_no_file_of_a_fixture_is_left_over() -> None:
    for fixture in ALL:
        bodies = {path.name for path in fixture.folder.iterdir()} - {
            "about.json",
            "exchange.json",
            "page.html",
            "record.json",
        }
        assert len(bodies) == sum(bool(step.body) for step in fixture.exchange.steps if bodies), (
            fixture.name
        )
