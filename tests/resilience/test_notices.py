"""Pages that come instead of the page: firewalls, servlet containers, notices, ended sessions; and
words on a page that proves itself."""

from __future__ import annotations

import pytest

from resilience import Pace, Session, faults
from resilience.answer import Answer
from resilience.faults import in_page
from tests.resilience.helpers import SHORT
from tests.resilience.site import PAGES, Site

F5 = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.<br><br>Your support ID is: 1234567890123<br><br>"
    "<a href='javascript:history.back();'>[Go Back]</a></body></html>"
)
F5_CHALLENGE = (
    '<html><head><script>window["bobcmn"] = "1011";</script></head><body><noscript>Please enable '
    "JavaScript to view the page content.<br/>Your support ID is: 1.</noscript></body></html>"
)
FORTIWEB = (
    "<html><head><title>Web Page Blocked!</title><style>.fgd_icon{width:1px}</style></head><body>"
    "<h2>Web Page Blocked!</h2><p>The page cannot be displayed. Please contact the administrator "
    "for additional information.</p><p>Attack ID: 20000010</p><p>Message ID: 1</p></body></html>"
)
TOMCAT = (
    "<!doctype html><html><head><title>HTTP Status {0} – {1}</title></head><body>"
    "<h1>HTTP Status {0} – {1}</h1><hr/><h3>Apache Tomcat/9.0.65</h3></body></html>"
)
TOMCAT_7 = (
    "<html><head><title>Apache Tomcat/7.0.42 - Error report</title></head><body>"
    "<h1>HTTP Status 500 - </h1><p><b>type</b> Exception report</p></body></html>"
)


@pytest.mark.parametrize(
    ("html", "kind", "says"),
    [
        (F5, faults.Blocked, "F5"),
        (F5.replace("Request Rejected", "Error"), faults.Blocked, "F5"),
        (F5_CHALLENGE, faults.Blocked, "F5"),
        (FORTIWEB, faults.Blocked, "FortiWeb"),
        ("<p>Server unavailable! Please visit later.</p>", faults.Maintenance, "unavailable"),
        (TOMCAT.format(500, "Internal Server Error"), faults.Busy, "Tomcat"),
        (TOMCAT.format(503, "Service Unavailable"), faults.Busy, "Tomcat"),
        (TOMCAT.format(404, "Not Found"), faults.NoSuchPage, "Tomcat"),
        (TOMCAT.format(400, "Bad Request"), faults.SearchLost, "Tomcat"),
        (TOMCAT_7, faults.Busy, "Tomcat"),
        ("<h1>Your session has expired.</h1>", faults.SessionEnded, "session has expired"),
        ("<p>The session timed out</p>", faults.SessionEnded, "timed out"),
        ("<h1>Login required</h1>", faults.SessionEnded, "Login required"),
        ("<p>The site is <b>temporarily</b> unavailable</p>", faults.Maintenance, "temporarily"),
    ],
)
def test_each_page_that_comes_instead_has_its_name(
    html: str, kind: type[faults.Fault], says: str
) -> None:
    for found in (in_page(html, "/x", 200), Answer(200, "/x", {}, html).fault()):
        assert type(found) is kind
        assert says in str(found)


@pytest.mark.parametrize(
    "words",
    [
        "HTTP Status 500 was the note on exhibit 4",
        "Warrant expired 01/05/2026",
        "A session is required",
        "Interpreter unavailable",
        "Maintenance of certification required",
    ],
)
def test_words_of_a_case_are_no_notice(words: str) -> None:
    assert in_page(f"<td>Docket</td><td>{words}</td>", "/x", 200) is None


def test_a_notice_on_a_full_page_is_furniture() -> None:
    full = "<p>Payments are temporarily unavailable.</p>" + "<p>a hearing</p>" * 200
    assert in_page(full, "/x") is None


NOTICES = ["Payments are temporarily unavailable", "Your session has expired notice was mailed"]


@pytest.mark.parametrize("notice", NOTICES)
def test_words_count_only_on_a_page_that_does_not_prove_itself(notice: str) -> None:
    html = f"<input type=hidden name=sysID value=1><p>{notice}</p>"
    assert in_page(html, "/x") is not None
    assert in_page(html, "/x", proves=lambda page: "sysID" in page) is None
    assert in_page(html, "/x", proves=lambda page: "caseId" in page) is not None
    blocked = F5.replace("<body>", "<body><input name=sysID>")
    assert in_page(blocked, "/x", proves=lambda page: "sysID" in page) is not None


@pytest.mark.parametrize("fetch_mode", ["http", pytest.param("browser", marks=pytest.mark.browser)])
def test_a_session_asks_the_page_kind_whether_the_page_proves_itself(
    site: Site, monkeypatch: pytest.MonkeyPatch, fetch_mode: str
) -> None:
    monkeypatch.setitem(PAGES, "/notice", f"<p id=sysID>{NOTICES[0]}</p>")
    with Session(fetch_mode=fetch_mode, pace=Pace.free(), timeouts=SHORT) as session:  # type: ignore[arg-type]
        with session.kind("detail", proves=lambda html: "sysID" in html):
            session.open(site.address + "/notice")
            session.fetch(site.address + "/notice")
            with pytest.raises(faults.Maintenance), session.kind("other"):
                session.open(site.address + "/notice")
            session.open(site.address + "/notice")
        with pytest.raises(faults.Maintenance):
            session.open(site.address + "/notice")


def test_whoever_was_signed_in_is_signed_out_by_a_session_that_ended(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGES, "/ended", "<h1>Your session has expired</h1>")
    with Session(fetch_mode="http", pace=Pace.free(), timeouts=SHORT) as session:
        with pytest.raises(faults.SessionEnded):
            session.open(site.address + "/ended")
        session.signed_in = True
        with pytest.raises(faults.SignedOut, match="session has expired"):
            session.open(site.address + "/ended")
