"""A crawl whose folder is in S3: everything that the laws say of a folder on this machine."""

from __future__ import annotations

import datetime as dt
import json
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from operators import lease, objects
from resilience.faults import Slow
from scrapers.crawl import (
    COURT,
    JAIL,
    CarriedFile,
    CrawlFolder,
    Scope,
    carried_in,
    carry_fresh,
    choose,
    scrape_people,
    summarise,
)
from scrapers.crawl.failed import read_failure
from scrapers.crawl.stored import PARTS_AFTER
from tests.s3 import Store
from tests.scrapers.crawl.county import DAY, IDENTITY, NOW, County, FakeCourt, crawl, key, now, site


def records(store: Store, half: str, crawl: str = "c") -> dict[str, str]:
    names = [name for name in store.keys(f"{crawl}/{half}/") if "/." not in name]
    return {Path(name).stem: json.loads(store.read(name))["outcome"] for name in names}


def test_a_crawl_ends_with_one_object_a_person_and_a_second_run_asks_nobody(store: Store) -> None:
    county = County(5, none=[key(4)], unsure=[key(5)])
    result = crawl(county, f"{store.by_connection}/c")
    assert result.exit_code == 0
    assert records(store, JAIL) == dict.fromkeys(county.keys, "found")
    court = records(store, COURT)
    assert (court[key(4)], court[key(5)], court[key(3)]) == ("not_found", "unverified", "found")
    people = [f"c/{half}/{who}.json" for half in (JAIL, COURT) for who in county.keys]
    assert store.keys() == ["c/crawl.json", *people, "c/roster.json", "c/summary.json"]
    # The same crawl by another way to the same bucket.
    assert crawl(county, f"{store.root}/c").exit_code == 0
    assert set(county.asked.values()) == {1}
    assert county.rosters_read == 1


