"""A crawl that lies in S3 with its kept pages, read again by ``cj reparse``: shown first, then replaced, the same as on a disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cj.__main__ import main
from practice.server import Options, running
from practice.truth import truth
from scrapers.crawl import (
    COURT,
    JAIL,
    CrawlFolder,
    Identity,
    Plan,
    court_factory,
    jail_factory,
    keeper,
    run_crawl,
)
from scrapers.odyssey import inquiry
from scrapers.sites import site_of
from tests.s3 import Store
from tests.scrapers.crawl.test_reparse import blind

pytestmark = pytest.mark.browser
PEOPLE = 4


def crawled(where: str) -> dict[str, Any]:
    """A crawl there by older parsers; gives the truth."""
    with running(Options(people=PEOPLE, seed=7)) as portals, pytest.MonkeyPatch.context() as patch:
        patch.setattr(inquiry, "read_classic", blind(inquiry.read_classic))
        today, place = portals.world.today, CrawlFolder(where)
        site = site_of("practice").with_addresses(jail=portals.jail, court=portals.portal, as_of=today)
        result = run_crawl(
            Plan(where, site, Identity(site="practice"), today),
            jail=jail_factory(site, keep=keeper(place, JAIL)),
            court=court_factory(site, portals.user, portals.password, keep=keeper(place, COURT)),
        )
        assert result.exit_code == 0
        return {line["key"]: line["odyssey"] for line in truth(portals.world.people, today)}


def test_a_changed_record_is_shown_then_replaced_and_who_has_no_pages_is_named(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    where = f"{store.root}/kept"
    told = crawled(where)
    files = [name for name in store.keys("kept/odyssey/") if name.endswith(".json") and "/." not in name]
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
        assert file["record"] == told[file["key"]]
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
    assert len(left["left_alone"]) == 2 * PEOPLE, "without pages everybody is named and left as they are"
    assert left["differing"] == []


def _pages(store: Store, half: str, key: str) -> list[str]:
    return [name for name in store.keys(f"kept/pages/{half}/{key}/") if name.endswith(".gz")]
