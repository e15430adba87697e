"""The sample project over a published folder, with a real server, as a stranger would use it."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

RELEASE = "2026-02-01"


def publish(folder: Path, as_of: dt.date) -> None:
    """A published folder as docs/publishing.md lays it out, with one invented county."""
    measure = f"releases/{RELEASE}/api/v1/sample/held.json"
    card = f"releases/{RELEASE}/sample.html"
    files = {
        "api/v1/index.json": json.dumps(
            {
                "format": "cj-report-card/api",
                "release": RELEASE,
                "counties": [
                    {
                        "key": "sample",
                        "name": "Sample <b>County</b>",
                        "as_of": as_of.isoformat(),
                        "card": card,
                        "measures": [{"name": "held", "title": "People held", "path": measure}],
                    }
                ],
            }
        ),
        measure: json.dumps({"county": "sample", "measure": "held", "values": [{"value": 312}]}),
        card: "<!doctype html><title>Card</title>",
        ".secret": "hidden",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Server:
    """The sample project, started by its documented command."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cj_web.sample.manage", "runserver", "--noreload",
             f"127.0.0.1:{self.port}"],
            env={**os.environ, "CJ_WEB_FOLDER": str(folder)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=10)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("published")
    publish(made, dt.datetime.now(dt.timezone.utc).date() - dt.timedelta(days=1))
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    made = Server(folder)
    yield made
    made.end()


def test_the_front_page_lists_the_counties_as_text(server: Server) -> None:
    answer = server.get("/")
    assert answer.status_code == 200
    assert "Sample &lt;b&gt;County&lt;/b&gt;" in answer.text
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert server.get("/county/sample/").status_code == 200
    assert server.get("/county/nobody/").status_code == 404


def test_the_api_has_etags_cache_headers_and_cors(server: Server) -> None:
    answer = server.get("/api/v1/sample/held.json")
    assert answer.json()["values"] == [{"value": 312}]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in answer.headers["Cache-Control"]
    again = server.get("/api/v1/sample/held.json", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    assert server.get("/api/v1/sample/odd.json").status_code == 404


def test_a_release_s_files_may_be_kept_for_ever(server: Server) -> None:
    answer = server.get(f"/files/releases/{RELEASE}/sample.html")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/files/.secret", "/files/../settings.py", "/files/%2e%2e/x", "/files//etc/passwd"]
)
def test_no_path_leaves_the_folder_and_hidden_files_stay_hidden(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = line.makefile("rb").readline()
    assert b" 404 " in answer or b" 301 " in answer or b" 400 " in answer


def test_nothing_can_be_posted(server: Server) -> None:
    answer = requests.post(f"http://127.0.0.1:{server.port}/api/v1/index.json", timeout=10)
    assert answer.status_code == 405


def test_the_api_describes_itself(server: Server) -> None:
    told = server.get("/openapi.json").json()
    assert set(told["paths"]) == {
        "/api/v1/index.json",
        "/api/v1/{county}/{measure}.json",
        "/health",
    }
    assert told["servers"][0]["url"].endswith(f":{server.port}/")


def test_health_says_fresh(server: Server) -> None:
    answer = server.get("/health")
    assert (answer.status_code, answer.json()["state"]) == (200, "fresh")


def test_health_says_stale_when_the_data_are_older_than_allowed(tmp_path: Path) -> None:
    publish(tmp_path, dt.date(2020, 1, 1))
    server = Server(tmp_path)
    try:
        answer = server.get("/health")
        assert (answer.status_code, answer.json()["state"]) == (503, "stale")
    finally:
        server.end()


def test_a_folder_that_was_not_published_is_named_by_django_s_check(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cj_web.sample.manage", "check", "--fail-level", "WARNING"],
        env={**os.environ, "CJ_WEB_FOLDER": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "set CJ_WEB_FOLDER to a folder that `cj publish` wrote" in done.stderr


def test_an_empty_folder_answers_503_and_does_not_fail(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        assert server.get("/api/v1/index.json").status_code == 503
        assert server.get("/").status_code == 503
        assert server.get("/health").status_code == 503
    finally:
        server.end()
