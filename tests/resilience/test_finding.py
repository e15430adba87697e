"""Where browser and driver are looked for."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from webdriver_manager.core import driver_cache, http
from webdriver_manager.drivers.chrome import ChromeDriver

from resilience import faults, finding
from resilience.finding import browser_version, find_browser, find_driver
from tests.resilience.site import closed_port

VERSION = subprocess.run(
    [find_browser(), "--version"], capture_output=True, text=True, check=True
).stdout.split()[1]
"""The version of the browser that is installed, as it says itself."""


def _program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(
    "name",
    ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell", "headless-shell"],
)
def test_a_browser_is_found_on_the_path_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    assert find_browser(environment={"PATH": str(tmp_path), "X": _program(tmp_path, name)}) == str(
        tmp_path / name
    )


def test_without_a_window_the_shell_comes_first_and_with_one_it_is_never_taken(
    tmp_path: Path,
) -> None:
    browser, shell = _program(tmp_path, "chromium"), _program(tmp_path, "chromium-headless-shell")
    environment = {"PATH": str(tmp_path)}
    assert find_browser(environment=environment) == shell
    assert find_browser(headed=True, environment=environment) == browser


def test_the_setting_comes_before_the_variable_and_that_before_the_path(tmp_path: Path) -> None:
    given, named = _program(tmp_path, "given"), _program(tmp_path, "named")
    on_path = _program(tmp_path, "chromium"), _program(tmp_path, "chromedriver")
    environment = {"PATH": str(tmp_path), "CJ_BROWSER": named, "CJ_DRIVER": named}
    assert (
        find_browser(given, environment=environment)
        == find_driver(given, environment=environment)
        == given
    )
    assert find_browser(environment=environment) == find_driver(environment=environment) == named
    environment = {"PATH": str(tmp_path)}
    assert (find_browser(environment=environment), find_driver(environment=environment)) == on_path


def test_a_wrong_setting_is_told_and_not_papered_over(tmp_path: Path) -> None:
    _program(tmp_path, "chromium")
    with pytest.raises(faults.BrowserNotFound, match="CJ_BROWSER names the browser /no/such"):
        find_browser(environment={"PATH": str(tmp_path), "CJ_BROWSER": "/no/such"})
    with pytest.raises(faults.BrowserNotFound, match="the setting names the driver nope"):
        find_driver("nope", environment={"PATH": str(tmp_path)})


def test_without_any_browser_the_error_names_all_three_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_MAC", ())
    with pytest.raises(faults.BrowserNotFound, match=r"settings.*CJ_BROWSER.*PATH"):
        find_browser(environment={"PATH": str(tmp_path)})


def test_without_any_driver_the_error_names_all_three_ways_and_why_the_last_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(_: str | None) -> str:
        raise ConnectionError("Could not reach host. Are you offline?")

    monkeypatch.setattr(finding, "fetch_driver", offline)
    with pytest.raises(
        faults.BrowserNotFound, match=r"CJ_DRIVER.*PATH.*webdriver-manager.*Are you offline"
    ):
        find_driver(environment={"PATH": str(tmp_path)})


@pytest.fixture
def depot() -> Iterator[str]:
    """A loopback stand-in for the place from which webdriver-manager fetches drivers."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("chromedriver-linux64/chromedriver", "#!/bin/sh\necho stand-in\n")

    class Depot(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            if self.path.endswith(".json"):
                address = f"http://{self.headers['Host']}/chromedriver-linux64.zip"
                known = {"chromedriver": [{"platform": "linux64", "url": address}]}
                newest = {VERSION.rpartition(".")[0]: {"version": VERSION}}
                told = {"builds": newest, "versions": [{"version": VERSION, "downloads": known}]}
                body = json.dumps(told).encode()
            else:
                body = archive.getvalue()
            self.send_response(200)
            self.send_header(
                "Content-Type", "application/zip" if self.path.endswith(".zip") else "text/plain"
            )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Depot)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    ).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _lead_to(depot: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """webdriver-manager's addresses are written into its code: its requests go to the stand-in
    instead."""
    ask = requests.get

    def get(url: str, **settings: Any) -> requests.Response:
        return ask(
            url if url.startswith(depot) else f"{depot}/{url.rpartition('/')[2]}", **settings
        )

    monkeypatch.setattr(http.requests, "get", get)
    monkeypatch.setattr(driver_cache, "DEFAULT_USER_HOME_CACHE_PATH", str(cache))


def test_webdriver_manager_fetches_a_driver_that_fits(
    depot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lead_to(depot, tmp_path, monkeypatch)
    found = find_driver(browser=find_browser(), environment={"PATH": str(tmp_path)})
    assert found.startswith(str(tmp_path))
    assert os.access(found, os.X_OK)
    assert "stand-in" in Path(found).read_text()


def test_the_driver_is_fetched_for_the_browser_that_is_used_not_for_the_one_on_path(
    depot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lead_to(depot, tmp_path, monkeypatch)
    asked: list[str] = []

    def newest(_: object, version: str) -> str:
        asked.append(version)
        return VERSION

    monkeypatch.setattr(ChromeDriver, "_latest_cft_version_for_browser_version", newest)
    for name, version in (("own-chrome", "141.0.7390.54"), ("own-chromium", "139.0.7258.5")):
        own = tmp_path / name
        own.write_text(f"#!/bin/sh\necho 'Chromium {version} built for a test'\n")
        own.chmod(0o755)
        find_driver(browser=str(own), environment={"PATH": str(tmp_path)})
    assert {version.rpartition(".")[0] for version in asked} >= {"141.0", "139.0"}
    assert not any(version.startswith(VERSION.partition(".")[0]) for version in asked)


def test_a_browser_without_a_version_has_none(tmp_path: Path) -> None:
    assert browser_version(str(tmp_path / "nothing")) is None
    assert browser_version(_program(tmp_path, "chromium")) is None


def test_webdriver_manager_offline_is_told_clearly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lead_to(f"http://127.0.0.1:{closed_port()}", tmp_path, monkeypatch)
    with pytest.raises(faults.BrowserNotFound, match="needs the network and failed just now"):
        find_driver(browser=find_browser(), environment={"PATH": str(tmp_path)})
