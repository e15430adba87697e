"""A crawl folder in S3 loads as the same folder of this machine does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportcard.load import load
from reportcard.load_files import BadFolderError, InvalidFilesError
from reportcard.page import coverage_page
from tests.reportcard import folders
from tests.s3 import Store, s3_server, store

__all__ = ["s3_server", "store"]


def _upload(folder: Path, store: Store) -> str:
    for path in folder.rglob("*"):
        if path.is_file():
            store.write(f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return f"{store.by_connection}/{folder.name}"


def test_the_database_and_the_page_are_the_same(
    store: Store, tmp_path: Path, everything: Callable[[str], dict[str, list[tuple[Any, ...]]]]
) -> None:
    folder, _ = folders.county(tmp_path / "data", 8)
    where = _upload(folder, store)
    here, there = f"sqlite:///{tmp_path / 'here.sqlite'}", f"sqlite:///{tmp_path / 'there.sqlite'}"
    assert load(folder, here).rows == load(where, there).rows
    assert everything(here) == everything(there)
    assert coverage_page(folder) == coverage_page(where)


def test_invalid_files_and_places_that_are_no_crawl_are_named(store: Store, tmp_path: Path) -> None:
    folder, _ = folders.county(tmp_path / "data", 2)
    where, url = _upload(folder, store), f"sqlite:///{tmp_path / 'cj.sqlite'}"
    store.write(f"{folder.name}/jail/.00400001.json.invalid", b"set aside")
    store.write(f"{folder.name}/jail/nobody.json", b"{}")
    with pytest.raises(InvalidFilesError, match=r"/jail/nobody\.json: "):
        load(where, url)
    with pytest.raises(BadFolderError, match=f"{store.root}/elsewhere is no crawl folder"):
        load(f"{store.root}/elsewhere", url)
