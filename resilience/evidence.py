"""What a failure looked like, for the person who has to find out: the fault, the page, a picture,
the browser's log."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any

from selenium.common.exceptions import WebDriverException
from urllib3.exceptions import HTTPError

from resilience import faults, scripts
from resilience.faults import Fault
from resilience.scrub import scrub
from resilience.session import Session


def describe(fault: Fault, *, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """The fault as plain data for a JSON file: name, cure, message, address, what caused it;
    without secrets."""
    known = list(secrets)
    told: dict[str, Any] = {
        "fault": fault.name,
        "cure": fault.cure.value,
        "message": scrub(str(fault), known),
        "url": scrub(fault.url, known) if fault.url else None,
    }
    if fault.last_words:
        told["last_words"] = scrub(fault.last_words, known)[-1000:]
    if isinstance(fault, faults.Busy):
        told["retry_after_seconds"] = fault.retry_after
    if isinstance(fault, faults.LayoutChanged):
        told |= {
            "what": scrub(fault.what, known),
            "expected": scrub(str(fault.expected), known),
            "found": scrub(str(fault.found), known),
        }
    cause = fault.__cause__
    if cause is not None:
        told["caused_by"] = f"{type(cause).__name__}: {scrub(str(cause), known)[:500]}"
    frames = traceback.extract_tb(fault.__traceback__)
    told["where"] = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-6:]
    ]
    return told


class Evidence:
    """Keeps what failed people's last pages looked like. It is handed its writer: ``write(name,
    content)``.

    Per key: ``fault.json`` always, ``driver.log`` with a lost browser's last words; ``page.html``,
    ``screen.png`` and ``browser.log`` while there are fewer than ``most`` folders with pages, and
    only once for the same fault on the same page (``fault.json`` then names the first). No file is
    longer than ``biggest`` bytes. ``secrets`` gives the words that must appear
    nowhere. Safe between threads."""

    def __init__(
        self,
        write: Callable[[str, bytes], object],
        *,
        secrets: Callable[[], Iterable[str]] = tuple,
        most: int = 200,
        biggest: int = 2_000_000,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._write = write
        self._secrets = secrets
        self._most = most
        self._biggest = biggest
        self._now = now
        self._seen: dict[str, str] = {}
        self._pages = 0
        self._lock = threading.Lock()

    def keep(self, key: str, fault: Fault, session: Session | None = None) -> list[str]:
        """Writes the evidence for one failed person below ``key``; gives the names written. Never
        raises a fault.

        A lost browser is not asked again: there is nothing to see, and it could only hang. In fetch
        mode http the page is the last answer as it came, and there is no picture."""
        secrets = list(self._secrets())
        told = describe(fault, secrets=secrets) | {"at": self._now().isoformat(timespec="seconds")}
        files: dict[str, bytes] = {}
        if session is not None:
            told["faults_met"] = dict(session.statistics)
            told["status"] = session.status
            told["fetch_mode"] = session.fetch_mode
            if session.fetch_mode == "http":
                files = self._answer(session, secrets, told)
            elif session.running and not isinstance(fault, faults.BrowserLost | faults.Stopped):
                files = self._look(session, secrets, told)
        page = files.get("page.html", b"")
        mark = hashlib.sha256(f"{fault.name}\0".encode() + page).hexdigest()
        with self._lock:
            first = self._seen.setdefault(mark, key) if page else key
            if first != key:
                told["same_page_as"] = first
                files = {}
            elif self._pages >= self._most:
                told["left_out"] = f"pages and pictures of more than {self._most} failures"
                files = {}
            elif files:
                self._pages += 1
        if fault.last_words:
            files["driver.log"] = scrub(fault.last_words, secrets).encode("utf-8", "replace")
        files["fault.json"] = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False).encode(
            "utf-8", "replace"
        )
        for name, content in files.items():
            self._write(f"{key}/{name}", content)
        return [f"{key}/{name}" for name in files]

    def _answer(
        self, session: Session, secrets: list[str], told: dict[str, Any]
    ) -> dict[str, bytes]:
        """What a plain request brought last."""
        told["no_picture"] = "read by a plain request, without a browser: there was no screen"
        if session.seen is None:
            told["no_page"] = "the last request brought no whole answer"
            return {}
        told["page_url"] = scrub(session.seen.url, secrets)
        content = scrub(session.seen.text, secrets).encode("utf-8", "replace")
        return {"page.html": content[: self._biggest]}

    def _look(self, session: Session, secrets: list[str], told: dict[str, Any]) -> dict[str, bytes]:
        files: dict[str, bytes] = {}

        def text(content: str) -> bytes:
            return scrub(content, secrets).encode("utf-8", "replace")[: self._biggest]

        try:
            driver = session.driver
            told["page_url"] = scrub(str(driver.current_url), secrets)
            files["page.html"] = text(str(driver.execute_script(scripts.OUTER, None)))
            picture = base64.b64decode(driver.get_screenshot_as_base64())
            if len(picture) <= self._biggest:
                files["screen.png"] = picture
            lines = [
                f"{entry.get('level')} {entry.get('message')}"
                for entry in session.browser.log("browser")
            ]
            if lines:
                files["browser.log"] = text("\n".join(lines[-500:]) + "\n")
        except (WebDriverException, HTTPError, OSError, Fault) as error:
            told["evidence_incomplete"] = (
                f"{type(error).__name__}: {scrub(str(error), secrets)[:200]}"
            )
        return files
