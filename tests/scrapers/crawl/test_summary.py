"""What ``summary.json`` counts, and that the figures of a run stay whoever counts again."""

from __future__ import annotations

from pathlib import Path

from scrapers.crawl import COURT, JAIL, CrawlFolder, read_summary, summarise, write_summary
from scrapers.odyssey.records import CourtFile
from scrapers.record import Doubt, Extra, Unread, UnreadPart
from tests.scrapers.crawl.county import County, crawl, key


class Odd(County):
    """The court's file of the second person has an unread case, a doubt, and texts that nobody
    took."""

    def court_file(self, who: str) -> CourtFile:
        file = super().court_file(who)
        if who != key(2):
            return file
        doubt = Doubt(field="cases.0", expected="a date", found="none", kind="implausible")
        texts = (Unread(section="Bonds", text="a"), Unread(section="Bonds", text="b"))
        return file.model_copy(
            update={
                "unread_parts": (UnreadPart(kind="case", number="C1", fault="Slow"),),
                "doubts": (doubt,),
                "extra": Extra(unread=(*texts, Unread(text="c"))),
                "dialect": "abc",
            }
        )


def test_doubts_unread_texts_and_unread_cases_are_counted_by_half(tmp_path: Path) -> None:
    summary = crawl(Odd(3), tmp_path / "c").summary
    court = summary.halves[COURT]
    assert court.partly_read == 1
    assert (court.parts.read, court.parts.unread) == (0, 1)
    assert court.doubts == {"implausible": 1}
    assert court.unread == {"": 1, "Bonds": 2}
    assert court.dialects == {"abc": 1}
    jail = summary.halves[JAIL]
    assert (jail.partly_read, jail.doubts, jail.unread) == (0, {}, {})
    counted_from_files = summarise(CrawlFolder(tmp_path / "c"))
    assert counted_from_files == summary


def test_rows_that_the_counter_announced_and_nobody_saw_are_counted(tmp_path: Path) -> None:
    county = County(3)
    proof = county.roster.proof.model_copy(update={"total": 5, "exact": False})
    county.roster = county.roster.model_copy(update={"proof": proof})
    assert crawl(county, tmp_path / "c").summary.unlisted == 2
    assert crawl(County(3), tmp_path / "whole").summary.unlisted == 0


def test_whoever_counts_again_keeps_the_figures_of_the_run(tmp_path: Path) -> None:
    run = crawl(County(4), tmp_path / "c").summary.run
    assert run is not None
    assert run.pages == 8
    folder = CrawlFolder(tmp_path / "c")
    write_summary(folder, summarise(folder))
    again = read_summary(folder)
    assert again is not None
    assert again.run == run
