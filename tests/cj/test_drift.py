"""A portal renames a label between two days: what ``cj jail`` says, and how the county's entry ends
it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cj.__main__ import main
from scrapers.crawl import CrawlFolder, read_summary

PEOPLE = 60
WORLD = ["--site", "practice", "--practice-people", str(PEOPLE)]
RENAMED = ["--practice-faults", "drifted-label=1"]


def test_a_renamed_label_stops_the_county_until_its_entry_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = str(tmp_path / "one"), str(tmp_path / "two")
    assert main(["jail", "--out", first, *WORLD, "--fetch", "http"]) == 0
    day = ["jail", "--out", second, *WORLD, "--practice-day", "1", "--fetch", "http", *RENAMED]

    assert main(day) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "commitment_date was empty on the last 20 booking pages" in said
    line = re.search(r'labels = \{ ("[^"]+" = "commitment_date") \}', said)
    assert line is not None
    aside = list((tmp_path / "two" / "drifted" / "jail").glob("*.json"))
    assert len(aside) > 10

    assert main(day) == 3
    assert "stopped before the first person: Drifted" in capsys.readouterr().out

    (tmp_path / "sites.toml").write_text(f"[practice.jail.labels]\n{line[1]}\n")
    assert main(day) == 0
    summary = read_summary(CrawlFolder(second))
    assert summary is not None
    assert summary.usual["booking"]["commitment_date"] > 0.8
    assert not list((tmp_path / "two").glob("drift-*.json"))
