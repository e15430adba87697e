"""A crawl that lies in S3 with its kept pages, read again by ``cj reparse``: shown first, then
replaced, the same as on a disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cj.__main__ import main
from scrapers.crawl import COURT
from tests.s3 import Store
from tests.scrapers.crawl.test_reparse import older_crawl

pytestmark = pytest.mark.browser
PEOPLE = 4


def test_a_changed_record_is_shown_then_replaced_and_who_has_no_pages_is_named(
    store: Store,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    where = f"{store.root}/kept"
    _, told = older_crawl(where, people=PEOPLE)
    files = [
        name for name in store.keys("kept/odyssey/") if name.endswith(".json") and "/." not in name
    ]
    before = {name: store.read(name) for name in files}
    assert main(["reparse", where, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    paths = [change["path"] for one in shown["differing"] for change in one["changes"]]
    assert paths
    assert all(path.endswith(".degree") for path in paths)
    assert {name: store.read(name) for name in files} == before, "showing writes nothing"
    assert main(["reparse", where, "--apply", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["applied"] is True
    for name in files:
        file = json.loads(store.read(name))
        assert file["record"] == told[file["key"]]["odyssey"]
    assert main(["reparse", where, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differing"] == []

    gone, half = (_pages(store, COURT, key)[0] for key in ("00400002", "00400004"))
    store.remove(gone)
    store.write(half, store.read(half)[:40])
    assert main(["reparse", where, "--apply", "--json"]) == 3
    left = json.loads(capsys.readouterr().out)
    assert [(one["half"], one["key"], one["why"].split(": ")[0]) for one in left["left_alone"]] == [
        (COURT, "00400002", f"the kept page {Path(gone).name} is gone"),
        (COURT, "00400004", f"the kept page {Path(half).name} is damaged"),
    ]
    assert left["same"] == 2 * PEOPLE - 2

    for name in store.keys("kept/pages/"):
        store.remove(name)
    assert main(["reparse", where, "--apply", "--json"]) == 3
    left = json.loads(capsys.readouterr().out)
    assert len(left["left_alone"]) == 2 * PEOPLE, (
        "without pages everybody is named and left as they are"
    )
    assert left["differing"] == []


def _pages(store: Store, half: str, key: str) -> list[str]:
    return [name for name in store.keys(f"kept/pages/{half}/{key}/") if name.endswith(".gz")]
