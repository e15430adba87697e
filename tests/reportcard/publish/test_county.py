"""A county out of the database as it is published: totals of the newest day, groups of a month."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cj.__main__ import main


def history(folder: Path, days: int) -> list[str]:
    """A simulated county of so many nights in a database; the options that name it."""
    where = ["--database", f"sqlite:///{folder / 'cj.sqlite'}"]
    people = ["--people", "150", "--days", str(days), "--seed", "5"]
    assert main(["practice", "history", *people, *where]) == 0
    return [*where, "--data", str(folder)]


@pytest.mark.parametrize(("days", "month"), [(5, None), (40, "2026-01")])
def test_groups_come_once_a_whole_month_was_watched(
    tmp_path: Path, days: int, month: str | None
) -> None:
    options = history(tmp_path, days)
    site = tmp_path / "published"
    assert main(["publish", str(site), *options]) == 0
    index = json.loads((site / "api/v1/index.json").read_text())
    (county,) = index["counties"]
    held = json.loads((site / county["measures"][0]["path"]).read_text())
    assert held["groups_month"] == month
    assert any(value["by"] for value in held["values"]) is (month is not None)
    assert main(["verify", str(site), *options]) == 0
    assert main(["report", *options]) == 0
    assert "waiting for a trial" in (tmp_path / "report/practice.html").read_text()
