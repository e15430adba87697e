"""What costs grow with the number of people: looking at those who are done, and the memory of a
long crawl."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from scrapers.crawl import JAIL, Plan, run_crawl, surveys
from scrapers.crawl.info import CrawlInfo
from scrapers.crawl.persons import text_of
from scrapers.jail.records import JailRecord
from tests.scrapers.crawl.county import DAY, IDENTITY, NOW, County, FakeJail, now, site

SIZE = 4096


def nothing_to_do(people: int) -> dict[str, Any]:
    """The seconds of a run in a folder where everybody is done, in a process of its own: every file
    is validated in full."""
    return _alone("scan", people)


def long_crawl(people: int) -> dict[str, Any]:
    """The memory of a process that crawls so many people, after a tenth of them and at the end."""
    return _alone("crawl", people)


def _alone(what: str, people: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cj-bench-") as folder:
        if what == "scan":
            _fill(Path(folder) / "c", people)
        done = subprocess.run(
            [sys.executable, __file__, what, str(people), f"{folder}/c"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _fill(folder: Path, people: int) -> None:
    county = County(people)
    (folder / JAIL).mkdir(parents=True)
    key, text = _example(county)
    for who in county.keys:
        (folder / JAIL / f"{who}.json").write_text(text.replace(key, who), encoding="utf-8")
    (folder / "roster.json").write_text(county.roster.model_dump_json(), encoding="utf-8")
    info = CrawlInfo(
        identity=IDENTITY, hash=IDENTITY.short_hash, version="benchmark", created_at=NOW, as_of=DAY
    )
    (folder / "crawl.json").write_text(info.model_dump_json(), encoding="utf-8")


def _example(county: County) -> tuple[str, str]:
    """The key and file of somebody of the practice county whose file is about 4 KB, as a crawl
    writes it."""
    from practice.server import Options, make_world  # no part of the process that is measured
    from practice.truth import truth

    world = make_world(Options(people=60, seed=7))
    files = []
    for line in truth(world.people, world.today):
        record = JailRecord.model_validate(line["jail"])
        file = county.jail_file(county.keys[0]).model_copy(
            update={"key": record.key, "record": record}
        )
        files.append((record.key, text_of(file)))
    return min(files, key=lambda one: abs(len(one[1]) - SIZE))


def _scan(people: int, folder: Path) -> dict[str, Any]:
    size = next((folder / JAIL).glob("*.json")).stat().st_size

    def nobody(_stop: threading.Event) -> Any:
        raise AssertionError("somebody is asked again")

    own, checked, seen = psutil.Process(), itertools.count(1), dict[int, int]()
    real = surveys.done_of

    def done_of(file: Any) -> Any:
        if (number := next(checked)) in (people // 10, people):
            seen[number] = own.memory_full_info().pss
        return real(file)

    surveys.done_of = done_of
    began, processor = time.monotonic(), time.process_time()
    result = run_crawl(_plan(folder), scrapers={JAIL: nobody}, now=now)
    seconds, processor = time.monotonic() - began, time.process_time() - processor
    assert result.summary.halves[JAIL].counts.found == people, result.summary.halves
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "people": people,
        "bytes_each": size,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(processor, 2),
        "mb_after_a_tenth": round(seen[people // 10] / 1e6, 1),
        "mb_at_the_end": round(seen[people] / 1e6, 1),
        "peak_mb": round(peak / 1e6),
    }


def _crawl(people: int, folder: Path) -> dict[str, Any]:
    county, own = County(people), psutil.Process()
    seen: dict[int, int] = {}

    def look(total: int) -> None:
        if total in (people // 10, people):
            seen[total] = own.memory_full_info().pss

    county.at_ask = look
    os.fsync = lambda _file: None  # type: ignore[assignment]  # the disk's time is not what is measured
    result = run_crawl(
        _plan(folder),
        scrapers={JAIL: lambda stop: FakeJail(county, stop)},
        now=lambda: NOW + dt.timedelta(0),
    )
    assert result.exit_code == 0
    first, last = seen[people // 10], seen[people]
    return {
        "people": people,
        "mb_after_a_tenth": round(first / 1e6, 1),
        "mb_at_the_end": round(last / 1e6, 1),
    }


def _plan(folder: Path) -> Plan:
    return Plan(folder, site(), IDENTITY, DAY, halves=(JAIL,), workers=2)


if __name__ == "__main__":
    work = {"scan": _scan, "crawl": _crawl}[sys.argv[1]]
    print(json.dumps(work(int(sys.argv[2]), Path(sys.argv[3]))))
