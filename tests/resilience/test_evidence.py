"""What is kept of a failure, and above all what is not."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from html import escape

import pytest

from resilience import Evidence, Pace, Session, faults
from resilience.evidence import describe
from resilience.scrub import WholeWord, scrub, scrub_page
from tests.resilience.site import PAGES, Site

SECRET = "hunter2 & <more>"
PLANTED = """
<title>Case</title><form action="/sign-in?ReturnUrl=/x&amp;access_token=PLANTED-1">
<input type="password" name="Password" value="PLANTED-2">\
<input value='PLANTED-3' type=hidden name=__RequestVerificationToken>
<input type="hidden" name="wresult" value="&lt;t:PLANTED-4&gt;">\
<textarea name="SAMLResponse">PLANTED-5</textarea>
<meta name="csrf-token" content="PLANTED-6"></form>
<script>var config = {"sessionToken": "PLANTED-7", "page": "kept"}; \
var apiKey = 'PLANTED-8-long'; document.cookie</script>
<a href="/Case;jsessionid=PLANTED-9?eid=kept-too">x</a> \
<p>Cookie: FedAuth=PLANTED-10; FedAuth1=PLANTED-10b</p>
<a href="https://user:PLANTED-11@host.example/">y</a>\
<input name="SearchCriteria" value="kept-three">
"""


def test_no_planted_secret_survives_and_facts_do() -> None:
    clean = scrub(
        PLANTED + f"<p>{SECRET}</p><p>hunter2+%26+%3Cmore%3E</p><p>hunter2 &amp; &lt;more></p>",
        [SECRET],
    )
    assert "PLANTED" not in clean
    assert "hunter2" not in clean
    for kept in (
        "kept-too",
        "kept-three",
        '"kept"',
        "<title>Case</title>",
        "__RequestVerificationToken",
    ):
        assert kept in clean


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("signed in as casey@practice.invalid.", "signed in as ***."),
        ("user=casey%40practice.invalid&x=1", "user=***&x=1"),
        ("u%3Dcasey%40practice.invalid", "u%3D***"),
        ("CASEY@practice.invalid", "***"),
        ("<b>casey@practice.invalid</b>", "<b>***</b>"),
        ("notcasey@practice.invalid", "notcasey@practice.invalid"),
        ("casey@practice.invalids", "casey@practice.invalids"),
    ],
)
def test_a_user_name_goes_where_it_stands_as_a_whole(text: str, kept: str) -> None:
    user = WholeWord("casey@practice.invalid")
    assert scrub(text, [user]) == kept
    assert scrub_page(text, [user, "hunter2"]) == text, "a page to be read again stays as it is"
    assert "CASE" in scrub("CASE 4", [WholeWord("case@x")])


def test_evidence_of_text_that_is_no_text_is_written() -> None:
    files: dict[str, bytes] = {}
    Evidence(files.__setitem__).keep("a", faults.WrongRecord("a lone \ud800 surrogate"))
    assert json.loads(files["a/fault.json"])["message"] == "a lone ? surrogate"


def test_a_fault_is_described_with_its_cause_and_without_secrets() -> None:
    fault = faults.Busy("no: hunter2", url="https://portal.example/?token=PLANTED", retry_after=3)
    fault.__cause__ = ValueError("password hunter2")
    told = describe(fault, secrets=["hunter2"])
    assert "hunter2" not in json.dumps(told)
    assert "PLANTED" not in json.dumps(told)
    assert (told["fault"], told["cure"], told["retry_after_seconds"]) == ("Busy", "wait", 3)
    assert told["caused_by"].startswith("ValueError: password")


@pytest.mark.browser
def test_a_failed_page_is_kept_with_picture_and_log_and_without_secrets(
    session: Session, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        PAGES,
        "/planted",
        PLANTED + f"<p id=who>{escape(SECRET)}</p><img src='/no-such-picture?token=PLANTED'>",
    )
    files: dict[str, bytes] = {}
    evidence = Evidence(
        files.__setitem__,
        secrets=lambda: [SECRET],
        now=lambda: datetime(2026, 1, 5, tzinfo=timezone.utc),
    )
    with pytest.raises(faults.SignedOut) as caught:  # noqa: PT012
        session.signed_in = session.browser is not None
        session.open(site.address + "/planted")
    session.run("document.querySelector('[type=password]').value = 'PLANTED-typed'")
    session.run("console.error('token=PLANTED-in-log')")
    names = evidence.keep("odyssey/00400001", caught.value, session)
    assert set(names) == set(files)
    assert {name.rpartition("/")[2] for name in files} >= {"fault.json", "page.html", "screen.png"}
    assert files["odyssey/00400001/screen.png"].startswith(b"\x89PNG")
    for name, content in files.items():
        assert b"PLANTED" not in content, name
        assert b"hunter2" not in content, name
    told = json.loads(files["odyssey/00400001/fault.json"])
    assert (told["fault"], told["at"], told["status"]) == (
        "SignedOut",
        "2026-01-05T00:00:00+00:00",
        200,
    )
    assert told["faults_met"] == {"SignedOut": 1}


@pytest.mark.browser
def test_the_same_page_is_kept_once_and_the_number_is_bounded(session: Session, site: Site) -> None:
    files: dict[str, bytes] = {}
    evidence = Evidence(files.__setitem__, most=2)
    session.open(site.address + "/two")
    for key in ("a", "b"):
        evidence.keep(key, faults.WrongRecord("x"), session)
    assert "b/page.html" not in files
    assert json.loads(files["b/fault.json"])["same_page_as"] == "a"
    session.open(site.address + "/window")
    assert "c/page.html" in evidence.keep("c", faults.WrongRecord("x"), session)
    session.open(site.address + "/")
    assert evidence.keep("d", faults.WrongRecord("x"), session) == ["d/fault.json"]


@pytest.mark.browser
def test_long_pages_are_cut(session: Session, site: Site) -> None:
    files: dict[str, bytes] = {}
    session.open(site.address + "/two")
    Evidence(files.__setitem__, biggest=100).keep("a", faults.WrongRecord(), session)
    assert len(files["a/page.html"]) == 100
    assert "a/screen.png" not in files


def test_a_lost_browser_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, bytes] = {}
    evidence = Evidence(files.__setitem__)
    assert evidence.keep("a", faults.BrowserLost("gone"), Session()) == ["a/fault.json"]
    assert evidence.keep("b", faults.Slow("x")) == ["b/fault.json"]


def test_a_failed_plain_page_is_kept_without_secrets_and_says_why_there_is_no_picture(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGES, "/planted", PLANTED + f"<p>{escape(SECRET)}</p>")
    files: dict[str, bytes] = {}
    evidence = Evidence(files.__setitem__, secrets=lambda: [SECRET])
    with Session(fetch_mode="http", pace=Pace.free()) as plain:
        plain.signed_in = False
        plain.open(site.address + "/planted?token=PLANTED")
        names = evidence.keep("somebody", faults.WrongRecord("somebody else's"), plain)
        assert names == ["somebody/page.html", "somebody/fault.json"]
        with pytest.raises(faults.Dropped):
            plain.fetch(site.address + "/reset")
        evidence.keep("another", faults.Dropped("the line broke"), plain)
        assert not plain.running
    page, told = files["somebody/page.html"].decode(), json.loads(files["somebody/fault.json"])
    assert "PLANTED" not in page + json.dumps(told)
    assert "hunter2" not in page
    assert "<title>Case</title>" in page
    assert (told["fetch_mode"], told["status"]) == ("http", 200)
    assert "without a browser" in told["no_picture"]
    assert "no whole answer" in json.loads(files["another/fault.json"])["no_page"]
    assert "another/page.html" not in files
