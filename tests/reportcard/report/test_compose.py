"""A card from measures: it says what they say, hides what is hidden, and keeps words apart."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from reportcard.guard.release import Public, guard_measures, open_
from reportcard.measures.measure import Measure
from reportcard.report.compose import About, compose
from reportcard.report.draw import draw_card
from reportcard.report.sentences import between, of_100, trend

DAY = dt.date(2026, 3, 5)
ABOUT = About(
    "Sample <County>",
    "sample",
    dt.datetime(2026, 3, 6, 4, 30, tzinfo=ZoneInfo("America/Chicago")),
    DAY,
    "0.1.0",
    notes=("Some people are never listed.",),
)


def measures() -> list[Measure]:
    def people(name: str, part: str, value: int, low: int | None = None, high: int | None = None,
               by: str = "", group: str = "") -> Measure:  # fmt: skip
        limits = "bounds" if low is not None else "none"
        return Measure(name, part, "people", value, low, high, 600, as_of=DAY, by=by, group=group,
                       limits=limits)  # fmt: skip

    return [
        people("held", "people", 600),
        *(people("held", "people", n, by="race", group=g)
          for g, n in (("<script>alert(1)</script>", 400), ("BETA", 196), ("GAMMA", 4))),
        people("awaiting_trial", "people", 250, 250, 450),
        people("awaiting_trial", "not_waiting", 150),
        people("awaiting_trial", "unknown", 200),
        people("held_so_far", "at_least_500", 40),
        people("unpaid_bond", "to_1000", 60, 60, 90),
        people("unpaid_bond", "any", 120, 120, 180),
        Measure("stay", "over_1", "share", 0.6, 0.58, 0.62, 3000, as_of=DAY, limits="sampling"),
        Measure("stay", "over_30", "share", 0.15, 0.1, 0.2, 3000, as_of=DAY, limits="sampling"),
        Measure("returns", "people_90", "share", None, n=0, as_of=DAY,
                note="too early: first figure on 2026-05-14"),
    ]  # fmt: skip


def page(internal: bool = False) -> str:
    numbers = [open_(m) for m in measures()] if internal else guard_measures(measures()).numbers
    about = ABOUT if not internal else About(**{**vars(ABOUT), "internal": True})
    return draw_card(compose(numbers, about))


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_first_screen_says_how_many_wait_and_for_how_many_the_records_do_not_say() -> None:
    said = text_of(page())
    assert "600 people were on the jail's list on March 6, 2026, 4:30 am." in said
    assert (
        "at least 250 of them are waiting for a trial; for 200 more the records do not say" in said
    )
    assert "at least 42 of 100" in said
    assert "at most 75 of 100" in said
    assert "An arrest is not a conviction." in said


def test_names_from_a_portal_stay_text() -> None:
    html = page()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "Sample &lt;County&gt;" in html


def test_a_small_group_is_hidden_and_one_with_it() -> None:
    assert re.search(r"GAMMA</th>\s*<td[^>]*>hidden", page())
    assert re.search(r"BETA</th>\s*<td[^>]*>hidden", page())


def test_the_internal_card_shows_all_and_says_so_on_every_page() -> None:
    html = page(internal=True)
    assert "INTERNAL: small groups, do not forward" in html
    assert re.search(r"GAMMA</th>\s*<td[^>]*>4<", html)
    assert "INTERNAL" not in page()


def test_what_is_too_early_says_from_when_on() -> None:
    assert "first figure on 2026-05-14" in text_of(page())


def test_a_wide_interval_is_about() -> None:
    said = text_of(page())
    assert "60 of 100 stays last more than 1 night;" in said
    assert "about 15 of 100 last more than 30" in said


def test_no_request_goes_out() -> None:
    html = page()
    assert not re.search(r"(?:src|href)=\"(?!#)(?!data/)", html)
    assert "default-src 'none'" in html


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([100.0] * 30, "no clear change"),
        ([100.0 + n * 0.1 for n in range(30)], "no clear change"),
        ([100.0 + n for n in range(30)], "more at the end"),
        ([200.0 - 2 * n for n in range(30)], "fewer at the end"),
        ([100.0, 50.0], "Too few days"),
    ],
)
def test_a_trend_is_said_only_where_it_is_clear(values: list[float], said: str) -> None:
    assert said in trend(values)


def test_intervals_in_words() -> None:
    def one(unit: str, low: float, high: float, limits: str) -> Public:
        return Public("stay", "x", unit, low, low, high, 100, 0, DAY, "", "", None, False, "",
                      limits, 1)  # fmt: skip

    assert between(one("share", 0.1, 0.2, "sampling")) == "between 10 and 20 of 100"
    assert between(one("people", 74, 112, "bounds")) == "at least 74, at most 112"
    assert between(one("cents", 25000, 100000, "sampling")) == "between $250 and $1,000"
    assert of_100(one("share", 0.38, 0.39, "sampling")) == "38 of 100"
