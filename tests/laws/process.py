"""The real command as a child process: watched by its files and its access log, killed at the Nth
request, and what it leaves."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from scrapers.crawl import COURT, HALVES, JAIL, CrawlFolder, Half
from scrapers.odyssey.rules.search import rounds

_LOOK = 0.05
_PATIENCE = 180.0


@dataclass
class Cj:
    """``cj crawl`` on practice portals of its own, in one folder."""

    folder: Path
    people: int
    seed: int = 7
    options: tuple[str, ...] = ()
    site: str = "practice"
    program: tuple[str, ...] = ("-m", "cj")
    command: str = "crawl"
    patience: float = _PATIENCE
    children: list[psutil.Process] = field(default_factory=list)
    started: set[int] = field(default_factory=set)

    @property
    def log(self) -> Path:
        return self.folder.parent / "access.jsonl"

    def start(
        self, *options: str, stdout: int | IO[bytes] = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        command = [
            *(
                sys.executable,
                *self.program,
                self.command,
                "--site",
                self.site,
                "--out",
                str(self.folder),
            ),
            *(f"--practice-people={self.people}", f"--practice-seed={self.seed}"),
            *(f"--practice-access-log={self.log}", *self.options, *options),
        ]
        child = subprocess.Popen(
            command,
            text=True,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            env=environment(self.folder.parent),
        )
        self.started.add(child.pid)
        return child

    def run(self, *options: str) -> tuple[int, str]:
        """To the end: exit code and all that was said."""
        child = self.start(*options)
        said, _ = child.communicate(timeout=self.patience)
        return child.returncode, said

    def requests(self) -> list[dict[str, Any]]:
        """Whole lines of the access log."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def reaches(self, child: subprocess.Popen[str], more_requests: int) -> bool:
        """Wait until so many more requests were made; False if the run ended before."""
        until, pause = len(self.requests()) + more_requests, threading.Event()
        while child.poll() is None and len(self.requests()) < until:
            pause.wait(_LOOK)
        return child.poll() is None

    def run_until(self, more_requests: int, signal: int) -> int | None:
        """Send the signal at that many requests of this run; gives the exit code, or None if it
        ended before."""
        child = self.start()
        early = not self.reaches(child, more_requests)
        if not early:
            self.children += psutil.Process(child.pid).children(recursive=True)
            child.send_signal(signal)
        child.communicate(timeout=self.patience)
        return None if early else child.returncode

    def done(self) -> dict[Half, set[str]]:
        """Who has a valid file."""
        folder = CrawlFolder(self.folder)
        return {
            half: {key for key in folder.keys(half) if folder.read(half, key)} for half in HALVES
        }

    def records(self, half: Half) -> dict[str, Any]:
        folder = CrawlFolder(self.folder)
        files = {key: folder.read(half, key) for key in folder.keys(half)}
        return {
            key: file.record.model_dump(mode="json") if file and file.record else None
            for key, file in files.items()
        }

    def asked_again(self, done: dict[Half, set[str]], line: int) -> list[dict[str, Any]]:
        """Requests from that line of the log on for the pages of somebody who was done
        (`asked_again`)."""
        return asked_again(done, self.requests()[line:], self._meant)

    @functools.cached_property
    def _meant(self) -> dict[str, set[str]]:
        return namesakes(truth(self.people, self.seed))

    def still_running(self) -> list[psutil.Process]:
        """Children of killed runs that are still there a while later."""
        deadline = time.monotonic() + 20
        alive = self.children
        while (
            alive := [process for process in alive if lives(process)]
        ) and time.monotonic() < deadline:
            threading.Event().wait(_LOOK)
        return alive

    def strays(self) -> list[str]:
        """Temporaries anywhere below the folder."""
        return [
            str(path) for path in self.folder.rglob(".writing-*") if path.name != ".writing.lock"
        ]


def lives(process: psutil.Process) -> bool:
    """Whether it runs and is no zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, FileNotFoundError):
        return False


def environment(home: Path) -> dict[str, str]:
    """Ours, but for what could reach out of the test: a user's own settings, credentials and
    state."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CJ_", "ODYSSEY_"))
    }
    kept = {name: os.environ[name] for name in ("CJ_BROWSER", "CJ_DRIVER") if name in os.environ}
    return (
        own
        | kept
        | {"XDG_STATE_HOME": str(home / "state"), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    )


def truth(people: int, seed: int = 7, *, site: str = "practice") -> Iterator[dict[str, Any]]:
    """What ``cj practice truth`` says, a person each."""
    command = [
        sys.executable,
        "-m",
        "cj",
        "practice",
        "truth",
        f"--people={people}",
        f"--seed={seed}",
        f"--site={site}",
    ]
    for line in subprocess.check_output(command, text=True).splitlines():
        yield json.loads(line)


def search_of(record: Mapping[str, Any]) -> tuple[str, dt.date | None, list[str]]:
    """What a crawl asks the court for, from the jail's record in a line of the truth: name, birth
    date, aliases."""
    rows = [alias for booking in record["bookings"] for alias in booking["aliases"]]
    aliases = [
        ", ".join(part for part in (alias["last"], alias["first"]) if part) for alias in rows
    ]
    born = record["date_of_birth"]
    return record["name"]["full"], dt.date.fromisoformat(born) if born else None, aliases


def namesakes(told: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Who may be meant by each search of the court that a crawl makes, from lines of the truth; as
    the log has it, without the days between which cases were filed."""
    found: dict[str, set[str]] = {}
    for line in told:
        for query in itertools.chain(*rounds(*search_of(line["jail"]))):
            day = query.date_of_birth
            text = query.text if day is None else f"{query.text} | born {day}..{day}"
            found.setdefault(text, set()).add(line["key"])
    return found


def asked_again(
    done: dict[Half, set[str]], later: list[dict[str, Any]], meant: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    """Requests for the pages of somebody who had a valid file before: a booking's details, a court
    case.

    ``meant`` are the `namesakes`: where no birth date is shown, a namesake's cases are opened, too,
    to see whose they are. That is no question about the namesake as long as somebody whom the
    search was for is not done."""
    found: list[dict[str, Any]] = []
    searched: dict[str | None, str] = {}
    for row in later:
        if row["portal"] == "iml" and row["page"] == "detail":
            if row.get("person") in done.get(JAIL, ()):
                found.append(row)
        elif row["portal"] == "odyssey" and row["page"] == "search-post" and row.get("detail"):
            searched[row.get("session")] = row["detail"].partition(" | filed ")[0]
        elif row["portal"] == "odyssey" and row["page"] == "case":
            finished = done.get(COURT, set())
            about = meant.get(searched.get(row.get("session"), ""), set())
            if row.get("person") in finished and about <= finished:
                found.append(row)
    return found
