"""The page of figures says what the result files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from proof.harness import RESULTS
from proof.harness_page import PAGE, figures, result

LAWS = ("matrix", "soak", "stop", "kill")


def test_the_page_shows_the_figures_of_the_result_files() -> None:
    assert figures() in PAGE.read_text(encoding="utf-8"), "run: python proof/harness_page.py"


@pytest.mark.parametrize("name", [name for name in LAWS if (RESULTS / f"{name}.json").exists()])
def test_a_result_says_when_from_what_and_with_which_seed(name: str) -> None:
    told = result(name)
    assert {"seed", "commit", "date", "what"} <= told.keys()
    assert len(told["commit"]) == 40


def test_the_results_are_good_ones() -> None:
    assert result("matrix")["wrong"] == []
    assert not (RESULTS / "stop.json").exists() or result("stop")["wrong"] == []
    soak = result("soak")
    assert (soak["records_not_true"], soak["false_successes"], soak["files_lost"]) == (0, 0, 0)
    assert soak["finished_people_asked_again"] == 0
    assert set(soak["left_over"].values()) == {0}
    assert soak["requests"] <= soak["requests_allowed"]


def test_every_proof_is_named_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in (*LAWS, "operators"):
        assert f"proof/{name}_proof.py" in text
        assert Path(PAGE.parent.parent / "proof" / f"{name}_proof.py").is_file()
