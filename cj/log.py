"""The crawl's log: ``crawl.log`` in its folder, for the owner only and without secrets; the
terminal stays clean."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from resilience.scrub import scrub

_FORM = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


class _Scrubbed(logging.Formatter):
    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__(_FORM)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record), list(self._secrets()))


@contextlib.contextmanager
def logging_to(path: Path, secrets: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Everything that is logged goes to that file until the block ends, appended."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(descriptor, "a", encoding="utf-8", errors="backslashreplace") as stream:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(_Scrubbed(secrets))
        root, level = logging.getLogger(), logging.getLogger().level
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
