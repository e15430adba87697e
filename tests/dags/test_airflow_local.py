"""The script behind ``make airflow``: what it refuses, and that its end is the end of everything it started."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from tests.dags.conftest import ROOT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("airflow_local", ROOT / "scripts" / "airflow_local.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_pool_above_what_the_site_bears_is_refused(script: ModuleType) -> None:
    assert script.slots_allowed("shelby-tn", 2) == 2
    assert script.slots_allowed("practice", 12) == 12
    with pytest.raises(script.Cannot, match="shelby-tn bears 2 sessions"):
        script.slots_allowed("shelby-tn", 3)


def test_stop_ends_also_what_has_lost_its_parent(script: ModuleType, tmp_path: Path) -> None:
    orphan = "import os, signal; open('orphan', 'w').write(str(os.getpid())); os.replace('orphan', 'ready'); signal.pause()"
    program = (
        "import subprocess, sys, os, signal\n"
        f"subprocess.Popen([sys.executable, '-c', {orphan!r}], start_new_session=True)\n"
        "while not os.path.exists('ready'): pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    home = script.Home(tmp_path)
    parent = home.start("parent", [sys.executable, "-c", program], dict(os.environ))
    psutil.wait_procs([parent], timeout=60)
    left = int((tmp_path / "ready").read_text())
    assert psutil.pid_exists(left)
    home.stop()
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE
    assert home.running() == []


def test_another_home_and_other_processes_are_left_alone(script: ModuleType, tmp_path: Path) -> None:
    one, other = script.Home(tmp_path / "one"), script.Home(tmp_path / "other")
    for home in (one, other):
        home.path.mkdir()
    process = one.start("idle", [sys.executable, "-c", "import signal; signal.pause()"], dict(os.environ))
    assert other.stop() == 0
    assert process.is_running()
    assert one.stop() == 1


def test_only_postgresql_is_taken_for_airflows_own_database(script: ModuleType) -> None:
    made = script._metadata("postgresql://airflow:secret@127.0.0.1/airflow")
    assert (
        made["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
        == "postgresql+psycopg2://airflow:secret@127.0.0.1/airflow"
    )
    with pytest.raises(script.Cannot):
        script._metadata("mysql://host/name")
