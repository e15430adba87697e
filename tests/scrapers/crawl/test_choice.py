from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from scrapers.crawl import (
    COURT,
    HALVES,
    CrawlUsageError,
    Identity,
    PracticeWorld,
    choose,
    read_only,
)
from scrapers.crawl.choice import Choice
from tests.scrapers.crawl.county import DAY, IDENTITY, NOW, County, crawl

HOUR = dt.timedelta(hours=1)


def chosen(data: Path, *, after: dt.timedelta = HOUR, **options: object) -> Choice:
    options = {"halves": HALVES, "today": DAY, "identity": IDENTITY, **options}
    identity = options.pop("identity")
    return choose(data, identity, now=NOW + after, **options)  # type: ignore[arg-type]


def test_the_first_crawl_is_named_by_day_and_site(tmp_path: Path) -> None:
    assert chosen(tmp_path / "data") == Choice(tmp_path / "data" / "2026-01-05-practice")


def test_a_young_unfinished_crawl_goes_on(tmp_path: Path) -> None:
    crawl(County(5), tmp_path / "2026-01-05-practice", limit=2)
    choice = chosen(tmp_path)
    assert (choice.folder.name, choice.goes_on, choice.finished) == (
        "2026-01-05-practice",
        True,
        False,
    )


def test_new_forces_another(tmp_path: Path) -> None:
    crawl(County(5), tmp_path / "2026-01-05-practice", limit=2)
    assert chosen(tmp_path, new=True).folder.name == "2026-01-05-practice-2"


def test_an_old_unfinished_crawl_is_named_and_left_alone_unless_asked_for(tmp_path: Path) -> None:
    crawl(County(5), tmp_path / "2026-01-05-practice", limit=2)
    late = dt.timedelta(hours=37)
    choice = chosen(tmp_path, after=late, today=dt.date(2026, 1, 7))
    assert choice.folder.name == "2026-01-07-practice"
    assert choice.left_alone == (tmp_path / "2026-01-05-practice",)
    assert chosen(tmp_path, after=late, resume=True).folder.name == "2026-01-05-practice"


def test_a_finished_crawl_of_today_is_finished(tmp_path: Path) -> None:
    crawl(County(3), tmp_path / "2026-01-05-practice")
    assert chosen(tmp_path).finished
    assert chosen(tmp_path, today=dt.date(2026, 1, 6)).folder.name == "2026-01-06-practice"


def test_resume_without_anything_to_resume_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(CrawlUsageError, match="no unfinished crawl"):
        chosen(tmp_path, resume=True)


def test_another_world_is_another_crawl(tmp_path: Path) -> None:
    crawl(County(5), tmp_path / "2026-01-05-practice", limit=2)
    other = Identity(site="practice", practice=PracticeWorld(people=5, seed=1, day=0))
    assert chosen(tmp_path, identity=other).folder.name == "2026-01-05-practice-2"


def test_a_list_of_strangers_begins_a_crawl_of_its_own(tmp_path: Path) -> None:
    crawl(County(5), tmp_path / "2026-01-05-practice", limit=2)
    file = tmp_path / "people.csv"
    file.write_text("key,name,date_of_birth\nx1,CHER,\n")
    assert (
        chosen(tmp_path, halves=(COURT,), only=read_only(file)).folder.name
        == "2026-01-05-practice-2"
    )
    assert chosen(tmp_path, halves=(COURT,)).goes_on


def test_a_broken_folder_is_never_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "2026-01-05-practice").mkdir()
    (tmp_path / "2026-01-05-practice" / "crawl.json").write_text("{")
    assert chosen(tmp_path).folder.name == "2026-01-05-practice-2"
