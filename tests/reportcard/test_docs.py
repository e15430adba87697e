"""What docs/database.md says is so."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from practice.history import World
from reportcard import tables as t
from reportcard.history import load_nights
from reportcard.views import NAMES
from tests.reportcard.test_load import rows

PAGE = Path(__file__).parents[2] / "docs" / "database.md"


def test_every_table_is_described() -> None:
    described = (
        PAGE.read_text(encoding="utf-8").partition("## Tables")[2].partition("**Values.**")[0]
    )
    for table in t.metadata.sorted_tables:
        assert f"`{table.name}`" in described


def test_every_view_is_described() -> None:
    described = PAGE.read_text(encoding="utf-8").partition("## Views")[2].partition("## ")[0]
    for name in NAMES:
        assert f"`{name}`" in described


def queries() -> dict[str, str]:
    """The queries of the page by their comment."""
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    parts = [part.strip() for part in block.split(";") if part.strip()]
    return {part.partition("\n")[0].strip("- "): part for part in parts}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, World]:
    """Twelve nights of a simulated county in a database, and its truth."""
    url = f"sqlite:///{tmp_path_factory.mktemp('days') / 'cj.sqlite'}"
    world = World(arrivals=4, days=12, seed=5)
    load_nights(world.nights(), url, site="practice")
    return url, world


def answer(url: str, question: str) -> list[tuple[Any, ...]]:
    (query,) = [query for name, query in queries().items() if name.startswith(question)]
    return rows(url, query)


def test_every_query_of_the_page_runs_and_answers(days: tuple[str, World]) -> None:
    url, _ = days
    (somebody,) = rows(url, "SELECT booking_number, person_id FROM bookings LIMIT 1")
    for query in queries().values():
        told = query.replace("26100001'", f"{somebody[0]}'", 1)
        told = told.replace(f"practice:{somebody[0]}", somebody[1])
        assert rows(url, told), query
    assert len(queries()) == 8


def test_how_many_are_held_is_how_many_are_held_and_not_how_many_ever_were(
    days: tuple[str, World],
) -> None:
    url, world = days
    truth = world.truth(world.days - 1)
    ((site, day, exact, people, bookings),) = answer(url, "how many people are held now")
    assert (site, day, exact, people) == ("practice", truth.day.isoformat(), 1, len(truth.held))
    assert bookings >= people
    assert rows(url, "SELECT COUNT(*) FROM people")[0][0] > 1.1 * people


def test_bounds_of_those_waiting_hold_the_truth(days: tuple[str, World]) -> None:
    url, world = days
    truth = world.truth(world.days - 1)
    ((_, low, high),) = answer(url, "held and waiting")
    assert 0 < low <= len(truth.waiting) <= high < len(truth.held) + 1


def test_people_held_by_day_are_the_truth_of_each_exact_day(days: tuple[str, World]) -> None:
    url, world = days
    found = answer(url, "people held by day")
    assert len(found) > 8
    for day, exact, people in found:
        if exact:
            number = (dt.date.fromisoformat(day) - dt.date(2026, 1, 5)).days
            # Whose page was never read is counted by booking.
            assert 0 <= people - len(world.truth(number).held) <= 3
