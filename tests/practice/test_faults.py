"""Faults on order: the same draw whatever the order of requests, at most one strike, remembered
across restarts."""

from __future__ import annotations

from pathlib import Path

import pytest

from practice.faults import BadFaultError, Faults, Order, parse

PEOPLE = [f"{n:08d}" for n in range(400)]


def test_orders_are_read() -> None:
    assert parse(" slow=0.05, busy@40 ,") == (Order("slow", probability=0.05), Order("busy", at=40))
    assert parse("") == ()


@pytest.mark.parametrize(
    "text",
    ["sloww=0.1", "slow=often", "slow=1.5", "slow=-1", "busy@0", "busy@x", "slow", "slow[1=1"],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(BadFaultError, match=r"\w"):
        parse(text)


def test_about_the_asked_share_is_struck_each_once() -> None:
    faults = Faults(parse("slow=0.1"))
    first = [person for person in PEOPLE if faults.strikes("slow", person, "detail")]
    assert 20 < len(first) < 65
    assert not any(faults.strikes("slow", person, "detail") for person in PEOPLE)


def test_the_draw_does_not_depend_on_the_order_of_requests() -> None:
    ahead, back = Faults(parse("busy=0.2"), seed=3), Faults(parse("busy=0.2"), seed=3)
    first = {person for person in PEOPLE if ahead.strikes("busy", person, "detail")}
    second = {person for person in reversed(PEOPLE) if back.strikes("busy", person, "detail")}
    assert first == second
    other = Faults(parse("busy=0.2"), seed=4)
    assert first != {person for person in PEOPLE if other.strikes("busy", person, "detail")}


def test_page_kinds_and_faults_are_drawn_apart() -> None:
    faults = Faults(parse("busy=0.2,slow=0.2"))
    detail = {person for person in PEOPLE if faults.strikes("busy", person, "detail")}
    assert detail != {person for person in PEOPLE if faults.strikes("busy", person, "case")}
    assert detail != {person for person in PEOPLE if faults.strikes("slow", person, "detail")}


def test_a_strike_is_remembered_across_restarts(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    assert Faults(parse("slow=1"), memory=memory).strikes("slow", "1", "detail")
    again = Faults(parse("slow=1"), memory=memory)
    assert not again.strikes("slow", "1", "detail")
    assert again.strikes("slow", "2", "detail")


def test_a_numbered_fault_strikes_once_from_that_request_on(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    faults = Faults(parse("busy@3"), memory=memory)
    struck = []
    for _ in range(6):
        faults.request()
        struck.append(faults.strikes("busy", None, "list"))
    assert struck == [False, False, True, False, False, False]
    later = Faults(parse("busy@1"), memory=memory)
    later.request()
    assert later.strikes("busy", None, "list")  # another number is another order


def test_a_state_lasts_for_everybody_it_was_drawn_for() -> None:
    faults = Faults(parse("silent-empty=0.3"))
    first = [faults.active("silent-empty", person) for person in PEOPLE]
    assert first == [faults.active("silent-empty", person) for person in PEOPLE]
    assert 80 < sum(first) < 160
    assert not faults.active("slow", "1")


def test_a_numbered_state_begins_and_stays() -> None:
    faults = Faults(parse("silent-empty@2"))
    states = []
    for _ in range(4):
        faults.request()
        states.append(faults.active("silent-empty", "1"))
    assert states == [False, True, True, True]
    assert faults.has("silent-empty")
    assert not faults.has("slow")


def test_nothing_strikes_that_was_not_ordered() -> None:
    faults = Faults()
    faults.request()
    assert not any(faults.strikes(name, "1", "detail") for name in ("slow", "busy"))


def test_an_order_may_be_for_one_person_alone() -> None:
    faults = Faults(parse("dead:detail[00000007]=1"))
    struck = [p for p in PEOPLE if faults.stands("dead", p, "detail", "iml")]
    assert struck == ["00000007"]
    assert not faults.stands("dead", "00000007", "case", "odyssey")
    assert not faults.stands("dead", None, "detail", "iml")
