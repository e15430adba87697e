"""The access log: a line a request, appended, without secrets."""

from __future__ import annotations

import json
from pathlib import Path

from practice.log import AccessLog


def test_lines_are_appended_and_blanks_left_out(tmp_path: Path) -> None:
    path = tmp_path / "access.jsonl"
    for status in (200, 503):
        AccessLog(path).note(
            "iml", "detail", method="POST", path="/IML", status=status, person="00400001"
        )
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["status"] for row in rows] == [200, 503]
    assert rows[0]["person"] == "00400001"
    assert "fault" not in rows[0]


def test_a_session_is_named_by_a_hash_only(tmp_path: Path) -> None:
    path = tmp_path / "access.jsonl"
    AccessLog(path).note(
        "iml", "list", method="POST", path="/IML", status=200, session="SECRET-COOKIE"
    )
    text = path.read_text(encoding="utf-8")
    assert "SECRET" not in text
    assert len(json.loads(text)["session"]) == 10


def test_a_line_says_how_long_the_answer_took_where_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "access.jsonl"
    for ms in (12.3456, None):
        AccessLog(path).note("iml", "detail", method="POST", path="/IML", status=200, ms=ms)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row.get("ms") for row in rows] == [12.35, None]


def test_a_log_without_a_path_keeps_nothing(tmp_path: Path) -> None:
    AccessLog().note("iml", "list", method="GET", path="/IML", status=200)
    assert list(tmp_path.iterdir()) == []
