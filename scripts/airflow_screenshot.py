"""A picture of the DAG's grid with its mapped chunks, of the Airflow that ``make airflow`` has
started.

python scripts/airflow_screenshot.py docs/airflow-grid.png
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# As a script this stands in the path, and not the folder above it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from resilience.session import Session
from resilience.settings import BrowserSettings
from scripts.airflow_api import DAG, Api
from scripts.airflow_home import Home
from scripts.airflow_rungs import ROOT


def main() -> int:
    """Sign in, show the newest run with the chunks unfolded, and take the picture."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("file", type=Path)
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
        driver.set_window_size(1500, 900)
        driver.get(address)
        wait = WebDriverWait(driver, 60)
        wait.until(lambda d: d.find_elements(By.NAME, "username"))[0].send_keys("admin")
        driver.find_element(By.NAME, "password").send_keys(login["admin"])
        driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        wait.until(lambda d: "/login" not in d.current_url)
        driver.get(f"{address}/dags/{DAG}/runs/{newest}/tasks/odyssey_scraper/mapped")
        wait.until(lambda d: "people 1 to" in d.find_element(By.TAG_NAME, "body").text)
        driver.save_screenshot(str(asked.file))
    return 0


if __name__ == "__main__":
    sys.exit(main())
