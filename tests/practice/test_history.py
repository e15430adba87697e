"""The simulated county keeps its laws, and its lines say all of it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from practice.history import NONE, World, laws
from practice.history.lines import lines
from practice.history.lives import residents
from reportcard.panel.simulated import Nights, panel_of


@pytest.fixture(scope="module")
def lives() -> list[tuple[int, str, str]]:
    """(nights, band, kind) of many custodies."""
    people = residents(30, 0, 4)
    return [
        (one.nights, one.band, one.kind)
        for person in people
        for one in person.custodies
        if not one.second and one.start < -24 * 400
    ]


@pytest.mark.parametrize("nights", [0, 1, 7, 30, 180])
def test_stays_follow_their_law(lives: list[tuple[int, str, str]], nights: int) -> None:
    for band in (None, "felony", "violation"):
        some = [one for one in lives if band in (None, one[1])]
        share = sum(one[0] > nights for one in some) / len(some)
        assert share == pytest.approx(laws.share_over(nights, band), abs=0.012)


def test_ways_out_follow_their_law(lives: list[tuple[int, str, str]]) -> None:
    for kind in ("bond", "sentence", "transfer"):
        share = sum(one[2] == kind and one[0] <= 30 for one in lives) / len(lives)
        assert share == pytest.approx(laws.exit_share(kind, 30), abs=0.01)


def test_shares_of_bands_and_bonds_are_one() -> None:
    assert sum(share for *_, share in laws.mixture()) == pytest.approx(1)
    assert sum(share for _, _, share in laws.GRADES) == pytest.approx(1)
    for rows in (*laws.SITUATIONS.values(), *laws.EXITS.values()):
        assert sum(share for _, share in rows) == pytest.approx(1)


def test_the_same_arguments_give_the_same_lines() -> None:
    one, other = (list(lines(World(arrivals=1, days=5, seed=3).nights())) for _ in "ab")
    assert one == other
    assert one != list(lines(World(arrivals=1, days=5, seed=4).nights()))


def test_lines_and_nights_give_one_panel() -> None:
    world = World(arrivals=1, days=8, seed=3)
    nights = Nights()
    for night in world.nights():
        nights.night(night.crawl, night.rows, night.pages, night.cases, night.court)
    direct, read = nights.panel(), panel_of(lines(world.nights()))
    assert direct.bookings == read.bookings
    assert {number: case.versions for number, case in direct.cases.items()} == {
        number: case.versions for number, case in read.cases.items()
    }


def test_nobody_reads_in_a_gap_and_an_untroubled_county_misses_no_night() -> None:
    world = World(arrivals=1, days=10, seed=1, trouble=NONE, gap=(4, 7))
    assert [night.number for night in world.nights()] == [0, 1, 2, 3, 7, 8, 9]


def test_a_list_of_people_in_custody_only_shows_no_release() -> None:
    world = World(arrivals=2, days=10, seed=1, search="in-custody")
    assert {row["release_date"] for night in world.nights() for row, _ in night.rows} == {None}


def test_the_command_prints_lines() -> None:
    command = [sys.executable, "-m", "practice", "history", "--people=30", "--days=3"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    kinds = {json.loads(line)["row"] for line in printed.stdout.splitlines()}
    assert kinds == {"crawl", "page", "case", "listed", "court"}
