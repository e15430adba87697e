"""A crawl that stops and needs a person tells one, without naming anybody on the roster."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pytest

from resilience.faults import (
    Blocked,
    BrowserLost,
    CaptchaAsked,
    Fault,
    LayoutChanged,
    SignInRefused,
)
from scrapers.crawl.on_stop import message_of, needs_a_person, tell
from scrapers.sites import site_of

NOW = dt.datetime(2026, 1, 5, 3, 0, tzinfo=dt.timezone.utc)


def never(address: str, text: str) -> int:
    raise AssertionError("nothing is posted")


def test_a_command_gets_the_message_on_its_standard_input(tmp_path: Path) -> None:
    heard = tmp_path / "heard.json"
    command = f"{sys.executable} -c \"import sys; open('{heard}', 'w').write(sys.stdin.read())\""
    fault = Blocked("a page about DOE, JANE", url="https://portal.example/DOE")
    message = message_of(site_of("practice"), "2026-01-05-practice", "jail", fault, NOW)
    assert tell(command, message, post=never) is None
    assert json.loads(heard.read_text()) == message
    assert "DOE" not in heard.read_text()
    assert message["fault"] == "Blocked"


def test_an_address_gets_it_posted() -> None:
    posted: list[tuple[str, str]] = []

    def post(address: str, text: str) -> int:
        posted.append((address, text))
        return 204

    assert tell("https://hook.example/x", {"site": "s"}, post=post) is None
    assert posted == [("https://hook.example/x", '{"site": "s"}')]


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        ("no-such-command-here", "FileNotFoundError"),
        (f"{sys.executable} -c 'raise SystemExit(4)'", "ended with 4"),
        ("unbalanced 'quote", "ValueError"),
    ],
)
def test_what_could_not_be_delivered_is_said_and_raises_nothing(channel: str, why: str) -> None:
    assert why in (tell(channel, {}, post=never) or "")


def test_an_address_that_refuses_is_said() -> None:
    assert tell("https://hook.example", {}, post=lambda a, t: 500) == (
        "on_stop: the address answered 500"
    )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Blocked(""), True),
        (CaptchaAsked(""), True),
        (SignInRefused(""), True),
        (LayoutChanged(None, "field", "some", "none"), True),
        (BrowserLost(""), False),
    ],
)
def test_only_what_needs_a_person_is_told(fault: Fault, expected: bool) -> None:
    assert needs_a_person(fault) is expected
