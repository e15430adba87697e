"""Misbehaviour of the court portal: each fault looks as documented, and strikes once per person and
page kind."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from practice import faults
from practice.odyssey import site as settings
from practice.odyssey import visit
from tests.practice.odyssey_portal import Visitor, lines, make_world, numbers, visited


@pytest.fixture(autouse=True)
def _no_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RESULTS_DELAY", 0.0)


def misbehave(visitor: Visitor, orders: str) -> None:
    """From now on."""
    visitor.site.world.faults = faults.Faults(faults.parse(orders), seed=1)


def post(visitor: Visitor, text: str) -> requests.Response:
    return visitor.post_search(text)


def test_busy_is_a_503_once_per_person_and_page(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with visited(make_world(log)) as visitor:
        misbehave(visitor, "busy=1.0")
        first = [
            post(visitor, text).status_code
            for text in ("SAMPLE, JORDAN", "SAMPLE, JORDAN", "TEST-CASE, ANN")
        ]
        assert first == [503, 503, 503]
        assert post(visitor, "SAMPLE, JORDAN").status_code == 200
        strikes = [
            (line["page"], line.get("person")) for line in lines(log) if line.get("fault") == "busy"
        ]
        assert strikes == [
            ("search-post", "00400001"),
            ("workspace", "00400001"),
            ("search-post", "00400002"),
        ]


def test_some_busy_answers_say_when_to_come_back_and_some_do_not() -> None:
    with visited(make_world()) as visitor:
        misbehave(visitor, "busy=1.0")
        said = set()
        for text in ("SAMPLE, JORDAN", "TEST-CASE, ANN", "CROWD, KIM", "FORTY, PAT"):
            for _ in range(2):
                said.add(post(visitor, text).headers.get("Retry-After"))
            said.add(visitor.get("/CJS/SmartSearch/SmartSearchResults").headers.get("Retry-After"))
    assert said >= {"1", None}


def test_slow_keeps_the_answer_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(visit, "SLOW_SECONDS", 0.3)
    log = tmp_path / "access.jsonl"
    with visited(make_world(log)) as visitor:
        visitor.post_search("SAMPLE, JORDAN")
        misbehave(visitor, "slow=1.0")
        began = time.monotonic()
        assert numbers(visitor.results()) == ["C2500001", "C2500002"]
        assert time.monotonic() - began >= 0.3
        assert lines(log)[-1]["fault"] == "slow"


def test_a_lost_session_gives_scripts_the_sign_in_page_and_sends_browsers_away() -> None:
    with visited(make_world()) as visitor:
        visitor.post_search("SAMPLE, JORDAN")
        other = Visitor(visitor.site)
        for name in ("FedAuth", "FedAuth1"):
            other.http.cookies.set(name, visitor.http.cookies[name])
        misbehave(visitor, "lost-session=1.0")
        answer = visitor.get(
            "/CJS/SmartSearch/SmartSearchResults?_=1",
            headers={"X-Requested-With": "XMLHttpRequest"},
        )
        assert answer.status_code == 200
        assert 'id="UserName"' in answer.text
        misbehave(visitor, "")
        away = visitor.get("/CJS/Home/Dashboard/29", allow_redirects=False)
        assert urlsplit(away.headers["Location"]).path == "/idp/account/signin"
        assert "Sign In" in visitor.get("/CJS/").text
        assert "Welcome, Casey" in other.get("/CJS/").text
        before = visitor.http.cookies["ASP.NET_SessionId"]
        visitor.sign_in()
        assert visitor.http.cookies["ASP.NET_SessionId"] != before
        assert visitor.results() == ""
        assert numbers(visitor.search("SAMPLE, JORDAN")) == ["C2500001", "C2500002"]


def test_a_lost_session_forgets_its_case_tokens() -> None:
    with visited(make_world()) as visitor:
        address = visitor.case_address("C2500001")
        misbehave(visitor, "lost-session=1.0")
        assert "idp/account/signin" in visitor.get(address).url
        misbehave(visitor, "")
        visitor.sign_in()
        assert visitor.get(address).status_code == 404


def test_silent_empty_finds_nobody_whoever_asks(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with visited(make_world(log)) as visitor:
        misbehave(visitor, "silent-empty@1")
        for text in ("SAMPLE, JORDAN", "TEST-CASE, ANN", "C2500001"):
            assert "<p>No cases match your search</p>" in visitor.search(text)
        assert lines(log)[-1]["fault"] == "silent-empty"


def test_faults_strike_the_services_too() -> None:
    with visited(make_world(dialect="roa")) as visitor:
        address = visitor.case_address("C2500001")
        visitor.get(address)
        key = address.split("id=")[1].split("&")[0]
        misbehave(visitor, "busy=1.0")
        service = f"/app/RegisterOfActionsService/Charges('{key}')"
        assert [visitor.get(service).status_code for _ in range(2)] == [503, 200]
        misbehave(visitor, "lost-session=1.0")
        answer = visitor.get(service, headers={"Sec-Fetch-Dest": "empty"})
        assert answer.headers["content-type"].startswith("text/html")
        assert 'id="UserName"' in answer.text
