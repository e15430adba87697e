from __future__ import annotations

import logging
import stat
from pathlib import Path

from cj.log import logging_to


def test_the_log_is_private_appended_and_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "crawl.log"
    for word in ("first", "second"):
        with logging_to(path, lambda: ("hush-hush-1",)):
            logging.getLogger("resilience").warning("%s: signed in with %s", word, "hush-hush-1")
    text = path.read_text()
    assert "first: signed in with ***" in text
    assert "second" in text
    assert "hush" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_after_the_block_nothing_is_logged_there(tmp_path: Path) -> None:
    with logging_to(tmp_path / "crawl.log", tuple):
        pass
    logging.getLogger("resilience").info("later")
    assert (tmp_path / "crawl.log").read_text() == ""
