"""What the whole suite has: the fixture `replay`."""

from __future__ import annotations

pytest_plugins = ["scrapers.replay.plugin"]
