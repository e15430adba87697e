"""A doctor names what a broken machine lacks, and says what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cj import doctor
from cj.doctor import Check, Machine, examine


def program(folder: Path, name: str, says: str, code: int = 0) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which everything is as it should be."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program(bin_folder, "chromium", "Chromium 140.0.1 built")
    program(bin_folder, "chromedriver", "ChromeDriver 140.0.9 (abc)")
    environment = {
        "PATH": str(bin_folder),
        "DISPLAY": ":1",
        "ODYSSEY_USER": "user",
        "ODYSSEY_PASS": "never-shown",
        "CJ_CONTACT": "somebody@newsroom.example",
    }
    return Machine(
        environment=environment,
        data=tmp_path / "data",
        shm=bin_folder,
        handles=lambda: 4096,
        run=lambda command: "a font" if command == ["fc-list"] else doctor.output_of(command),
        free=lambda path: 50_000_000_000,
    )


def problems(machine: Machine) -> dict[str, Check]:
    return {check.name: check for check in examine(machine) if check.state != "ok"}


def test_a_good_machine_has_no_problem_and_no_note(machine: Machine) -> None:
    assert problems(machine) == {}


def test_no_secret_is_shown(machine: Machine) -> None:
    said = " ".join(str(check.as_json()) for check in examine(machine))
    assert "never-shown" not in said
    assert "somebody@newsroom.example" not in said


def changed(machine: Machine, **environment: str | None) -> Machine:
    merged = {**machine.environment, **{k: v for k, v in environment.items() if v is not None}}
    for name, value in environment.items():
        if value is None:
            del merged[name]
    return replace(machine, environment=merged)


def bin_of(machine: Machine) -> Path:
    return Path(machine.environment["PATH"].split(":")[0])


def no_driver(machine: Machine) -> Machine:
    (bin_of(machine) / "chromedriver").unlink()
    return changed(machine, PATH=str(bin_of(machine)))


def wrong_driver(machine: Machine) -> Machine:
    program(bin_of(machine), "chromedriver", "ChromeDriver 128.0.1 (abc)")
    return machine


def broken_browser(machine: Machine) -> Machine:
    program(bin_of(machine), "chromium", "install the snap", code=1)
    return machine


def no_browser(machine: Machine) -> Machine:
    (bin_of(machine) / "chromium").unlink()
    return changed(machine, PATH=str(bin_of(machine)))


BROKEN: list[tuple[str, Callable[[Machine], Machine], str, str]] = [
    ("browser", no_browser, "problem", "apt-get install chromium"),
    ("browser", broken_browser, "problem", "snap"),
    ("driver", no_driver, "warning", "CJ_DRIVER"),
    ("driver", wrong_driver, "problem", "one version"),
    ("display", lambda m: changed(m, DISPLAY=None), "warning", "xvfb-run"),
    ("disk", lambda m: replace(m, shm=Path("/nowhere"), free=lambda _: 5_000_000),
        "problem", "room"),
    ("shared memory", lambda m: replace(
        m, free=lambda path: 1_000_000 if path == m.shm else 50_000_000_000),
        "problem", "shm-size"),
    ("file handles", lambda m: replace(m, handles=lambda: 64), "problem", "ulimit"),
    ("credentials", lambda m: changed(m, ODYSSEY_PASS=None), "warning", ".env"),
    ("contact", lambda m: changed(m, CJ_CONTACT=None), "warning", "CJ_CONTACT"),
    ("Python", lambda m: replace(m, python=(3, 9)), "problem", "PYTHON="),
    ("Redis", lambda m: changed(m, CJ_PACE_REDIS="redis://127.0.0.1:9"),
        "problem", "CJ_PACE_REDIS"),
    ("S3", lambda m: changed(m, AWS_ENDPOINT_URL="http://127.0.0.1:9"), "problem", "AWS_ENDPOINT"),
    ("database", lambda m: changed(m, CJ_DATABASE="postgresql://127.0.0.1:9/x"),
        "problem", "start"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "broken", "state", "do"), BROKEN, ids=[f"{b[0]}-{n}" for n, b in enumerate(BROKEN)]
)
def test_a_broken_machine_is_named_with_what_to_do(
    machine: Machine, name: str, broken: Callable[[Machine], Machine], state: str, do: str
) -> None:
    found = problems(broken(machine))
    assert set(found) == {name}
    assert (found[name].state, do in found[name].do) == (state, True)
    assert found[name].why


def test_a_folder_that_cannot_be_written_is_named(machine: Machine, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        found = problems(replace(machine, data=Path("/proc/1")))
    else:
        tmp_path.chmod(0o500)
        found = problems(machine)
    assert found["writing"].state == "problem"


def test_an_old_database_is_named(machine: Machine, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.sqlite") as old:
        old.execute("CREATE TABLE database_info (name TEXT, value TEXT)")
        old.execute("INSERT INTO database_info VALUES ('schema', '1')")
    found = problems(changed(machine, CJ_DATABASE=f"sqlite:///{tmp_path / 'old.sqlite'}"))
    assert "version 1" in found["database"].found


def test_a_missing_pool_is_named(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "airflow.cfg").touch()
    airflow = changed(machine, AIRFLOW_HOME=str(tmp_path))
    listed = replace(
        airflow,
        run=lambda command: "default_pool 128" if "pools" in command else machine.run(command),
    )
    assert "odyssey" in problems(listed)["Airflow"].do
