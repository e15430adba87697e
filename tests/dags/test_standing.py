"""Whether a load and a page still say how things stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.s3 import Store, s3_server, store

__all__ = ["s3_server", "store"]

pytestmark = pytest.mark.airflow
NAME = "2026-01-05-practice"


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crawl folder that has been loaded and drawn."""
    from dags import standing
    from scrapers.crawl import CrawlFolder

    folder, database = tmp_path / NAME, f"sqlite:///{tmp_path / 'cj.sqlite'}"
    for place in ("jail", "tasks", "failed/odyssey/7"):
        (folder / place).mkdir(parents=True)
    (folder / "crawl.json").write_text("{}")
    (tmp_path / "cj.sqlite").touch()
    monkeypatch.setenv("CJ_DATA", str(tmp_path))
    monkeypatch.setattr(standing, "database", lambda: database)
    told = {
        "crawl_id": NAME,
        "fingerprint": standing.fingerprint(CrawlFolder(folder)),
        "database": database,
    }
    (folder / "tasks" / "upload_data.json").write_text(json.dumps(told))
    page = f"<html></html>\n{standing.mark(CrawlFolder(folder))}\n"
    (folder / "tasks" / "report_card.html").write_text(page)
    return folder


def stands(crawl: Path) -> tuple[bool, bool]:
    from dags.standing import drawn_as_it_stands, loaded_as_it_stands

    return (
        loaded_as_it_stands(str(crawl / "tasks" / "upload_data.json")),
        drawn_as_it_stands(str(crawl / "tasks" / "report_card.html")),
    )


def test_nothing_has_come_since(crawl: Path) -> None:
    (crawl / "summary.json").write_text("written at every end, and no news")
    assert stands(crawl) == (True, True)


@pytest.mark.parametrize("news", ["jail/1.json", "failed/odyssey/7/fault.json", "carried.json"])
def test_who_comes_later_makes_both_invalid(crawl: Path, news: str) -> None:
    (crawl / news).write_text("{}")
    assert stands(crawl) == (False, False)


def test_a_database_that_is_gone_or_another_one_makes_the_load_invalid(
    crawl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags import standing

    (crawl.parent / "cj.sqlite").unlink()
    assert stands(crawl) == (False, True)
    monkeypatch.setattr(standing, "database", lambda: "postgresql://somebody@127.0.0.1/cj")
    assert stands(crawl) == (False, True)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "<!-- -->"])
def test_a_receipt_that_says_nothing_is_not_valid(crawl: Path, text: str) -> None:
    for name in ("upload_data.json", "report_card.html"):
        (crawl / "tasks" / name).write_text(text)
    assert stands(crawl) == (False, False)


def test_the_page_is_valid_wherever_its_temporary_lies(crawl: Path, tmp_path_factory: Any) -> None:
    """In a store the temporary is on this machine, and has no crawl folder above it."""
    from dags.standing import drawn_as_it_stands

    elsewhere = tmp_path_factory.mktemp("scratch") / "report_card.html"
    elsewhere.write_text((crawl / "tasks" / "report_card.html").read_text())
    assert drawn_as_it_stands(str(elsewhere))


def test_a_crawl_in_a_store_is_judged_the_same_way(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags import standing
    from reportcard.database import shown
    from scrapers.crawl import CrawlFolder

    address = "postgresql://somebody:secret@127.0.0.1/cj"
    monkeypatch.setenv("CJ_DATA", store.root)
    monkeypatch.setattr(standing, "database", lambda: address)
    folder, where = CrawlFolder(f"{store.root}/{NAME}"), f"{store.root}/{NAME}/tasks"
    store.write(f"{NAME}/crawl.json", b"{}")
    told = {
        "crawl_id": NAME,
        "fingerprint": standing.fingerprint(folder),
        "database": shown(address),
    }
    store.write(f"{NAME}/tasks/upload_data.json", json.dumps(told).encode())
    store.write(
        f"{NAME}/tasks/report_card.html", f"<html></html>\n{standing.mark(folder)}\n".encode()
    )

    def stands() -> tuple[bool, bool]:
        return (
            standing.loaded_as_it_stands(f"{where}/upload_data.json"),
            standing.drawn_as_it_stands(f"{where}/report_card.html"),
        )

    assert stands() == (True, True)
    store.write(f"{NAME}/odyssey/1.json", b"{}")
    assert stands() == (False, False)
    assert not standing.loaded_as_it_stands(f"{where}/nothing.json")
