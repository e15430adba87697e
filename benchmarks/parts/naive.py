"""The script that people write: one Selenium browser, an implicit wait, `WebDriverWait` with its
half-second looks, fields typed in, every cell read by ``.text``. It has no retries, no checks and
no files, and reads what our record is made from.

No sleeps, though such scripts usually have a ``time.sleep(1)`` after each page: it is measured at
its best."""

from __future__ import annotations

from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as ec
from selenium.webdriver.support.ui import WebDriverWait

from benchmarks.parts.child import Do, serve
from resilience.finding import find_browser, find_driver


def prepare(job: dict[str, Any]) -> tuple[Do, Any]:
    base = job["site"]["court"]["url"]
    options = webdriver.ChromeOptions()
    options.binary_location = find_browser(headed=True)
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1400,1000",
    ):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(find_driver()))
    driver.implicitly_wait(5)
    wait = WebDriverWait(driver, 30)

    driver.get(f"{base}/Account/Login")
    driver.find_element(By.ID, "UserName").send_keys(job["user"])
    driver.find_element(By.ID, "Password").send_keys(job["password"])
    driver.find_element(By.ID, "TOSCheckBox").click()
    driver.find_element(By.ID, "btnSignIn").click()
    wait.until(ec.presence_of_element_located((By.ID, "portlet-29")))

    def one(person: dict[str, Any]) -> dict[str, int]:
        born = "/".join((person["born"][5:7], person["born"][8:10], person["born"][:4]))
        driver.get(f"{base}/Home/Dashboard/29")
        box = wait.until(ec.visibility_of_element_located((By.ID, "caseCriteria_SearchCriteria")))
        box.send_keys(person["text"])
        driver.find_element(By.ID, "AdvOptions").click()
        first = wait.until(ec.visibility_of_element_located((By.NAME, "caseCriteria.DOBFrom")))
        first.send_keys(born)
        driver.find_element(By.NAME, "caseCriteria.DOBTo").send_keys(born)
        driver.find_element(By.ID, "btnSSSubmit").click()
        wait.until(ec.visibility_of_element_located((By.CSS_SELECTOR, "#ui-tabs-1 a.caseLink")))
        rows = []
        for row in driver.find_elements(By.CSS_SELECTOR, "#ui-tabs-1 tr.k-master-row"):
            rows.append([cell.text for cell in row.find_elements(By.TAG_NAME, "td")])
        numbers = [
            link.text for link in driver.find_elements(By.CSS_SELECTOR, "#ui-tabs-1 a.caseLink")
        ]
        charges = 0
        for number in numbers:
            driver.find_element(By.LINK_TEXT, number).click()
            wait.until(ec.text_to_be_present_in_element((By.ID, "tcBody_2"), number))
            if "financialInformationDiv" in driver.page_source:
                wait.until(
                    ec.presence_of_element_located((By.CSS_SELECTOR, "#tcBody_2 #financialSlider"))
                )
            case = driver.find_element(By.ID, "tcBody_2")
            facts = [part.text for part in case.find_elements(By.CSS_SELECTOR, "p")]
            cells = [cell.text for cell in case.find_elements(By.CSS_SELECTOR, "td")]
            assert facts
            assert cells
            charges += len(case.find_elements(By.CSS_SELECTOR, "span.chargeOffenseDescription"))
            driver.find_element(By.ID, "tcControllerLink_1").click()
            wait.until(ec.visibility_of_element_located((By.CSS_SELECTOR, "#ui-tabs-1 a.caseLink")))
        return {"cases": len(numbers), "charges": charges}

    def do(people: list[dict[str, Any]]) -> dict[str, int]:
        read = [one(person) for person in people]
        return {name: sum(each[name] for each in read) for name in ("cases", "charges")}

    return do, driver.quit


if __name__ == "__main__":
    serve(prepare)
