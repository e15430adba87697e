"""What the forms send from a real browser, to a lookup whose search page we do not know in full."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest

from resilience.faults import Blocked, LayoutChanged
from resilience.pace import Pace
from resilience.session import Session
from scrapers.jail.pages.portal import SEARCHES, SearchPage
from scrapers.sites import site_of

pytestmark = pytest.mark.browser

FORM = b"""<html><body><form action="/IML" method="post">
<input type="hidden" name="ticket" value="t-77">\
<input type="hidden" name="flow_action" value="searchbyname">
<input type="checkbox" name="releasedA" value="checkbox" checked>\
<input type="checkbox" name="releasedB" value="checkbox">
<input name="systemUser_lastName" value="LEFT OVER">\
<select name="identifierbox"><option value="PIN">Booking</option></select>
<input type="submit" name="submit" value="Search"></form></body></html>"""
NOBODY = b"<html><body><table><tr><td>No records found.</td></tr></table></body></html>"


class Portal(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posted: list[dict[str, str]] = []
        self.form = FORM
        self.elsewhere: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/IML"


class Handler(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        if self.server.elsewhere and not self.headers["Host"].startswith("127.0.0.1"):
            self._say(FORM)
        elif self.server.elsewhere:
            self.send_response(302)
            self.send_header("Location", self.server.elsewhere)
            self.end_headers()
        else:
            self._say(self.server.form)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted.append(dict(parse_qsl(body, keep_blank_values=True)))
        self._say(NOBODY)

    def _say(self, page: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: object) -> None:
        """Nothing: the tests look at what was posted."""


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(pace=Pace.free()) as session:
        yield session


def page_of(portal: Portal, session: Session, search: str = "all") -> SearchPage:
    table = {"name": "Own", "time_zone": "UTC", "jail": {"url": portal.url, "search": search}}
    return SearchPage(session, site_of(table))


@pytest.mark.parametrize("search", ["all", "in-custody"])
def test_search_sends_the_documented_fields_and_keeps_unknown_hidden_ones(
    portal: Portal, session: Session, search: str
) -> None:
    page = page_of(portal, session, search)
    page.open()
    assert page.search().total == 0
    assert portal.posted == [{**SEARCHES[search], "ticket": "t-77"}]


def test_page_without_a_search_form_is_a_changed_layout(portal: Portal, session: Session) -> None:
    portal.form = b"<html><body>Welcome</body></html>"
    with pytest.raises(LayoutChanged, match="search form"):
        page_of(portal, session).open()


def test_redirect_to_another_host_is_blocked(portal: Portal, session: Session) -> None:
    portal.elsewhere = f"http://localhost:{portal.server_port}/IML"
    with pytest.raises(Blocked, match="localhost"):
        page_of(portal, session).open()
