from __future__ import annotations

import io
import json
import os
import random
import stat
import threading
from pathlib import Path

import pytest
from rich.console import Console

from cj.report import show_summary
from resilience.faults import Blocked, BrowserNotFound, LayoutChanged, SignInRefused, Slow
from scrapers.crawl import (
    COURT,
    JAIL,
    BadListError,
    CrawlFolder,
    CrawlUsageError,
    FolderInUseError,
    Identity,
    NoRosterError,
    OtherCrawlError,
    read_only,
    scrape_people,
)
from scrapers.odyssey.parse.assemble import restricted
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.records import CourtFile
from tests.scrapers.crawl.county import County, FakeCourt, crawl, key, now, site


def records(folder: Path, half: str) -> dict[str, object]:
    files = sorted((folder / half).glob("*.json"))
    return {file.stem: json.loads(file.read_text())["outcome"] for file in files}


def test_a_crawl_ends_with_one_file_a_person_in_each_half(tmp_path: Path) -> None:
    county = County(30, none=[key(4)], unsure=[key(5)])
    result = crawl(county, tmp_path / "c")
    assert result.exit_code == 0
    assert records(tmp_path / "c", JAIL) == dict.fromkeys(county.keys, "found")
    court = records(tmp_path / "c", COURT)
    assert (court[key(4)], court[key(5)], court[key(6)]) == ("not_found", "unverified", "found")
    counts = result.summary.halves[COURT].counts
    assert (counts.found, counts.not_found, counts.unverified, counts.total) == (28, 1, 1, 30)
    assert set(county.asked.values()) == {1}
    assert county.opened == county.closed


def test_everything_is_private_under_any_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        county = County(4, none=[key(1)])
        county.trouble = lambda half, who, n: Slow("no") if (half, who) == (JAIL, key(2)) else None
        crawl(county, tmp_path / "data" / "c")
    finally:
        os.umask(old)
    for place, _, names in os.walk(tmp_path / "data"):
        assert stat.S_IMODE(os.stat(place).st_mode) == 0o700, place
        for name in names:
            assert stat.S_IMODE(os.stat(Path(place) / name).st_mode) == 0o600, name


def test_a_second_run_asks_nobody_again(tmp_path: Path) -> None:
    county = County(12, none=[key(3)])
    crawl(county, tmp_path / "c")
    again = crawl(county, tmp_path / "c")
    assert again.exit_code == 0
    assert set(county.asked.values()) == {1}
    assert county.rosters_read == 1


