"""Crawl folders that commit f4bdff8 wrote, unpacked for tests (tests/data/f4bdff8/README.md)."""

from __future__ import annotations

import gzip
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "f4bdff8"
HALVES = ("jail", "odyssey")

Counts = dict[str, int]


@dataclass(frozen=True)
class Frozen:
    """One of them: how it was made, and what f4bdff8 counted in it (counts of 0 left out)."""

    name: str
    people: int
    seed: int
    jail: Counts
    odyssey: Counts
    site: str = "practice"
    day: int = 0
    command: str = "crawl"
    crawl: str = ""
    """Where the crawl stands in the archive, if it is not the archive's own folder."""
    beside: tuple[str, ...] = ()
    """Archives that stand beside it, which it refers to."""

    def counts(self, half: str) -> Counts:
        return self.jail if half == "jail" else self.odyssey


FOLDERS = {
    frozen.name: frozen
    for frozen in (
        Frozen("finished", 8, 7, {"found": 8}, {"found": 7, "not_found": 1}),
        Frozen("fourcol", 8, 2, {"found": 8}, {"found": 7, "not_found": 1}, "practice-4col"),
        Frozen("kept", 6, 11, {"found": 6}, {"found": 5, "not_found": 1}),
        Frozen("kept-roa", 6, 5, {"found": 6}, {"found": 5, "not_found": 1}, "practice-roa"),
        Frozen("killed", 10, 7, {"found": 10}, {"found": 2, "pending": 8}),
        Frozen("killed-early", 10, 7, {"found": 6, "pending": 4}, {"pending": 10}),
        Frozen(
            "list",
            30,
            7,
            {"not_asked": 7},
            {"found": 4, "not_found": 2, "unverified": 1},
            command="odyssey",
        ),
        Frozen(
            "carried",
            8,
            7,
            {"found": 6, "not_asked": 2},
            {"carried": 6, "not_asked": 2},
            day=1,
            beside=("finished",),
        ),
        Frozen(
            "failures",
            10,
            3,
            {"found": 8, "failed": 2},
            {"found": 6, "not_found": 1, "failed": 3},
        ),
        Frozen(
            "dag",
            12,
            3,
            {"found": 6, "not_asked": 6},
            {"found": 6, "not_asked": 6},
            crawl="2026-01-05-practice",
        ),
    )
}


def unpacked(name: str, place: Path) -> Path:
    """The crawl folder of that archive, unpacked below ``place`` with the modes it had; beside it
    the crawl that its people are carried from."""
    for archive_name in {name, *FOLDERS[name].beside}:
        with tarfile.open(DATA / f"{archive_name}.tar.gz") as archive:
            archive.extractall(place, filter="tar")
    return place / name / FOLDERS[name].crawl


def database(place: Path) -> str:
    """The address of a copy of the frozen database."""
    path = place / "cj.sqlite"
    path.write_bytes(gzip.decompress((DATA / "cj.sqlite.gz").read_bytes()))
    return f"sqlite:///{path}"


def person_files(folder: Path) -> dict[str, bytes]:
    """The bytes of everybody's files, by path below the crawl folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for half in HALVES
        for path in sorted((folder / half).glob("*.json"))
    }


def done_at(files: dict[str, bytes], half: str) -> dict[str, str]:
    """Whose files they are in that half, and the outcome each tells."""
    envelopes: list[dict[str, Any]] = [
        json.loads(text) for path, text in files.items() if path.startswith(f"{half}/")
    ]
    return {envelope["key"]: envelope["outcome"] for envelope in envelopes}


def nonzero(counts: dict[str, int]) -> Counts:
    """Without the counts of nobody."""
    return {outcome: count for outcome, count in counts.items() if count}
