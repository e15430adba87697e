"""The access log: one JSON line a request, appended, so that tests can count who was asked for, and
how often."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path


def fetch_mode_of(headers: Mapping[str, str]) -> str:
    """Who asks: every browser of today says how it fetches, and plain clients do not."""
    return "browser" if "sec-fetch-mode" in headers else "http"


class AccessLog:
    """Appends a line per request; a log without a path keeps nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def note(
        self,
        portal: str,
        page: str,
        *,
        method: str,
        path: str,
        status: int,
        person: str | None = None,
        session: str | None = None,
        fault: str | None = None,
        fetch_mode: str | None = None,
        detail: str | None = None,
        overlap: bool = False,
        ms: float | None = None,
    ) -> None:
        """``page`` is the page kind (search, list, detail, signin, ...), ``person`` the roster key
        it is about where the portal knows it, ``session`` the session cookie (only a short hash of
        it is written), ``fetch mode`` who asked: a ``browser``, or ``http`` requests; ``overlap``:
        see `practice.overlap`; ``ms`` the milliseconds from the request's arrival to the finished
        answer, latency and deliberate waits in them, and the time that it waited for the
        processor."""
        if self._path is None:
            return
        row = {
            "at": round(time.time(), 3),
            "portal": portal,
            "page": page,
            "method": method,
            "path": path,
            "status": status,
            "person": person,
            "session": hashlib.sha256(session.encode()).hexdigest()[:10] if session else None,
            "fault": fault,
            "fetch_mode": fetch_mode,
            "detail": detail,
            "overlap": overlap or None,
            "ms": None if ms is None else round(ms, 2),
        }
        line = (
            json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False) + "\n"
        )
        with self._lock, self._path.open("a", encoding="utf-8") as log:
            log.write(line)
