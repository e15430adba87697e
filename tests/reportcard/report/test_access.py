"""The card in a real Chromium: WCAG 2.2 AA by axe, light and dark, wide and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.selenium import Axe
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from reportcard.publish.release import release_files
from resilience.finding import find_browser, find_driver
from tests.reportcard.publish.county import MAKER, county
from tests.reportcard.report.test_compose import page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = find_browser()
    for switch in ("--headless", "--no-sandbox", "--allow-file-access-from-files"):
        options.add_argument(switch)
    driver = Chrome(options=options, service=Service(find_driver()))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    files = release_files("2026-03-05", [county()], MAKER)
    texts = {
        "card": page(),
        "internal": page(internal=True),
        "measure": files["sample-tn/held.html"].decode(),
        "methods": files["methods.html"].decode(),
        "definitions": files["definitions.html"].decode(),
    }
    made = {}
    for name, text in texts.items():
        # The page's own policy forbids scripts; axe is one, so the copy that is judged has none.
        made[name] = folder / f"{name}.html"
        made[name].write_text(text.replace("default-src 'none'", "default-src * 'unsafe-inline'"))
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["card", "internal", "measure", "methods", "definitions"])
def test_no_barrier_is_found(
    chrome: Chrome, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    chrome.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    chrome.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    chrome.get(pages[name].as_uri())
    found = Axe().run(chrome, options=RULES)
    said = [(v["id"], [node["html"][:90] for node in v["nodes"]][:3]) for v in found["violations"]]
    assert not said
    assert found["passes"]


def test_no_text_runs_out_of_a_phone(chrome: Chrome, pages: dict[str, Path]) -> None:
    chrome.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 900, "deviceScaleFactor": 1, "mobile": True},
    )
    chrome.get(pages["card"].as_uri())
    wide = chrome.execute_script("return document.documentElement.scrollWidth")
    assert wide <= 390
