"""What a replay refuses, and what it does where there is no golden record yet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from replay import BadExchangeError, Exchange, Step
from replay.answers import SavedAnswers
from replay.fixtures import FetchMode, all_fixtures, fixture
from replay.origins import Origins
from replay.plugin import Replay, differences
from replay.replayer import TIMEOUTS, Replayer, UnknownRequestError
from replay.shared_browser import ONLY_LOOPBACK
from resilience.faults import Unreachable
from resilience.pace import Pace
from resilience.session import Session
from resilience.settings import BrowserSettings
from scrapers.halves import COURT, JAIL
from scrapers.saved import SavedVisits
from scrapers.sites import site_of

NOBODY = "<table><tr><td>No records found.</td></tr></table>"
FORM = '<form action="/IML" method="post"><input name="systemUser_lastName"></form>'
URL = "https://jail.example/IML"


def jail(*steps: Step, kind: str = "roster") -> Exchange:
    about = {"kind": kind, "day": "2026-10-07", "source": "written by hand"}
    return Exchange(JAIL, "shelby-tn", "here", "by hand", steps, about)


def kept(root: Path, name: str, text: str = NOBODY, about: str = '{"kind": "list"}') -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(text, encoding="utf-8")
    (folder / "about.json").write_text(about, encoding="utf-8")
    return folder


@pytest.mark.parametrize("fetch_mode", ["browser", "http"])
def test_a_request_that_is_not_in_the_exchange_fails_with_its_name(
    replayer: Replayer, fetch_mode: FetchMode
) -> None:
    with pytest.raises(
        UnknownRequestError, match=r"POST https://jail\.example/IML flow_action=searchbyid"
    ):
        replayer.run(jail(Step("GET", URL, "search", FORM)), site_of("shelby-tn"), fetch_mode)


def test_the_name_of_a_stray_holds_no_value_that_was_typed(replayer: Replayer) -> None:
    answers = SavedAnswers(jail(Step("GET", URL, "search", FORM)), SavedVisits())
    assert answers.answer("POST", URL, {"Password": "hush"}) is None
    assert "hush" not in answers.unknown_requests[0]
    assert "Password" in answers.unknown_requests[0]


def test_the_browser_of_a_replay_reaches_no_other_host() -> None:
    naps: list[float] = []
    pace = Pace.free(sleep=naps.append, clock=lambda: sum(naps))
    with Session(
        browser=BrowserSettings(arguments=ONLY_LOOPBACK), timeouts=TIMEOUTS, pace=pace
    ) as session:
        for url in ("http://portal.invalid/", "http://localhost.invalid:80/"):
            with pytest.raises(Unreachable):
                session.open(url)


def test_the_http_mode_starts_no_browser_and_opens_no_socket(
    replayer: Replayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was connected")

    monkeypatch.setattr("socket.socket.connect", refuse)
    steps = (Step("GET", URL, "search", FORM), Step("POST", URL, "list", NOBODY))
    found = replayer.run(jail(*steps), site_of("shelby-tn"), "http")
    assert found["proof"]["total"] == 0


def test_steps_that_fit_are_given_in_their_order_and_the_last_again() -> None:
    answers = SavedAnswers(
        jail(*(Step("POST", URL, "list", text, fields={"flow_action": "next"}) for text in "ab")),
        SavedVisits(),
    )
    given = [
        answers.answer("POST", URL, {"flow_action": "next", "currentStart": "31"}) for _ in range(3)
    ]
    assert [step.body for step in given if step is not None] == ["a", "b", "b"]


def test_the_step_that_says_most_of_a_request_answers_it() -> None:
    pages = (
        Step("GET", "https://c.example/r", "results", "1"),
        Step("GET", "https://c.example/r?page=2", "results", "2"),
    )
    answers = SavedAnswers(Exchange(COURT, "s", "p", "by hand", pages), SavedVisits())
    asked = ["https://c.example/r?_=17&page=2", "https://c.example/r?_=18"]
    given = [answers.answer("GET", url, {}) for url in asked]
    assert [step.body for step in given if step is not None] == ["2", "1"]
    assert answers.unused_steps() == []


def test_stand_ins_are_put_into_every_spelling_and_taken_out_again() -> None:
    origins = Origins({"https://portal.example": "http://127.0.0.2:99"})
    text = (
        r"https://portal.example/CJS https%3a%2f%2fportal.example%2fCJS "
        r"https:\/\/portal.example\/ https://portal.example.org/"
    )
    there = origins.to_stand_ins(text)
    assert "portal.example/" not in there.replace("portal.example.org/", "")
    assert "https://portal.example.org/" in there
    assert origins.to_real(there) == text


def test_the_first_run_writes_the_golden_record_and_fails(
    replayer: Replayer, tmp_path: Path
) -> None:
    folder = kept(tmp_path, "jail/marion-in/nobody")
    replay = Replay(fixture(tmp_path, "jail/marion-in/nobody"), replayer)
    with pytest.raises(pytest.fail.Exception, match="read it, then commit it"):
        replay.check("http")
    assert json.loads((folder / "record.json").read_text(encoding="utf-8"))["total"] == 0
    replay.check("http")


def test_a_record_that_differs_is_shown_field_by_field(replayer: Replayer, tmp_path: Path) -> None:
    folder = kept(tmp_path, "jail/marion-in/nobody")
    (folder / "record.json").write_text(
        '{"start": 0, "end": 0, "total": 4, "rows": []}', encoding="utf-8"
    )
    with pytest.raises(pytest.fail.Exception, match=r"record\.total: expected 4, found 0"):
        Replay(fixture(tmp_path, "jail/marion-in/nobody"), replayer).check("http")


def test_differences_name_the_place_of_each() -> None:
    lines = differences({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}], "c": None})
    assert lines.splitlines() == [
        "record.a[1].b: expected 2, found 3",
        'record.c: expected "(nothing)", found null',
    ]


def test_an_unknown_name_says_what_there_is(tmp_path: Path) -> None:
    kept(tmp_path, "jail/marion-in/nobody")
    with pytest.raises(BadExchangeError, match="there are: jail/marion-in/nobody"):
        fixture(tmp_path, "jail/marion-in/somebody")


def test_a_folder_without_a_page_is_named(tmp_path: Path) -> None:
    (tmp_path / "jail" / "marion-in" / "empty").mkdir(parents=True)
    with pytest.raises(
        BadExchangeError,
        match=r"empty is not a fixture: it has neither exchange\.json nor page\.html",
    ):
        all_fixtures(tmp_path)


def test_an_unknown_site_says_so(tmp_path: Path) -> None:
    kept(tmp_path, "jail/nowhere-xx/nobody")
    with pytest.raises(BadExchangeError, match="unknown site 'nowhere-xx'"):
        fixture(tmp_path, "jail/nowhere-xx/nobody").site  # noqa: B018


def test_a_site_of_ones_own_stands_beside_the_fixtures(replayer: Replayer, tmp_path: Path) -> None:
    kept(tmp_path, "jail/my-county/nobody")
    entry = (
        '[my-county]\nname = "Mine"\ntime_zone = "America/Chicago"\n'
        '[my-county.jail]\nurl = "https://mine.example/IML"\n'
    )
    (tmp_path / "sites.toml").write_text(entry, encoding="utf-8")
    assert Replay(fixture(tmp_path, "jail/my-county/nobody"), replayer).run("http")["total"] == 0


@pytest.mark.parametrize(
    ("about", "says"),
    [('{"kind": "poem"}', "unknown kind 'poem'"), ("{", "cannot be read as JSON")],
)
def test_a_fixture_that_cannot_be_replayed_says_why(
    replayer: Replayer, tmp_path: Path, about: str, says: str
) -> None:
    kept(tmp_path, "jail/marion-in/odd", about=about)
    with pytest.raises(BadExchangeError, match=says):
        Replay(fixture(tmp_path, "jail/marion-in/odd"), replayer).run("http")


def test_the_fixture_says_what_is_wrong_instead_of_a_traceback(
    replay: Callable[[str], Replay],
) -> None:
    with pytest.raises(pytest.fail.Exception, match="no fixture 'jail/bergen-nj/nothing'"):
        replay("jail/bergen-nj/nothing")
