"""``cj load --database FILE``: nothing about a file that is not our database changes."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reportcard.database import DatabaseError, empty, prepare
from reportcard.load import load
from tests.reportcard import folders
from tests.reportcard.test_load import MONDAY

Make = Callable[[Path], None]


def _text(path: Path) -> None:
    path.write_text("everybody must read this\n", encoding="utf-8")
    path.chmod(0o644)


def _nothing(path: Path) -> None:
    path.touch(0o644)
    path.chmod(0o644)


def _other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.commit()
    path.chmod(0o644)


def _header_only(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + bytes(20))
    path.chmod(0o640)


def _folder(path: Path) -> None:
    path.mkdir(0o755)


def _link(path: Path) -> None:
    target = path.with_suffix(".target")
    _text(target)
    path.symlink_to(target)


def _link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_suffix(".nothing"))


def _device(path: Path) -> None:
    path.symlink_to("/dev/null")


def _pipe(path: Path) -> None:
    os.mkfifo(path, 0o644)


FOREIGN = [_text, _nothing, _other_database, _header_only, _folder, _link, _link_to_nothing]
FOREIGN += [_device, _pipe]


def _state(path: Path) -> tuple[os.stat_result, bytes | None]:
    content = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    return path.lstat(), content


@pytest.mark.parametrize("make", FOREIGN, ids=lambda make: make.__name__.strip("_"))
@pytest.mark.parametrize("use", [prepare, empty], ids=["load", "anew"])
def test_nothing_about_a_foreign_file_changes(
    tmp_path: Path, make: Make, use: Callable[[str], None]
) -> None:
    path = tmp_path / "file"
    make(path)
    before = {one: _state(one) for one in tmp_path.iterdir()}
    with pytest.raises(DatabaseError, match=r"file"):
        use(f"sqlite:///{path}")
    after = {one: _state(one) for one in tmp_path.iterdir()}
    assert {one: state[0].st_mode for one, state in after.items()} == {
        one: state[0].st_mode for one, state in before.items()
    }
    assert {one: (state[0].st_ino, state[0].st_size, state[1]) for one, state in after.items()} == {
        one: (state[0].st_ino, state[0].st_size, state[1]) for one, state in before.items()
    }


@pytest.mark.parametrize("path", ["/dev/null", "/proc/version", "/proc/self/mem", "/nowhere/x/y"])
def test_devices_and_the_kernels_files_are_refused_in_a_line(path: str, tmp_path: Path) -> None:
    if path.startswith("/nowhere"):
        blocked = tmp_path / "file"
        _text(blocked)
        path = str(blocked / "below" / "cj.sqlite")
    with pytest.raises((DatabaseError, OSError)):
        prepare(f"sqlite:///{path}")


def test_a_database_of_ours_becomes_private_again_and_a_new_one_is_from_the_start(
    data: Path, url: str
) -> None:
    folder, file = folders.folder_of(data, MONDAY), data / "cj.sqlite"
    load(folder, url)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    load(folder, url)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_a_killed_first_load_left_is_taken_again(data: Path, url: str) -> None:
    folder, file = folders.folder_of(data, MONDAY), data / "cj.sqlite"
    os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    load(folder, url)
    assert file.stat().st_size > 0
