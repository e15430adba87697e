"""The browser or its driver dies, freezes or crashes under a session, for real."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import psutil
import pytest

from resilience import Pace, Session, again, faults, processes
from resilience.browser import Browser
from resilience.settings import BrowserSettings, Timeouts
from tests.resilience.helpers import QUICK, Clock, arrive, main_process, until
from tests.resilience.site import Site

pytestmark = pytest.mark.browser


def _sign_in(session: Session) -> None:
    session.signed_in = True


@pytest.fixture(scope="module")
def lossy() -> Iterator[Session]:
    with Session(pace=Pace.free(), timeouts=QUICK, sign_in=_sign_in) as session:
        yield session


def _kill_browser(browser: Browser) -> None:
    os.kill(main_process(browser), signal.SIGKILL)


def _kill_driver(browser: Browser) -> None:
    assert browser.driver_pid
    os.kill(browser.driver_pid, signal.SIGKILL)


def _stop_browser(browser: Browser) -> None:
    for pid in browser.processes():
        if pid != browser.driver_pid:
            os.kill(pid, signal.SIGSTOP)


def _stop_driver(browser: Browser) -> None:
    assert browser.driver_pid
    os.kill(browser.driver_pid, signal.SIGSTOP)


def _kill_guardian_and_driver(browser: Browser) -> None:
    assert browser.keeper
    os.kill(browser.keeper.pid, signal.SIGKILL)
    _kill_driver(browser)


def _stop_guardian_and_driver(browser: Browser) -> None:
    assert browser.keeper
    os.kill(browser.keeper.pid, signal.SIGSTOP)
    _stop_driver(browser)


@pytest.mark.parametrize(
    "event",
    [
        _kill_browser,
        _kill_driver,
        _stop_browser,
        _stop_driver,
        _kill_guardian_and_driver,
        _stop_guardian_and_driver,
    ],
)
def test_a_lost_browser_is_noticed_replaced_and_signed_in_again(
    lossy: Session, site: Site, event: Callable[[Browser], None]
) -> None:
    arrive(lossy, site.address + "/")
    _sign_in(lossy)
    old, generation = lossy.browser, lossy.generation
    assert old.folder
    family = old.processes()
    event(old)
    begun = time.monotonic()
    with pytest.raises(faults.BrowserLost) as caught:
        lossy.open(site.address + "/two")
    noticed = time.monotonic() - begun
    lossy.cure(caught.value)
    arrive(lossy, site.address + "/two")
    back = time.monotonic() - begun - noticed
    assert noticed <= QUICK.client + 1
    assert back <= 25, "about 1.5 s on a quiet machine, 3 more if the guardian is frozen too"
    assert lossy.signed_in
    assert lossy.generation > generation
    assert not os.path.exists(old.folder)
    assert until(lambda: not any(processes.started(pid) for pid in family))


@pytest.mark.parametrize("command", ["get", "post", "screenshot", "windows"])
def test_every_kind_of_command_ends_while_the_driver_is_frozen(
    lossy: Session, site: Site, command: str
) -> None:
    arrive(lossy, site.address + "/")
    pid = lossy.browser.driver_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    commands: dict[str, Callable[[], object]] = {
        "get": lambda: lossy.url,
        "post": lambda: lossy.run("return 1"),
        "screenshot": lambda: lossy.driver.get_screenshot_as_png(),
        "windows": lambda: lossy.driver.window_handles,
    }
    begun = time.monotonic()
    with pytest.raises(Exception) as caught:
        commands[command]()
    assert isinstance(faults.of(caught.value), faults.BrowserLost)
    assert time.monotonic() - begun <= QUICK.client + 1
    os.kill(pid, signal.SIGCONT)
    if command == "windows":
        lossy.restart()


def test_a_crashed_tab_is_named_and_cured(lossy: Session, site: Site) -> None:
    with pytest.raises(faults.TabCrashed):  # noqa: PT012
        lossy.open("chrome://crash")
        lossy.open(site.address + "/")
    lossy.cure(faults.TabCrashed())
    arrive(lossy, site.address + "/")
    assert lossy.html("h1") == "<h1>Home</h1>"


def test_closing_every_window_loses_the_browser(lossy: Session, site: Site) -> None:
    arrive(lossy, site.address + "/")
    lossy.driver.close()
    with pytest.raises((faults.BrowserLost, faults.StalePage)):
        lossy.open(site.address + "/")
    lossy.restart()


def test_again_brings_a_person_to_the_end_through_kills(lossy: Session, site: Site) -> None:
    attempts = 0
    for attempt in again(lossy):
        with attempt:
            attempts += 1
            lossy.open(site.address + "/")
            if attempts == 1:
                _kill_driver(lossy.browser)
            if attempts == 2:
                _kill_browser(lossy.browser)
            lossy.open(site.address + "/two")
    assert (attempts, lossy.html("h1")) == (3, "<h1>Two</h1>")


def test_a_stop_breaks_off_a_hanging_page_and_a_wait(site: Site) -> None:
    stop = threading.Event()
    timeouts = Timeouts(page=20, script=20, client=30)
    with Session(pace=Pace.free(), timeouts=timeouts, stop=stop, patience=0.2) as session:
        session.open(site.address + "/")
        timer = threading.Timer(0.3, stop.set)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(faults.Stopped):
            session.open(site.address + "/hang")
        assert time.monotonic() - begun < 5
        begun = time.monotonic()
        with pytest.raises(faults.Stopped):
            session.wait_for("return false", what="never")
        assert time.monotonic() - begun < 1


def test_recycling_by_pages_signs_in_again_and_leaves_nothing(site: Site) -> None:
    with Session(
        pace=Pace.free(), timeouts=QUICK, sign_in=_sign_in, pages_per_browser=2
    ) as session:
        arrive(session, site.address + "/")
        _sign_in(session)
        session.pages = 1
        session.recycle_if_due()
        old = session.browser
        arrive(session, site.address + "/two")
        session.recycle_if_due()
        assert session.browser is not old
        assert session.signed_in
        assert session.events["recycle"] == 1
        assert old.folder
        assert not os.path.exists(old.folder)


def test_with_a_window_a_person_is_given_time_to_solve_a_block_page(site: Site) -> None:
    def start(settings: BrowserSettings, timeouts: Timeouts) -> Browser:
        return Browser.start(replace(settings, headed=False), timeouts)

    clock = Clock()
    settings = BrowserSettings(headed=True, contact="somebody@example.org")
    free = Pace.free(clock=clock, sleep=lambda seconds: threading.Event().wait(0.05) and None)
    with Session(browser=settings, pace=free, timeouts=QUICK, start=start) as session:
        session.open(site.address + "/solved")
        assert session.html("h1") == "<h1>Two</h1>"
    agent = site.asked[-1][1]["User-Agent"]
    assert agent.endswith("(+somebody@example.org)")
    assert "Chrome/" in agent


def test_the_browser_of_a_session_is_in_nobody_elses_process_group(lossy: Session) -> None:
    assert lossy.browser.driver_pid
    assert os.getsid(lossy.browser.driver_pid) != os.getsid(0)
    assert (
        psutil.Process(lossy.browser.driver_pid)
        .environ()["TMPDIR"]
        .startswith(str(lossy.browser.folder))
    )
    assert lossy.browser.memory() > 50_000_000
