"""What a crawl costs by the person: causes, not times."""

from __future__ import annotations

import gc
from collections import Counter
from pathlib import Path

import pytest

from scrapers.crawl import COURT, HALVES, JAIL, choose
from scrapers.crawl.keys import file_name
from scrapers.crawl.place import LocalStore
from scrapers.record import Envelope
from tests.scrapers.crawl.county import DAY, IDENTITY, NOW, County, crawl, key


class Reads:
    """How often each file of a folder is read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.of: Counter[str] = Counter()
        read = LocalStore.read

        def counted(place: LocalStore, name: str) -> bytes:
            self.of[name] += 1
            return read(place, name)

        monkeypatch.setattr(LocalStore, "read", counted)

    @property
    def people(self) -> dict[str, int]:
        return {name: n for name, n in self.of.items() if name.startswith(HALVES)}


def test_a_run_with_nothing_to_do_validates_every_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = County(9)
    crawl(county, tmp_path / "c")
    reads = Reads(monkeypatch)
    result = crawl(county, tmp_path / "c")
    assert result.summary.state == "complete"
    assert (
        result.summary.halves[JAIL].counts.found == result.summary.halves[COURT].counts.found == 9
    )
    assert reads.people == {f"{half}/{file_name(who)}": 1 for half in HALVES for who in county.keys}


def test_a_file_that_broke_is_found_though_nothing_else_is_to_do(tmp_path: Path) -> None:
    county = County(3)
    crawl(county, tmp_path / "c")
    (tmp_path / "c" / JAIL / file_name(key(2))).write_text("{}")
    result = crawl(county, tmp_path / "c")
    assert result.summary.state == "complete"
    assert county.asked[JAIL, key(2)] == 2


def test_whom_nothing_is_known_of_is_seen_without_reading_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(County(5), tmp_path / "2026-01-05-practice", limit=3)
    reads = Reads(monkeypatch)
    choice = choose(tmp_path, IDENTITY, halves=HALVES, today=DAY, now=NOW)
    assert (choice.goes_on, choice.finished) == (True, False)
    assert not reads.people


def test_no_file_of_a_person_is_kept_in_memory(tmp_path: Path) -> None:
    county, alive = County(400, none=[key(7)]), []

    def look(total: int) -> None:
        if total % 100 == 0:
            # Not isinstance(): it would wake the lazy stand-ins of other libraries.
            alive.append(sum(issubclass(type(thing), Envelope) for thing in gc.get_objects()))

    county.at_ask = look
    assert crawl(county, tmp_path / "c", workers=2).exit_code == 0
    assert len(alive) == 8
    # One in the hands of each of the four workers, and the jail's file that the court's search is
    # made from.
    assert max(alive) <= 8
