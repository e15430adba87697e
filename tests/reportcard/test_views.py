"""The views for questions in SQL say what the panel says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from practice.history import World
from reportcard.history import load_nights
from reportcard.panel.model import Panel
from reportcard.panel.read import panel_of_site
from tests.reportcard.test_load import rows


@pytest.fixture(scope="module", params=["all", "in-custody"])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of twenty-five nights of a simulated county, with a seed that draws a few stays
    of two bookings (about one in a hundred)."""
    url = f"sqlite:///{tmp_path_factory.mktemp('county') / 'cj.sqlite'}"
    world = World(arrivals=3, days=25, seed=4, search=request.param)
    load_nights(world.nights(), url, site="practice")
    return url


@pytest.fixture(scope="module")
def panel(county: str) -> Panel:
    return panel_of_site(county, "practice")


def day(ordinal: int | None) -> str | None:
    return None if ordinal is None else dt.date.fromordinal(ordinal).isoformat()


def test_current_roster_is_who_is_held_on_the_newest_list(county: str, panel: Panel) -> None:
    assert panel.newest is not None
    held = list(panel.held.on(panel.newest))
    bookings = {booking.number for one in held for booking in one.bookings}
    found = rows(county, "SELECT booking_number FROM current_roster WHERE held")
    assert {row[0] for row in found} == bookings
    assert rows(county, "SELECT COUNT(DISTINCT person_id) FROM current_roster WHERE held") == [
        (len(held),)
    ]
    today = panel.crawls[panel.newest].day.toordinal()
    nights = {one.bookings[0].number: today - panel.ends(one.bookings[0])[0] for one in held}
    for number, so_far in rows(county, "SELECT booking_number, nights_so_far FROM current_roster"):
        if number in nights:
            assert so_far == nights[number]


def test_current_custody_is_the_courts_answer_of_each(county: str, panel: Panel) -> None:
    assert panel.newest is not None
    answers: dict[str, int] = {}
    for one in panel.held.on(panel.newest):
        answer = panel.held.custody(one, panel.newest).answer
        answers[answer] = answers.get(answer, 0) + 1
    counted = "SELECT court_answer, COUNT(*) FROM current_custody GROUP BY court_answer"
    assert dict(rows(county, counted)) == answers
    assert len(answers) == 3


def test_stays_are_those_of_the_panel(county: str, panel: Panel) -> None:
    expected: list[tuple[Any, ...]] = sorted(
        (
            min(booking.number for booking in stay.bookings),
            len(stay.bookings),
            day(stay.start),
            day(stay.release),
            day(stay.vanished),
        )
        for stay in panel.stays
    )
    found = rows(
        county,
        "SELECT first_booking, bookings, started_on, released_on, gone_since FROM stays "
        "ORDER BY first_booking",
    )
    assert found == expected
    assert len([row for row in found if row[1] > 1]) > 0


def test_returns_are_the_next_stay_of_each(county: str, panel: Panel) -> None:
    expected = []
    for person in panel.people:
        for one, other in zip(person.stays, [*person.stays[1:], None], strict=True):
            if one.release is not None:
                back = other.start if other is not None else None
                days = back - one.release if back is not None else None
                expected.append((day(one.release), day(back), days))
    found = rows(county, "SELECT released_on, back_on, days FROM returns")
    assert sorted(found, key=str) == sorted(expected, key=str)
