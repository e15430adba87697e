"""What a browser says before it ends is kept, and known causes are told to whoever can fix them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from resilience import Evidence, Pace, Session, again, faults
from resilience.finding import find_browser
from resilience.last_words import last_words, why_not_started
from resilience.settings import BrowserSettings, Timeouts
from tests.resilience.helpers import SHORT
from tests.resilience.site import Site

WRONG_VERSION = (
    "session not created: This version of ChromeDriver only supports Chrome version 114\n"
    "Current browser version is 120.0.6099.109 with binary path /usr/bin/chromium"
)
EXITED = "session not created: Chrome instance exited"


@pytest.mark.parametrize(
    ("error", "words", "advice"),
    [
        (WRONG_VERSION, "", "CJ_DRIVER"),
        (EXITED, "Command '/usr/bin/chromium' requires the chromium snap to be installed.", "snap"),
        (EXITED, "[1:1:ERROR:x11.cc:257] Missing X server or $DISPLAY\nExiting.", "xvfb-run"),
        (EXITED, "[1:1:FATAL:x.cc:1] Check failed: Too many open files (24)", "ulimit -n"),
        (EXITED, "pipe2: EMFILE", "ulimit -n"),
        (
            EXITED,
            "[1:1:ERROR:platform_shared_memory_region_posix.cc:219] Creating shared memory in "
            "/dev/shm/.org.chromium.X failed: No space left on device (28)",
            "--shm-size",
        ),
        (
            "it ended or hung before it was ready",
            "chromedriver: error while loading shared libraries: libnss3.so: cannot open shared "
            "object file: No such file or directory",
            "library",
        ),
        (EXITED, "[1:1:FATAL:zygote_host_impl_linux.cc:128] No usable sandbox!", "sandbox"),
        (EXITED, "mkdir: cannot create directory: No space left on device", "TMPDIR"),
        (EXITED, "LaunchProcess: failed to execvp:\n/usr/bin/chromium", "processor"),
    ],
)
def test_a_known_cause_stops_at_once_and_says_what_to_do(
    error: str, words: str, advice: str
) -> None:
    fault = why_not_started("the browser /usr/bin/chromium", error, words)
    assert type(fault) is faults.BrowserUnusable
    assert fault.cure is faults.Cure.STOP
    assert advice in str(fault)
    assert fault.last_words == words


def test_an_unknown_cause_may_be_passing_and_is_kept() -> None:
    fault = why_not_started("the browser", EXITED, "first\n[1:1:ERROR] Something new")
    assert type(fault) is faults.BrowserLost
    assert "Something new" in str(fault)


def test_the_end_is_read_and_noise_is_not(tmp_path: Path) -> None:
    assert last_words(str(tmp_path)) == last_words(None) == ""
    (tmp_path / "errors.log").write_text("cannot open libx\n")
    (tmp_path / "driver.log").write_bytes(
        b"x" * 50_000
        + b"\nStarting ChromeDriver 150\n"
        + b"[1:2:ERROR:dbus/bus.cc:405] Failed to connect\nthe end\xff\n"
    )
    told = last_words(str(tmp_path))
    assert told.startswith("cannot open libx\n")
    assert told.endswith("the end\ufffd")
    assert len(told) < 9000
    assert "dbus" not in told
    assert "Starting" not in told


# -- with real drivers


def _program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def _starts(settings: BrowserSettings, **more: Any) -> tuple[Session, faults.Fault]:
    with (  # noqa: PT012
        Session(
            browser=settings, pace=Pace.free(sleep=lambda _: None), timeouts=SHORT, **more
        ) as it,
        pytest.raises(faults.Fault) as caught,
    ):
        for attempt in again(it):
            with attempt:
                it.open("http://127.0.0.1:9/")
    return it, caught.value


@pytest.mark.browser
def test_a_stub_is_told_once_and_not_started_again(tmp_path: Path) -> None:
    stub = _program(
        tmp_path / "chromium",
        f"echo x >> {tmp_path}/starts\necho \"Command '$0' requires the chromium snap to be"
        ' installed." >&2\nexit 10',
    )
    session, fault = _starts(BrowserSettings(binary=stub))
    assert type(fault) is faults.BrowserUnusable
    assert "snap" in str(fault)
    assert (tmp_path / "starts").read_text() == "x\n"
    assert session.statistics == {"BrowserUnusable": 1}
    assert session.cures == {}


@pytest.mark.browser
def test_what_never_starts_is_given_up_with_its_last_words_and_nothing_is_told_as_cured(
    tmp_path: Path,
) -> None:
    odd = _program(
        tmp_path / "chromium", f"echo x >> {tmp_path}/starts\necho 'I am odd' >&2; exit 3"
    )
    session, fault = _starts(BrowserSettings(binary=odd))
    assert len((tmp_path / "starts").read_text().split()) == 4
    assert type(fault) is faults.BrowserUnusable
    assert "I am odd" in str(fault)
    assert "4 times in a row" in str(fault)
    assert session.cures == {}
    files: dict[str, bytes] = {}
    Evidence(files.__setitem__).keep("somebody", fault, session)
    assert b"I am odd" in files["somebody/driver.log"]


@pytest.mark.browser
def test_a_window_without_a_screen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    _, fault = _starts(BrowserSettings(headed=True))
    assert type(fault) is faults.BrowserUnusable
    assert "xvfb-run" in str(fault)


@pytest.mark.browser
def test_too_few_file_handles_are_told() -> None:
    program = (
        "import resource\n"
        "from resilience import Session, Pace\nfrom resilience.faults import Fault\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (38, 38))\n"
        "try:\n with Session(pace=Pace.free()) as s: s.browser\n"
        "except Fault as f: print(f.name, f)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.startswith("BrowserUnusable"), done.stdout + done.stderr
    assert "ulimit -n" in done.stdout


@pytest.mark.browser
def test_a_driver_of_another_version_costs_one_start(tmp_path: Path) -> None:
    driver = _program(tmp_path / "chromedriver", f"exec {sys.executable} {tmp_path}/driver.py")
    (tmp_path / "driver.py").write_text(OTHER_VERSION)
    session, fault = _starts(BrowserSettings(binary=find_browser(), driver=driver))
    assert type(fault) is faults.BrowserUnusable
    assert "different versions" in str(fault)
    assert "Chrome version 114" in str(fault)
    assert session.statistics == {"BrowserUnusable": 1}


OTHER_VERSION = f"""
import http.server, json
class Driver(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        said = {{"error": "session not created", "message": {WRONG_VERSION!r}, "stacktrace": ""}}
        body = json.dumps({{"value": said}}).encode()
        self.send_response(500)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = http.server.HTTPServer(("127.0.0.1", 0), Driver)
print(f"ChromeDriver was started successfully on port {{server.server_port}}.", flush=True)
server.serve_forever()
"""


@pytest.mark.browser
def test_a_browser_that_dies_leaves_its_last_words_with_the_fault(site: Site) -> None:
    timeouts = Timeouts(page=3.5, script=3.5, element=1.0, client=4.0)
    with Session(pace=Pace.free(), timeouts=timeouts) as session:
        session.open(site.address + "/two")
        assert session.browser.folder
        with open(os.path.join(session.browser.folder, "driver.log"), "a") as log:
            log.write("[1:1:FATAL] token=PLANTED out of memory\n")
        for pid in session.browser.processes():
            os.kill(pid, 9)
        with pytest.raises(faults.BrowserLost) as caught:
            session.open(site.address + "/two")
        assert "out of memory" in caught.value.last_words
        files: dict[str, bytes] = {}
        Evidence(files.__setitem__).keep("somebody", caught.value, session)
    assert b"out of memory" in files["somebody/driver.log"]
    assert b"PLANTED" not in files["somebody/driver.log"] + files["somebody/fault.json"]


# -- children


@pytest.mark.browser
def test_a_forked_child_that_leaves_ends_neither_browser_nor_connections(site: Site) -> None:
    with Session(pace=Pace.free(), timeouts=SHORT) as session:
        session.open(site.address + "/two")
        family = session.browser.processes()
        child = os.fork()
        if child == 0:
            try:
                assert not session.running
                session.close()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        session.open(site.address + "/")
        assert session.html("h1") == "<h1>Home</h1>"
        assert set(family) <= {*session.browser.processes()} | {*family}
        assert session.statistics == {}
