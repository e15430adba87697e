"""Kept pages in a crawl folder, on this machine and in a store: put in place whole, replaced by a
later visit."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from scrapers.crawl import COURT, JAIL, CrawlFolder, keeper, kept_of
from scrapers.crawl.errors import CannotWriteError
from scrapers.halves import PersonFile
from scrapers.kept import NotKept
from scrapers.odyssey.records import COURT_FORMAT, CourtFile
from scrapers.record import Provenance, Seen
from tests.s3 import Store
from tests.scrapers.crawl.county import NOW, County, crawl, key

KEY = "booking-26/1"


def seen(text: str) -> tuple[Seen, ...]:
    return (
        Seen(
            "results",
            "http://127.0.0.2:1/CJS/Find",
            f"<p>{text}</p>",
            {"text": "DOE, JO", "page": "0"},
        ),
        Seen("roa-Charges", "http://127.0.0.2:1/svc", '{"Charges": []}', {"case_number": "C1"}),
    )


def file_read_from(*pages: Seen) -> PersonFile:
    provenance = Provenance(
        site="practice", fetched_at=NOW, version="1", pages=tuple(one.proof for one in pages)
    )
    return CourtFile(
        format=COURT_FORMAT, key=KEY, outcome="not_found", record=None, provenance=provenance
    )


@pytest.fixture(params=["local", "s3"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> CrawlFolder:
    if request.param == "local":
        return CrawlFolder(tmp_path / "c")
    store: Store = request.getfixturevalue("store")
    return CrawlFolder(f"{store.root}/c")


def test_the_pages_of_a_person_come_back_and_a_later_visit_replaces_them(
    folder: CrawlFolder,
) -> None:
    first, second = seen("first"), seen("second")[:1]
    keep = keeper(folder, COURT)
    keep(KEY, first)
    assert [one.text for one in kept_of(folder, COURT, file_read_from(*first))] == [
        one.text for one in first
    ]
    keep(KEY, second)
    assert [one.text for one in kept_of(folder, COURT, file_read_from(*second))] == [second[0].text]
    with pytest.raises(NotKept, match="not those that the file was read from"):
        kept_of(folder, COURT, file_read_from(*first))


def test_who_has_no_pages_has_none(folder: CrawlFolder) -> None:
    keeper(folder, JAIL)(KEY, seen("of the jail"))
    with pytest.raises(NotKept, match="no pages were kept"):
        kept_of(folder, COURT, file_read_from(*seen("x")))


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_portal(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("in the way")
    with pytest.raises(CannotWriteError) as refused:
        keeper(CrawlFolder(tmp_path), JAIL)(KEY, seen("x"))
    assert refused.value.strerror


def test_it_stops_the_crawl_as_a_full_disk_does(tmp_path: Path) -> None:
    county = County(8)
    full = CannotWriteError(errno.ENOSPC, "No space left on device", "pages/odyssey/x")
    county.trouble = lambda half, who, asked: full if (half, who) == (COURT, key(3)) else None
    result = crawl(county, tmp_path / "c", workers=1)
    assert result.error is full
    assert "No space left on device" in str(result.stopped)
    assert not list((tmp_path / "c" / "failed").glob("*/*"))
