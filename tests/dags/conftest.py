"""Practice portals on loopback, and an Airflow home in which the DAG can be run against them."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from practice.server import Options, Running, running

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("driver.py")
PEOPLE = 12


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A metadata database with the DAG in it, made once: Airflow takes seconds for it."""
    home = tmp_path_factory.mktemp("airflow-home")
    for words in (("db", "migrate"), ("dags", "reserialize")):
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *words],
            env=environment(home),
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    return home


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "CJ_DA", "CJ_SI", "ODYSSEY_"))
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

    def __init__(self, home: Path, folder: Path, portals: Running, *, password: str | None = None) -> None:
        self.home, self.folder, self.data = home, folder, folder / "data"
        self.portals = portals
        self.log = folder / "access.jsonl"
        self._sites = sites = folder / "sites.toml"
        self.days_later(0)
        self.environment = environment(
            home,
            CJ_DATA=str(self.data),
            CJ_SITES=str(sites),
            CJ_SITE="practice",
            ODYSSEY_USER=portals.user,
            ODYSSEY_PASS=password or portals.password,
        )

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
        steps = tuple({"at": "2026-01-05T18:00:00+00:00", **step} for step in steps)
        done = subprocess.run(
            [sys.executable, str(DRIVER), str(ROOT / "dags"), json.dumps(steps)],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        lines = [json.loads(line[4:]) for line in done.stdout.splitlines() if line.startswith("RUN ")]
        assert len(lines) == len(steps), done.stdout[-6000:] + done.stderr[-6000:]
        (self.folder / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        return lines

    @property
    def said(self) -> str:
        """What the last `run` logged."""
        return (self.folder / "said.txt").read_text(encoding="utf-8")

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
def county(tmp_path: Path, migrated: Path) -> Iterator[Lab]:
    """Twelve invented people."""
    with lab(tmp_path, migrated) as made:
        yield made


@contextmanager
def lab(tmp_path: Path, home: Path, *, password: str | None = None) -> Iterator[Lab]:
    with running(Options(people=PEOPLE, seed=3, access_log=tmp_path / "access.jsonl")) as portals:
        yield Lab(home, tmp_path, portals, password=password)


def tasks(run: dict[str, Any]) -> dict[str, Counter[str]]:
    """How many instances of each task have which state."""
    found: dict[str, Counter[str]] = {}
    for task_id, _, state in run["tasks"]:
        found.setdefault(task_id, Counter())[state] += 1
    return found
