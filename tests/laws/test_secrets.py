"""After a crawl that failed, secrets are in no file, no log, no output; and while it ran, in no
process but its own."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from practice.odyssey import idp, wsfed
from practice.odyssey.sessions import Sessions
from practice.server import Options, running
from tests.laws.process import environment

pytestmark = pytest.mark.browser
PASSWORD = "Tr0ub4dor&3/planted"
USER = "casey@practice.invalid"
A_START = (
    10  # looks, 0.2 s each: far more than a fork needs to become its program on a busy machine
)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The password, and whatever the portals hand out: identities (FedAuth), session ids, tokens of
    forms, ``wresult``."""
    found = {PASSWORD}

    def kept(call: Callable[..., str]) -> Callable[..., str]:
        def made(*args: Any) -> str:
            found.add(word := call(*args))
            return word

        return made

    real_admit = Sessions.admit

    def admit(self: Sessions) -> tuple[str, str]:
        halves = real_admit(self)
        found.update(halves)
        return halves

    def new(*args: Any) -> Any:
        return SimpleNamespace(hexdigest=kept(hmac.new(*args).hexdigest))

    monkeypatch.setattr(
        idp,
        "secrets",
        SimpleNamespace(token_hex=kept(secrets.token_hex), token_bytes=secrets.token_bytes),
    )
    monkeypatch.setattr(idp, "hmac", SimpleNamespace(new=new, compare_digest=hmac.compare_digest))
    monkeypatch.setattr(wsfed, "issue", kept(wsfed.issue))
    monkeypatch.setattr(Sessions, "admit", admit)
    return found


def files(*places: Path) -> Iterator[Path]:
    for place in places:
        yield from (path for path in place.rglob("*") if path.is_file())


def told_by_processes(child: subprocess.Popen[bytes]) -> tuple[int, list[str]]:
    """How many processes below the child were looked at until it ended, and which of them told the
    password.

    Between its fork and its exec a new process is the crawler still, with the crawler's words and
    memory; it is judged by what it becomes. One that stays the crawler's image for more than
    ``A_START`` looks tells what it holds."""
    seen: set[int] = set()
    starting: Counter[int] = Counter()
    told: list[str] = []
    me = psutil.Process(child.pid)
    while True:
        with contextlib.suppress(psutil.Error):
            own = me.cmdline()
            if any(PASSWORD in word for word in own):
                told.append("the crawler's command line")
            for process in me.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    words = process.cmdline()
                    if words == own:
                        starting[process.pid] += 1
                        if starting[process.pid] <= A_START:
                            continue
                    seen.add(process.pid)
                    if any(PASSWORD in word for word in [*words, *process.environ().values()]):
                        told.append(" ".join(words)[:80])
        try:
            child.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        return len(seen), told


def test_planted_secrets_are_nowhere_after_a_crawl_that_failed(
    tmp_path: Path, planted: set[str]
) -> None:
    log, out = tmp_path / "access.jsonl", tmp_path / "crawl"
    order = (
        "renamed-section:odyssey:case=0.7,renamed-section:iml:detail=0.4,"
        "lost-session:odyssey:case=0.3"
    )
    options = Options(
        people=6, password=PASSWORD, user=USER, access_log=log, faults=order, fault_seed=3
    )
    with running(options) as portals, open(tmp_path / "said.log", "wb") as said:
        (tmp_path / "sites.toml").write_text(
            '[mine]\nname = "Mine"\ntime_zone = "America/Chicago"\n'
            f'[mine.jail]\nurl = "{portals.jail}"\n'
            f'[mine.court]\nurl = "{portals.portal}"\n'
        )
        child = subprocess.Popen(
            [sys.executable, "-m", "cj", "crawl", "--site", "mine", "--out", str(out)],
            cwd=tmp_path,
            env=environment(tmp_path) | {"ODYSSEY_USER": USER, "ODYSSEY_PASS": PASSWORD},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        looked_at, told = told_by_processes(child)
    assert child.returncode == 3, (tmp_path / "said.log").read_text()
    assert looked_at > 10
    assert told == []
    assert len(planted) >= 8, "the portals handed out less than a sign-in needs"
    words = [word.encode() for word in planted]
    state = list(Path(tempfile.gettempdir()).glob("cj-*"))
    for path in files(tmp_path, *state):
        with contextlib.suppress(FileNotFoundError):  # browsers of others come and go
            content = path.read_bytes()
            assert not [word for word in words if word in content], path


def test_who_failed_has_the_fault_the_page_and_a_picture(tmp_path: Path) -> None:
    """The first of those who failed alike; the others name them."""
    out = tmp_path / "crawl"
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "cj",
                "crawl",
                "--site",
                "practice",
                "--out",
                str(out),
                "--practice-people=3",
            ),
            "--practice-faults=renamed-section:odyssey:case=1",
            "--fetch=browser",
        ],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 3, done
    entries = sorted((out / "failed" / "odyssey").iterdir())
    assert entries
    for entry in entries:
        fault = json.loads((entry / "fault.json").read_text())
        assert fault["fault"] == "LayoutChanged"
        there = {path.name for path in entry.iterdir()}
        assert {"page.html", "screen.png"} <= there or "same_page_as" in fault
    assert "page.html" in {path.name for path in entries[0].iterdir()}
    assert (entries[0] / "screen.png").read_bytes().startswith(b"\x89PNG")
