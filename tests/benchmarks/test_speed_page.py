"""The page of speed says what the result file says, and which goals it does not reach."""

from __future__ import annotations

import json

from benchmarks.parts import start
from benchmarks.parts.page import PAGE, RESULT, figures, goals


def test_the_page_shows_the_figures_of_the_result_file() -> None:
    told = json.loads(RESULT.read_text(encoding="utf-8"))
    assert figures(told) in PAGE.read_text(encoding="utf-8"), (
        "run: python benchmarks/crawl_speed.py"
    )


def test_a_result_says_when_from_what_and_beside_how_much_other_work() -> None:
    told = json.loads(RESULT.read_text(encoding="utf-8"))
    assert {"commit", "date", "system", "memory_gb", "load", "scrapy", "quick"} <= told.keys()
    assert len(told["commit"]) == 40


def test_every_section_says_when_and_from_what_it_was_measured() -> None:
    told = json.loads(RESULT.read_text(encoding="utf-8"))
    assert told["measured"].keys() == told["took_s"].keys()
    for at in told["measured"].values():
        assert (len(at["commit"]), at["date"] <= told["date"]) == (40, True)


def test_every_goal_that_is_missed_is_said_with_its_reason() -> None:
    told = json.loads(RESULT.read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    for goal in goals(told):
        if goal.met is False:
            assert f"- {goal.what}: {goal.why}." in text


def test_the_help_page_loads_nothing_heavy() -> None:
    assert start.help_page(1)["heavy_packages"] == []