@pytest.mark.parametrize("seed", range(6))
def test_stopped_at_random_moments_nothing_is_lost_twice_or_half(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    none = [key(n) for n in range(1, 21) if dice.random() < 0.4]
    county = County(20, none=none)
    folder, runs = tmp_path / "c", 0
    while True:
        stop = threading.Event()
        at = county.asked.total() + dice.randint(1, 12)
        county.at_ask = lambda total, stop=stop, at=at: stop.set() if total == at else None  # type: ignore[misc]
        runs += 1
        result = crawl(county, folder, stop=stop, workers=3, control_every=3)
        for half in result.summary.halves.values():
            assert half.counts.total == 20
        if result.summary.state == "complete":
            break
        assert result.exit_code == 3
        assert result.stopped == ""
        assert runs < 60
    assert runs > 1
    assert records(folder, JAIL) == dict.fromkeys(county.keys, "found")
    assert records(folder, COURT) == {k: "not_found" if k in none else "found" for k in county.keys}
    # A question that a stop cut short wrote nothing, so it comes again: one per worker and run.
    assert sum(n - 1 for n in county.asked.values()) <= 6 * (runs - 1)
    assert not [name for name in os.listdir(folder / JAIL) if name.startswith(".writing-")]
    assert not (folder / "unconfirmed" / COURT).exists() or not list(
        (folder / "unconfirmed" / COURT).glob("*.json")
    )


def test_invalid_files_are_set_aside_and_made_again(tmp_path: Path) -> None:
    county = County(8)
    folder = tmp_path / "c"
    crawl(county, folder)
    whole = (folder / JAIL / f"{key(2)}.json").read_text()
    (folder / JAIL / f"{key(1)}.json").write_text(whole)
    (folder / JAIL / f"{key(3)}.json").write_text(whole[:-20].replace(key(2), key(3)))
    (folder / COURT / f"{key(4)}.json").write_text("")
    (folder / COURT / f"{key(5)}.json").write_text('{"format": "something else"}')
    result = crawl(county, folder)
    assert result.exit_code == 0
    again = {who for who, count in county.asked.items() if count == 2}
    assert again == {(JAIL, key(1)), (JAIL, key(3)), (COURT, key(4)), (COURT, key(5))}
    assert (folder / JAIL / f".{key(1)}.json.invalid").read_text() == whole


def test_a_failed_person_is_named_tried_again_and_forgotten(tmp_path: Path) -> None:
    county, folder = County(6), tmp_path / "c"
    county.trouble = lambda half, who, n: (
        Slow("too slow", url="http://x/") if half == COURT and who == key(3) and n < 5 else None
    )
    first, second, third = (crawl(county, folder) for _ in range(3))
    assert (first.exit_code, second.exit_code, third.exit_code) == (3, 3, 0)
    assert first.summary.state == "complete_with_failures"
    assert [(f.half, f.key, f.fault, f.times) for f in second.summary.failed] == [
        (COURT, key(3), "Slow", 4)
    ]
    assert second.summary.failed[0].where == f"failed/odyssey/{key(3)}"
    assert not (folder / "failed" / COURT / key(3)).exists()


def test_who_failed_gets_one_more_chance_when_the_others_are_done(tmp_path: Path) -> None:
    county, order = County(8), []
    county.trouble = lambda half, who, n: (
        order.append((half, who)) or (Slow("no") if who == key(2) and n == 1 else None)
    )  # type: ignore[func-returns-value]
    result = crawl(county, tmp_path / "c", workers=1)
    assert result.exit_code == 0
    assert [entry for entry in order if entry[0] == COURT][-1] == (COURT, key(2))
    assert county.asked[JAIL, key(2)] == county.asked[COURT, key(2)] == 2
    assert not result.summary.failed


def test_what_no_retry_cures_is_asked_once(tmp_path: Path) -> None:
    county = County(4)
    county.trouble = lambda half, who, n: (
        LayoutChanged(None, "table", "one", "none") if who == key(2) else None
    )
    crawl(county, tmp_path / "c")
    assert set(county.asked.values()) == {1}


def test_who_failed_in_jail_is_searched_by_the_roster_row(tmp_path: Path) -> None:
    county = County(1)
    county.trouble = lambda half, who, n: (
        LayoutChanged("http://x/", "table", "one", "none") if half == JAIL else None
    )
    result = crawl(county, tmp_path / "c")
    assert [name for name, _ in county.searched] == ["PERSON, NUMBER 1"]
    assert result.summary.halves[COURT].counts.found == 1
    assert result.summary.halves[JAIL].counts.failed == 1


def test_a_mistake_of_the_program_fails_the_person_with_a_traceback(tmp_path: Path) -> None:
    county, folder = County(3), tmp_path / "c"
    county.trouble = lambda half, who, n: (
        KeyError("oops") if (half, who) == (COURT, key(2)) else None
    )
    result = crawl(county, folder)
    assert result.summary.halves[COURT].counts.found == 2
    told = json.loads((folder / "failed" / COURT / key(2) / "fault.json").read_text())
    assert told["fault"] == "Broken"
    assert "KeyError" in told["traceback"]


@pytest.mark.parametrize(
    "fault", [Blocked("blocked"), SignInRefused("refused"), BrowserNotFound("none")]
)
def test_a_stopping_fault_stops_everybody_with_its_reason(tmp_path: Path, fault: Exception) -> None:
    county = County(12)
    county.trouble = lambda half, who, n: (
        fault if half == COURT and county.asked.total() > 5 else None
    )
    result = crawl(county, tmp_path / "c")
    assert result.fault is fault
    assert str(fault) in (result.stopped or "")
    assert result.summary.state == "unfinished"
    assert result.exit_code == 3
    assert result.summary.halves[COURT].counts.failed == 0
    county.trouble = lambda half, who, n: None
    assert crawl(county, tmp_path / "c").exit_code == 0


def test_too_many_failures_in_a_row_stop_the_run_and_the_next_goes_on(tmp_path: Path) -> None:
    county = County(20)
    county.trouble = lambda half, who, n: Slow("dead") if half == COURT and who > key(5) else None
    result = crawl(county, tmp_path / "c", workers=1)
    assert result.summary.halves[COURT].counts.failed == 10
    assert "10 failures in a row" in (result.stopped or "")
    assert result.summary.halves[COURT].counts.pending == 5
    county.trouble = lambda half, who, n: None
    assert crawl(county, tmp_path / "c").summary.coverage == 1.0


def test_failures_here_and_there_stop_nothing(tmp_path: Path) -> None:
    county = County(18)
    county.trouble = lambda half, who, n: Slow("no") if half == COURT and int(who) % 3 else None
    result = crawl(county, tmp_path / "c", workers=1)
    assert result.stopped is None
    assert result.summary.halves[COURT].counts.failed == 12


def test_a_full_disk_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county = County(5)
    real = Path.write_text

    def full(self: Path, text: str, *args: object, **named: object) -> int:
        if f"{key(3)}.json" in self.name and JAIL in str(self):
            raise OSError(28, "No space left on device", str(self))
        return real(self, text, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    result = crawl(county, tmp_path / "c")
    assert result.error is not None
    assert result.error.strerror == "No space left on device"
    assert not (tmp_path / "c" / "failed").exists()


def test_limit_leaves_the_others_not_asked_and_a_full_run_does_the_rest(tmp_path: Path) -> None:
    county = County(20)
    first = crawl(county, tmp_path / "c", limit=5)
    assert first.exit_code == 0
    assert first.summary.halves[COURT].counts.not_asked == 15
    assert first.summary.halves[COURT].coverage == 1.0
    second = crawl(county, tmp_path / "c")
    assert second.summary.halves[COURT].counts.found == 20
    assert set(county.asked.values()) == {1}


def test_one_half_alone_leaves_the_other_not_asked(tmp_path: Path) -> None:
    county = County(7)
    jail = crawl(county, tmp_path / "c", halves=(JAIL,))
    assert (jail.exit_code, jail.summary.halves[COURT].counts.not_asked) == (0, 7)
    court = crawl(county, tmp_path / "c", halves=(COURT,))
    assert court.summary.halves[JAIL].counts.found == 7
    assert court.summary.halves[COURT].counts.found == 7
    assert set(county.asked.values()) == {1}


def test_the_court_alone_needs_a_roster(tmp_path: Path) -> None:
    with pytest.raises(NoRosterError, match="cj jail"):
        crawl(County(3), tmp_path / "c", halves=(COURT,))


def test_a_list_of_people_needs_no_jail(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        'key,name,date_of_birth\na1,"DOE, JORDAN",1990-02-03\nb 2/é,CHER,\n', encoding="utf-8"
    )
    county = County(0)
    result = crawl(county, tmp_path / "c", halves=(COURT,), only=read_only(file))
    assert result.exit_code == 0
    assert sorted(name for name, _ in county.searched) == ["CHER", "DOE, JORDAN"]
    assert result.summary.halves[JAIL].counts.not_asked == 2
    assert CrawlFolder(tmp_path / "c").keys(COURT) == {"a1", "b 2/é"}
    with pytest.raises(CrawlUsageError, match="no jail half"):
        crawl(county, tmp_path / "c")


def test_only_keys_of_the_roster_can_be_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# some\n{key(2)}\n\n99999999\n")
    with pytest.raises(BadListError, match=r"line 4: '99999999' is not on the roster"):
        crawl(County(3), tmp_path / "c", only=read_only(file))
    file.write_text(f"{key(2)}\n")
    county = County(3)
    result = crawl(county, tmp_path / "c", only=read_only(file))
    assert {who for _, who in county.asked} == {key(2)}
    assert result.summary.halves[JAIL].counts.not_asked == 2


def test_an_empty_roster_is_refused_and_not_frozen(tmp_path: Path) -> None:
    with pytest.raises(NoRosterError, match="empty"):
        crawl(County(0), tmp_path / "c")
    assert crawl(County(2), tmp_path / "c").exit_code == 0


def test_an_inexact_roster_ends_at_best_with_3(tmp_path: Path) -> None:
    county = County(3)
    proof = county.roster.proof.model_copy(update={"exact": False, "reasons": ("it moved",)})
    county.roster = county.roster.model_copy(update={"proof": proof})
    result = crawl(county, tmp_path / "c")
    assert (result.exit_code, result.summary.state, result.summary.reasons) == (
        3,
        "complete",
        ("it moved",),
    )


def test_the_folder_of_another_crawl_is_refused_naming_both(tmp_path: Path) -> None:
    crawl(County(2), tmp_path / "c")
    with pytest.raises(OtherCrawlError, match=r"practice \[.*shelby-tn \["):
        crawl(County(2), tmp_path / "c", identity=Identity(site="shelby-tn"))


def test_a_stranger_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")
    with pytest.raises(CrawlUsageError, match="not empty"):
        crawl(County(2), tmp_path)


def test_a_folder_in_use_is_refused_and_seen_as_running(tmp_path: Path) -> None:
    folder = CrawlFolder(tmp_path / "c")
    assert not folder.running()
    with folder.locked():
        assert CrawlFolder(tmp_path / "c").running()
        with pytest.raises(FolderInUseError):
            crawl(County(2), tmp_path / "c")
    assert not folder.running()


@pytest.mark.parametrize("text", ["{", "{}", '{"rows": [], "people": [{"key": 1}]}'])
def test_a_roster_that_cannot_be_read_stops_the_crawl_and_is_left_as_it_is(
    tmp_path: Path, text: str
) -> None:
    county = County(3)
    crawl(county, tmp_path / "c")
    roster = tmp_path / "c" / "roster.json"
    roster.write_text(text)
    with pytest.raises(CrawlUsageError, match=r"roster\.json is not readable"):
        crawl(county, tmp_path / "c")
    assert roster.read_text() == text
    assert county.rosters_read == 1


def test_temporaries_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    county, folder = County(2), tmp_path / "c"
    crawl(county, folder, limit=1)
    left = folder / JAIL / f".writing-{_boot()}-0123456789ab"
    left.mkdir()
    (left / "lock").touch()
    crawl(county, folder)
    assert not left.exists()


def _boot() -> str:
    from operators import temporary

    return str(temporary.boot())


def test_a_chunk_settles_its_people_and_gives_a_receipt(tmp_path: Path) -> None:
    county, folder = County(9, none=[key(2)]), tmp_path / "c"
    crawl(county, folder, halves=(JAIL,))
    county.trouble = lambda half, who, n: Slow("no") if who == key(3) else None
    mine = [key(1), key(2), key(3)]
    receipt = scrape_people(
        mine,
        folder,
        site=site(),
        half=COURT,
        scraper=lambda event: FakeCourt(county, event),
        now=now,
    )
    told = {row.key: (row.outcome.value, row.path is not None, row.fault) for row in receipt.people}
    assert told == {
        key(1): ("found", True, None),
        key(2): ("not_found", True, None),
        key(3): ("failed", False, "Slow"),
    }
    assert receipt.failed == (key(3),)
    assert {who for half, who in county.asked if half == COURT} == set(mine)
    assert not (folder / "summary.json").read_text().count('"pending": 6')


def test_a_refused_password_fails_a_chunk_at_once(tmp_path: Path) -> None:
    county, folder = County(9), tmp_path / "c"
    crawl(county, folder, halves=(JAIL,))
    county.trouble = lambda half, who, n: SignInRefused("refused")
    with pytest.raises(SignInRefused):
        scrape_people(
            county.keys,
            folder,
            site=site(),
            half=COURT,
            scraper=lambda event: FakeCourt(county, event),
            now=now,
        )
    assert county.asked.total() == 9 + 1


def test_parts_that_the_court_did_not_give_are_summed_up(tmp_path: Path) -> None:
    county = County(3)
    whole = county.court_file
    case = restricted(CaseLink(case_number="C1", url="https://portal.invalid/1")).case

    def without(who: str) -> CourtFile:
        file = whole(who)
        assert file.record is not None
        parts = ("events", "financial") if who == key(2) else ("financial",)
        cases = (case.model_copy(update={"missing": parts}),)
        return file.model_copy(update={"record": file.record.model_copy(update={"cases": cases})})

    county.court_file = without  # type: ignore[method-assign]
    summary = crawl(county, tmp_path / "c").summary
    assert summary.missing == {"events": 1, "financial": 3}
    screen = Console(file=io.StringIO(), width=200)
    show_summary(summary, CrawlFolder(tmp_path / "c"), screen)
    assert isinstance(screen.file, io.StringIO)
    assert (
        "parts of cases that the court did not give: events of 1, financial of 3"
        in screen.file.getvalue()
    )
