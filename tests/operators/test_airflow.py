"""The operators inside Airflow: `dag.test()`, and one run under a real scheduler with a real
metadata database."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sqlite3
import stat
import subprocess
import sys

import pytest

from tests import migrated
from tests.operators.conftest import SITE

DAGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dags")
BIN = os.path.dirname(sys.executable)


class Home:
    """An AIRFLOW_HOME of its own with a metadata database, and the folder that the example DAG
    writes to."""

    def __init__(self, folder, **settings):
        self.folder = str(folder)
        self.root = f"{self.folder}/root"
        self.database = f"{self.folder}/airflow.db"
        os.makedirs(self.root, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        self.environment = {
            **kept,
            "PATH": BIN + os.pathsep + kept["PATH"],
            "AIRFLOW_HOME": self.folder,
            "AIRFLOW__CORE__DAGS_FOLDER": DAGS,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.database}",
            "EXAMPLES_ROOT": self.root,
            "PYTHONPATH": str(SITE),
            **settings,
        }

    def run(self, *command):
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
        return done.stdout

    def start(self, name, *command):
        with open(f"{self.folder}/{name}.log", "w", encoding="utf-8") as log:
            return subprocess.Popen(
                command,
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, name):
        with open(f"{self.folder}/{name}.log", encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def query(self, text, *values):
        with contextlib.closing(sqlite3.connect(self.database, timeout=60)) as connection:
            return connection.execute(text, values).fetchall()

    def states(self):
        rows = self.query(
            "select task_id, map_index, state from task_instance where task_id != 'tell'"
        )
        return {(task_id, index): state for task_id, index, state in rows}

    def xcom(self, task_id, key="return_value", index=-1):
        rows = self.query(
            "select value from xcom where task_id = ? and key = ? and map_index = ? order by "
            "timestamp",
            task_id,
            key,
            index,
        )
        return json.loads(rows[-1][0])

    def calls(self):
        with open(f"{self.root}/calls.log", encoding="utf-8") as file:
            return sorted(file.read().splitlines())


@pytest.fixture
def home(tmp_path, tmp_path_factory):
    """One with an empty metadata database."""
    made = Home(tmp_path)
    migrated.copied(tmp_path_factory, tmp_path, made.environment)
    return made


RUN = """
import sys
sys.path.insert(0, sys.argv[1])
from examples import dag
print("state", dag.test().state)
"""

ENTER_AND_TRIGGER = """
import sys
from airflow.__main__ import main
for words in ("dags reserialize", "dags trigger examples"):
    sys.argv = ["airflow", *words.split()]
    main()
"""


@pytest.mark.airflow
def test_the_examples_run_by_dag_test(home):
    assert "state success" in home.run(sys.executable, "-c", RUN, DAGS)
    check_outputs(home)


@pytest.mark.airflow
def test_the_examples_run_under_a_scheduler_and_survive_a_kill(home):
    """LocalExecutor on SQLite with two slots; the API only on loopback; one task kills itself with
    SIGKILL."""
    port = free_port()
    home.environment.update(
        EXAMPLES_LANE="scheduler",
        AIRFLOW__API__HOST="127.0.0.1",
        AIRFLOW__API__PORT=str(port),
        AIRFLOW__API__BASE_URL=f"http://127.0.0.1:{port}",
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"http://127.0.0.1:{port}/execution/",
        AIRFLOW__API_AUTH__JWT_SECRET="invented-for-this-test",
        AIRFLOW__API__SECRET_KEY="invented-for-this-test",
    )
    os.mkfifo(f"{home.root}/done")
    done = os.open(f"{home.root}/done", os.O_RDONLY | os.O_NONBLOCK)
    processes = {
        "api": home.start(
            "api",
            "airflow",
            "api-server",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "1",
        ),
        "scheduler": home.start("scheduler", "airflow", "scheduler", "--skip-serve-logs"),
    }
    try:
        home.run(sys.executable, "-c", ENTER_AND_TRIGGER)
        ready, _, _ = select.select([done], [], [], 300)
        assert ready, f"{home.states()}\n{home.log('scheduler')}\n{home.log('api')}"
    finally:
        os.close(done)
        for process in processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes.values():
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    check_outputs(home)


def check_outputs(home):
    """What the example DAG must have left, whoever ran it."""
    import pandas

    assert set(home.states().values()) == {"success"}, (
        "what was done before is a success, and not skipped"
    )
    assert home.xcom("fetch", "previously_completed") is False
    assert home.xcom("fetch_again", "previously_completed") is True
    extras = [json.loads(extra) for (extra,) in home.query("select extra from asset_event")]
    assert [(extra["path"], extra["count"]) for extra in extras] == [(home.xcom("fetch"), 2)] * 2
    assert extras[0] == extras[1]

    fetched = home.xcom("fetch")
    assert fetched.startswith(home.root)
    assert fetched.endswith("/fetched/")
    assert sorted(os.listdir(fetched)) == ["charges.csv", "people.csv"]
    joined = pandas.read_parquet(home.xcom("join"))
    assert list(joined["charge"]) == ["a", "b", "c"]
    assert list(joined["name"]) == ["Ann Invented", "Ann Invented", "Bob Invented"]

    persons = [home.xcom("persons", index=index) for index in range(2)]
    assert persons == [f"{home.root}/odyssey/{key}.json" for key in ("00400001", "00400002")]
    assert all(stat.S_IMODE(os.stat(path).st_mode) == 0o600 for path in persons)
    with open(home.xcom("count"), encoding="utf-8") as file:
        assert json.load(file) == ["00400001", "00400002"]

    with open(f"{home.root}/flaky/x.txt", encoding="utf-8") as file:
        assert file.read() == "half and whole"
    assert shown(f"{home.root}/flaky") == ["x.txt"], "what the dead try left was swept by the next"

    salts = [home.xcom("salts", "salt", index) for index in range(2)] + [home.xcom("total", "salt")]
    names = [f"{who}-{salt}.txt" for who, salt in zip(("ann", "bob", "total"), salts, strict=True)]
    assert shown(f"{home.root}/salted") == names
    assert shown(f"{home.root}/decorated") == ["eve.txt", "x.txt", "y.txt"]
    assert home.calls() == ["fetch", "flaky", "flaky", "join", "person 00400001", "person 00400002"]


def shown(folder):
    """What stands in a folder, hidden names aside."""
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
