"""A real site is never asked by somebody who does not say who they are, and no other site ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from practice.odyssey import results
from practice.server import Options, running
from resilience import BrowserSettings
from resilience.faults import OffSite
from resilience.fetch_modes import FetchChoice
from scrapers.jail import JailScraper
from scrapers.odyssey import OdysseyScraper
from scrapers.sites import SiteError, site_of
from scrapers.visitor import browser_for, origins_of
from tests.resilience.site import Site as Portal
from tests.scrapers.odyssey.conftest import MakeCourt, make_court

__all__ = ["make_court"]  # a fixture


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CJ_CONTACT", raising=False)


def test_a_real_site_without_a_contact_is_refused_before_any_browser_starts() -> None:
    with pytest.raises(SiteError, match="CJ_CONTACT"):
        JailScraper("shelby-tn")
    with pytest.raises(SiteError, match="CJ_CONTACT"):
        OdysseyScraper("shelby-tn", "user", "password")


def test_a_user_agent_of_ones_own_is_no_contact() -> None:
    with pytest.raises(SiteError, match="an address of your own"):
        browser_for(site_of("shelby-tn"), BrowserSettings(user_agent="Mine/1.0"))


def test_the_contact_is_the_given_one_then_the_users_setting_then_the_sites(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = site_of("shelby-tn").model_copy(update={"contact": "site@newsroom.example"})
    assert browser_for(named, None).contact == "site@newsroom.example"
    monkeypatch.setenv("CJ_CONTACT", "env@newsroom.example")
    assert browser_for(named, None).contact == "env@newsroom.example"
    assert (
        browser_for(named, BrowserSettings(contact="me@newsroom.example")).contact
        == "me@newsroom.example"
    )


def test_practice_on_this_machine_needs_none() -> None:
    settings = browser_for(site_of("practice"), None, headed=True)
    assert (settings.contact, settings.headed) == (None, True)


def test_a_site_s_sessions_go_to_its_own_portals_and_where_one_signs_in_there() -> None:
    origins = origins_of(site_of("shelby-tn"))
    for url in (
        "https://imljail.shelbycountytn.gov/IML",
        "https://cjs.shelbycountytn.gov/CJS/Home",
        "https://odysseyidentityprovider.tylerhost.net/idp/account/signin",
    ):
        assert url in origins
    for url in ("https://shelbycountytn.gov/", "http://cjs.shelbycountytn.gov:8080/", "/CJS"):
        assert url not in origins


def test_the_scrapers_sessions_are_bound_to_their_site() -> None:
    site = site_of("practice")
    with JailScraper(site) as jail, OdysseyScraper(site, "user", "password") as court:
        for session in (jail.session, court.session):
            assert session.origins == origins_of(site)
            with pytest.raises(OffSite, match=r"127\.0\.0\.4"):
                session.origins.check("http://127.0.0.4:8102/CJS")


def test_an_address_without_an_origin_is_told_with_its_site() -> None:
    table = {"key": "own", "name": "Own", "time_zone": "America/Chicago"}
    with pytest.raises(SiteError, match=r"own.*portal"):
        JailScraper({**table, "jail": {"url": "portal.example/IML"}})


@pytest.mark.parametrize("fetch_mode", ["http", pytest.param("browser", marks=pytest.mark.browser)])
@pytest.mark.parametrize("case_pages", ["classic", "roa"])
def test_a_case_link_to_another_origin_is_a_named_fault_and_never_a_request(
    make_court: MakeCourt, monkeypatch: pytest.MonkeyPatch, case_pages: str, fetch_mode: FetchChoice
) -> None:
    court, foreign = make_court(case_pages=case_pages), Portal()
    monkeypatch.setattr(
        results, "case_address", lambda *_: f"{foreign.address}/CJS/Case/CaseDetail?eid=1"
    )
    key = court.key(lambda line: len(line["odyssey"]["cases"]) > 0)
    with court.scraper(fetch_mode=fetch_mode) as scraper, pytest.raises(OffSite) as caught:
        court.history(scraper, key)
    foreign.end()
    assert foreign.asked == []
    assert foreign.address in str(caught.value)


@pytest.mark.parametrize("fetch_mode", ["http", pytest.param("browser", marks=pytest.mark.browser)])
def test_photos_of_people_are_never_asked_for(tmp_path: Path, fetch_mode: FetchChoice) -> None:
    log, seen = tmp_path / "access.jsonl", []
    with running(Options(people=4, access_log=log)) as portals:
        site = site_of("practice").with_addresses(jail=portals.jail, as_of=portals.world.today)
        with JailScraper(
            site, fetch_mode=fetch_mode, keep=lambda key, texts: seen.extend(texts)
        ) as jail:
            assert len(list(jail.people())) == 4
    assert any("imageservlet" in one.text for one in seen), "the pages show photos"
    pages = [json.loads(line)["page"] for line in log.read_text().splitlines()]
    assert "detail" in pages
    assert "image" not in pages
