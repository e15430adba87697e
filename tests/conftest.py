"""What the whole suite has: the fixture `replay`, and the order of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["replay.plugin"]
HERE = Path(__file__).parent
LONGEST = (
    "laws/test_fault_matrix.py",
    "cj/test_frozen_folders.py",
    "dags/test_jail_scraper.py",
    "operators/test_airflow.py",
    "scrapers/odyssey/test_scraper.py",
    "deploy/test_scripts.py",
    "scrapers/test_fetch_modes.py",
    "replay/test_fixtures.py",
    "laws/test_fault_stops.py",
    "scrapers/crawl/test_folder_s3.py",
    "laws/test_kill_and_resume.py",
    "resilience/test_session_lost.py",
    "scrapers/odyssey/test_kept.py",
    "scrapers/crawl/test_reparse.py",
)
"""Files of half a minute and more. A worker takes a file at a time: with the long ones first all
workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they were found."""
    rank = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))
