"""The soak: one crawl, many faults, and somebody who kills and stops its crawler, browsers and
drivers at random moments."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from practice.misbehave_kinds import KINDS
from proof.harness import DEEDS
from resilience.pace import nap
from scrapers.crawl import COURT, JAIL, CrawlFolder, summarise
from tests.laws.process import Cj, truth

PROGRAM = (str(Path(__file__).with_name("harness_cj.py")), "2.5,2.5,2.5,4")
"""Time-outs to match hangs of 3 s: page, script, element, client."""
LENGTHS = {"hang": 3.0, "drip": 3.0, "slow": 1.0}
ABOUT_SOMEBODY = (
    "iml:detail",
    *(f"odyssey:{page}" for page in ("search-post", "workspace", "results", "case", "financial")),
)
"""Page kinds that a crawl of the classic portal asks for about a person."""
CRAWLER = ("crawler killed", "crawler stopped", "crawler told to end")
FROZEN_SECONDS = 2.0


def orders(share: float) -> str:
    """Each curable fault on that share of the people: its chance is parted among the page kinds it
    can strike."""
    told = []
    for kind in KINDS:
        if not kind.curable or kind.pages == ("odyssey:roa",):
            continue
        pages = sum(kind.strikes_on(place) for place in ABOUT_SOMEBODY)
        chance = share / max(1, pages)
        length = f"/{LENGTHS[kind.name]:g}" if kind.name in LENGTHS else ""
        told.append(f"{kind.name}={chance:.4f}{length}")
    return ",".join(told)


@dataclass
class Hand:
    """Does the deeds, to the crawl that runs now. Processes are found below the crawler, never by
    name alone."""

    dice: random.Random
    done: collections.Counter[str] = field(default_factory=collections.Counter)

    def strike(self, crawler: psutil.Process) -> str | None:
        """One random deed; None if there was nothing to do it to."""
        deed = self.dice.choice((*CRAWLER, *DEEDS, *DEEDS))  # browsers and drivers twice as often
        try:
            if deed in CRAWLER:
                self._to_crawler(deed, crawler)
            else:
                find, number = DEEDS[deed]
                os.kill(find(self.dice.choice(browsers_of(crawler))), number)
        except (psutil.Error, ProcessLookupError, LookupError, StopIteration, IndexError):
            return None
        self.done[deed] += 1
        return deed

    def _to_crawler(self, deed: str, crawler: psutil.Process) -> None:
        if deed == "crawler stopped":
            crawler.suspend()
            nap(FROZEN_SECONDS)
            crawler.resume()
        else:
            crawler.send_signal(signal.SIGKILL if deed == "crawler killed" else signal.SIGTERM)


def browsers_of(crawler: psutil.Process) -> list[list[int]]:
    """The processes of each browser of the crawler: those below each of its guardians."""
    found = []
    for child in crawler.children():
        words = child.cmdline()
        if any(word.endswith("guardian.py") for word in words):
            below = [process.pid for process in child.children(recursive=True)]
            if len(below) > 1:
                found.append(below)
    return found


class Soak:
    """Crawls until everybody is settled, under one `Hand`; then says what came of it."""

    def __init__(
        self,
        folder: Path,
        *,
        people: int,
        seed: int,
        share: float,
        workers: int = 2,
        fetch_mode: str = "browser",
    ) -> None:
        self.cj = Cj(
            folder / "crawl",
            people=people,
            seed=seed,
            options=(
                f"--workers={workers}",
                f"--fetch={fetch_mode}",
                f"--practice-faults={orders(share)}",
            ),
            program=PROGRAM,
        )
        self.dice = random.Random(seed)
        self.hand = Hand(self.dice)
        self.runs = 0
        self.lost_sessions = 0
        self.false_success: list[str] = []
        self.asked_again: list[dict[str, Any]] = []
        self.lost_files = 0
        self.exit_codes: collections.Counter[str] = collections.Counter()
        self._workers = workers
        self._said = folder / "said.log"

    def run(
        self,
        deeds: int,
        between: tuple[float, float],
        *,
        patience: float,
        tell: Callable[[str], None],
    ) -> bool:
        """So many deeds, then undisturbed to the end. False if the patience (seconds) ended
        first."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            code = self._once(deeds, between, deadline)
            left = deeds - self.hand.done.total()
            folder = CrawlFolder(self.cj.folder)
            tell(f"run {self.runs} ended with {code}; {left} deeds left; {folder_state(folder)}")
            if code in (0, 3) and summarise(folder).state in ("complete", "complete_with_failures"):
                if self._is_true():
                    return True
                if code == 0:
                    self.false_success.append(f"run {self.runs}")
                    return False
        return False

    def _once(self, deeds: int, between: tuple[float, float], deadline: float) -> int:
        done, line = self.cj.done(), len(self.cj.requests())
        self.runs += 1
        with open(self._said, "ab") as said:
            child = self.cj.start(stdout=said)
            process = psutil.Process(child.pid)
            while child.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(self.dice.uniform(*between))
                if child.poll() is None and self.hand.done.total() < deeds:
                    self._strike(process)
            if child.poll() is None:
                child.kill()
            code = child.wait(60)
        self.asked_again += [{"run": self.runs, **row} for row in self.cj.asked_again(done, line)]
        now = self.cj.done()
        self.lost_files += sum(len(done[half] - now[half]) for half in done)
        self.exit_codes[str(code)] += 1
        return code

    def _strike(self, process: psutil.Process) -> None:
        with contextlib.suppress(psutil.Error):
            self.cj.children += process.children(recursive=True)
        deed = self.hand.strike(process)
        if deed is not None:
            self.lost_sessions += (
                0 if deed == "crawler stopped" else 2 * self._workers if deed in CRAWLER else 1
            )

    def _is_true(self) -> bool:
        return not self.untrue()

    def untrue(self) -> list[str]:
        """Who has no record that equals the truth, by half."""
        wrong = []
        told = {row["key"]: row for row in truth(self.cj.people, self.cj.seed)}
        for half, name in ((JAIL, "jail"), (COURT, "odyssey")):
            records = self.cj.records(half)
            wrong += [
                f"{half} {key}"
                for key in {*told, *records}
                if records.get(key, 0) != told.get(key, {}).get(name)
            ]
        return sorted(wrong)

    def left_over(self) -> dict[str, int]:
        """Processes and profile folders of all runs, temporaries of the crawl."""
        mine = {process.pid for process in self.cj.children}
        return {
            "processes": len(self.cj.still_running()),
            "profile_folders": len(
                [path for path in profile_folders() if owner_of(path) in mine | self.crawlers]
            ),
            "temporaries": len(self.cj.strays()),
        }

    @property
    def crawlers(self) -> set[int]:
        """The numbers of the crawlers that this soak started."""
        return self.cj.started

    def struck(self) -> dict[str, int]:
        """How often each fault of the portals struck."""
        names = collections.Counter(
            name for row in self.cj.requests() for name in row.get("fault", "").split(",") if name
        )
        return dict(sorted(names.items()))


