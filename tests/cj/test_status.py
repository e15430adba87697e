from __future__ import annotations

import json
from pathlib import Path

import pytest

from cj.__main__ import main
from scrapers.crawl import CrawlFolder
from tests.cj.county import crawled


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["status", "--json", *arguments]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_status_counts_from_the_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawled(tmp_path / "c")
    (tmp_path / "c" / "summary.json").unlink()
    (tmp_path / "c" / "odyssey" / "00000002.json").unlink()
    status = told(capsys, str(tmp_path / "c"))
    halves: dict[str, dict[str, dict[str, int]]] = status["halves"]  # type: ignore[assignment]
    assert halves["odyssey"]["counts"] == {
        "found": 4,
        "not_found": 1,
        "unverified": 0,
        "failed": 0,
        "carried": 0,
        "not_asked": 0,
        "pending": 1,
    }
    assert (status["state"], status["running"], status["exit_code"]) == ("unfinished", False, 3)
    assert status["to_go_on"] == f"cj crawl --out {tmp_path / 'c'}"


def test_status_sees_that_somebody_works_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawled(tmp_path / "c")
    with CrawlFolder(tmp_path / "c").locked():
        assert told(capsys, str(tmp_path / "c"))["running"] is True
    assert told(capsys, str(tmp_path / "c"))["running"] is False


def test_status_finds_the_newest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crawled(tmp_path / "data" / "one")
    assert str(told(capsys, "--data", str(tmp_path / "data"))["folder"]).endswith("/data/one")


def test_status_for_people_shows_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawled(tmp_path / "c")
    assert main(["status", str(tmp_path / "c")]) == 0
    said = capsys.readouterr().out
    assert "complete, coverage 100.0 %" in said
