"""A real window on a real (virtual) screen, and somebody with a real mouse who solves what only a
person may solve."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest

from resilience import Pace, Session, faults
from resilience.settings import BrowserSettings
from tests.resilience.helpers import QUICK, until
from tests.resilience.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """The name of an X display that nobody sees; ended by its process id."""
    assert shutil.which("Xvfb"), "Xvfb is missing: apt-get install xvfb xdotool"
    assert shutil.which("xdotool"), "xdotool is missing: apt-get install xvfb xdotool"
    tell, told = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-noreset",  # else it starts over when its last client leaves, and refuses the next
            "-displayfd",
            str(told),
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
        ],
        pass_fds=(told,),
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    try:
        with os.fdopen(tell) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


def mouse(screen: str, *deeds: str) -> str:
    """What xdotool says of these deeds."""
    done = subprocess.run(
        ["xdotool", *deeds],
        env={**os.environ, "DISPLAY": screen},
        capture_output=True,
        text=True,
        timeout=10,
    )
    return done.stdout


def headed(site: Site, screen: str, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> Session:
    monkeypatch.setenv("DISPLAY", screen)
    return Session(
        browser=BrowserSettings(headed=True),
        pace=Pace.free(),
        timeouts=QUICK,
        person_seconds=seconds,
    )


def test_a_captcha_is_shown_in_a_window_and_what_a_person_clicks_there_is_waited_for(
    site: Site, screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def person() -> None:
        if until(lambda: mouse(screen, "search", "--name", "Prove it").strip(), seconds=60):
            mouse(screen, "mousemove", "640", "500", "click", "1")

    with headed(site, screen, monkeypatch, seconds=60) as session:
        hand = threading.Thread(target=person, daemon=True)
        hand.start()
        session.open(site.address + "/captcha")
        hand.join(10)
        assert "headless" not in str(session.run("return navigator.userAgent")).lower()
        assert session.html("h1") == "<h1>Two</h1>"


def test_a_captcha_that_nobody_solves_in_the_window_stops(
    site: Site, screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        headed(site, screen, monkeypatch, seconds=0.5) as session,
        pytest.raises(faults.CaptchaAsked),
    ):
        session.open(site.address + "/captcha")
