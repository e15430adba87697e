from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from practice.server import Options, running
from tests.cj.test_wrong_use import cj, refused


@pytest.mark.browser
def test_a_refused_password_is_submitted_once_by_all_workers_and_never_again(
    tmp_path: Path,
) -> None:
    log = tmp_path / "access.jsonl"
    with running(Options(people=6, access_log=log)) as portals:
        (tmp_path / "sites.toml").write_text(
            '[mine]\nname = "Mine"\ntime_zone = "America/Chicago"\n'
            f'[mine.jail]\nurl = "{portals.jail}"\n'
            f'[mine.court]\nurl = "{portals.portal}"\n'
        )
        secrets = {"ODYSSEY_USER": "casey@practice.invalid", "ODYSSEY_PASS": "not-the-word"}
        first = refused(cj(tmp_path, "crawl", "--site", "mine", "--workers", "3", **secrets))
        again = refused(cj(tmp_path, "crawl", "--site", "mine", "--workers", "3", **secrets))
    assert "refused" in first
    assert "not submitted again" in again
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(row["page"] == "signin-post" for row in rows) == 1
    for place, _, names in os.walk(tmp_path):
        for name in names:
            assert b"not-the-word" not in (Path(place) / name).read_bytes()
