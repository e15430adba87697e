"""A picture of the DAG's grid with its mapped chunks, of the Airflow that ``make airflow`` has
started.

python scripts/airflow_screenshot.py docs/airflow-grid.png
python scripts/airflow_screenshot.py docs/images/again.png --of again
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# As a script this stands in the path, and not the folder above it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from operators.again import VARIABLE
from resilience.session import Session
from resilience.settings import BrowserSettings
from scripts.airflow_api import DAG, Api
from scripts.airflow_home import Home
from scripts.airflow_rungs import ROOT


def main() -> int:
    """Sign in, do what the picture is of, and take it."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("file", type=Path)
    given.add_argument("--of", choices=sorted(PICTURES), default="grid")
    given.add_argument("--home", type=Path, default=ROOT / ".airflow")
    given.add_argument("--port", type=int, default=8080)
    asked = given.parse_args()
    login = json.loads(
        (Home(asked.home).path / "simple_auth_manager_passwords.json.generated").read_text()
    )
    address = f"http://127.0.0.1:{asked.port}"
    api = Api(address, login["admin"])
    api.sign_in()
    newest = api.ask("GET", f"dags/{DAG}/dagRuns?order_by=-run_after&limit=1")["dag_runs"][0][
        "dag_run_id"
    ]
    with Session(browser=BrowserSettings()) as session:
        driver = session.driver
        driver.set_window_size(*SIZES.get(asked.of, (1500, 900)))
        driver.get(address)
        wait = WebDriverWait(driver, 60)
        wait.until(lambda d: d.find_elements(By.NAME, "username"))[0].send_keys("admin")
        driver.find_element(By.NAME, "password").send_keys(login["admin"])
        driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        wait.until(lambda d: "/login" not in d.current_url)
        PICTURES[asked.of](driver, wait, api, f"{address}/dags/{DAG}", newest)
        driver.save_screenshot(str(asked.file))
    return 0


def grid(driver: Any, wait: Any, _api: Api, page: str, run: str) -> None:
    """The newest run with the chunks unfolded."""
    driver.get(f"{page}/runs/{run}/tasks/odyssey_scraper/mapped")
    wait.until(lambda d: "people 1 to" in d.find_element(By.TAG_NAME, "body").text)


def again(driver: Any, wait: Any, api: Api, page: str, run: str) -> None:
    """One mapped instance made again because the Variable asks for it: its log."""
    tries = _tries(api, run)
    line = f"{DAG}.odyssey_scraper[0] # {tries}"
    api.put("variables", VARIABLE, {"key": VARIABLE, "value": line})
    api.clear(run, ["odyssey_scraper", 0])
    wait.until(lambda _: _tries(api, run) > tries and api.run(run)["state"] == "success")
    driver.get(f"{page}/runs/{run}/tasks/odyssey_scraper/mapped/0")
    wait.until(lambda d: f"the Variable {VARIABLE}" in d.find_element(By.TAG_NAME, "body").text)


def variable(driver: Any, wait: Any, _api: Api, page: str, _run: str) -> None:
    """The Variable that asks for it."""
    driver.get(page.partition("/dags/")[0] + "/variables")
    wait.until(lambda d: VARIABLE in d.find_element(By.TAG_NAME, "body").text)


def _tries(api: Api, run: str) -> int:
    rows = [t for t in api.tasks(run) if t["task_id"] == "odyssey_scraper" and t["map_index"] == 0]
    return int(rows[0]["try_number"]) if rows[0]["state"] == "success" else 0


def form(driver: Any, wait: Any, _api: Api, page: str, _run: str) -> None:
    """The trigger form."""
    driver.get(page)
    wait.until(lambda d: d.find_elements(By.XPATH, "//button[contains(., 'Trigger')]"))[0].click()
    wait.until(lambda d: "keep_pages" in d.find_element(By.TAG_NAME, "body").text)


def log(driver: Any, wait: Any, _api: Api, page: str, run: str) -> None:
    """The log of a chunk."""
    driver.get(f"{page}/runs/{run}/tasks/odyssey_scraper/mapped/0")
    wait.until(lambda d: "Court histories" in d.find_element(By.TAG_NAME, "body").text)


SIZES = {"again": (1260, 660), "variable": (1260, 360)}

PICTURES: dict[str, Callable[[Any, Any, Api, str, str], None]] = {
    "grid": grid,
    "again": again,
    "variable": variable,
    "form": form,
    "log": log,
}


if __name__ == "__main__":
    sys.exit(main())
