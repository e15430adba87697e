"""What the court portal's own scripts do in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from practice.server import Running, running
from resilience import browser as real
from resilience.settings import BrowserSettings, Timeouts
from tests.practice.odyssey_portal import PASSWORD, USER, lines, make_world

pytestmark = pytest.mark.browser


class Browser:
    """A Chromium at the portal."""

    def __init__(self, driver: WebDriver, site: Running, log: Path) -> None:
        self.driver, self.site, self.log = driver, site, log

    def all(self, css: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css: str) -> Any:
        return self.until(lambda: self.all(css))[0]

    def until(self, happened: Callable[[], Any]) -> Any:
        redrawn = [StaleElementReferenceException]
        wait = WebDriverWait(self.driver, 15, poll_frequency=0.05, ignored_exceptions=redrawn)
        return wait.until(lambda _: happened())

    def sign_in(self, tick: bool = True) -> None:
        self.driver.get(self.site.portal + "/Account/Login")
        self.one("#UserName").send_keys(USER)
        self.one("#Password").send_keys(PASSWORD)
        if tick:
            self.one("#TOSCheckBox").click()
        self.one("#btnSignIn").click()

    def search(self, text: str, born: str = "") -> None:
        self.driver.get(self.site.portal + "/Home/Dashboard/29")
        self.one("#caseCriteria_SearchCriteria").send_keys(text)
        if born:
            self.one("#AdvOptions").click()
            for field in self.all("[id='caseCriteria.DOBFrom'], [id='caseCriteria.DOBTo']"):
                field.send_keys(born)
        self.all("#btnSSSubmit")[0].click()
        self.until(lambda: self.all("#ui-tabs-1 #SmartSearchResults, #ui-tabs-1 > div > p"))

    def counted(self, page: str) -> int:
        return sum(line["page"] == page for line in lines(self.log))


@pytest.fixture(scope="module")
def driver() -> Iterator[WebDriver]:
    # Selenium's own quit() leaves a headless shell running.
    chromium = real.Browser.start(
        BrowserSettings(arguments=("--window-size=1300,1000",)), Timeouts()
    )
    yield chromium.driver
    chromium.kill()


@pytest.fixture(scope="module")
def classic(driver: WebDriver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    log = tmp_path_factory.mktemp("log") / "access.jsonl"
    with running(world=make_world(log)) as site:
        browser = Browser(driver, site, log)
        browser.sign_in()
        browser.until(lambda: "Welcome, Casey" in driver.page_source)
        yield browser


def test_the_password_is_not_sent_before_the_terms_are_ticked(
    driver: WebDriver, tmp_path: Path
) -> None:
    log = tmp_path / "access.jsonl"
    with running(world=make_world(log)) as site:
        browser = Browser(driver, site, log)
        browser.sign_in(tick=False)
        assert browser.one("#UserName").get_attribute("value") == USER
        assert browser.counted("signin-post") == 0
        browser.one("#TOSCheckBox").click()
        browser.one("#btnSignIn").click()
        browser.until(lambda: "Welcome, Casey" in driver.page_source)
        assert {c["name"] for c in driver.get_cookies()} >= {"FedAuth", "FedAuth1"}


def test_advanced_fields_can_be_used_once_they_are_opened(classic: Browser) -> None:
    classic.driver.get(classic.site.portal + "/Home/Dashboard/29")
    field = classic.one("[id='caseCriteria.DOBFrom']")
    assert not field.is_displayed()
    classic.one("#AdvOptions").click()
    assert field.is_displayed()
    assert [b.is_displayed() for b in classic.all("#btnSSSubmit")] == [True, True]


def test_a_form_that_is_filled_in_wrongly_is_not_sent(classic: Browser) -> None:
    sent = classic.counted("search-post")
    classic.driver.get(classic.site.portal + "/Home/Dashboard/29")
    classic.all("#btnSSSubmit")[0].click()
    text = classic.one(".validation-summary-errors").text
    assert text.startswith("One or more fields was completed incorrectly:")
    assert "Please enter a value for search criteria." in text
    assert classic.counted("search-post") == sent


def test_a_combo_lists_its_choices_at_the_end_of_the_body(classic: Browser) -> None:
    classic.driver.get(classic.site.portal + "/Home/Dashboard/29")
    classic.one("#AdvOptions").click()
    classic.one("input[name='caseCriteria.SearchBy_input'] + .k-select").click()
    choices = classic.all("body > .k-animation-container li")
    next(c for c in choices if c.text == "PartyName").click()
    assert classic.one("#caseCriteria_SearchBy").get_attribute("value") == "PartyName"
    assert classic.one("#caseCriteria_NameLast").is_enabled()


def test_a_case_opens_in_the_third_tab_and_the_results_stay(classic: Browser) -> None:
    classic.search("SAMPLE, JORDAN", "01/02/1990")
    assert classic.driver.title == "Search Results"
    classic.one("#ui-tabs-1 a.caseLink").click()
    classic.one("#financialSlider")
    assert classic.driver.title == "Details"
    header = classic.one("#divFinancialInformation_header")
    classic.until(lambda: header.get_attribute("data-loaded") == "true")
    assert not classic.one("#CasesGrid").is_displayed()
    classic.one("#tcControllerLink_1").click()
    assert classic.one("#CasesGrid").is_displayed()
    assert not classic.one("#caseInformationDiv").is_displayed()


def test_a_pager_inside_a_group_turns_without_asking_the_portal(classic: Browser) -> None:
    classic.search("TWICE, DANA")
    asked = classic.counted("results")
    classic.one("#Grid .k-pager-wrap a[title='Go to the next page']").click()
    assert classic.one(".k-pager-info").text == "11 - 11 of 11 items"
    links = classic.all("#Grid a.caseLink")
    assert len(links) == 2 + 1
    assert (
        links[-1]
        .get_attribute("data-url")
        .startswith(classic.site.portal + "/Case/CaseDetail?eid=")
    )
    classic.one("#Grid .k-dropdown").click()
    classic.all("body > .k-animation-container li")[1].click()
    assert len(classic.all("#Grid a.caseLink")) == 2 + 11
    assert classic.counted("results") == asked
    links[0].click()
    classic.one("#caseInformationDiv")


def test_a_pager_outside_groups_asks_for_the_next_page(classic: Browser) -> None:
    classic.search("FORTY, PAT")
    old = classic.one("#CasesGrid a.caseLink")
    for told in ("11 - 20 of 30 items", "21 - 30 of 30 items"):
        classic.one("#CasesGrid a[title='Go to the next page']:not(.k-state-disabled)").click()
        classic.until(lambda told=told: told in [e.text for e in classic.all(".k-pager-info")])
    assert "k-state-disabled" in classic.one("a[title='Go to the next page']").get_attribute(
        "class"
    )
    classic.one("#CasesGrid .k-dropdown").click()
    classic.all("body > .k-animation-container li")[-1].click()
    classic.until(lambda: len(classic.all("#CasesGrid a.caseLink")) == 30)
    with pytest.raises(StaleElementReferenceException):
        old.click()


def test_the_register_opens_in_a_new_window_and_fills_itself(
    driver: WebDriver, tmp_path: Path
) -> None:
    log = tmp_path / "access.jsonl"
    with running(world=make_world(log, dialect="roa")) as site:
        browser = Browser(driver, site, log)
        browser.sign_in()
        browser.until(lambda: "Welcome, Casey" in driver.page_source)
        browser.search("SAMPLE, JORDAN")
        first = driver.current_window_handle
        browser.one("a.caseLink").click()
        browser.until(lambda: len(driver.window_handles) == 2)
        driver.switch_to.window(driver.window_handles[-1])
        try:
            browser.one("button.roa-action-button")
            heads = [
                h.get_attribute("data-header-text")
                for h in browser.all("md-toolbar.roa-section-header")
            ]
            assert driver.title == "Register of Actions - C2500001"
            assert heads == [
                "Case Summary",
                "Case Information",
                "Party Information",
                "Case Events",
                "Dispositions",
                "Hearings",
                "Bond Settings",
                "Financial Information",
            ]
            rows = browser.all(".roa-subsection tbody tr.hide-sm")
            assert [r.is_displayed() for r in rows] == [True, True]
            assert not any(r.is_displayed() for r in browser.all("tr.hide-gt-sm"))
            value = rows[1].find_element(By.CSS_SELECTOR, "roa-charge-data-column[label=Offense]")
            assert value.get_attribute("data-value") == "LESSER OFFENSE <2>"
            kinds = [
                k
                for k in ("plea", "criminal-disposition", "sentence")
                if browser.all(f".roa-event-info-{k}-event")
            ]
            assert len(kinds) == 3
        finally:
            driver.close()
            driver.switch_to.window(first)