def folder_state(folder: CrawlFolder) -> str:
    try:
        summary = summarise(folder)
    except Exception as error:  # noqa: BLE001 - a folder without a roster yet
        return f"{type(error).__name__}"
    return " ".join(
        f"{half}: {one.counts.found + one.counts.not_found + one.counts.unverified}/{one.roster}"
        for half, one in summary.halves.items()
    )


def profile_folders() -> list[Path]:
    """Folders of browsers of this user."""
    state = Path(tempfile.gettempdir()) / f"cj-browsers-{os.getuid()}"
    return sorted(state.glob("b-*")) if state.exists() else []


def owner_of(folder: Path) -> int | None:
    """The number of the crawler that made the folder."""
    try:
        owner: dict[str, Any] = json.loads((folder / "owner.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    number: int | None = owner.get("crawler")
    return number


def work_in_hand(clean: list[dict[str, Any]], people: int) -> float:
    """Requests that a killed session may have to make once more: those of its person, of its
    sign-in and its search form.

    From the clean run: all requests about people by person, plus what a session asks for before its
    first person."""
    about = sum(bool(row.get("person")) for row in clean)
    first = sum(1 for row in clean if not row.get("person"))
    sessions = max(1, sum(row["page"] == "signin-post" for row in clean) + 1)
    return about / people + first / sessions
