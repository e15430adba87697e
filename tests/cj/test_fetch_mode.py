"""How the command line chooses the fetch mode."""

from __future__ import annotations

import pytest

from cj.commands.crawl import fetch_mode_of
from cj.options import parser


@pytest.mark.parametrize("command", ["crawl", "jail", "odyssey"])
@pytest.mark.parametrize(
    ("given", "fetch_mode"),
    [
        ([], "auto"),
        (["--headed"], "browser"),
        (["--headed", "--fetch", "auto"], "auto"),
        (["--fetch", "http"], "http"),
        (["--fetch", "browser"], "browser"),
    ],
)
def test_the_fetch_mode_is_auto_and_with_a_window_the_browser_unless_said(
    command: str, given: list[str], fetch_mode: str
) -> None:
    assert fetch_mode_of(parser().parse_args([command, "--site", "practice", *given])) == fetch_mode
