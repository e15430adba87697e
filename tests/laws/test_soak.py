"""A short soak: faults, and crawler, browser and driver killed or frozen at random moments;
`proof/soak_proof.py` in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from proof.harness_soak import Soak

pytestmark = pytest.mark.browser


def test_whatever_is_killed_a_crawl_ends_with_the_truth_and_leaves_nothing(tmp_path: Path) -> None:
    soak = Soak(tmp_path, people=8, seed=20261122, share=0.05)
    assert soak.run(6, (0.5, 3.0), patience=240.0, tell=print)
    assert soak.hand.done.total() > 0
    assert soak.untrue() == []
    assert soak.false_success == []
    assert (soak.asked_again, soak.lost_files) == ([], 0)
    assert soak.left_over() == {"processes": 0, "profile_folders": 0, "temporaries": 0}
