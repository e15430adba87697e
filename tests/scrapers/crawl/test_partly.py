"""Somebody who was read in part is asked about again, last; the better file stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience.faults import Blocked, Slow
from scrapers.crawl import JAIL, CrawlFolder
from scrapers.crawl.partly import is_better, worth_asking
from scrapers.halves import PersonFile
from scrapers.version import version
from tests.scrapers.crawl.county import County, crawl, key, site

DIALECT = site().jail.hash  # type: ignore[union-attr]


def told(read: str, unread: str, fault: str = "Slow", **more: object) -> dict[str, object]:
    """Fields of the first person's file: the numbers of bookings that were read, and were not."""
    record = County(1).jail_file(key(1)).model_dump(mode="json")["record"]
    parts = [{"kind": "booking", "number": n, "fault": fault} for n in unread.split()]
    bookings = [{"booking_number": n} for n in read.split()]
    return {"record": record | {"bookings": bookings}, "unread_parts": parts} | more


def file(read: str, unread: str, fault: str = "Slow", **more: object) -> PersonFile:
    county = County(1)
    county.as_read[JAIL, key(1)] = told(read, unread, fault, **more)
    return county.file(JAIL, key(1))


def partly(folder: Path) -> County:
    """A county in whose finished crawl the first person was read in part."""
    county = County(3)
    county.as_read[JAIL, key(1)] = told("1 2", "3")
    assert crawl(county, folder, halves=(JAIL,)).exit_code == 3
    return county


def numbers(folder: Path) -> tuple[str, ...]:
    stands = CrawlFolder(folder).read(JAIL, key(1))
    assert stands is not None
    assert stands.record is not None
    return stands.record.part_numbers


def test_a_resume_asks_only_for_them_and_is_complete(tmp_path: Path) -> None:
    county = partly(tmp_path / "c")
    county.asked.clear()
    county.as_read[JAIL, key(1)] = told("1 2 3", "")
    result = crawl(county, tmp_path / "c", halves=(JAIL,))
    assert county.asked == {(JAIL, key(1)): 1}
    assert result.exit_code == 0
    assert numbers(tmp_path / "c") == ("1", "2", "3")
    assert not county.asked[JAIL, key(2)]


@pytest.mark.parametrize(("read", "unread"), [("1", "2"), ("1 3", ""), ("1 2", "3"), ("", "1 2 3")])
def test_a_file_that_lost_a_part_or_won_none_replaces_nothing(
    tmp_path: Path, read: str, unread: str
) -> None:
    county = partly(tmp_path / "c")
    county.as_read[JAIL, key(1)] = told(read, unread)
    assert crawl(county, tmp_path / "c", halves=(JAIL,)).exit_code == 3
    assert numbers(tmp_path / "c") == ("1", "2")


def test_they_come_last(tmp_path: Path) -> None:
    county = County(4)
    county.as_read[JAIL, key(1)] = told("1 2", "3")
    crawl(county, tmp_path / "c", halves=(JAIL,), limit=2)
    order: list[str] = []
    county.trouble = lambda half, who, n: order.append(who)
    crawl(county, tmp_path / "c", halves=(JAIL,), workers=1)
    assert order == [key(3), key(4), key(1)]


def test_a_fault_leaves_the_file_and_writes_no_failure(tmp_path: Path) -> None:
    county = partly(tmp_path / "c")
    county.trouble = lambda half, who, n: Slow("no")
    result = crawl(county, tmp_path / "c", halves=(JAIL,))
    assert (result.exit_code, result.summary.failed) == (3, ())
    assert numbers(tmp_path / "c") == ("1", "2")


def test_a_block_met_there_stops_the_run(tmp_path: Path) -> None:
    county = partly(tmp_path / "c")
    county.trouble = lambda half, who, n: Blocked("no")
    assert isinstance(crawl(county, tmp_path / "c", halves=(JAIL,)).fault, Blocked)


def test_what_no_retry_cures_waits_for_another_version_or_entry() -> None:
    def stands(fault: str, by: str = version(), dialect: str | None = DIALECT) -> PersonFile:
        provenance = County(1).jail_file(key(1)).provenance.model_copy(update={"version": by})
        told = provenance.model_dump(mode="json")
        return file("1", "2", fault, dialect=dialect, provenance=told)

    assert worth_asking(stands("Slow"), JAIL, site())
    assert not worth_asking(stands("LayoutChanged"), JAIL, site())
    assert worth_asking(stands("LayoutChanged", by="0.0.1"), JAIL, site())
    assert worth_asking(stands("LayoutChanged", dialect="of before"), JAIL, site())


def test_a_number_that_came_twice_must_come_twice_again() -> None:
    assert not is_better(file("1 2", ""), file("1 1", "2"))
    assert is_better(file("1 1 2", ""), file("1 1", "2"))
