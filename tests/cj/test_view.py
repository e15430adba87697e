from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from cj.report import show_summary
from cj.view import HalfView, View, clock_text
from resilience.faults import Slow
from scrapers.crawl import COURT, HALVES, CrawlFolder
from scrapers.crawl.events import Expected, HalfExpected, Reached
from tests.cj.county import crawled
from tests.scrapers.crawl.county import County, crawl, key


def seen(
    tmp_path: Path, county: County, *, terminal: bool, seconds: float = 0.0, **options: object
) -> str:
    """What is written while the county is crawled, each event so many seconds after the other."""
    out, at = io.StringIO(), [0.0]
    screen = Console(file=out, force_terminal=terminal, width=110, color_system=None)

    def clock() -> float:
        at[0] += seconds
        return at[0]

    view = View(CrawlFolder(tmp_path / "c"), "practice", HALVES, on=screen, clock=clock)
    with view:
        result = crawl(county, tmp_path / "c", progress=view, **options)  # type: ignore[arg-type]
    view.conclude(result.summary)
    return out.getvalue()


def test_without_a_terminal_there_are_plain_lines_now_and_then(tmp_path: Path) -> None:
    said = seen(tmp_path, County(20), terminal=False)
    lines = [line for line in said.splitlines() if line.startswith("jail ")]
    assert 2 <= len([line for line in lines if "/20" in line]) <= 5
    assert "\x1b" not in said


def test_a_slow_crawl_says_something_every_few_seconds(tmp_path: Path) -> None:
    said = seen(tmp_path, County(3), terminal=False, seconds=6.0)
    assert len([line for line in said.splitlines() if "odyssey " in line and "/3" in line]) >= 5


def test_on_a_terminal_a_bar_shows_counts(tmp_path: Path) -> None:
    said = seen(tmp_path, County(4, none=[key(1)]), terminal=True)
    assert "━" in said
    assert "3 found · 1 no case" in said


def test_the_end_tells_counts_coverage_places_and_how_to_go_on(tmp_path: Path) -> None:
    county = County(3)
    county.trouble = lambda half, who, n: (
        Slow("too slow") if half == COURT and who == key(2) else None
    )
    said = seen(tmp_path, county, terminal=False)
    assert "complete, with failures, coverage 83.3 %" in said
    assert f"failed odyssey {key(2)}: Slow: too slow (failed/odyssey/{key(2)})" in said
    assert "cured on the way: Slow 5" in said
    assert f"to go on: cj crawl --out {tmp_path / 'c'}" in said


def test_coverage_is_never_rounded_up_to_all(tmp_path: Path) -> None:
    summary = crawled(tmp_path / "c").summary
    out = io.StringIO()
    almost = summary.model_copy(update={"coverage": 0.99999})
    show_summary(almost, CrawlFolder(tmp_path / "c"), Console(file=out, width=110))
    assert "complete, coverage 99.9 %" in out.getvalue()


def test_durations_are_said_as_one_would() -> None:
    assert [clock_text(s) for s in (0.2, 40, 150, 5990, 12000)] == [
        "1 s",
        "40 s",
        "2 min",
        "1 h 40 min",
        "3 h 20 min",
    ]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (200.0, "  about 3 h 20 min at the pace allowed; Ctrl-C stops, the same command goes on"),
        (
            None,
            "  no rate limit configured; duration depends on response times; "
            "Ctrl-C stops, the same command goes on",
        ),
    ],
)
def test_the_time_ahead_is_said_where_a_pace_tells_it(
    tmp_path: Path, minutes: float | None, said: str
) -> None:
    out = io.StringIO()
    view = View(CrawlFolder(tmp_path), "practice", HALVES, on=Console(file=out, width=200))
    view(Expected((HalfExpected(COURT, 10, {}, 80, minutes),)))
    assert out.getvalue().splitlines() == [
        "  odyssey: 10 people to ask about, about 80 pages",
        said,
    ]


def test_pages_a_minute_stand_beside_what_is_permitted(tmp_path: Path) -> None:
    view = HalfView(HalfExpected(COURT, 10, {}, 80, 1.0), clock=lambda: 0.0)
    assert "pages/min" not in view.line()
    view.reached = Reached(COURT, 377.4, 400.0, 2)
    assert view.line() == "odyssey 0/10, 377 of 400 pages/min"
    view.reached = Reached(COURT, 1200.0, None, 2)
    assert view.line() == "odyssey 0/10, 1200 pages/min"


def test_the_end_tells_what_each_portal_was_asked(tmp_path: Path) -> None:
    said = seen(tmp_path, County(6), terminal=False)
    assert re.search(
        r"^jail: "
        r"no rate limit configured, reached [\d,]+ pages a minute \(\d sessions?, a page took",
        said,
        re.M,
    )
