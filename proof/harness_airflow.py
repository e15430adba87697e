"""One rung of the ladder under proof: Airflow really up, its runs watched through its API, and
deeds done to its processes."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from practice.facts import CALENDAR_START
from practice.people import generate
from practice.truth import truth
from reportcard.database import engine_of
from resilience.pace import nap
from scrapers.crawl import COURT, HALVES, CrawlFolder, Half
from scrapers.crawl.stores import place_of
from scripts.airflow_api import DAG, Api
from scripts.airflow_home import Home, SetupError, family
from scripts.airflow_local import Up, arguments, bring_up
from scripts.airflow_stores import forget
from tests.laws.process import asked_again, namesakes
from tests.reportcard.rebuilt import Database, told

LOOK = 1.0
HEARTBEAT = 30
"""Seconds after which Airflow gives up a task of which it hears nothing; the recommended 60, halved
to be quick."""
FOLLOWER = "after_the_crawl"
_FOLLOWER_FILE = """from airflow.sdk import DAG, Asset, task

with DAG("after_the_crawl", schedule=[Asset("scraper://reportcard/database")]):
    task(task_id="look")(lambda triggering_asset_events=None: print(triggering_asset_events))()
"""
"""The example of docs/airflow.md."""


class UsageError(Exception):
    """What was to be proved is not so."""


@dataclass
class Snapshot:
    """Who was finished when something was done, and how many requests the portals had seen."""

    what: str
    at: float
    done: dict[Half, set[str]]
    requests: int


_PATIENT = Retrying(
    retry=retry_if_exception_type((requests.RequestException, SetupError)),
    stop=stop_after_attempt(60),
    wait=wait_fixed(1),
    sleep=nap,
    reraise=True,
)


@dataclass
class Rung:
    """A rung that is up."""

    number: int
    people: int
    seed: int
    up: Up
    seconds_to_start: float
    began: float = field(default_factory=time.monotonic)
    events: list[dict[str, Any]] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)

    @property
    def api(self) -> Api:
        return self.up.api

    @property
    def home(self) -> Home:
        return self.up.home

    def tell(self, what: str, **more: Any) -> None:
        """Note it, with the second at which it happened."""
        self.events.append(
            {"second": round(time.monotonic() - self.began, 1), "what": what, **more}
        )
        print(f"rung {self.number}: {self.events[-1]}", flush=True)

    # --- the crawl --------------------------------------------------------------------------------

    def folder(self, run_id: str, dag: str = DAG) -> CrawlFolder:
        """The crawl folder of that run."""
        kept = f"runs/{dag}/{quote(run_id, safe='')}.json"
        told = json.loads(place_of(self.up.environment["CJ_DATA"]).read(kept))
        return CrawlFolder(f"{self.up.environment['CJ_DATA']}/{told['name']}")

    def requests(self) -> list[dict[str, Any]]:
        """What the portals have seen, whole lines only."""
        if not self.home.access_log.exists():
            return []
        text = self.home.access_log.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def snapshot(self, what: str, folder: CrawlFolder) -> None:
        """Remember who is finished now."""
        done = {half: folder.keys(half) for half in HALVES}
        self.snapshots.append(Snapshot(what, time.monotonic(), done, len(self.requests())))
        self.tell(what, finished=len(done[COURT]))

    def asked_again(self) -> list[dict[str, Any]]:
        """Requests for the pages of somebody who was finished at one of the snapshots before."""
        rows = self.requests()
        meant = namesakes(truth(generate(self.people, self.seed, 0), CALENDAR_START))
        found = {}
        for snapshot in self.snapshots:
            for row in asked_again(snapshot.done, rows[snapshot.requests :], meant):
                found[json.dumps(row, sort_keys=True)] = row
        return list(found.values())

    def untrue(self) -> list[str]:
        """Who stands in the database otherwise than in the truth, or not at all."""
        people, today = generate(self.people, self.seed, 0), CALENDAR_START
        found = []
        address = (
            self.up.environment.get("CJ_DATABASE") or f"sqlite:///{self.home.data / 'cj.sqlite'}"
        )
        engine = engine_of(address)
        with engine.connect() as connection:
            database = Database(connection)
            for line in truth(people, today, outcomes=True):
                try:
                    same = database.jail_record(line["key"]) == told(line["jail"])
                    same = same and database.court_record(line["key"]) == told(line["odyssey"])
                except (ValueError, KeyError):
                    same = False
                if not same:
                    found.append(line["key"])
        engine.dispose()
        return found

    # --- runs -------------------------------------------------------------------------------------

    def wait(
        self,
        run_id: str,
        seconds: float,
        look: Callable[[], None] | None = None,
        dag: str = DAG,
    ) -> str:
        """The state in which the run ends; ``look`` is called at every look. Raises Wrong after so
        many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            state = self.patient(lambda: self.api.run(run_id, dag)["state"])
            if state in ("success", "failed"):
                return str(state)
            if look is not None:
                look()
            nap(LOOK)
        raise UsageError(f"{run_id} was not done after {seconds:.0f} s: {self.states(run_id)}")

    def patient(self, ask: Callable[[], Any]) -> Any:
        """What ``ask`` gives, tried for a minute: an API on a busy machine is slow at times."""
        return _PATIENT.copy()(ask)

    def chunks(self, run_id: str, state: str = "running") -> list[dict[str, Any]]:
        """The mapped chunks of the run that are in that state."""
        tasks = self.patient(lambda: self.api.tasks(run_id))
        return [
            each
            for each in tasks
            if each["task_id"] == "odyssey_scraper"
            and each["map_index"] >= 0
            and each["state"] == state
        ]

    def states(self, run_id: str) -> dict[str, dict[str, int]]:
        """How many instances of each task have which state."""
        found: dict[str, Counter[str]] = {}
        for each in self.patient(lambda: self.api.tasks(run_id)):
            found.setdefault(each["task_id"], Counter())[str(each["state"])] += 1
        return {task: dict(states) for task, states in found.items()}

    def until(self, what: str, true: Callable[[], Any], seconds: float = 180.0) -> Any:
        """What ``true`` gives once it gives something. Raises Wrong."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = true()
            if found:
                return found
            nap(LOOK / 2)
        raise UsageError(f"not within {seconds:.0f} s: {what}")

    # --- processes --------------------------------------------------------------------------------

    def cpu_seconds(self) -> float:
        """What all processes of the home and their ended children have used."""
        total = 0.0
        for process in self.home.everybody():
            with contextlib.suppress(psutil.Error):
                used = process.cpu_times()
                total += used.user + used.system + used.children_user + used.children_system
        return total

    def memory(self) -> dict[str, int]:
        """Proportional memory in MiB, by the name under which a part was started."""
        found: dict[str, int] = {}
        for each in self.home.started():
            total = 0
            for process in family(each.process):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_full_info().pss
            found[each.name] = total // 2**20
        return found


@contextlib.contextmanager
def rung_up(
    number: int, place: Path, *, people: int, seed: int, slots: int = 2, counties: int = 0
) -> Iterator[Rung]:
    """A rung with its own portals and stores in an empty folder, ended whatever happens."""
    followers = place / "followers"
    followers.mkdir(parents=True)
    (followers / f"{FOLLOWER}.py").write_text(_FOLLOWER_FILE, encoding="utf-8")
    words = [
        "start",
        "--rung",
        str(number),
        "--home",
        str(place / "home"),
        "--port",
        "0",
        "--slots",
        str(slots),
    ]
    words += ["--people", str(people), "--seed", str(seed), "--heartbeat", str(HEARTBEAT)]
    words += ["--counties", str(counties), "--followers", str(followers)]
    given = arguments().parse_args(words)
    home, before = Home(given.home), dict(os.environ)
    began = time.monotonic()
    try:
        up = bring_up(home, given)
        # The crawl folder of rung 3 is read from here, too.
        os.environ.update(
            {name: value for name, value in up.environment.items() if name.startswith("AWS_")}
        )
        os.environ.update({"CJ_SITES": up.environment["CJ_SITES"]})
        yield Rung(number, people, seed, up, round(time.monotonic() - began, 1))
    finally:
        os.environ.clear()
        os.environ.update(before)
        home.stop()
        forget(home)


def left_over(home: Home) -> list[str]:
    """Processes of the home that still live."""
    return [
        f"{process.pid} {process.name()}" for process in home.everybody() if process.is_running()
    ]
