"""A portal's robots.txt is read once a day and obeyed; silence counts as the last word known."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from resilience.answer import Answer
from resilience.http_client import HttpClient, HttpRequest
from scrapers.robots import Robots, allows
from scrapers.sites import Site, SiteError, site_of

TODAY = dt.date(2026, 1, 5)
FORBIDS = "User-agent: *\nDisallow: /IML\n"
SITE = {
    "key": "sample",
    "name": "Sample County",
    "time_zone": "America/Chicago",
    "jail": {"url": "https://jail.example/IML"},
}


class Host:
    """A real server on loopback that stands for the portal's host."""

    def __init__(self) -> None:
        self.status, self.rules, self.asked = 200, "", 0
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked += 1
                self.send_response(host.status)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(host.rules.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ask(self, url: str) -> Answer:
        port = self.server.server_address[1]
        return HttpClient().bring(
            HttpRequest("GET", f"http://127.0.0.1:{port}{urlsplit(url).path}")
        )


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()
    yield made
    made.server.shutdown()
    made.server.server_close()


def robots(host: Host, folder: Path, day: dt.date = TODAY) -> Robots:
    return Robots(host.ask, folder, lambda: day)


def site(**more: object) -> Site:
    return site_of({**SITE, "contact": "somebody@newsroom.example", **more})


def test_a_disallowed_portal_is_refused_with_what_to_do(host: Host, tmp_path: Path) -> None:
    host.rules = FORBIDS
    with pytest.raises(SiteError, match=r"disallows the jail portal.*robots = \{"):
        robots(host, tmp_path).check(site())


def test_who_permitted_it_and_when_is_said(host: Host, tmp_path: Path) -> None:
    host.rules = FORBIDS
    permitted = site(robots={"by": "the sheriff's office", "on": "2026-01-02"})
    (said,) = robots(host, tmp_path).check(permitted)
    assert "the sheriff's office on 2026-01-02" in said


def test_no_such_file_allows_everything(host: Host, tmp_path: Path) -> None:
    host.status, host.rules = 404, FORBIDS
    assert robots(host, tmp_path).check(site()) == ()


def test_it_is_read_once_a_day(host: Host, tmp_path: Path) -> None:
    for _ in range(3):
        robots(host, tmp_path).check(site())
    assert host.asked == 1
    robots(host, tmp_path, TODAY + dt.timedelta(days=1)).check(site())
    assert host.asked == 2


def test_a_server_error_counts_as_the_last_rules_known(host: Host, tmp_path: Path) -> None:
    host.rules = FORBIDS
    with pytest.raises(SiteError):
        robots(host, tmp_path).check(site())
    host.status, host.rules = 503, ""
    with pytest.raises(SiteError):
        robots(host, tmp_path, TODAY + dt.timedelta(days=1)).check(site())


def test_a_server_error_before_any_answer_is_said_and_allows(host: Host, tmp_path: Path) -> None:
    host.status = 503
    (said,) = robots(host, tmp_path).check(site())
    assert "could not be read (status 503); none were read before" in said


def test_a_file_of_memory_that_is_broken_is_read_again(host: Host, tmp_path: Path) -> None:
    robots(host, tmp_path).check(site())
    (file,) = tmp_path.glob("*.json")
    file.write_text("{broken")
    assert robots(host, tmp_path).check(site()) == ()
    assert host.asked == 2


def test_sites_on_this_machine_are_not_asked(host: Host, tmp_path: Path) -> None:
    assert robots(host, tmp_path).check(site_of("practice")) == ()
    assert host.asked == 0


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        (FORBIDS, False),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: cj-report-card\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /\nAllow: /IML\n", False),
        ("\ufeff<html>not rules</html>", True),
    ],
)
def test_rules_are_read_as_they_stand(rules: str, allowed: bool) -> None:
    assert allows(rules, "https://jail.example/IML") is allowed