@pytest.mark.parametrize("seed", range(2))
def test_stopped_at_random_moments_nothing_is_lost_twice_or_half(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    none = [key(n) for n in range(1, 7) if dice.random() < 0.5]
    county, runs = County(6, none=none), 0
    while True:
        stop = threading.Event()
        at = county.asked.total() + dice.randint(2, 6)
        county.at_ask = lambda total, stop=stop, at=at: stop.set() if total == at else None  # type: ignore[misc]
        runs += 1
        result = crawl(county, f"{store.root}/c", stop=stop, workers=2, control_every=3)
        if result.summary.state == "complete":
            break
        assert runs < 20
    assert runs > 1
    assert records(store, COURT) == {k: "not_found" if k in none else "found" for k in county.keys}
    assert not store.keys("c/unconfirmed/")
    assert not store.keys("c/.crawl.lock")


def test_invalid_files_are_set_aside_and_made_again(store: Store) -> None:
    county = County(3)
    crawl(county, f"{store.root}/c")
    whole = store.read(f"c/jail/{key(2)}.json")
    store.write(f"c/jail/{key(1)}.json", whole)
    store.write(f"c/odyssey/{key(3)}.json", b"")
    assert crawl(county, f"{store.root}/c").exit_code == 0
    assert {who for who, count in county.asked.items() if count == 2} == {
        (JAIL, key(1)),
        (COURT, key(3)),
    }
    assert store.read(f"c/jail/.{key(1)}.json.invalid") == whole


def test_a_failed_person_is_named_tried_again_and_forgotten_with_every_part(store: Store) -> None:
    county, folder = County(3), CrawlFolder(f"{store.root}/c")
    county.trouble = lambda half, who, n: (
        Slow("too slow", url="http://x/") if half == COURT and who == key(3) and n < 3 else None
    )
    result = crawl(county, folder.where)
    assert (result.exit_code, result.summary.halves[COURT].counts.failed) == (3, 1)
    (failed,) = result.summary.failed
    assert (failed.key, failed.fault, failed.where) == (key(3), "Slow", f"failed/odyssey/{key(3)}")
    entry = read_failure(folder, COURT, key(3))
    assert entry is not None
    assert entry.times == 2, "once in its turn and once more at the end"
    assert folder.failed_keys(COURT) == {key(3)}
    assert crawl(county, folder.where).exit_code == 0
    assert not store.keys("c/failed/")


# --- chunks ---------------------------------------------------------------------------------------


def test_chunks_that_overlap_and_run_at_once_neither_lose_nor_double_anybody(store: Store) -> None:
    county = County(9, none=[key(2), key(5)])
    where = f"{store.by_connection}/c"
    crawl(county, where, halves=(JAIL,))
    county.asked.clear()
    both = threading.Barrier(2)
    first: set[int] = set()

    def together(total: int) -> None:
        if threading.get_ident() not in first and len(first) < 2:
            first.add(threading.get_ident())
            both.wait(60)

    county.at_ask = together
    receipts = []

    def chunk(keys: list[str]) -> None:
        receipts.append(
            scrape_people(
                keys,
                where,
                site=site(),
                half=COURT,
                scraper=lambda stop: FakeCourt(county, stop),
                now=now,
            )
        )

    threads = [
        threading.Thread(target=chunk, args=(some,)) for some in (county.keys[:6], county.keys[3:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 2
    assert all(row.outcome.known and row.sha256 for receipt in receipts for row in receipt.people)
    assert set(records(store, COURT)) == set(county.keys)
    assert records(store, COURT)[key(5)] == "not_found"
    assert not store.keys("c/chunks/")
    assert not store.keys("c/unconfirmed/")


# --- killed ---------------------------------------------------------------------------------------

CHILD = """
import os, signal, sys
from operators import lease, objects
lease.SECONDS = 0.5
where, log, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
requests = 0
def counted(real):
    def call(*args, **how):
        global requests
        requests += 1
        if requests == at:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **how)
        return answer
    return call
for name in ("put", "put_file", "remove", "get"):
    setattr(objects, name, counted(getattr(objects, name)))
from resilience.faults import Slow, Stopped
from tests.scrapers.crawl.county import County, crawl, key
county = County(6, none=[key(2), key(5)])
county.trouble = lambda half, who, n: Slow("too slow") if who == key(3) and n == 1 else None
real = county.ask
def ask(half, who, stop):
    with open(log, "a") as file:
        print(half, who, file=file)
    real(half, who, stop)
county.ask = ask
sys.exit(crawl(county, where, control_every=2).exit_code)
"""


def test_killed_at_any_request_to_the_store_nothing_is_lost_half_or_asked_twice(
    store: Store, tmp_path: Path
) -> None:
    dice, where, log = random.Random(6), f"{store.root}/c", tmp_path / "asked"
    folder, moments = CrawlFolder(where), [*dice.sample(range(3, 40), 3), 0]
    asked_before = kills = 0
    for moment in moments:
        done = {
            half: {k for k, file in folder.read_many(half, folder.keys(half)) if file}
            for half in (JAIL, COURT)
        }
        child = subprocess.run(
            [sys.executable, "-c", CHILD, where, str(log), str(moment)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert child.returncode in (-signal.SIGKILL, 0), child.stderr
        kills += child.returncode != 0
        asked = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        assert not [who for half, who in asked[asked_before:] if who in done[half]]
        asked_before = len(asked)
        _wait_for_the_lease(folder)
    assert child.returncode == 0
    assert kills >= 2
    assert records(store, JAIL) == {key(n): "found" for n in range(1, 7)}
    assert records(store, COURT) == {
        key(n): "not_found" if n in (2, 5) else "found" for n in range(1, 7)
    }
    assert summarise(folder).state == "complete"
    late = objects.changed(objects.info(f"{where}/crawl.json"), otherwise=0) + PARTS_AFTER + 60
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("operators.storage.time.time", lambda: late)
        folder.sweep()
    names = store.keys()
    left = [name for name in names if "parts" in name or "lock" in name or "unconfirmed" in name]
    assert not left


def _wait_for_the_lease(folder: CrawlFolder) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease, "SECONDS", 0.5)
        pause = threading.Event()
        while folder.running():
            pause.wait(0.1)


def test_parts_of_a_dead_writer_are_swept_by_age_and_those_in_use_are_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, folder = County(1), CrawlFolder(f"{store.root}/c")
    county.trouble = lambda half, who, n: Slow("too slow") if half == COURT else None
    crawl(county, folder.where)
    before = store.keys("c/failed/")
    dead = f"c/failed/odyssey/{key(1)}/parts/{'0' * 16}/page.html"
    never = f"c/failed/odyssey/{key(7)}/parts/{'1' * 16}/fault.json"
    stranger = "c/failed/parts/kept/by-somebody"
    for name in (dead, never, stranger):
        store.write(name, b"half")
    folder.sweep()
    assert set(store.keys("c/failed/")) > {dead, never}, "somebody may still be writing"
    late = objects.changed(objects.info(f"{store.root}/{dead}"), otherwise=0) + PARTS_AFTER + 60
    monkeypatch.setattr("operators.storage.time.time", lambda: late)
    swept = folder.sweep()
    monkeypatch.undo()
    assert f"failed/odyssey/{key(7)}/parts/{'1' * 16}" in swept
    assert {stranger} <= set(store.keys("c/failed/")) <= {*before, stranger}
    assert read_failure(folder, COURT, key(1)) is not None


# --- reading --------------------------------------------------------------------------------------


def test_a_look_at_everybody_is_one_listing_and_one_request_each_many_at_a_time(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, folder = County(8), CrawlFolder(f"{store.root}/c")
    crawl(county, folder.where, halves=(JAIL,))
    folder.info()
    at_once: list[int] = []
    filesystem = objects.at(folder.where).fs
    real = filesystem.cat
    monkeypatch.setattr(
        filesystem, "cat", lambda names, **how: at_once.append(len(names)) or real(names, **how)
    )
    caplog.clear()
    with caplog.at_level("INFO", logger="werkzeug"):
        assert all(file is not None for _, file in folder.read_many(JAIL, folder.keys(JAIL)))
    requests = [record for record in caplog.records if "HTTP/1.1" in record.getMessage()]
    assert len(requests) == 9
    assert at_once == [8]


def test_what_another_machine_has_written_is_seen_at_once(store: Store) -> None:
    folder = CrawlFolder(f"{store.root}/c")
    assert folder.keys(JAIL) == set()
    store.write(f"c/jail/{key(1)}.json", b"{}")
    assert folder.keys(JAIL) == {key(1)}
    store.remove(f"c/jail/{key(1)}.json")
    assert folder.keys(JAIL) == set()
    assert folder.info() is None
    crawl(County(1), folder.where)
    assert folder.info() is not None


def test_stamps_change_with_every_file(store: Store) -> None:
    folder = CrawlFolder(f"{store.root}/c")
    crawl(County(2), folder.where)
    before = folder.place.stamps([JAIL, COURT])
    assert len(before) == 4
    store.write(f"c/jail/{key(1)}.json", store.read(f"c/jail/{key(2)}.json"))
    after = folder.place.stamps([JAIL, COURT])
    assert {name for name in before if before[name] != after[name]} == {f"jail/{key(1)}.json"}


def test_carried_histories_are_looked_for_in_the_crawls_beside_it(store: Store) -> None:
    county = County(4)
    crawl(county, f"{store.root}/early")
    crawl(county, f"{store.root}/late", halves=(JAIL,))
    folder = CrawlFolder(f"{store.root}/late")
    frozen = folder.roster()
    assert frozen is not None
    store.write(f"early/odyssey/{key(2)}.json", b"{}")

    def answer(who: str, path: str) -> CarriedFile:
        return CarriedFile(crawl="early", path=path, day=DAY)

    told = {
        key(1): answer(key(1), f"early/odyssey/{key(1)}.json"),
        key(2): answer(key(2), f"early/odyssey/{key(2)}.json"),
        key(3): answer(key(3), f"../early/odyssey/{key(3)}.json"),
        key(4): answer(key(4), "early/odyssey/nobody.json"),
    }
    assert set(carry_fresh(folder, COURT, frozen, Scope(), lambda people: told)) == {key(1)}
    assert set(carried_in(folder)) == {key(1)}
    store.remove(f"early/odyssey/{key(1)}.json")
    assert carried_in(folder) == {}


def test_a_data_folder_in_s3_gives_crawls_to_go_on_with_and_names_for_new_ones(
    store: Store,
) -> None:
    asked = {"halves": (JAIL, COURT), "today": DAY, "now": NOW + dt.timedelta(hours=1)}
    first = choose(store.by_connection, IDENTITY, **asked)  # type: ignore[arg-type]
    assert first.folder == f"{store.by_connection}/2026-01-05-practice"
    county, stop = County(2), threading.Event()
    county.at_ask = lambda total: stop.set()
    crawl(county, first.folder, stop=stop)  # type: ignore[arg-type]
    again = choose(store.by_connection, IDENTITY, **asked)  # type: ignore[arg-type]
    assert (again.folder, again.goes_on) == (first.folder, True)
    old = choose(store.by_connection, IDENTITY, **{**asked, "now": NOW + dt.timedelta(days=2)})  # type: ignore[arg-type]
    assert (old.goes_on, old.left_alone) == (False, (first.folder,))
    new = choose(store.by_connection, IDENTITY, new=True, **asked)  # type: ignore[arg-type]
    assert new.folder == f"{first.folder}-2"
