"""Folders that f4bdff8 wrote, read by today's engine without a portal."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from scrapers.crawl import (
    CrawlFolder,
    Outcome,
    Receipt,
    carried_in,
    read_person,
    read_summary,
    summarise,
)
from scrapers.crawl.reparse import Reparser
from tests.frozen import FOLDERS, HALVES, done_at, nonzero, person_files, unpacked

KEPT = ("kept", "kept-roa", "killed", "killed-early")


@pytest.mark.parametrize("name", FOLDERS)
def test_everybody_who_was_done_is_done(name: str, tmp_path: Path) -> None:
    root = unpacked(name, tmp_path)
    folder, files = CrawlFolder(root), person_files(root)
    for half in HALVES:
        done = done_at(files, half)
        assert {key for key in folder.keys(half) if folder.read(half, key)} == set(done)
    for path, text in files.items():
        half, _, _ = path.partition("/")
        key = json.loads(text)["key"]
        person = read_person(root / path, half, key)
        assert (person.key, Outcome(person.outcome)) == (key, Outcome(json.loads(text)["outcome"]))


@pytest.mark.parametrize("name", FOLDERS)
def test_the_counts_are_those_that_f4bdff8_made(name: str, tmp_path: Path) -> None:
    root, frozen = unpacked(name, tmp_path), FOLDERS[name]
    counted = summarise(CrawlFolder(root)).halves
    for half in HALVES:
        told = json.loads(counted[half].counts.model_dump_json())
        assert nonzero(told) == frozen.counts(half), half


@pytest.mark.parametrize(
    "name", [name for name in FOLDERS if name not in ("killed", "killed-early")]
)
def test_its_summary_is_read_with_the_figures_of_the_run(name: str, tmp_path: Path) -> None:
    root = unpacked(name, tmp_path)
    written = json.loads((root / "summary.json").read_bytes())
    summary = read_summary(CrawlFolder(root))
    assert summary is not None
    assert (summary.crawl, summary.state) == (written["crawl"], written["state"])
    if written["run"]:
        assert summary.run is not None
        assert summary.run.pages == written["run"]["pages"] > 0
        for half, portal in written["run"]["portals"].items():
            fetched = summary.run.portals[half].fetch_modes.pages
            plain = portal["lanes"]["pages"].get("plain", {})
            assert fetched.get("http", {}) == plain
            assert fetched.get("browser", {}) == portal["lanes"]["pages"].get("browser", {})


def test_who_was_carried_is_carried_from_the_same_file(tmp_path: Path) -> None:
    root = unpacked("carried", tmp_path)
    written = json.loads((root / "carried.json").read_bytes())["people"]
    people = carried_in(CrawlFolder(root))
    assert {key: one.path for key, one in people.items()} == {
        key: one["path"] for key, one in written.items()
    }
    assert len(people) == 6


def test_the_receipts_of_tasks_and_chunks_are_read(tmp_path: Path) -> None:
    root = unpacked("dag", tmp_path)
    receipts = [*root.glob("tasks/*/jail.json"), *root.glob("tasks/*/chunks/*.json")]
    assert len(receipts) == 5
    for path in receipts:
        receipt = Receipt.model_validate_json(path.read_bytes())
        assert receipt.people
        assert {(root / person.path).is_file() for person in receipt.people if person.path} == {
            True
        }


@pytest.mark.parametrize("name", KEPT)
def test_kept_pages_are_read_again_and_nobody_changes_outcome(name: str, tmp_path: Path) -> None:
    """A record may hold more than f4bdff8 read, but everybody keeps file and outcome."""
    root = unpacked(name, tmp_path)
    files = person_files(root)
    reparser = Reparser(CrawlFolder(root))
    found = reparser.compare()
    assert found.left == []
    assert found.same + len(found.differing) == len(files) > 0
    assert person_files(root) == files, "comparing writes nothing"
    reparser.apply(found)
    after = person_files(root)
    assert after.keys() == files.keys()
    for half in HALVES:
        assert done_at(after, half) == done_at(files, half)
    assert Reparser(CrawlFolder(root)).compare().differing == []


def test_the_files_are_unpacked_as_private_as_they_were(tmp_path: Path) -> None:
    root = unpacked("finished", tmp_path)
    assert {path.stat().st_mode & 0o077 for path in root.rglob("*")} == {0}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_archives_hold_no_path_of_a_machine_and_no_cookie(name: str, tmp_path: Path) -> None:
    unpacked(name, tmp_path)
    pattern = re.compile(rb"/(?:tmp|home|root|work)/|(?i:set-cookie|jsessionid=|fedauth)")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            text = gzip.decompress(content) if path.suffix == ".gz" else content
            assert pattern.search(text) is None, path
