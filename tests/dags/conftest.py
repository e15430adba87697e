"""Practice portals on loopback, and an Airflow home in which the DAG can be run against them."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from practice.server import Options, Running, running
from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("driver.py")
PEOPLE = 12


class Driver:
    """A process that has loaded Airflow and the DAG, which takes seconds, and runs it as often as
    it is told."""

    def __init__(self, home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", str(DRIVER), str(ROOT / "dags")],
            env=environment(home),
            cwd=home,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, order: dict[str, Any], patience: float = 600.0) -> str:
        """All that it said about one order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        end = threading.Timer(patience, self._process.kill)
        end.start()
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            said = ""
            for line in self._process.stdout:
                if line == "DONE\n":
                    return said
                said += line
        finally:
            end.cancel()
        pytest.fail(f"the driver ended: {said[-6000:]}")

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """One for all tests of a module."""
    home = tmp_path_factory.mktemp("airflow-home")
    migrated.copied(tmp_path_factory, home, environment(home))
    one = Driver(home)
    yield one
    one.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("AIRFLOW", "CJ_DA", "CJ_SI", "ODYSSEY_"))
    }
    return {
        **kept,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        **more,
    }


class Lab:
    """A county on loopback and an empty data folder."""

    def __init__(
        self, driver: Driver, folder: Path, portals: Running, *, password: str | None = None
    ) -> None:
        self.folder, self.data = folder, folder / "data"
        self.portals = portals
        self.said = ""
        """What the last `run` logged."""
        self._driver = driver
        self.log = folder / "access.jsonl"
        self._sites = sites = folder / "sites.toml"
        self.days_later(0)
        self._environment = {
            "CJ_DATA": str(self.data),
            "CJ_SITES": str(sites),
            "CJ_SITE": "practice",
            "ODYSSEY_USER": portals.user,
            "ODYSSEY_PASS": password or portals.password,
        }

    def days_later(self, days: int) -> None:
        """The county's calendar stands so many days after the portals' first day."""
        day = self.portals.world.today + dt.timedelta(days)
        self._sites.write_text(
            f"[practice]\nas_of = {day.isoformat()}\n[practice.jail]\nurl = '{self.portals.jail}'\n"
            f"[practice.court]\nurl = '{self.portals.portal}'\n",
            encoding="utf-8",
        )

    def run(self, *steps: dict[str, Any]) -> list[dict[str, Any]]:
        """Run the DAG so often; how each run went, and all that was logged."""
        self.said = self._driver.run(
            {"steps": steps, "environment": self._environment, "folder": str(self.folder)}
        )
        lines = [json.loads(line[4:]) for line in self.said.splitlines() if line.startswith("RUN ")]
        assert len(lines) == len(steps), self.said[-8000:]
        return lines

    def requests(self) -> list[dict[str, Any]]:
        """Every request that the portals have seen."""
        return (
            [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
            if self.log.exists()
            else []
        )

    def query(self, text: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data / "cj.sqlite")) as connection:
            return connection.execute(text).fetchall()


@pytest.fixture
def county(tmp_path: Path, driver: Driver) -> Iterator[Lab]:
    """Twelve invented people."""
    with lab(tmp_path, driver) as made:
        yield made


@contextmanager
def lab(tmp_path: Path, driver: Driver, *, password: str | None = None) -> Iterator[Lab]:
    with running(Options(people=PEOPLE, seed=3, access_log=tmp_path / "access.jsonl")) as portals:
        yield Lab(driver, tmp_path, portals, password=password)


def tasks(run: dict[str, Any]) -> dict[str, Counter[str]]:
    """How many instances of each task have which state."""
    found: dict[str, Counter[str]] = {}
    for task_id, _, state in run["tasks"]:
        found.setdefault(task_id, Counter())[state] += 1
    return found
