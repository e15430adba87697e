"""Those outside a crawl: a portal's rules are read before its first page, and a person is told when
a crawl stops and needs one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resilience.answer import Answer
from resilience.faults import Blocked, BrowserNotFound, Fault, SignInRefused
from scrapers.crawl import COURT, JAIL, Half, scrape_people
from scrapers.crawl.events import Message
from scrapers.robots import Robots
from scrapers.sites import Site, SiteError
from tests.scrapers.crawl.county import DAY, County, FakeCourt, crawl, key, nobody, now, site

FORBIDS = "User-agent: *\nDisallow: /\n"
HOOK = "https://hook.example/x"


class Rules:
    """Robots that answer every host alike, and count."""

    def __init__(self, folder: Path, rules: str) -> None:
        self.asked: list[str] = []
        self._rules = rules
        self.robots = Robots(self._ask, folder / "memory", lambda: DAY)

    def _ask(self, url: str) -> Answer:
        self.asked.append(url)
        return Answer(200, url, {}, self._rules)


def real(**more: object) -> Site:
    far = site().with_addresses(
        jail="https://jail.example/IML", court="https://court.example/Portal"
    )
    return far.model_copy(update={"contact": "somebody@newsroom.example", **more})


class Heard:
    """What was posted, and what was told on the way."""

    def __init__(self) -> None:
        self.posted: list[dict[str, str]] = []
        self.told: list[str] = []

    def post(self, address: str, text: str) -> int:
        assert address == HOOK
        self.posted.append(json.loads(text))
        return 200

    def progress(self, event: object) -> None:
        if isinstance(event, Message):
            self.told.append(event.text)


def test_a_forbidden_portal_is_asked_nothing_and_nothing_is_written(tmp_path: Path) -> None:
    county, rules = County(3), Rules(tmp_path, FORBIDS)
    with pytest.raises(SiteError, match="disallows the jail portal"):
        crawl(county, tmp_path / "c", on=real(), robots=rules.robots)
    assert (county.opened, county.rosters_read) == (0, 0)
    assert not (tmp_path / "c" / "crawl.json").exists()


def test_permitted_by_its_operators_the_crawl_goes_on_and_says_so(tmp_path: Path) -> None:
    heard, rules = Heard(), Rules(tmp_path, FORBIDS)
    permitted = {"robots": {"by": "the clerk", "on": "2026-01-02"}}
    on = Site.model_validate({**real().model_dump(), **permitted})
    result = crawl(
        County(3), tmp_path / "c", on=on, robots=rules.robots, progress=heard.progress, workers=1
    )
    assert result.exit_code == 0
    assert len([text for text in heard.told if "permitted by the clerk on 2026-01-02" in text]) == 2
    assert sorted(rules.asked) == [
        "https://court.example/robots.txt",
        "https://jail.example/robots.txt",
    ]


def test_a_chunk_obeys_too(tmp_path: Path) -> None:
    county, rules = County(3), Rules(tmp_path, FORBIDS)
    crawl(county, tmp_path / "c", halves=(JAIL,))
    with pytest.raises(SiteError, match="disallows"):
        chunk(county, tmp_path / "c", real(), rules.robots)
    assert not county.asked[COURT, key(1)]


def test_portals_of_this_machine_are_not_asked(tmp_path: Path) -> None:
    rules = Rules(tmp_path, FORBIDS)
    assert crawl(County(3), tmp_path / "c", robots=rules.robots).exit_code == 0
    assert not rules.asked


@pytest.mark.parametrize(
    ("half", "fault"),
    [(JAIL, Blocked("DOE, JANE", url="https://x.example/DOE")), (COURT, SignInRefused("no"))],
)
def test_a_person_is_told_once_and_without_names(tmp_path: Path, half: Half, fault: Fault) -> None:
    county, heard = County(8), Heard()
    county.trouble = lambda asked, who, n: fault if asked == half else None
    on = site().model_copy(update={"on_stop": HOOK})
    crawl(county, tmp_path / "c", on=on, post=heard.post, progress=heard.progress)
    (message,) = heard.posted
    assert (message["half"], message["fault"], message["crawl"]) == (half, fault.name, "c")
    assert "DOE" not in json.dumps(message)
    assert f"on_stop was told of {fault.name}" in heard.told


def test_a_person_is_told_of_a_roster_that_is_blocked(tmp_path: Path) -> None:
    county, heard = County(3), Heard()

    def blocked() -> None:
        raise Blocked("no")

    county.at_roster = blocked
    with pytest.raises(Blocked):
        crawl(
            county,
            tmp_path / "c",
            on=site().model_copy(update={"on_stop": HOOK}),
            post=heard.post,
        )
    assert [message["half"] for message in heard.posted] == ["jail"]


def test_a_chunk_that_stops_tells_a_person(tmp_path: Path) -> None:
    county, heard = County(3), Heard()
    crawl(county, tmp_path / "c", halves=(JAIL,))
    county.trouble = lambda half, who, n: Blocked("no")
    with pytest.raises(Blocked):
        chunk(county, tmp_path / "c", site().model_copy(update={"on_stop": HOOK}), None, heard)
    assert [message["fault"] for message in heard.posted] == ["Blocked"]


def test_what_no_person_need_end_is_told_to_nobody(tmp_path: Path) -> None:
    county = County(3)
    county.trouble = lambda half, who, n: BrowserNotFound("none")
    on = site().model_copy(update={"on_stop": HOOK})
    assert crawl(county, tmp_path / "c", on=on, post=nobody).exit_code == 3


def chunk(
    county: County, folder: Path, on: Site, robots: Robots | None, heard: Heard | None = None
) -> None:
    scrape_people(
        county.keys,
        folder,
        site=on,
        half=COURT,
        scraper=lambda stop: FakeCourt(county, stop),
        now=now,
        robots=robots,
        post=heard.post if heard else nobody,
    )
