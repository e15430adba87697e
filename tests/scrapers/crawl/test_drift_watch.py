"""A county's pages lose a field from one day to the next: the crawl stops, says what would end it,
and asks again for the pages it cannot trust."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resilience.faults import Drifted
from scrapers.crawl import COURT, JAIL, CrawlFolder, Half, read_summary, scrape_people
from scrapers.crawl.drift import WINDOW
from scrapers.sites import Site
from tests.scrapers.crawl.county import County, FakeJail, crawl, key, now, site

PEOPLE = 60
STRANGER = {"section": "Incarceration Information", "label": "Booked Date", "text": "01/02/2026"}


def county(*, renamed_from: int | None = None) -> County:
    """Everybody has a booking with a commitment date; from that person on its label is unknown."""
    made = County(PEOPLE)
    for n, who in enumerate(made.keys, 1):
        renamed = renamed_from is not None and n >= renamed_from
        record = made.jail_file(who).model_dump(mode="json")["record"]
        booking = {"booking_number": f"26{n:06d}"}
        if not renamed:
            booking["commitment_date"] = "2026-01-02"
        made.as_read[JAIL, who] = {
            "record": record | {"bookings": [booking]},
            "extra": {"unread": [STRANGER] if renamed else []},
        }
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a finished crawl."""
    assert crawl(county(), tmp_path / "day1", halves=(JAIL,)).exit_code == 0
    return tmp_path


def with_entry(**dialect: object) -> Site:
    known = site()
    assert known.jail is not None
    return known.model_copy(update={"jail": known.jail.model_copy(update=dialect)})


def test_a_finished_crawl_says_what_is_usual(data: Path) -> None:
    summary = read_summary(CrawlFolder(data / "day1"))
    assert summary is not None
    assert summary.usual == {"booking": {"booking_number": 1.0, "commitment_date": 1.0}}


def test_a_field_that_falls_empty_stops_everybody_and_the_window_is_set_aside(data: Path) -> None:
    today = county(renamed_from=11)
    result = crawl(today, data / "day2", halves=(JAIL,), workers=1)
    assert isinstance(result.fault, Drifted)
    assert (result.exit_code, result.summary.state) == (3, "unfinished")
    assert today.asked.total() == 10 + WINDOW
    said = result.summary.run.stopped if result.summary.run else None
    assert said is not None
    assert "commitment_date was empty on the last 20 booking pages" in said
    assert 'labels = { "Booked Date" = "commitment_date" }' in said
    assert 'lacks = ["commitment_date"]' in said
    aside = {file.stem for file in (data / "day2" / "drifted" / "jail").glob("*.json")}
    assert aside == {key(n) for n in range(11, 31)}
    assert {file.stem for file in (data / "day2" / "jail").glob("*.json")} == {
        key(n) for n in range(1, 11)
    }


def test_with_the_same_entry_it_stops_again_before_the_first_page(data: Path) -> None:
    crawl(county(renamed_from=11), data / "day2", halves=(JAIL,), workers=1)
    again = county(renamed_from=11)
    with pytest.raises(Drifted, match="commitment_date"):
        crawl(again, data / "day2", halves=(JAIL,), workers=1)
    assert (again.opened, again.asked.total()) == (0, 0)


def test_with_the_label_named_the_window_is_asked_for_again(data: Path) -> None:
    crawl(county(renamed_from=11), data / "day2", halves=(JAIL,), workers=1)
    mended = county()
    on = with_entry(labels={"Booked Date": "commitment_date"})
    result = crawl(mended, data / "day2", halves=(JAIL,), on=on)
    assert result.exit_code == 0
    assert {who for _, who in mended.asked} == {key(n) for n in range(11, PEOPLE + 1)}


def test_a_field_that_the_county_lacks_is_not_missed(data: Path) -> None:
    on = with_entry(lacks=("commitment_date",))
    result = crawl(county(renamed_from=11), data / "day2", halves=(JAIL,), on=on)
    assert (result.fault, result.exit_code) == (None, 0)


def test_files_of_an_earlier_run_count(data: Path) -> None:
    county_of_limit = county(renamed_from=1)
    crawl(county_of_limit, data / "day2", halves=(JAIL,), workers=1, limit=WINDOW - 1)
    result = crawl(county(renamed_from=1), data / "day2", halves=(JAIL,), workers=1)
    assert isinstance(result.fault, Drifted)
    assert len(list((data / "day2" / "drifted" / "jail").glob("*.json"))) == WINDOW


def test_without_an_earlier_crawl_nothing_is_stopped(tmp_path: Path) -> None:
    result = crawl(county(renamed_from=1), tmp_path / "day1", halves=(JAIL,))
    assert result.exit_code == 0
    assert result.summary.unread_texts == PEOPLE


def test_another_countys_crawl_says_nothing(data: Path) -> None:
    info = json.loads((data / "day1" / "crawl.json").read_text())
    info["identity"]["site"] = "elsewhere"
    (data / "day1" / "crawl.json").write_text(json.dumps(info))
    assert crawl(county(renamed_from=1), data / "day2", halves=(JAIL,)).exit_code == 0


def test_a_chunk_stops_and_so_does_the_next_one(data: Path) -> None:
    crawl(county(), data / "day2", halves=(JAIL,), limit=1)
    today = county(renamed_from=1)

    def chunk(half: Half, keys: list[str]) -> None:
        scrape_people(
            keys, data / "day2", site=site(), half=half, now=now,
            scraper=lambda stop: FakeJail(today, stop),
        )  # fmt: skip

    with pytest.raises(Drifted):
        chunk(JAIL, today.keys[1:40])
    asked = today.asked.total()
    with pytest.raises(Drifted):
        chunk(JAIL, today.keys[40:])
    assert today.asked.total() == asked
    assert COURT not in {half for half, _ in today.asked}
