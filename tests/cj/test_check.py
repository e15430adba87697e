"""``cj check``: one visit, nothing written, no person's words printed."""

from __future__ import annotations

import json

import pytest

from cj.__main__ import main


def test_a_county_whose_entry_says_all_has_doubts_about_its_people_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Some invented people have a placeholder in place of a birth date.
    assert main(["check", "--site", "practice", "--limit", "3"]) == 3
    said = capsys.readouterr().out
    assert said.count("0 texts unread") == 2
    doubts = [line for line in said.splitlines() if line.lstrip().startswith("doubt")]
    assert doubts
    assert all("expected a date after 1900-01-01" in line for line in doubts)


def test_a_county_whose_entry_lacks_something_gets_its_lines_and_exit_3(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["check", "--site", "practice", "--limit", "3", "--practice-dialect", "bergen"]
    assert main(asked) == 3
    said = capsys.readouterr().out
    assert 'columns = ["name", "booking_number", "permanent_id", "release_date"]' in said
    assert '"booking_number", "hearings", "permanent_id"]' in said
    assert main([*asked, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["kinds"]["booking"]["read"] == 3
    assert "hearings" in told["lacks"]


def test_a_site_that_nobody_knows_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--site", "nowhere"]) == 2
    assert "unknown site 'nowhere'" in capsys.readouterr().err
