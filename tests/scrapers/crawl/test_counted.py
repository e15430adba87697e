"""What is read only in part, doubted, or left unread is counted; what it means for the end of a
crawl differs."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from cj.report import show_summary
from scrapers.crawl import (
    COURT,
    JAIL,
    CrawlFolder,
    Summary,
    read_summary,
    summarise,
)
from scrapers.crawl.roster import parse_roster
from scrapers.roster import Roster
from tests.scrapers.crawl.county import County, crawl, key

UNREAD = {"extra": {"unread": [{"section": "Bond Information", "label": "Set By", "text": "DOE"}]}}
DOUBT = {"field": "sex", "expected": "a label", "found": "none", "kind": "label_missing"}
PART = {"kind": "booking", "number": "21-1", "fault": "Slow", "reason": "no answer"}


def shown(summary: Summary, folder: Path) -> str:
    text = io.StringIO()
    show_summary(summary, CrawlFolder(folder), Console(file=text, width=200))
    return text.getvalue()


def test_doubts_and_unread_texts_are_counted_by_kind_and_end_well(tmp_path: Path) -> None:
    county = County(3)
    county.as_read = {
        (JAIL, key(1)): {**UNREAD, "doubts": [DOUBT, DOUBT]},
        (JAIL, key(2)): UNREAD,
        (COURT, key(2)): {"doubts": [{**DOUBT, "kind": "implausible"}]},
    }
    result = crawl(county, tmp_path / "c")
    assert result.exit_code == 0
    summary = read_summary(CrawlFolder(tmp_path / "c"))
    assert summary is not None
    assert summary.doubts == {"implausible": 1, "label_missing": 2}
    assert (summary.unread, summary.unread_texts) == ({"Bond Information / Set By": 2}, 2)
    said = shown(summary, tmp_path / "c")
    assert "doubts: implausible 1, label missing 2" in said
    assert "unread texts: 2, most of them at Bond Information / Set By 2" in said
    assert "DOE" not in said


def test_partly_read_people_are_found_counted_and_not_complete(tmp_path: Path) -> None:
    county = County(4)
    record = county.jail_file(key(1)).model_dump(mode="json")["record"]
    bookings = [{"booking_number": f"26{n:06d}"} for n in range(3)]
    county.as_read = {
        (JAIL, key(1)): {"unread_parts": [PART], "record": record | {"bookings": bookings}}
    }
    result = crawl(county, tmp_path / "c")
    half = result.summary.halves[JAIL]
    assert (half.counts.found, half.partly_read, half.coverage) == (4, 1, 1.0)
    assert (half.parts, half.unread_parts, half.parts_coverage) == (3, 1, 0.75)
    assert (result.exit_code, result.summary.state) == (3, "complete_with_failures")
    assert "partly read" in shown(summarise(CrawlFolder(tmp_path / "c")), tmp_path / "c")
    assert "75.0 %" in shown(result.summary, tmp_path / "c")


def roster_of(county: County, total: int) -> Roster:
    proof = county.roster.proof.model_copy(
        update={
            "total": total,
            "exact": False,
            "reasons": ("it moved",),
            "unlisted": max(0, total - len(county.roster.rows)),
        }
    )
    return county.roster.model_copy(update={"proof": proof})


def test_what_was_announced_and_never_seen_is_asked_and_not_covered(tmp_path: Path) -> None:
    county = County(8)
    county.roster = roster_of(county, total=10)
    half = crawl(county, tmp_path / "c").summary.halves[JAIL]
    assert (half.unlisted, half.asked, half.counts.found) == (2, 10, 8)
    assert half.coverage == 0.8


def test_rosters_that_do_not_say_so_are_counted(tmp_path: Path) -> None:
    told = roster_of(County(8), total=10).model_dump(mode="json")
    del told["proof"]["unlisted"]
    assert parse_roster(json.dumps(told)).unlisted == 2
    told["proof"]["total"] = 7
    assert parse_roster(json.dumps(told)).unlisted == 0


def test_with_a_limit_the_unlisted_are_not_asked_about(tmp_path: Path) -> None:
    county = County(8)
    county.roster = roster_of(county, total=10)
    half = crawl(county, tmp_path / "c", limit=3).summary.halves[JAIL]
    assert (half.unlisted, half.asked, half.coverage) == (0, 3, 1.0)


def test_a_summary_of_before_is_still_read(tmp_path: Path) -> None:
    crawl(County(2), tmp_path / "c")
    file = tmp_path / "c" / "summary.json"
    summary = Summary.model_validate_json(file.read_text())
    added = {"partly_read", "parts", "unread_parts", "parts_coverage", "unlisted"}
    told = summary.model_dump(mode="json", exclude={"doubts", "unread", "unread_texts"})
    told["halves"] = {
        half: {name: value for name, value in counted.items() if name not in added}
        for half, counted in told["halves"].items()
    }
    assert Summary.model_validate(told).exit_code == 0
