"""Folders that f4bdff8 wrote, by the real command: shown, and resumed on practice portals of the
same people without a question about anybody who was finished."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cj.test_wrong_use import cj
from tests.frozen import (
    DATA,
    FOLDERS,
    HALVES,
    Frozen,
    database,
    done_at,
    nonzero,
    person_files,
    unpacked,
)
from tests.laws.process import Cj, asked_again, namesakes

FINISHED = ("finished", "fourcol", "kept", "kept-roa", "list", "carried")
"""Nobody is left to ask about."""


@pytest.mark.parametrize("name", FOLDERS)
def test_status_tells_the_counts_of_f4bdff8(name: str, tmp_path: Path) -> None:
    folder, frozen = unpacked(name, tmp_path), FOLDERS[name]
    done = cj(tmp_path, "status", str(folder), "--json")
    assert done.returncode == 0, done
    halves = json.loads(done.stdout)["halves"]
    assert {half: nonzero(halves[half]["counts"]) for half in HALVES} == {
        half: frozen.counts(half) for half in HALVES
    }


@pytest.mark.parametrize("name", FOLDERS)
def test_show_names_the_person_and_the_court_cases(name: str, tmp_path: Path) -> None:
    folder = unpacked(name, tmp_path)
    files = {path: json.loads(text) for path, text in person_files(folder).items()}
    found = [file for file in files.values() if file["outcome"] == "found"]
    shown = found[-1]
    done = cj(tmp_path, "show", shown["key"], "--out", str(folder), COLUMNS="200")
    assert done.returncode == 0, done
    assert shown["key"] in done.stdout
    numbers = [case["case_number"] for case in shown["record"].get("cases", ())]
    assert {number in done.stdout for number in numbers} <= {True}
    if (jail := files.get(f"jail/{shown['key']}.json")) is not None:
        assert jail["record"]["name"]["last"] in done.stdout


def resumed(frozen: Frozen, folder: Path) -> tuple[int, str, Cj]:
    """``cj`` once more in that folder: exit code, all its output, and the portals' log."""
    options = [f"--practice-day={frozen.day}"] if frozen.day else []
    if frozen.command == "odyssey":
        options.append(f"--only={DATA / 'people.csv'}")
    if "carried" in frozen.odyssey:
        known_already = f"--database={database(folder.parent)}"
        options += ["--limit=6", "--refresh-after-days=7", known_already]
    command = Cj(
        folder,
        people=frozen.people,
        seed=frozen.seed,
        site=frozen.site,
        command=frozen.command,
        options=tuple(options),
    )
    code, output = command.run()
    return code, output, command


def assert_kept(before: dict[str, bytes], folder: Path, command: Cj) -> dict[str, bytes]:
    """Who was done has the same bytes and was not asked about; gives everybody's files now."""
    after = person_files(folder)
    assert {path: after.get(path) for path in before} == before
    done = {half: set(done_at(before, half)) for half in HALVES}
    assert not asked_again(done, command.requests(), namesakes(known(after, folder)))
    return after


def known(files: dict[str, bytes], folder: Path) -> list[dict[str, Any]]:
    """What the court is asked about everybody: the jail's record, or the line of the list."""
    records = [json.loads(text) for path, text in files.items() if path.startswith("jail/")]
    lines = [{"key": file["key"], "jail": file["record"]} for file in records]
    listed = folder / "people.json"
    for person in json.loads(listed.read_bytes())["people"] if listed.exists() else ():
        record = {
            "name": {"full": person["name"]},
            "date_of_birth": person["date_of_birth"],
            "bookings": [],
        }
        lines.append({"key": person["key"], "jail": record})
    return lines


@pytest.mark.browser
@pytest.mark.parametrize("name", FINISHED)
def test_a_finished_one_asks_about_nobody(name: str, tmp_path: Path) -> None:
    frozen = FOLDERS[name]
    folder = unpacked(name, tmp_path)
    before = person_files(folder)
    code, output, command = resumed(frozen, folder)
    assert code == 0, output
    assert assert_kept(before, folder, command) == before
    assert command.requests() == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["killed", "killed-early", "failures"])
def test_an_unfinished_one_asks_about_the_others_only(name: str, tmp_path: Path) -> None:
    frozen = FOLDERS[name]
    folder = unpacked(name, tmp_path)
    before = person_files(folder)
    roster = json.loads((folder / "roster.json").read_bytes())
    code, output, command = resumed(frozen, folder)
    after = assert_kept(before, folder, command)
    assert code == 0, output
    keys = {row["permanent_id"] or f"booking-{row['booking_number']}" for row in roster["rows"]}
    for half in HALVES:
        assert set(done_at(after, half)) == keys
    assert not command.strays(), "temporary folders of the killed run are swept"
    assert not [path for path in folder.glob("failed/*/*") if path.is_dir()]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["finished", "fourcol", "kept-roa", "list"])
def test_who_lost_the_file_is_asked_about_again_and_nobody_else(name: str, tmp_path: Path) -> None:
    """Law 1: a person is done by having a file, whatever the summary of the crawl says."""
    frozen = FOLDERS[name]
    folder = unpacked(name, tmp_path)
    whole = person_files(folder)
    lost = [path for path in whole if path.startswith("odyssey/")][:3]
    for path in lost:
        (folder / path).unlink()
    before = person_files(folder)
    code, output, command = resumed(frozen, folder)
    assert code == 0, output
    assert assert_kept(before, folder, command).keys() == whole.keys()
