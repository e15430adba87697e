"""``summary.json``: the figures of a run stay whoever counts again, and it says which dialects the
files were read with."""

from __future__ import annotations

from pathlib import Path

from scrapers.crawl import COURT, JAIL, CrawlFolder, read_summary, summarise, write_summary
from scrapers.odyssey.records import CourtFile
from tests.scrapers.crawl.county import County, crawl, key


class TwoDialects(County):
    """The second person's history was read with a dialect of its own."""

    def court_file(self, who: str) -> CourtFile:
        dialect = "new" if who == key(2) else "old"
        return super().court_file(who).model_copy(update={"dialect": dialect})


def test_files_are_counted_by_the_dialect_that_they_were_read_with(tmp_path: Path) -> None:
    halves = crawl(TwoDialects(3), tmp_path / "c").summary.halves
    assert halves[COURT].dialects == {"new": 1, "old": 2}
    assert halves[JAIL].dialects == {}


def test_whoever_counts_again_keeps_the_figures_of_the_run(tmp_path: Path) -> None:
    run = crawl(County(4), tmp_path / "c").summary.run
    assert run is not None
    assert run.pages == 8
    folder = CrawlFolder(tmp_path / "c")
    write_summary(folder, summarise(folder))
    again = read_summary(folder)
    assert again is not None
    assert again.run == run
