"""The script behind ``make airflow``: what it refuses, and that its end is the end of everything it
started."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from scripts.airflow_home import Home, SetupError
from scripts.airflow_rungs import metadata


def test_stop_ends_also_what_has_lost_its_parent(tmp_path: Path) -> None:
    orphan = "import os, signal; open('orphan', 'w').write(str(os.getpid())); os.replace('orphan', 'ready'); signal.pause()"
    program = (
        "import subprocess, sys, os, signal\n"
        f"subprocess.Popen([sys.executable, '-c', {orphan!r}], start_new_session=True)\n"
        "while not os.path.exists('ready'): pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    home = Home(tmp_path)
    parent = home.start("parent", [sys.executable, "-c", program], dict(os.environ))
    psutil.wait_procs([parent], timeout=60)
    left = int((tmp_path / "ready").read_text())
    assert psutil.pid_exists(left)
    home.stop()
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE
    assert home.running() == []


def test_stop_ends_also_an_orphan_that_wrote_a_title_over_its_environment(tmp_path: Path) -> None:
    """As LocalExecutor's workers do, which outlive a scheduler that was killed."""
    orphan = (
        "import os, signal; from setproctitle import setproctitle; setproctitle('worker: idle' + ' ' * 5000)\n"
        "open('orphan', 'w').write(str(os.getpid())); os.replace('orphan', 'ready'); signal.pause()"
    )
    program = (
        "import subprocess, sys, os, signal\n"
        f"subprocess.Popen([sys.executable, '-c', {orphan!r}])\n"
        "while not os.path.exists('ready'): pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    home = Home(tmp_path)
    parent = home.start("parent", [sys.executable, "-c", program], dict(os.environ))
    psutil.wait_procs([parent], timeout=60)
    left = psutil.Process(int((tmp_path / "ready").read_text()))
    assert "CJ_AIRFLOW_LOCAL" not in left.environ(), "else this test shows nothing"
    home.start("another", [sys.executable, "-c", "pass"], dict(os.environ))
    assert home.stop() >= 1
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_another_home_and_other_processes_are_left_alone(tmp_path: Path) -> None:
    one, other = Home(tmp_path / "one"), Home(tmp_path / "other")
    for home in (one, other):
        home.path.mkdir()
    process = one.start(
        "idle", [sys.executable, "-c", "import signal; signal.pause()"], dict(os.environ)
    )
    assert other.stop() == 0
    assert process.is_running()
    assert one.stop() == 1


def test_only_postgresql_is_taken_for_airflows_own_database() -> None:
    made = metadata("postgresql://airflow:secret@127.0.0.1/airflow")
    assert (
        made["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
        == "postgresql+psycopg2://airflow:secret@127.0.0.1/airflow"
    )
    with pytest.raises(SetupError):
        metadata("mysql://host/name")


def test_a_store_is_ended_after_those_who_use_it(tmp_path: Path) -> None:
    """By its own signal; and what was asked to end first was gone by then."""
    program = (
        "import os, signal, sys\n"
        "def end(number, frame):\n"
        "    open('ends', 'a').write(f'{sys.argv[1]} {number}\\n'); os._exit(0)\n"
        "signal.signal(signal.SIGINT, end); signal.signal(signal.SIGTERM, end)\n"
        "open(sys.argv[1], 'w').close()\n"
        "signal.pause()\n"
    )
    home = Home(tmp_path)
    named = {"store": {"store": True, "ends_by": signal.SIGINT}, "user": {}}
    for name, how in named.items():
        home.start(name, [sys.executable, "-c", program, name], dict(os.environ), **how)
    while not all((tmp_path / name).exists() for name in named):
        pass
    assert home.stop() == 2
    assert (tmp_path / "ends").read_text().splitlines() == [
        f"user {signal.SIGTERM.value}",
        f"store {signal.SIGINT.value}",
    ]


def test_a_secret_is_the_same_at_every_start_and_private(tmp_path: Path) -> None:
    first = Home(tmp_path).secret("redis")
    assert Home(tmp_path).secret("redis") == first
    assert Home(tmp_path).secret("jwt") != first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
