"""A crawler that is killed at any instant leaves no process and no folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resilience import processes, sweep
from tests.resilience.helpers import until

pytestmark = pytest.mark.browser

CRAWLER = """
import json, os, sys, time
from resilience import Session, Pace
def tell(what):
    os.write(1, json.dumps(what).encode() + b"\\n")
session = Session(pace=Pace.free())
browser = session.browser
if "fork" in sys.argv and os.fork() == 0:
    os.setsid()
    tell({"forked": os.getpid()})
    time.sleep(60)
    os._exit(0)
tell({"family": browser.processes(), "folder": browser.folder, "guardian": browser.keeper.pid})
time.sleep(60)
"""


@pytest.fixture
def crawler(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    words = getattr(request, "param", ())
    short = tempfile.mkdtemp(prefix="cj-", dir="/tmp")
    process = subprocess.Popen(
        [sys.executable, "-c", CRAWLER, *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": short},
    )
    assert process.stdout
    told: dict[str, Any] = {}
    for _ in range(1 + len(words)):
        told |= json.loads(process.stdout.readline())
    yield process, told
    process.kill()
    process.wait()
    process.stdout.close()
    shutil.rmtree(short, ignore_errors=True)
    if "forked" in told:
        os.kill(told["forked"], signal.SIGKILL)


def _nothing_left(told: dict[str, Any]) -> bool:
    return until(
        lambda: (
            not any(processes.started(pid) for pid in [*told["family"], told["guardian"]])
            and not os.path.exists(told["folder"])
        )
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_crawler_leaves_nothing(
    crawler: tuple[subprocess.Popen[str], dict[str, Any]], how: int
) -> None:
    process, told = crawler
    assert len(told["family"]) > 2
    process.send_signal(how)
    process.wait()
    assert _nothing_left(told)


@pytest.mark.parametrize("crawler", [("fork",)], indirect=True)
def test_a_child_that_inherited_the_pipe_does_not_keep_the_browser(
    crawler: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    process, told = crawler
    process.kill()
    process.wait()
    assert _nothing_left(told)


def test_what_a_killed_guardian_could_not_clean_is_swept_later(
    crawler: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    process, told = crawler
    os.kill(told["guardian"], signal.SIGKILL)
    assert until(lambda: processes.started(told["guardian"]) is None)
    state = os.path.dirname(told["folder"])
    assert sweep(state) == [], "the crawler lives: its browser is its own"
    process.kill()
    process.wait()
    assert sweep(state) == [told["folder"]]
    assert _nothing_left(told)
    assert sweep(state) == []


def test_the_next_crawler_sweeps_when_it_starts(
    crawler: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    process, told = crawler
    os.kill(told["guardian"], signal.SIGKILL)
    assert until(lambda: processes.started(told["guardian"]) is None)
    process.kill()
    process.wait()
    state = os.path.dirname(os.path.dirname(told["folder"]))
    following = (
        "from resilience import Session, Pace\n"
        "with Session(pace=Pace.free()) as session: session.browser"
    )
    subprocess.run(
        [sys.executable, "-c", following], env={**os.environ, "TMPDIR": state}, check=True
    )
    assert _nothing_left(told)


def test_a_stopped_guardian_is_set_going_by_the_sweep(
    crawler: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    process, told = crawler
    os.kill(told["guardian"], signal.SIGSTOP)
    process.kill()
    process.wait()
    sweep(os.path.dirname(told["folder"]))
    assert _nothing_left(told)


def test_a_terminated_guardian_cleans_up_first(
    crawler: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    _, told = crawler
    os.kill(told["guardian"], signal.SIGTERM)
    assert until(lambda: not any(processes.started(pid) for pid in told["family"]))
    assert until(lambda: not os.path.exists(told["folder"]))


def test_the_sweep_leaves_a_reused_process_number_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    try:
        folder = tmp_path / "b-old"
        folder.mkdir()
        owner = {
            "crawler": bystander.pid,
            "crawler_start": "before/1",
            "driver": bystander.pid,
            "driver_start": "before/1",
        }
        (folder / "owner.json").write_text(json.dumps(owner))
        assert sweep(str(tmp_path)) == [str(folder)]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_the_sweep_leaves_a_folder_that_is_just_being_made(tmp_path: Path) -> None:
    (tmp_path / "b-new").mkdir()
    assert sweep(str(tmp_path)) == []
    os.utime(tmp_path / "b-new", (1, 1))
    assert sweep(str(tmp_path)) == [str(tmp_path / "b-new")]
