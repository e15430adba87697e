"""The README's figures are those of the result file, and what it names is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = " ".join(README.split())


def test_the_figures_are_those_of_the_result_file() -> None:
    result = json.loads((ROOT / "proof/results/crawl.json").read_text(encoding="utf-8"))
    for run in result["equality"]:
        assert run["exit_code"] == 0
        assert (
            f"| {run['people']} | {run['differences']} | {run['requests']:,} | {run['seconds']:.0f} |"
            in PROSE
        )
    killed = result["killed"]
    assert f"at {killed['kills']} random moments over {killed['people']} people" in PROSE
    assert f"{killed['requests']:,} requests in all" in PROSE


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
