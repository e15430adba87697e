"""The world that portals are given."""

from __future__ import annotations

from practice.faults import Faults
from practice.log import AccessLog
from practice.people import generate
from practice.world import Account, World


def test_a_case_is_found_by_its_inner_id() -> None:
    people = generate(5, 1)
    case = people.parties[-1].cases[-1]
    assert people.case(case.case_id) == case
    assert people.case("no such id") is None


def test_the_day_moves_the_countys_calendar_and_a_password_is_not_shown() -> None:
    world = World(
        generate(1, 1), 3, Account("a@practice.invalid", "very secret"), Faults(), AccessLog()
    )
    assert world.today.isoformat() == "2026-01-08"
    assert "very secret" not in repr(world)
