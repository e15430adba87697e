"""A real site is never asked by somebody who does not say who they are."""

from __future__ import annotations

import pytest

from resilience import BrowserSettings
from scrapers.jail import JailScraper
from scrapers.odyssey import OdysseyScraper
from scrapers.sites import SiteError, site_of
from scrapers.visitor import browser_for


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CJ_CONTACT", raising=False)


def test_a_real_site_without_a_contact_is_refused_before_any_browser_starts() -> None:
    with pytest.raises(SiteError, match="CJ_CONTACT"):
        JailScraper("shelby-tn")
    with pytest.raises(SiteError, match="CJ_CONTACT"):
        OdysseyScraper("shelby-tn", "user", "password")


def test_a_user_agent_of_ones_own_is_no_contact() -> None:
    with pytest.raises(SiteError, match="your own contact"):
        browser_for(site_of("shelby-tn"), BrowserSettings(user_agent="Mine/1.0"))


def test_the_contact_comes_from_settings_then_site_then_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = site_of("shelby-tn")
    monkeypatch.setenv("CJ_CONTACT", "env@newsroom.example")
    assert browser_for(site, None).contact == "env@newsroom.example"
    named = site.model_copy(update={"contact": "site@newsroom.example"})
    assert browser_for(named, None).contact == "site@newsroom.example"
    assert (
        browser_for(named, BrowserSettings(contact="me@newsroom.example")).contact
        == "me@newsroom.example"
    )


def test_practice_on_this_machine_needs_none() -> None:
    settings = browser_for(site_of("practice"), None, headed=True)
    assert (settings.contact, settings.headed) == (None, True)
