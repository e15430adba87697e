"""Only the site's origins are ever asked: by HTTP requests and redirects, and by the browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from resilience import Origins, Pace, Session, faults
from resilience.faults import Blocked, OffSite, SignedOut
from resilience.http_client import HttpClient, HttpRequest
from resilience.origins import ANYWHERE, origin_of
from tests.resilience.helpers import SHORT
from tests.resilience.site import Site

HOME = "https://portal.example"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Portal.Example/CJS?a=1", "https://portal.example"),
        ("https://portal.example:443", "https://portal.example"),
        ("http://portal.example:8080/x", "http://portal.example:8080"),
        ("http://[::1]:81/", "http://[::1]:81"),
        ("https://user:pw@portal.example/", "https://portal.example"),
        ("https://portal.example@evil.example/", "https://evil.example"),
        ("https://portal.example\\@evil.example/", None),
        ("https://portal.example\n.evil.example/", None),
        (" https://portal.example/", None),
        ("https:/portal.example/", None),
        ("//portal.example/", None),
        ("/CJS", None),
        ("javascript:alert(1)", None),
        ("ftp://portal.example/", None),
        ("https://pörtal.example/", None),
        ("https://portal.example:99999/", None),
        ("https://portal.example:²/", None),
        ("https://portal.example:*/", None),
        ("https:///CJS", None),
        ("", None),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str | None) -> None:
    found = origin_of(url)
    assert (None if found is None else str(found)) == origin


@given(st.text(alphabet="https:/\\@.?#ab1[]%\t\n *é", max_size=30).map(lambda end: "http://" + end))
def test_what_has_an_origin_is_read_so_by_the_library_that_asks(url: str) -> None:
    found = origin_of(url)
    if found is None:
        return
    try:
        sent = parse_url(requests.Request("GET", url).prepare().url or "")
    except (requests.RequestException, ValueError):
        return  # nothing is sent
    assert (sent.scheme, sent.host, sent.port or 80) == found


def test_a_site_has_its_own_origins_and_those_where_one_signs_in() -> None:
    origins = Origins.of([f"{HOME}/CJS"], sign_in=["https://idp.example"])
    assert f"{HOME}/elsewhere" in origins
    assert "https://idp.example/login?x" in origins
    for other in (
        "http://portal.example/",
        f"{HOME}:8443/",
        "https://evil.example/",
        f"{HOME}.evil.example/",
        "/CJS",
    ):
        assert other not in origins
    assert origins.signs_in("https://idp.example/")
    assert not origins.signs_in(f"{HOME}/")


def test_the_encrypted_form_of_a_plain_origin_is_the_site_s_own_and_never_the_other_way() -> None:
    assert "https://portal.example/" in Origins.of(["http://portal.example/IML"])
    assert "http://portal.example/" not in Origins.of([HOME])
    assert "https://portal.example/" not in Origins.of(["http://portal.example:8080"])


def test_any_port_can_be_meant_on_loopback_only() -> None:
    practice = Origins.of(["http://127.0.0.1:8101/IML"], sign_in=["http://127.0.0.3:*"])
    assert "http://127.0.0.3:43210/idp" in practice
    assert "http://127.0.0.4:43210/idp" not in practice
    with pytest.raises(ValueError, match=r"portal\.example:\*"):
        Origins.of(["https://portal.example:*"])
    with pytest.raises(ValueError, match="not an origin"):
        Origins.of(["portal.example"])


def test_the_fault_tells_the_origin_and_no_more_of_the_address() -> None:
    with pytest.raises(OffSite, match=r"https://evil\.example,") as caught:
        Origins.of([HOME]).check("https://evil.example/?name=DOE,+JANE")
    assert "DOE" not in str(caught.value)
    assert "sign_in_origins" in str(caught.value)
    assert caught.value.cure is faults.Cure.STOP
    ANYWHERE.check("https://evil.example/")


# -- by HTTP requests


@pytest.fixture
def foreign() -> Iterator[Site]:
    elsewhere = Site()
    yield elsewhere
    elsewhere.end()


def session_at(site: Site, **more: Any) -> Session:
    return Session(
        pace=Pace.free(sleep=lambda _: None),
        timeouts=SHORT,
        **{"origins": Origins.of([site.address]), **more},
    )


def test_no_request_goes_to_another_origin(site: Site, foreign: Site) -> None:
    with session_at(site, fetch_mode="http") as session:
        session.open(site.address + "/two")
        for step in (
            lambda: session.open(foreign.address + "/two"),
            lambda: session.send(foreign.address + "/echo", {"name": "DOE, JANE"}, what="a form"),
            lambda: session.fetch(foreign.address + "/two"),
        ):
            with pytest.raises(OffSite, match=foreign.address):
                step()
    assert foreign.asked == []


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_to_another_port_of_the_same_host_is_not_followed(
    site: Site, foreign: Site, status: int
) -> None:
    client = HttpClient(origins=Origins.of([site.address]), timeouts=SHORT)
    asked = HttpRequest("POST", f"{site.address}/to?{status}&{foreign.address}/two", {"q": "DOE"})
    with pytest.raises(Blocked, match=foreign.address):
        client.ask(asked)
    assert foreign.asked == []


def test_a_redirect_to_where_one_signs_in_is_the_end_of_the_session(
    site: Site, foreign: Site
) -> None:
    origins = Origins.of([site.address], sign_in=[foreign.address])
    with session_at(site, fetch_mode="http", origins=origins) as session, pytest.raises(SignedOut):
        session.open(f"{site.address}/to?302&{foreign.address}/sign-in")
    assert foreign.asked == []


# -- by the browser


@pytest.fixture(scope="module")
def bound(site: Site) -> Iterator[Session]:
    with session_at(site, fetch_mode="browser") as session:
        yield session


@pytest.fixture
def here(bound: Session, site: Site) -> Session:
    bound.pace = Pace.free(sleep=lambda _: None)
    bound.open(site.address + "/two")
    bound.statistics.clear()
    return bound


LINK = "const a = document.createElement('a'); a.href = arguments[0]; a.target = arguments[1];"
FORM = "const f = document.createElement('form'); f.method = 'post'; f.action = arguments[0];"


@pytest.mark.browser
@pytest.mark.parametrize(
    "script",
    [
        LINK + "document.body.append(a); a.click()",
        LINK + "a.target = '_blank'; document.body.append(a); a.click()",
        FORM + "document.body.append(f); f.submit()",
        "setTimeout(() => { location.href = arguments[0] }, 100)",
        "window.open(arguments[0])",
    ],
    ids=["link", "link to a new window", "form", "script", "script to a new window"],
)
def test_what_leads_elsewhere_is_never_asked(here: Session, foreign: Site, script: str) -> None:
    with pytest.raises(OffSite, match=foreign.address):
        here.leave(script, foreign.address + "/two", "", what="the case")
    assert foreign.asked == []
    assert here.statistics == {"OffSite": 1}


@pytest.mark.browser
def test_the_browser_is_not_sent_elsewhere_by_hand_or_by_the_portal(
    here: Session, site: Site, foreign: Site
) -> None:
    with pytest.raises(OffSite):
        here.open(foreign.address + "/two")
    with pytest.raises(Blocked, match=foreign.address) as caught:
        here.open(f"{site.address}/to?302&{foreign.address}/two")
    assert type(caught.value) is Blocked
    assert foreign.asked == []


@pytest.mark.browser
def test_a_page_that_goes_elsewhere_while_something_is_waited_for_is_told_of_at_once(
    here: Session, foreign: Site
) -> None:
    here.run("setTimeout(() => { location.href = arguments[0] }, 100)", foreign.address + "/two")
    with pytest.raises(OffSite):
        here.wait_for("return document.querySelector('#never')", what="never", timeout=30)
    assert foreign.asked == []


@pytest.mark.browser
def test_windows_frames_and_pages_of_the_site_come_as_without_a_guard(
    here: Session, site: Site, foreign: Site
) -> None:
    here.open(site.address + "/")
    here.leave("document.getElementById('new').click()", what="the new window")
    assert here.html("h1") == "<h1>Window</h1>"
    here.close_window()
    here.leave("document.getElementById('two').click()", what="page two")
    here.leave("document.forms[0].submit()", what="the echo")
    here.run(
        "const f = document.createElement('iframe'); f.src = arguments[0]; document.body.append(f)",
        foreign.address + "/window",
    )
    here.wait_for("return document.querySelector('iframe').contentWindow.length === 0", what="it")
    here.wait_for("return performance.getEntriesByType('resource').length", what="the frame")
    assert foreign.count("/window") == 1, "a frame is no top-level page"
    assert here.statistics == {}


@pytest.mark.browser
def test_a_browser_whose_guard_is_gone_is_lost_and_replaced(here: Session, site: Site) -> None:
    line = here.browser.guard._line
    assert line is not None
    line.shutdown()  # type: ignore[no-untyped-call]
    with pytest.raises(faults.BrowserLost, match="guards") as caught:
        here.open(site.address + "/two")
    here.cure(caught.value)
    here.open(site.address + "/two")
    assert here.html("h1") == "<h1>Two</h1>"
