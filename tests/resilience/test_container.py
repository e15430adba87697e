"""Where crawlers really run: as process 1 of a container without init, and as an ordinary user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.resilience.site import Site

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
CRAWLER = """
import json, os, signal, sys, time
import psutil
from resilience import Pace, Session, again
from resilience.pace import nap
from resilience.settings import Timeouts

deeds = {"browser": [], "driver": []}
with Session(pace=Pace.free(), timeouts=Timeouts(page=5, script=5, element=2, client=8)) as session:
    session.open(sys.argv[1] + "/")
    for victim in ("browser", "driver"):
        pid = session.browser.driver_pid
        below = psutil.Process(pid).children()
        os.kill(below[0].pid if victim == "browser" else pid, signal.SIGKILL)
        for attempt in again(session):
            with attempt:
                session.open(sys.argv[1] + "/two")
        deeds[victim] = session.html("h1")
deadline = time.monotonic() + 5
while psutil.Process().children(recursive=True) and time.monotonic() < deadline:
    nap(0.05)
own = os.getpid()
others = [one for one in psutil.process_iter() if one.pid != own] if own == 1 else []
left = [(one.name(), one.status()) for one in others]
left += [(one.name(), one.status()) for one in psutil.Process().children(recursive=True)]
print(json.dumps({"pid": os.getpid(), "uid": os.getuid(), "left": left, **deeds}))
"""


def crawl(site: Site, *before: str, home: Path) -> dict[str, object]:
    kept = {
        name: os.environ[name] for name in ("PATH", "CJ_BROWSER", "CJ_DRIVER") if name in os.environ
    }
    done = subprocess.run(
        [*before, sys.executable, "-c", CRAWLER, site.address],
        env={**kept, "HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def namespace() -> list[str]:
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--pid", "--fork", "--mount-proc", "--kill-child"]


def test_as_process_1_without_init_a_lost_browser_leaves_no_process_and_no_zombie(
    site: Site, tmp_path: Path
) -> None:
    told = crawl(site, *namespace(), home=tmp_path)
    assert told == {
        "pid": 1,
        "uid": 0,
        "left": [],
        "browser": "<h1>Two</h1>",
        "driver": "<h1>Two</h1>",
    }
    assert list(tmp_path.glob("cj-browsers-*/b-*")) == []


def test_as_an_ordinary_user_a_lost_browser_comes_back_and_leaves_nothing(
    site: Site, tmp_path: Path
) -> None:
    """Root becomes user 1000 of a namespace of its own, without any capability, so Chromium keeps
    its sandbox."""
    before = (
        ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []
    )
    told = crawl(site, *before, home=tmp_path)
    assert told["uid"] != 0
    assert (told["left"], told["browser"], told["driver"]) == ([], "<h1>Two</h1>", "<h1>Two</h1>")
    assert list(tmp_path.glob("cj-browsers-*/b-*")) == []
