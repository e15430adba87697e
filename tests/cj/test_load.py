"""``cj load`` and ``--refresh-after-days``: what the database knows is not asked for again."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import sqlite3
import stat
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from cj.__main__ import main
from cj.freshness import fresh_of
from cj.wrong import UsageError
from scrapers.crawl import (
    COURT,
    JAIL,
    CarriedFile,
    CrawlFolder,
    Fresh,
    Person,
    Result,
    carried_in,
    summarise,
)
from scrapers.jail.records import JailFile
from tests.cj.county import IDENTITY, crawled
from tests.reportcard.folders import person
from tests.scrapers.crawl.county import DAY, County, FakeCourt, FakeJail, key, now, site

LATER = dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CJ_DATABASE", raising=False)
    monkeypatch.chdir(tmp_path)


def count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


def test_the_newest_crawl_is_loaded_into_the_data_folders_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawled(tmp_path / "data" / "2026-01-05-practice")
    assert main(["load"]) == 0
    database = tmp_path / "data" / "cj.sqlite"
    assert (count(database, "people"), count(database, "crawls")) == (6, 1)
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert "12 files" in capsys.readouterr().out
    assert main(["load"]) == 0
    assert count(database, "people") == 6


def test_tables_for_a_spreadsheet_are_private(tmp_path: Path) -> None:
    crawled(tmp_path / "data" / "c")
    assert main(["load", "data/c", "--database", "sqlite:///own.sqlite", "--csv", "sheets"]) == 0
    with open(tmp_path / "sheets" / "people.csv", encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 6
    assert stat.S_IMODE((tmp_path / "sheets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sheets" / "people.csv").stat().st_mode) == 0o600
    assert not (tmp_path / "data" / "cj.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["load"], "no crawl below data"),
        (["load", "nothing"], "is no crawl folder"),
        (["load", "c", "--database", "mysql://host/name"], "only SQLite and PostgreSQL"),
        (["load", "broken"], "nothing was loaded"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    crawled(tmp_path / "c")
    shutil.copytree(tmp_path / "c", tmp_path / "broken")
    (tmp_path / "broken" / "odyssey" / "00000002.json").write_text("{", encoding="utf-8")
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


# --- carried --------------------------------------------------------------------------------------


class Booked(County):
    """A county whose jail files show the bookings of the roster."""

    def jail_file(self, who: str) -> JailFile:
        file = super().jail_file(who)
        record = person(who, f"26{int(who):06d}", commitment_date=DAY)
        return file.model_copy(update={"record": record})


def test_who_is_fresh_is_carried_and_not_asked_for_again(tmp_path: Path) -> None:
    county = Booked(6, none=[key(4)])
    monday = crawled(tmp_path / "data" / "mon", county=county)
    assert monday.exit_code == 0
    assert main(["load", "data/mon"]) == 0
    county.asked.clear()
    result = again(county, tmp_path / "data" / "thu", after=7)
    assert result.exit_code == 0
    assert [half for half, _ in county.asked] == ["jail"] * 6
    counts = result.summary.halves["odyssey"].counts
    assert (counts.carried, counts.found, counts.pending, counts.total) == (6, 0, 0, 6)
    assert result.summary.halves["odyssey"].coverage == 1.0
    told = carried_in(CrawlFolder(tmp_path / "data" / "thu"))
    assert told[key(4)] == CarriedFile(crawl="mon", path=f"mon/odyssey/{key(4)}.json", day=DAY)


def test_who_is_no_longer_fresh_is_asked_again(tmp_path: Path) -> None:
    county = Booked(6)
    crawled(tmp_path / "data" / "mon", county=county)
    assert main(["load", "data/mon"]) == 0
    county.asked.clear()
    result = again(county, tmp_path / "data" / "thu", after=3)
    assert county.asked["odyssey", key(1)] == 1
    assert result.summary.halves["odyssey"].counts.found == 6


def test_an_earlier_file_that_is_gone_or_broken_is_asked_for(tmp_path: Path) -> None:
    county = Booked(4)
    crawled(tmp_path / "data" / "mon", county=county)
    assert main(["load", "data/mon"]) == 0
    (tmp_path / "data" / "mon" / "odyssey" / f"{key(1)}.json").unlink()
    (tmp_path / "data" / "mon" / "odyssey" / f"{key(2)}.json").write_text("{", encoding="utf-8")
    county.asked.clear()
    result = again(county, tmp_path / "data" / "thu", after=7)
    assert {who for half, who in county.asked if half == "odyssey"} == {key(1), key(2)}
    assert result.summary.halves["odyssey"].counts.carried == 2
    (tmp_path / "data" / "mon" / "odyssey" / f"{key(3)}.json").unlink()
    counts = summarise(CrawlFolder(tmp_path / "data" / "thu")).halves["odyssey"].counts
    assert (counts.carried, counts.pending) == (1, 1)


def test_a_run_that_does_not_ask_for_it_carries_nobody(tmp_path: Path) -> None:
    county = Booked(4)
    crawled(tmp_path / "data" / "mon", county=county)
    assert main(["load", "data/mon"]) == 0
    again(county, tmp_path / "data" / "thu", after=7)
    county.asked.clear()
    result = crawled(tmp_path / "data" / "thu", county=county)
    assert {half for half, _ in county.asked} == {"odyssey"}
    assert result.summary.halves["odyssey"].counts.found == 4


def test_beyond_the_limit_nobody_is_carried(tmp_path: Path) -> None:
    county = Booked(4)
    crawled(tmp_path / "data" / "mon", county=county)
    assert main(["load", "data/mon"]) == 0
    counts = (
        again(county, tmp_path / "data" / "thu", after=7, limit=3).summary.halves["odyssey"].counts
    )
    assert (counts.carried, counts.not_asked) == (3, 1)


def test_a_database_that_cannot_be_is_refused_before_anything_begins(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only SQLite and PostgreSQL"):
        fresh_of(CrawlFolder(tmp_path / "c"), site(), "mysql://host/name", 7, DAY)


def again(county: County, folder: Path, *, after: int, limit: int | None = None) -> Result:
    """The same county three days later, with what ``cj load`` put into the database."""
    from scrapers.crawl import Plan, run_crawl

    day = DAY + LATER
    rule: Fresh = fresh_of(
        CrawlFolder(folder), site(), f"sqlite:///{folder.parent / 'cj.sqlite'}", after, day
    )

    def fresh(people: Sequence[Person]) -> Mapping[str, CarriedFile]:
        return rule(people)

    return run_crawl(
        Plan(folder, site(), IDENTITY, day, limit=limit),
        scrapers={
            JAIL: lambda event: FakeJail(county, event),
            COURT: lambda event: FakeCourt(county, event),
        },
        fresh=fresh,
        now=now,
    )
