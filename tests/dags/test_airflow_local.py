"""The script behind ``make airflow``: what it refuses, and that its end is the end of everything it
started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from scripts.airflow_home import Home, SetupError
from scripts.airflow_rungs import ROOT, metadata


def test_stop_ends_also_what_has_lost_its_parent(tmp_path: Path) -> None:
    orphan = (
        "import os, signal; open('orphan', 'w').write(str(os.getpid())); "
        "os.replace('orphan', 'ready'); signal.pause()"
    )
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
        "import os, signal; from setproctitle import setproctitle; setproctitle('worker: idle' "
        "+ ' ' * 5000)\n"
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


def test_other_people_than_before_are_another_crawl(tmp_path: Path) -> None:
    from scripts.airflow_local import _is_another_world, arguments

    home = Home(tmp_path)
    home.make()

    def started(*words: str) -> bool:
        return _is_another_world(home, arguments().parse_args(["start", *words]))

    assert not started("--people", "12"), "the first start"
    assert not started("--people", "12"), "the same again"
    assert started("--people", "13")
    assert started("--people", "13", "--seed", "8")
    assert not started("--people", "13", "--seed", "8")


@pytest.mark.parametrize(("rung", "profile"), [("1", "test"), ("2", "airflow"), ("3", "airflow")])
def test_the_first_rung_installs_no_postgresql(rung: str, profile: str) -> None:
    command = ["make", "--no-print-directory", "-n", "airflow", f"RUNG={rung}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"./scripts/setup.sh {profile}\n" in done.stdout


def test_the_sites_file_of_further_counties_is_one_that_the_house_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    from dags.scheduled import counties
    from scrapers.sites import site_of
    from scripts.airflow_local import _packaged_practice, _table

    entry = {
        **_packaged_practice(),
        "as_of": dt.date(2026, 1, 5),
        "name": "Practice county 1",
        "schedule": "30 4 * * *",
        "jail": {"url": "http://127.0.0.1:1/IML"},
        "court": {"url": "http://127.0.0.2:1/CJS"},
    }
    (tmp_path / "sites.toml").write_text(_table("practice-1", entry))
    monkeypatch.setenv("CJ_SITES", str(tmp_path / "sites.toml"))
    site, packaged = site_of("practice-1"), site_of("practice")
    assert site.court is not None
    assert packaged.court is not None
    assert site.court.control == packaged.court.control
    assert site.practice
    assert site.pace.free
    assert [county.dag_id for county in counties()] == ["jail_scraper_practice_1"]
