"""Starting browsers in every supported way."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from resilience import BrowserSettings, Pace, Session, Timeouts, faults
from resilience import browser as browser_module
from resilience.browser import Browser, options, state_folder
from resilience.finding import find_driver
from tests.resilience.helpers import SHORT, until
from tests.resilience.site import Site


def test_the_state_folder_is_private_and_short(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 20)))
    assert state_folder().startswith("/tmp/")
    short = tempfile.mkdtemp(dir="/tmp")
    monkeypatch.setattr(tempfile, "tempdir", short)
    try:
        folder = state_folder()
        assert folder.startswith(short)
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        os.chmod(folder, 0o777)
        with pytest.raises(faults.UnsafeFolder, match="not a private folder"):
            state_folder()
        os.rmdir(folder)
    finally:
        os.rmdir(short)


def test_only_root_goes_without_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_module.os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in options(BrowserSettings(), "/usr/bin/chromium", None).arguments
    monkeypatch.setattr(browser_module.os, "geteuid", lambda: 0)
    assert "--no-sandbox" in options(BrowserSettings(), "/usr/bin/chromium", None).arguments


def test_flags_follow_the_settings() -> None:
    quiet = options(BrowserSettings(), "/usr/bin/chromium", "/profile")
    for flag in (
        "--disable-background-networking",
        "--disable-quic",
        "--no-first-run",
        "--headless=new",
    ):
        assert flag in quiet.arguments
    assert "--user-data-dir=/profile" in quiet.arguments
    assert quiet.page_load_strategy == "eager"
    assert "--headless" in options(BrowserSettings(), "/opt/chrome-headless-shell", None).arguments
    assert not any(
        "headless" in flag for flag in options(BrowserSettings(headed=True), "/x", None).arguments
    )


def test_time_outs_that_would_throw_healthy_browsers_away_are_refused() -> None:
    with pytest.raises(ValueError, match="client"):
        Timeouts(page=20, client=20)
    with pytest.raises(ValueError, match="above zero"):
        Timeouts(page=0)


@pytest.mark.parametrize("command", ["exit 0", "sleep 60"])
def test_a_driver_that_does_not_come_up_is_a_lost_browser_and_leaves_nothing(
    tmp_path: Path, command: str
) -> None:
    driver = tmp_path / "driver"
    driver.write_text(f"#!/bin/sh\n{command}\n")
    driver.chmod(0o700)
    before = set(os.listdir(state_folder()))
    with pytest.raises(faults.BrowserLost, match="before it was ready"):
        Browser.start(BrowserSettings(driver=str(driver)), Timeouts(start=1.0))
    mine = [pid for pid in psutil.pids() if psutil.pid_exists(pid) and str(driver) in _words(pid)]
    assert mine == []
    assert not {name for name in set(os.listdir(state_folder())) - before if _owned(name)}


def _words(pid: int) -> list[str]:
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []


def _owned(name: str) -> bool:
    """Whether a folder was made by this very process (other test runs may be at work beside)."""
    path = Path(state_folder()) / name / "owner.json"
    return path.exists() and f'"crawler": {os.getpid()},' in path.read_text()


@pytest.mark.browser
def test_a_browser_that_does_not_come_up_is_a_lost_browser(tmp_path: Path) -> None:
    binary = tmp_path / "chromium"
    binary.write_text("#!/bin/sh\nexit 1\n")
    binary.chmod(0o700)
    with pytest.raises(faults.BrowserLost, match="did not start"):
        Browser.start(BrowserSettings(binary=str(binary)))


@pytest.fixture
def driver_address() -> Iterator[str]:
    """A chromedriver that somebody else started, in a process session of its own."""
    process = subprocess.Popen(
        [find_driver(), "--port=0"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    port = next(
        line.rpartition(" ")[2].strip(". \n")
        for line in process.stdout
        if "successfully on port" in line
    )
    yield f"http://127.0.0.1:{port}"
    from resilience import processes

    processes.end_session(process.pid)
    process.communicate()


@pytest.mark.browser
def test_a_driver_that_somebody_else_started_is_used_and_left_running(
    driver_address: str, site: Site
) -> None:
    flags = ("--no-sandbox",) if os.geteuid() == 0 else ()
    settings = BrowserSettings(remote_url=driver_address, arguments=flags)
    with Session(browser=settings, pace=Pace.free(), timeouts=SHORT) as session:
        session.open(site.address + "/two")
        assert session.html("h1") == "<h1>Two</h1>"
        assert session.browser.processes() == []
        session.restart()
        session.open(site.address + "/")
    with Session(browser=settings, pace=Pace.free(), timeouts=SHORT) as session:
        session.open(site.address + "/")


@pytest.mark.browser
def test_nobody_at_the_remote_address_is_a_lost_browser() -> None:
    with pytest.raises(faults.BrowserLost, match="did not start"):
        Browser.start(BrowserSettings(remote_url="http://127.0.0.1:9"))


@pytest.mark.browser
def test_a_kill_may_be_repeated(site: Site) -> None:
    browser = Browser.start(timeouts=SHORT)
    family = browser.processes()
    browser.kill()
    browser.kill()
    assert until(lambda: not any(psutil.pid_exists(pid) for pid in family))
    assert browser.folder
    assert not os.path.exists(browser.folder)


def _driver(folder: Path, script: str) -> str:
    path = folder / "driver"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_driver_whose_port_was_taken_meanwhile_is_started_again(tmp_path: Path) -> None:
    driver = _driver(
        tmp_path,
        f"if [ ! -e {tmp_path}/once ]; then touch {tmp_path}/once; "
        "echo 'IPv4 port not available. Exiting...'; exit 1; fi\n"
        "echo 'ChromeDriver was started successfully on port 4711.'; exec sleep 60",
    )
    folder = tmp_path / "browser"
    folder.mkdir()
    local = browser_module._Local.start(str(folder), driver, 10.0)
    try:
        assert local.port == 4711
        assert (tmp_path / "once").exists()
    finally:
        browser_module._end(local.keeper, local.pid, local.begun, str(folder))
    assert not folder.exists()


def test_a_driver_that_never_gets_a_port_is_given_up_with_a_reason(tmp_path: Path) -> None:
    driver = _driver(tmp_path, "echo 'IPv4 port not available. Exiting...'; exit 1")
    folder = tmp_path / "browser"
    folder.mkdir()
    with pytest.raises(faults.BrowserLost, match="no free port in 10 tries"):
        browser_module._Local.start(str(folder), driver, 10.0)
