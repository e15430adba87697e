"""How the command line chooses the lane."""

from __future__ import annotations

import pytest

from cj.commands.crawl import lane_of
from cj.options import parser


@pytest.mark.parametrize("command", ["crawl", "jail", "odyssey"])
@pytest.mark.parametrize(
    ("given", "lane"),
    [
        ([], "auto"),
        (["--headed"], "browser"),
        (["--headed", "--lane", "auto"], "auto"),
        (["--lane", "plain"], "plain"),
        (["--lane", "browser"], "browser"),
    ],
)
def test_the_lane_is_auto_and_with_a_window_the_browser_unless_said(
    command: str, given: list[str], lane: str
) -> None:
    assert lane_of(parser().parse_args([command, "--site", "practice", *given])) == lane
