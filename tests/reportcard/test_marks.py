"""What a crawl lacks is marked, said, and never taken for an empty jail."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from reportcard.load import load
from scrapers.jail.records import Bond
from tests.reportcard import folders
from tests.reportcard.test_load import MONDAY, TUESDAY, rows


def roster(folder: Path, *keys: str, exact: bool = True, release: str | None = None) -> None:
    """A roster.json of these people, one booking each."""
    listed = [
        {
            "name": "SAMPLE, JORDAN",
            "booking_number": f"b{key}",
            "permanent_id": key,
            "date_of_birth": "1990-01-02",
            "release_date": release,
            "handle": f"h{key}",
        }
        for key in keys
    ]
    people = [
        {"key": key, "name": "SAMPLE, JORDAN", "date_of_birth": "1990-01-02", "rows": [row]}
        for key, row in zip(keys, listed, strict=True)
    ]
    read_at = json.loads((folder / "crawl.json").read_text(encoding="utf-8"))["created_at"]
    proof = {"total": len(keys), "pages": 1, "exact": exact, "reasons": [], "read_at": read_at}
    if not exact:
        proof["reasons"] = ["the list moved"]
    told = {"rows": listed, "people": people, "proof": proof}
    (folder / "roster.json").write_text(json.dumps(told), encoding="utf-8")


def crawl(data: Path, day: dt.date, *keys: str, read: tuple[str, ...] = (), **more: Any) -> Path:
    """A crawl whose list has these people; of those in ``read`` both files were read."""
    folder = folders.folder_of(data, day)
    roster(folder, *keys, **more)
    for key in read:
        folders.put_jail(folder, folders.person(key, f"b{key}"), folders.moment(day))
        folders.put_court(folder, key, None, folders.moment(day))
    return folder


def marks(url: str, *columns: str) -> list[tuple[Any, ...]]:
    return rows(url, f"SELECT {', '.join(columns)} FROM crawls ORDER BY day")


def test_a_complete_crawl_says_nothing_and_is_marked_so(data: Path, url: str) -> None:
    receipt = load(crawl(data, MONDAY, "1", "2", read=("1", "2")), url)
    assert receipt.incomplete == ()
    assert marks(url, "kind", "search", "state", "exact", "roster_people", "roster_rows") == [
        ("roster", "all", "complete", 1, 2, 2)
    ]
    assert marks(url, "jail_asked", "jail_known", "court_asked", "court_known") == [(2, 2, 2, 2)]


def test_an_unfinished_crawl_is_said_and_marked(data: Path, url: str) -> None:
    receipt = load(crawl(data, MONDAY, "1", "2", "3", read=("1",)), url)
    assert receipt.incomplete == (
        "2 of 3 jail records are missing",
        "2 of 3 court histories are missing",
    )
    assert marks(url, "state", "jail_asked", "jail_known") == [("unfinished", 3, 1)]


def test_failures_are_told_apart(data: Path, url: str) -> None:
    folder = crawl(data, MONDAY, "1", "2", read=("1",))
    for half in ("jail", "odyssey"):
        (folder / "failed" / half / "2").mkdir(parents=True)
    assert load(folder, url).incomplete[0] == "1 of 2 jail records are missing, 1 of them failed"
    assert marks(url, "state", "jail_failed") == [("complete_with_failures", 1)]


def test_a_limit_and_a_list_that_moved_are_told(data: Path, url: str) -> None:
    folder = crawl(data, MONDAY, "1", "2", read=("1",), exact=False)
    info = json.loads((folder / "crawl.json").read_text(encoding="utf-8"))
    info["asked"] = {half: {"limit": 1, "only": None} for half in ("jail", "odyssey")}
    (folder / "crawl.json").write_text(json.dumps(info), encoding="utf-8")
    assert load(folder, url).incomplete == (
        "only the first 1 of the list were asked about",
        "the list is not proved complete: the list moved",
    )
    assert marks(url, "asked_limit", "exact", "jail_asked", "state") == [(1, 0, 1, "complete")]


def test_a_list_of_ones_own_is_no_list_of_the_county(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    people = [{"key": "1", "name": "SAMPLE, JORDAN", "date_of_birth": None}]
    told = {"format": "cj-report-card/people-list", "people": people}
    (folder / "people.json").write_text(json.dumps(told), encoding="utf-8")
    folders.put_court(folder, "1", None, folders.moment(MONDAY))
    load(folder, url)
    assert marks(url, "kind", "roster_rows") == [("list", 0)]
    assert rows(url, "SELECT * FROM current_roster") == []


def test_a_crawl_of_the_future_is_flagged_and_any_other_goes_before_it(
    data: Path, url: str
) -> None:
    clock = folders.moment(TUESDAY, 12)
    ahead = folders.folder_of(data, MONDAY + dt.timedelta(365))
    bond = (Bond(total_cents=1),)
    folders.put_jail(
        ahead, folders.person("1", "b1", bonds=bond), folders.moment(MONDAY + dt.timedelta(365))
    )
    receipt = load(ahead, url, now=lambda: clock)
    assert "its clock was ahead" in receipt.incomplete[0]
    today = folders.folder_of(data, MONDAY)
    folders.put_jail(
        today,
        folders.person("1", "b1", bonds=(Bond(total_cents=2),), name="NEWER, NAME"),
        folders.moment(MONDAY),
    )
    load(today, url, now=lambda: clock)
    assert rows(url, "SELECT total_cents FROM bonds") == [(2,)]
    assert rows(url, "SELECT name, crawl_id FROM people") == [("NEWER, NAME", today.name)]
    again = load(ahead, url, now=lambda: clock)
    assert again.older == 1
    assert rows(url, "SELECT total_cents FROM bonds") == [(2,)]
    assert rows(url, "SELECT day FROM current_roster") == [(MONDAY.isoformat(),)]


def test_a_load_that_changes_nothing_because_something_newer_stands_says_so(
    data: Path, url: str
) -> None:
    first, second = crawl(data, MONDAY, "1", read=("1",)), crawl(data, TUESDAY, "1", read=("1",))
    assert load(second, url).older == 0
    assert load(first, url).older == 1


@pytest.mark.parametrize("where", ["name", "comment"])
def test_a_nul_loses_nobody_and_its_file_is_named(data: Path, url: str, where: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    name = "NUL\x00L, ANN" if where == "name" else "SAMPLE, ANN"
    bonds = (Bond(type="a\x00b" if where == "comment" else "a\\u0000b"),)
    folders.put_jail(
        folder, folders.person("1", "b1", name=name, bonds=bonds), folders.moment(MONDAY)
    )
    folders.put_jail(folder, folders.person("2", "b2"), folders.moment(MONDAY))
    receipt = load(folder, url)
    assert list(receipt.replaced) == [f"{folder.name}/jail/1.json"]
    ((stored, kind),) = rows(
        url,
        "SELECT p.name, o.type FROM people p JOIN bookings b ON b.person_id = p.person_id "
        "JOIN bonds o ON o.booking_number = b.booking_number",
    )
    assert (stored, kind) == (
        ("NUL\ufffdL, ANN", "a\\u0000b") if where == "name" else ("SAMPLE, ANN", "a\ufffdb")
    )
    assert rows(url, "SELECT count(*) FROM people") == [(2,)]


def test_an_amount_that_no_county_sets_does_not_stop_the_load(data: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    bonds = (Bond(total_cents=int("9" * 400)), Bond(total_cents=5))
    folders.put_jail(folder, folders.person("1", "b1", bonds=bonds), folders.moment(MONDAY))
    load(folder, url)
    assert rows(url, "SELECT total_cents FROM bonds ORDER BY position") == [(None,), (5,)]


def test_a_half_that_was_not_asked_is_not_missing(data: Path, url: str) -> None:
    folder = crawl(data, MONDAY, "1")
    info = json.loads((folder / "crawl.json").read_text(encoding="utf-8"))
    info["asked"] = {"jail": {"limit": None, "only": None}}
    (folder / "crawl.json").write_text(json.dumps(info), encoding="utf-8")
    folders.put_jail(folder, folders.person("1", "b1"), folders.moment(MONDAY))
    assert load(folder, url).incomplete == ()
    assert marks(url, "state", "jail_asked", "court_asked") == [("complete", 1, 0)]
