"""Both halves without a browser where none is needed: the truth, whose requests they were, and when
the browser takes over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from practice.faults import Faults, parse
from practice.odyssey import results
from practice.server import Options, Running, running
from practice.truth import truth
from resilience.browser import Browser
from resilience.faults import Blocked, CaptchaAsked, Fault, SearchLost, WrongRecord
from resilience.fetch_modes import FetchChoice
from resilience.pace import Pace
from resilience.session import Session
from scrapers.crawl import JAIL, Identity, Plan, run_crawl, scrapers_of
from scrapers.jail import JailScraper
from scrapers.products import ScraperOptions
from scrapers.record import Seen
from scrapers.sites import Site, site_of
from tests.resilience.helpers import Clock
from tests.scrapers.odyssey.conftest import Court, MakeCourt, gate, make_court
from tests.scrapers.odyssey.test_kept import read_again

__all__ = ["gate", "make_court"]  # fixtures

SITES = {"shelby": "practice", "bergen": "practice-4col"}
SIGN_IN = {"login", "signin", "signin-post", "token", "dashboard"}


def hasty() -> Pace:
    """Waits for nothing; its clock goes on by what it was told to wait."""
    clock = Clock()
    return Pace.free(clock=clock, sleep=clock.sleep)


class Jail:
    """A practice lookup with its truth and its access log."""

    def __init__(self, portals: Running, log: Path, dialect: str) -> None:
        self.portals = portals
        self.site: Site = site_of(SITES[dialect]).with_addresses(
            jail=portals.jail, court=portals.portal, as_of=portals.world.today
        )
        lines = truth(portals.world.people, portals.world.today, dialect=dialect)
        self.truth = {line["key"]: line["jail"] for line in lines}
        self._log = log

    def scraper(self, fetch_mode: FetchChoice) -> JailScraper:
        session = Session(fetch_mode=fetch_mode, pace=hasty())
        return JailScraper(self.site, session=session)

    def order(self, text: str) -> None:
        self.portals.world.faults = Faults(parse(text))

    def rows(self) -> list[dict[str, Any]]:
        if not self._log.exists():
            return []
        rows = [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]
        return [row for row in rows if row["page"] != "image"]

    def is_read_truly(self, scraper: JailScraper) -> None:
        roster = scraper.roster()
        assert roster.proof.exact
        records = {entry.key: scraper.person(entry).record for entry in roster.people}
        assert {
            key: record and record.model_dump(mode="json") for key, record in records.items()
        } == self.truth


@contextmanager
def jail_of(tmp_path: Path, people: int = 6, dialect: str = "shelby") -> Iterator[Jail]:
    log = tmp_path / "access.jsonl"
    with running(Options(people=people, dialect=dialect, access_log=log)) as portals:
        yield Jail(portals, log, dialect)


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: Any) -> Any:
        raise AssertionError("a browser was started")

    monkeypatch.setattr(
        Session.__init__, "__kwdefaults__", {**Session.__init__.__kwdefaults__, "start": start}
    )
    monkeypatch.setattr(Browser, "start", start)


# -- the jail


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("fetch_mode", "dialect"), [("http", "shelby"), ("auto", "shelby"), ("http", "bergen")]
)
def test_the_jail_half_starts_no_browser_and_gives_the_truth(
    tmp_path: Path, fetch_mode: FetchChoice, dialect: str
) -> None:
    with jail_of(tmp_path, 40, dialect) as jail, jail.scraper(fetch_mode) as scraper:
        jail.is_read_truly(scraper)
        assert scraper.session.statistics == {}
        figures = scraper.session.fetch_modes.figures()
    bookings = sum(len(record["bookings"]) for record in jail.truth.values())
    rows = jail.rows()
    assert {row["fetch_mode"] for row in rows} == {"http"}
    assert not any(row.get("overlap") for row in rows)
    asked = Counter(row["page"] for row in rows)
    assert (asked["search-form"], asked["search-post"]) == (1, 1)
    assert asked["detail"] >= bookings
    assert figures["given_up"] == {}
    assert figures["pages"]["http"]["detail"] == asked["detail"]


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    "faults",
    ["lost-session=0.5", "empty-template=0.6", "wrong-record=0.6", "busy=0.4",
     "status-429-after=0.4", "maintenance=0.4", "reset=0.4", "truncate=0.4", "half-close=0.4",
     "moved-roster=1", "short-list=1"],
)  # fmt: skip
def test_what_goes_wrong_with_plain_requests_is_cured_by_plain_requests(
    tmp_path: Path, faults: str
) -> None:
    with jail_of(tmp_path, 35) as jail, jail.scraper("auto") as scraper:
        jail.order(faults)
        jail.is_read_truly(scraper)
        assert scraper.session.fetch_modes.given_up == {}
        assert scraper.session.statistics
    assert any(row.get("fault") for row in jail.rows())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("faults", "kind", "reason"),
    [
        ("plain-refused:iml:detail=1", "detail", "SearchLost"),
        ("plain-refused:iml:list=1", "list", "LayoutChanged"),
        ("plain-refused:iml:search-form=1", "search", "LayoutChanged"),
    ],
)
def test_a_kind_of_page_that_plain_requests_do_not_bring_is_read_with_the_browser(
    tmp_path: Path, faults: str, kind: str, reason: str
) -> None:
    with jail_of(tmp_path, 32) as jail, jail.scraper("auto") as scraper:
        jail.order(faults)
        jail.is_read_truly(scraper)
        fetch_modes, statistics = scraper.session.fetch_modes, scraper.session.statistics
        assert list(fetch_modes.given_up) == [kind]
        assert fetch_modes.given_up[kind].startswith(reason)
        assert statistics["ScriptNeeded"] == 1, "it is found out once"
        assert fetch_modes.pages["browser", kind] > 0 == fetch_modes.pages["http", kind]
    rows = jail.rows()
    assert not any(row.get("overlap") for row in rows)
    if kind == "list":  # what does not hang on it stays as it was
        assert {row["fetch_mode"] for row in rows if row["page"] == "detail"} == {"http"}


@pytest.mark.usefixtures("no_browser")
def test_in_fetch_mode_plain_such_a_page_is_a_fault_of_its_own_name(tmp_path: Path) -> None:
    with jail_of(tmp_path) as jail, jail.scraper("http") as scraper:
        entry = scraper.roster().people[0]
        jail.order("plain-refused:iml:detail=1")
        with pytest.raises(SearchLost):
            scraper.person(entry)
        jail.order("unreadable-part:iml:detail=1")
        with pytest.raises(WrongRecord):
            scraper.person(entry)


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("fetch_mode", ["http", "auto"])
@pytest.mark.parametrize(
    "fault", ["block-cloudflare", "block-awswaf", "block-datadome", "redirect-away"]
)
def test_a_block_stops_plain_requests_and_no_browser_tries_instead(
    tmp_path: Path, fault: str, fetch_mode: FetchChoice
) -> None:
    with jail_of(tmp_path) as jail, jail.scraper(fetch_mode) as scraper:
        entry = scraper.roster().people[0]
        jail.order(f"{fault}:iml:detail=1")
        asked = len(jail.rows())
        with pytest.raises(Blocked):
            scraper.person(entry)
        assert len(jail.rows()) == asked + 1, "nothing was asked again"
        assert scraper.session.fetch_modes.of("detail") == "http"


@pytest.mark.browser
def test_a_page_that_changed_is_read_and_told_and_no_reason_for_a_browser(tmp_path: Path) -> None:
    with jail_of(tmp_path) as jail, jail.scraper("auto") as scraper:
        entry = scraper.roster().people[0]
        jail.order("renamed-section:iml:detail=1")
        file = scraper.person(entry)
        assert file.record is not None
        assert file.extra.unread
        assert scraper.session.statistics == {}
        assert scraper.session.fetch_modes.given_up == {}
        assert scraper.session.fetch_mode == "http"


@pytest.mark.usefixtures("no_browser")
def test_the_summary_says_how_pages_were_read(tmp_path: Path) -> None:
    with jail_of(tmp_path) as jail:
        assert jail.site.as_of is not None
        plan = Plan(
            str(tmp_path / "crawl"),
            jail.site,
            Identity(site="practice"),
            jail.site.as_of,
            halves=(JAIL,),
        )
        run_crawl(plan, scrapers=scrapers_of(plan, lambda half: ScraperOptions(fetch_mode="http")))
    told = json.loads((tmp_path / "crawl" / "summary.json").read_text())["run"]["portals"]["jail"][
        "fetch_modes"
    ]
    assert told["given_up"] == {}
    assert set(told["pages"]) == {"http"}
    assert told["pages"]["http"]["detail"] >= 6


# -- the court


def ask_everybody(court: Court, scraper: Any, most: int = 100) -> None:
    for key, line in list(court.truth.items())[:most]:
        file = court.history(scraper, key)
        assert file.outcome == line["outcome"], key
        assert (file.record.model_dump(mode="json") if file.record else None) == line["odyssey"], (
            key
        )


@pytest.mark.browser
@pytest.mark.parametrize("case_pages", ["classic", "roa"])
def test_in_fetch_mode_plain_the_browser_signs_in_and_nothing_else(
    make_court: MakeCourt, case_pages: Literal["classic", "roa"]
) -> None:
    court = make_court(people=5, case_pages=case_pages)
    with court.scraper(fetch_mode="http") as scraper:
        ask_everybody(court, scraper)
        assert scraper.control()
        assert (scraper.session.running, scraper.session.statistics) == (False, {})
    rows = court.rows()
    assert {row["page"] for row in rows if row["fetch_mode"] == "browser"} == SIGN_IN
    assert not any(row.get("overlap") for row in rows)
    assert court.pages()["overwritten"] == 0
    assert court.pages()["search-form"] == 1, "the workspace holds the form as well"


@pytest.mark.browser
def test_a_session_that_ends_brings_the_browser_back_to_sign_in(make_court: MakeCourt) -> None:
    court = make_court(people=4, faults="lost-session:odyssey:case=0.7")
    with court.scraper(fetch_mode="auto") as scraper:
        ask_everybody(court, scraper)
        assert set(scraper.session.statistics) == {"SignedOut"}
        assert (scraper.session.fetch_mode, scraper.session.running) == ("http", False)
    assert {row["page"] for row in court.rows() if row["fetch_mode"] == "browser"} == SIGN_IN


@pytest.mark.browser
@pytest.mark.parametrize(
    ("page", "kind"), [("search-form", "search"), ("results", "results"), ("case", "case")]
)
def test_a_court_page_that_plain_requests_do_not_bring_is_read_with_the_browser(
    make_court: MakeCourt, page: str, kind: str
) -> None:
    court = make_court(people=4, faults=f"plain-refused:odyssey:{page}=1")
    with court.scraper(fetch_mode="auto") as scraper:
        scraper.session.pace = hasty()
        ask_everybody(court, scraper)
        assert list(scraper.session.fetch_modes.given_up) == [kind]
        assert scraper.session.statistics["ScriptNeeded"] == 1
        assert scraper.session.events["sign-in"] == 0
    assert court.pages()["signin-post"] == 1, (
        "the identity went along: the password was submitted once"
    )
    assert not any(row.get("overlap") for row in court.rows())


@pytest.mark.browser
def test_results_that_only_a_script_turns_are_turned_by_the_browser_for_those_who_have_so_many(
    make_court: MakeCourt, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = results.render

    def always_the_first_page(site: Any, visit: Any, found: Any, view: Any) -> str:
        return render(site, visit, found, results.View() if visit.plain else view)

    monkeypatch.setattr(results, "render", always_the_first_page)
    court = make_court(people=24)

    def many(line: dict[str, Any]) -> bool:
        return line["odyssey"] is not None and len(line["odyssey"]["cases"]) > 10

    def few(line: dict[str, Any]) -> bool:
        return line["odyssey"] is not None and len(line["odyssey"]["cases"]) < 4

    kept: dict[str, tuple[Seen, ...]] = {}
    with court.scraper(fetch_mode="auto", keep=kept.__setitem__) as scraper:
        for key in (court.key(many), court.key(few)):
            file = court.history(scraper, key)
            assert file.record is not None
            assert file.record.model_dump(mode="json") == court.truth[key]["odyssey"]
            assert read_again(court, key, kept[key], file) == file, (
                "what is kept of both fetch modes reads the same"
            )
        assert list(scraper.session.fetch_modes.given_up) == ["turned"]
        assert scraper.session.fetch_mode == "http"


@pytest.mark.browser
@pytest.mark.parametrize("fetch_mode", ["http", "auto"])
@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        ("block-awswaf:odyssey:results=1", Blocked),
        ("block-cloudflare:odyssey:case=1", Blocked),
        ("captcha:odyssey:search-form=1", CaptchaAsked),
    ],
)
def test_a_block_or_a_captcha_stops_the_court_half_and_the_fetch_mode_stays(
    make_court: MakeCourt, faults: str, fault: type[Fault], fetch_mode: FetchChoice
) -> None:
    court = make_court(people=4, faults=faults)
    key = court.key(lambda line: line["outcome"] == "found")
    with court.scraper(fetch_mode=fetch_mode) as scraper:
        with pytest.raises(fault):
            court.history(scraper, key)
        assert (scraper.session.fetch_mode, scraper.session.running) == ("http", False)
        assert scraper.session.events["fetch_mode-browser"] == 1, "to sign in"
    assert {row["page"] for row in court.rows() if row["fetch_mode"] == "browser"} == SIGN_IN
