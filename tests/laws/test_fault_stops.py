"""What cannot be cured ends clearly, and nothing false is written; in full in
`proof/stop_proof.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proof.harness import Stage, stage
from proof.harness_stop import dies, stops, unreachable, wrong

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def county() -> Iterator[Stage]:
    with stage(12) as one:
        yield one


@pytest.fixture(scope="module")
def village() -> Iterator[Stage]:
    with stage(4) as one:
        yield one


def test_who_cannot_be_fetched_is_named_and_nobody_else(county: Stage, tmp_path: Path) -> None:
    told = unreachable(county, tmp_path / "crawl")
    assert told["cannot_be_fetched"] > 0
    assert told["exactly_those"]
    assert (told["exit_code"], told["others_not_true"], told["others_missing"]) == (3, 0, 0)


def test_a_portal_that_died_is_left_alone_soon_and_the_next_run_goes_on(
    county: Stage, tmp_path: Path
) -> None:
    told = dies(county, tmp_path / "crawl", at=40, limit=3)
    assert all(most <= 3 for most in told["failed_before_it_stopped"].values()), told
    assert "failures in a row" in told["stopped"]
    assert (told["exit_code"], told["next_run_exit_code"]) == (3, 0)
    assert (told["asked_again"], told["not_true"], told["coverage"]) == (0, 0, 1.0)


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ("block-awswaf@25", "Blocked"),
        ("captcha@25", "CaptchaAsked"),
        ("renamed-section:odyssey:case@25", "LayoutChanged"),
        ("wrong password", "SignInRefused"),
    ],
)
def test_a_fault_that_stays_stops_the_crawl_with_its_name(
    village: Stage, tmp_path: Path, order: str, name: str
) -> None:
    assert wrong(stops(village, tmp_path / "crawl", order), name) == ""
