"""``cj measures`` and ``cj practice history``."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from cj.__main__ import main
from practice.history import World
from reportcard.history import load_nights


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of a small county."""
    url = f"sqlite:///{tmp_path_factory.mktemp('county') / 'cj.sqlite'}"
    load_nights(World(arrivals=2, days=8, seed=1).nights(), url, site="practice")
    return url


def test_json_has_numbers_definitions_and_versions(
    county: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measures", "--database", county, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (held, *_) = [one for one in told["counties"]["practice"] if one["name"] == "held"]
    assert held["value"] > 0
    assert held["version"] == told["definitions"]["held"]["version"]


def test_csv_is_a_private_table_with_all_numbers(county: str, tmp_path: Path) -> None:
    assert main(["measures", "--database", county, "--csv", str(tmp_path / "out")]) == 0
    path = tmp_path / "out" / "measures.csv"
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["name"] for row in rows} >= {"held", "awaiting_trial", "coverage"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_table_shows_every_title(county: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "--database", county, "--site", "practice"]) == 0
    assert "People held" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--site", "elsewhere"], "no crawl of elsewhere"),
        (["--population", "nowhere.csv"], "nowhere.csv"),
        (["--night-cost", "much"], "dollars a night"),
        (["--offenses", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_wrong_use_is_one_line(
    county: str, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measures", "--database", county, *more]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_nothing_loaded_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "--database", f"sqlite:///{tmp_path / 'none.sqlite'}"]) == 2
    assert "nothing has been loaded" in capsys.readouterr().err
