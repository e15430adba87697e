"""What the proofs of reliability share: portals with their truth, hasty waits, processes of a
browser, result files."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from operators.output import Output, produce
from practice.faults import Faults, parse
from practice.server import Options, Running, running
from practice.truth import truth
from resilience.fetch_modes import FetchChoice
from resilience.pace import Pace, nap
from resilience.session import Session
from resilience.settings import Timeouts
from scrapers.jail import JailScraper
from scrapers.odyssey import OdysseyScraper
from scrapers.sites import Site, site_of
from scrapers.visitor import origins_of
from tests.laws.process import search_of

RESULTS = Path(__file__).resolve().parent / "results"
TIMEOUTS = Timeouts(page=2.5, script=2.5, element=2.5, client=4.0)
HASTE = 25.0
"""So many times faster than told the waits of a `hasty` pace pass; the clock is moved on by what
was told."""


def hasty() -> Pace:
    """A free pace whose back-off takes little of its time: an empty 202 alone would cost a
    minute."""
    ahead = 0.0

    def clock() -> float:
        return time.time() + ahead

    def sleep(seconds: float) -> None:
        nonlocal ahead
        nap(seconds / HASTE)
        ahead += seconds - seconds / HASTE

    return Pace.free(clock=clock, sleep=sleep)


@dataclass
class Stage:
    """Running practice portals whose faults can be changed, their truth by key, and scrapers for
    them."""

    portals: Running
    site: Site
    truth: dict[str, dict[str, Any]]
    log: Path
    timeouts: Timeouts = TIMEOUTS
    fetch_mode: FetchChoice = "browser"

    def order(self, text: str, *, seed: int = 0) -> Faults:
        """From now on these faults and no others; nothing has struck yet."""
        self.portals.world.faults = Faults(parse(text), seed=seed)
        return self.portals.world.faults

    def rows(self, start: int = 0) -> list[dict[str, Any]]:
        """Lines of the access log from that one on."""
        if not self.log.exists():
            return []
        return [
            json.loads(line)
            for line in self.log.read_text(encoding="utf-8").split("\n")[:-1][start:]
        ]

    def session(self, **more: Any) -> Session:
        given = {"pace": hasty(), "origins": origins_of(self.site), **more}
        return Session(timeouts=self.timeouts, fetch_mode=self.fetch_mode, **given)

    def jail(self) -> JailScraper:
        return JailScraper(self.site, session=self.session())

    def court(self, password: str | None = None) -> OdysseyScraper:
        return OdysseyScraper(
            self.site, self.portals.user, password or self.portals.password, session=self.session()
        )

    def history(self, court: OdysseyScraper, key: str) -> Any:
        """Asks for a person as a crawl does: by the jail record's name, birth date and aliases."""
        name, born, aliases = search_of(self.truth[key]["jail"])
        return court.history(name, born, aliases=aliases, key=key)


@contextlib.contextmanager
def stage(
    people: int, *, seed: int = 7, case_pages: Literal["classic", "roa"] = "classic", **more: Any
) -> Iterator[Stage]:
    """Portals in this process, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="cj-stage-") as folder:
        log = Path(folder) / "access.jsonl"
        dialect = "shelby,chatham" if case_pages == "classic" else "shelby,roa"
        options = Options(people=people, seed=seed, dialect=dialect, access_log=log)
        with running(options) as portals:
            name = "practice" if case_pages == "classic" else "practice-roa"
            today = portals.world.today
            site = site_of(name).with_addresses(
                jail=portals.jail, court=portals.portal, as_of=today
            )
            told = truth(portals.world.people, today, outcomes=True, dialect=dialect)
            yield Stage(portals, site, {line["key"]: line for line in told}, log, **more)


# --- processes


def driver_of(pids: list[int]) -> int:
    """The driver among the processes of a browser."""
    return next(pid for pid in pids if "chromedriver" in _words(pid)[0])


def browser_of(pids: list[int]) -> int:
    """The browser's own process: it has a profile, and is no helper of another."""
    for pid in pids:
        words = _words(pid)
        is_helper = any(word.startswith("--type=") for word in words) or "crashpad" in words[0]
        if (
            not is_helper
            and not words[0].endswith("sh")
            and any("--user-data-dir=" in word for word in words)
        ):
            return pid
    raise LookupError("no browser among them")


def renderer_of(pids: list[int]) -> int:
    """A process that draws pages."""
    return next(pid for pid in pids if "--type=renderer" in _words(pid))


def _words(pid: int) -> list[str]:
    with contextlib.suppress(psutil.Error):
        words = psutil.Process(pid).cmdline()
        # Chromium's helpers write their whole command line into the first word.
        return words if len(words) > 1 else (" ".join(words).split(" ") or [""])
    return [""]


DEEDS = {
    "browser killed": (browser_of, signal.SIGKILL),
    "browser frozen": (browser_of, signal.SIGSTOP),
    "chromedriver killed": (driver_of, signal.SIGKILL),
    "chromedriver frozen": (driver_of, signal.SIGSTOP),
    "tab crashed": (renderer_of, signal.SIGKILL),
}
"""What is done to a browser, and to which of its processes."""


def when(true: Any, then: Any, *, seconds: float = 20.0) -> threading.Thread:
    """Starts a thread that does ``then()`` as soon as ``true()``; gives up after so many
    seconds."""

    def watch() -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if true():
                then()
                return
            nap(0.01)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


# --- result files


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def header(what: str, seed: int) -> dict[str, Any]:
    """The beginning of every result file."""
    return {
        "what": what,
        "date": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit(),
        "seed": seed,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {os.cpu_count()} cores",
    }


def write_results(path: str | Path, found: dict[str, Any]) -> None:
    """Puts the file in place and prints it."""

    def write(output_path: str) -> None:
        Path(output_path).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    produce(Output(str(path)), write, replace=True)
    print(json.dumps(found, indent=1))
