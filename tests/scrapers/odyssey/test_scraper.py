"""The whole scraper with a real Chromium against the practice court: its records are the truth."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Literal

import pytest

from practice.faults import Faults, parse
from practice.odyssey import results
from resilience.faults import Fault, SignInRefused
from resilience.fetch_modes import FetchChoice
from scrapers.odyssey import OdysseyScraper, SignInGate
from scrapers.record import Extra
from scrapers.sites import ControlPerson, SiteError
from tests.scrapers.odyssey.conftest import MakeCourt

pytestmark = pytest.mark.browser

SIGN_IN = {"login", "signin", "signin-post", "token", "dashboard"}
"""Pages that a browser asks for in every fetch mode."""


def with_many_cases(line: dict[str, Any]) -> bool:
    return line["odyssey"] is not None and 2 <= len(line["odyssey"]["cases"]) <= 4


@pytest.mark.parametrize("fetch_mode", ["browser", "auto"])
@pytest.mark.parametrize("case_pages", ["classic", "roa"])
def test_24_people_are_the_truth_field_by_field(
    make_court: MakeCourt, case_pages: Literal["classic", "roa"], fetch_mode: FetchChoice
) -> None:
    court = make_court(case_pages=case_pages)
    with court.scraper(fetch_mode=fetch_mode) as scraper:
        for key, line in court.truth.items():
            file = court.history(scraper, key)
            assert file.outcome == line["outcome"], key
            assert (file.record.model_dump(mode="json") if file.record else None) == line[
                "odyssey"
            ], key
            assert file.extra == Extra(), key
            assert file.provenance.pages
            assert file.tried
        assert scraper.control()
        assert scraper.session.statistics == {}
        assert scraper.session.fetch_modes.given_up == {}
        assert scraper.session.running is (fetch_mode == "browser")
    outcomes = {line["outcome"] for line in court.truth.values()}
    assert outcomes == {"found", "not_found", "unverified"}
    assert court.pages()["overwritten"] == 0
    assert not any(row.get("overlap") for row in court.rows()), (
        "one session was asked two things at once"
    )
    fetch_modes = {row["fetch_mode"] for row in court.rows() if row["page"] not in SIGN_IN}
    assert fetch_modes == {"browser" if fetch_mode == "browser" else "http"}
    assert {
        row["fetch_mode"] for row in court.rows() if row["page"] in SIGN_IN - {"dashboard"}
    } == {"browser"}
    asked = [
        (row["person"], row["detail"])
        for row in court.rows()
        if row["page"] in ("case", "roa-page")
    ]
    assert len(asked) == len(set(asked)), "a case was asked for twice"


def test_faults_are_cured_and_the_records_are_the_same(make_court: MakeCourt) -> None:
    court = make_court(people=5, faults="lost-session=0.2,busy=0.2")
    with court.scraper() as scraper:
        for key, line in court.truth.items():
            file = court.history(scraper, key)
            assert (file.record.model_dump(mode="json") if file.record else None) == line[
                "odyssey"
            ], key
        assert {"SignedOut", "Busy"} <= set(scraper.session.statistics)


def test_a_session_lost_in_the_middle_keeps_the_cases_already_read(make_court: MakeCourt) -> None:
    court = make_court()
    key = court.key(with_many_cases)
    cases = court.truth[key]["odyssey"]["cases"]
    with court.scraper() as scraper:
        classic, reads = scraper._classic, []

        def lose_after_the_first(reading: Any, link: Any) -> Any:
            reads.append(link.case_number)
            if len(reads) == 2:
                court.portals.world.faults = Faults(parse("lost-session@1"))
            return classic(reading, link)

        scraper._classic = lose_after_the_first  # type: ignore[method-assign]
        file = court.history(scraper, key)
        assert file.record is not None
        assert file.record.model_dump(mode="json") == court.truth[key]["odyssey"]
        assert file.provenance.retries == {"SignedOut": 1}
        assert file.provenance.attempts == 2
    asked = [
        row["detail"]
        for row in court.rows()
        if row["page"] == "case" and row["status"] == 200 and "fault" not in row
    ]
    assert sorted(asked) == sorted(case["case_number"] for case in cases)


def test_a_lost_browser_is_replaced_and_the_search_repeated(make_court: MakeCourt) -> None:
    court = make_court()
    key = court.key(with_many_cases)
    with court.scraper(fetch_mode="browser") as scraper:
        classic, reads = scraper._classic, []

        def kill_after_the_first(reading: Any, link: Any) -> Any:
            reads.append(link.case_number)
            if len(reads) == 2:
                scraper.session.browser.kill()
            return classic(reading, link)

        scraper._classic = kill_after_the_first  # type: ignore[method-assign]
        file = court.history(scraper, key)
        assert file.record is not None
        assert file.record.model_dump(mode="json") == court.truth[key]["odyssey"]
        assert file.provenance.retries == {"BrowserLost": 1}
    assert reads.count(reads[0]) == 1


def test_a_refused_password_is_submitted_once_by_four_workers_and_a_later_run(
    make_court: MakeCourt, tmp_path: Path, gate: SignInGate
) -> None:
    court = make_court(people=4)
    key, refused = next(iter(court.truth)), []

    def work() -> None:
        with court.scraper(password="not the password", gate=gate) as scraper:
            try:
                court.history(scraper, key)
            except SignInRefused as fault:
                refused.append(str(fault))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    with (
        court.scraper(password="not the password", gate=SignInGate(tmp_path / "gate")) as later,
        pytest.raises(SignInRefused),
    ):
        court.history(later, key)
    assert len(refused) == 4
    assert court.pages()["signin-post"] == 1
    assert not any("not the password" in text for text in refused)


def test_a_portal_that_says_no_to_everybody_fails_the_control_search(make_court: MakeCourt) -> None:
    court = make_court(people=4)
    found = court.key(lambda line: line["outcome"] == "found")
    name = court.truth[found]["jail"]["name"]["full"]
    with court.scraper() as scraper:
        assert court.history(scraper, found).outcome == "found"
        assert scraper.control()
        assert scraper.control(
            ControlPerson(name=name, date_of_birth=court.truth[found]["jail"]["date_of_birth"])
        )
        court.portals.world.faults = Faults(parse("silent-empty=1.0"))
        assert not scraper.control()


def test_trouble_that_does_not_end_is_a_fault_and_never_an_answer(make_court: MakeCourt) -> None:
    court = make_court(people=4)
    with court.scraper() as scraper:
        scraper.session.pace.longest_wait = 0.0
        court.portals.world.faults = Faults(parse("busy@1"))
        with pytest.raises(Fault):
            court.history(scraper, next(iter(court.truth)))


def test_results_that_came_with_nothing_in_them_are_no_answer(
    make_court: MakeCourt, monkeypatch: pytest.MonkeyPatch
) -> None:
    court, render, calls = make_court(people=4), results.render, []

    def nothing_at_first(*given: Any) -> str:
        calls.append(given)
        return "" if len(calls) == 1 else render(*given)

    monkeypatch.setattr(results, "render", nothing_at_first)
    found = court.key(lambda line: line["outcome"] == "found")
    with court.scraper() as scraper:
        file = court.history(scraper, found)
    assert file.outcome == "found"
    assert file.provenance.retries == {"SearchLost": 1}


def test_a_site_that_asks_for_a_sign_in_is_not_begun_without_one() -> None:
    with pytest.raises(SiteError, match="ODYSSEY_USER"):
        OdysseyScraper("practice")


def test_a_site_without_a_court_is_named() -> None:
    with pytest.raises(SiteError, match="no court half"):
        OdysseyScraper("dauphin-pa", "user", "password")
