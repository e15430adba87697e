"""``cj reparse`` as a person meets it, and killed in the middle: every file is as it was or as it
is to be."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cj.changes import show_reparse
from scrapers.crawl import JAIL, CrawlFolder, is_person
from scrapers.crawl.differences import ABSENT, Change
from scrapers.crawl.reparse import Differing, LeftAlone, Reparse
from tests.cj.county import crawled as without_pages
from tests.cj.test_wrong_use import cj, refused
from tests.laws.process import environment

PEOPLE = 20


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A jail half with kept pages, as the command leaves it."""
    place = tmp_path_factory.mktemp("kept")
    crawl = (
        "jail",
        "--site",
        "practice",
        f"--practice-people={PEOPLE}",
        "--fetch=http",
        "--keep-pages",
        "--out=c",
    )
    done = cj(place, *crawl)
    assert done.returncode == 0, done
    return place / "c"


@pytest.fixture
def folder(source: Path, tmp_path: Path) -> Path:
    """A copy in which everybody's file was made by a parser that read first names wrongly."""
    copy = Path(shutil.copytree(source, tmp_path / "c"))
    for path in (copy / JAIL).iterdir():
        told = json.loads(path.read_text(encoding="utf-8"))
        told["record"]["name"]["first"] = "OLD"
        path.write_text(json.dumps(told), encoding="utf-8")
    return copy


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / JAIL).glob("*.json")}


def record(text: bytes) -> Any:
    return json.loads(text)["record"]


def test_without_a_terminal_it_only_shows(folder: Path) -> None:
    before = texts(folder)
    done = cj(folder.parent, "reparse", "c")
    assert done.returncode == 0, done
    assert f"c: {PEOPLE} files read again" in done.stdout
    assert f"record.name.first  {PEOPLE} files, {PEOPLE} places" in done.stdout
    assert "OLD" in done.stdout
    assert f"{PEOPLE} files would differ, in {PEOPLE} places; 0 the same" in done.stdout
    assert "nothing was replaced: cj reparse c --apply does it" in done.stdout
    assert texts(folder) == before


def test_applied_it_replaces_and_then_there_is_nothing_to_change(
    folder: Path, source: Path
) -> None:
    done = cj(folder.parent, "reparse", "c", "--apply")
    assert done.returncode == 0, done
    assert f"replaced {PEOPLE} files; cj load c brings them into the database" in done.stdout
    assert {name: record(text) for name, text in texts(folder).items()} == {
        name: record(text) for name, text in texts(source).items()
    }
    again = cj(folder.parent, "reparse", "c", "--apply")
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{PEOPLE} the same\nnothing to change" in again.stdout


def test_as_json_everything_is_there(folder: Path) -> None:
    shutil.rmtree(folder / "pages" / JAIL / "00400001")
    done = cj(folder.parent, "reparse", "c", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["applied"], told["same"]) == (3, False, 0)
    assert told["left_alone"] == [{"half": JAIL, "key": "00400001", "why": "no pages were kept"}]
    assert len(told["differing"]) == PEOPLE - 1
    change = told["differing"][0]["changes"][0]
    assert (change["path"], change["before"]) == ("record.name.first", "OLD")


def test_a_crawl_without_pages_is_told_in_one_line(tmp_path: Path) -> None:
    without_pages(tmp_path / "c")
    done = cj(tmp_path, "reparse", "c")
    assert done.returncode == 3
    assert "jail 00000001, odyssey 00000001, jail 00000002" in done.stdout
    assert "and 7 more: no pages were kept" in done.stdout


def test_where_there_is_no_crawl_or_somebody_works_it_is_wrong_use(folder: Path) -> None:
    assert "no crawl below data" in refused(cj(folder.parent, "reparse"))
    assert "nowhere is no crawl folder" in refused(cj(folder.parent, "reparse", "nowhere"))
    with CrawlFolder(folder).locked():
        assert "c is in use: a crawl is running in it" in refused(
            cj(folder.parent, "reparse", "c", "--apply")
        )


def test_killed_at_any_moment_each_file_is_old_or_new_and_nothing_is_lost(
    folder: Path, source: Path
) -> None:
    old, dice, kills = texts(folder), random.Random(5), 0
    want = {name: record(text) for name, text in texts(source).items()}
    for share in (0.0, 0.3, 0.7):
        child = subprocess.Popen(
            [sys.executable, "-m", "cj", "reparse", str(folder), "--apply"],
            env=environment(folder.parent),
            stdout=subprocess.DEVNULL,
        )
        pause, until = threading.Event(), int(share * PEOPLE) + dice.randint(0, 3)
        while child.poll() is None and replaced(folder, old) < until:
            pause.wait(0.001)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            kills += 1
        child.wait()
        for name, text in texts(folder).items():
            assert is_person(folder / JAIL / name, JAIL, json.loads(text)["key"]), name
            assert text == old[name] or record(text) == want[name], name
        assert old.keys() <= texts(folder).keys()
    assert kills >= 2
    assert cj(folder.parent, "reparse", "c", "--apply").returncode == 0
    assert {name: record(text) for name, text in texts(folder).items()} == want
    assert {path.name for path in (folder / JAIL).iterdir()} == old.keys()


def replaced(folder: Path, old: dict[str, bytes]) -> int:
    return sum((folder / JAIL / name).stat().st_size != len(text) for name, text in old.items())


def test_long_values_are_shown_where_they_part_and_many_by_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    long = "Motion to continue, filed by counsel of the defence, "
    changes = tuple(
        Change(f"record.cases[C{n}].events[0].comment", f"{long}granted", f"{long}denied")
        for n in range(30)
    )
    found = Reparse(
        differing=[
            Differing(
                "odyssey", str(key), (*changes, Change("record.cases[C1].missing", ABSENT, [])), b""
            )
            for key in range(6)
        ],
        left=[LeftAlone("jail", str(n), f"reason {n}") for n in range(12)],
    )
    show_reparse(found, CrawlFolder("c"), Console(width=120))
    said = capsys.readouterr().out
    assert "he defence, granted  →  …he defence, denied" in said
    assert "and 176 more" in said
    assert "(absent)" in said
    assert "6 files would differ, in 186 places; 0 the same; 12 left alone" in said
    assert "and 2 more reasons; --json has them all" in said
