"""The seam: a product that no module of the house knows crawls, resumes, reparses, replays and
loads."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cj.__main__ import main
from replay import Exchange, Step
from replay.replayer import Replayer
from scrapers import products
from scrapers.crawl import JAIL, CrawlFolder
from scrapers.jail.records import JailFile, JailRecord
from scrapers.products import product_of
from scrapers.sites import SiteError, site_of
from tests.toy import Toy

PEOPLE = {"A1": "MERRINEL, ODA", "A2": "VANTOSK, PELL", "A3": "QUILLORD, TAM"}


def list_html() -> str:
    rows = "".join(
        f'<tr><td><a href="?b={number}">{name}</a></td><td>{number}</td></tr>'
        for number, name in PEOPLE.items()
    )
    return f'<html><body><table class="roster">{rows}</table></body></html>'


def booking_html(number: str, day: str = "2026-01-0") -> str:
    return f'<html><body>Committed <b id="committed">{day}{number[-1]}</b></body></html>'


class Portal(ThreadingHTTPServer):
    """Serves both kinds of page; ``broken`` bookings answer 503."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.asked: Counter[str] = Counter()
        self.broken: set[str] = set()
        self.url = f"http://127.0.0.1:{self.server_port}/inmates"


class _Page(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        number = self.path.rpartition("?b=")[2] if "?b=" in self.path else ""
        self.server.asked[number] += 1
        self.send_response(503 if number in self.server.broken else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write((booking_html(number) if number else list_html()).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setattr(products, "_REGISTERED", dict(products._REGISTERED))
    products.register(Toy())
    server = Portal()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sites = f"""[toyland]
name = "Toyland"
time_zone = "America/Chicago"
[toyland.jail]
url = "{server.url}"
product = "toy"
[toyland.pace]
free = true
"""
    (tmp_path / "sites.toml").write_text(sites, encoding="utf-8")
    monkeypatch.setenv("CJ_SITES", str(tmp_path / "sites.toml"))
    monkeypatch.chdir(tmp_path)
    yield server
    server.shutdown()
    server.server_close()


def crawl(folder: Path, *options: str) -> int:
    return main(["jail", "--site", "toyland", "--out", str(folder), "--keep-pages", *options])


def days(folder: Path) -> dict[str, str]:
    crawl_folder, found = CrawlFolder(folder), {}
    for key in crawl_folder.keys(JAIL):
        file = crawl_folder.read(JAIL, key)
        assert file is not None
        assert isinstance(file.record, JailRecord)
        found[key] = str(file.record.bookings[0].commitment_date)
    return found


WHOLE = {f"booking-A{n}": f"2026-01-0{n}" for n in (1, 2, 3)}


def test_it_crawls_and_what_failed_is_asked_for_by_the_next_run_alone(
    portal: Portal, tmp_path: Path
) -> None:
    portal.broken = {"A2"}
    assert crawl(tmp_path / "c") == 3
    assert set(days(tmp_path / "c")) == {"booking-A1", "booking-A3"}
    portal.broken, asked = set(), Counter(portal.asked)
    assert crawl(tmp_path / "c") == 0
    assert days(tmp_path / "c") == WHOLE
    assert portal.asked - asked == Counter({"A2": 1})


def test_its_files_are_made_again_from_the_kept_pages(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path / "c") == 0
    path = tmp_path / "c" / "jail" / "booking-A1.json"
    path.write_text(path.read_text().replace("2026-01-01", "1999-09-09"), encoding="utf-8")
    assert days(tmp_path / "c")["booking-A1"] == "1999-09-09"
    assert main(["reparse", str(tmp_path / "c"), "--json", "--apply"]) == 0
    assert days(tmp_path / "c") == WHOLE


def test_its_crawl_is_shown_and_loaded(
    portal: Portal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert crawl(tmp_path / "c") == 0
    assert main(["show", "booking-A3", "--out", str(tmp_path / "c")]) == 0
    assert "QUILLORD, TAM" in capsys.readouterr().out
    database = tmp_path / "toy.sqlite"
    assert main(["load", str(tmp_path / "c"), "--database", f"sqlite:///{database}"]) == 0
    with sqlite3.connect(database) as connection:
        rows = connection.execute("select booking_number from bookings order by 1").fetchall()
    assert [number for (number,) in rows] == ["A1", "A2", "A3"]


def test_its_saved_visit_is_replayed(portal: Portal, tmp_path: Path) -> None:
    url = "https://toyland.example/inmates"
    steps = (
        Step("GET", url, "list", list_html()),
        *(Step("GET", f"{url}?b={number}", "booking", booking_html(number)) for number in PEOPLE),
    )
    exchange = Exchange(
        JAIL, "toyland", "visit", "by hand", steps, {"kind": "visit", "day": "2026-01-05"}
    )
    exchange.save(tmp_path / "jail" / "toyland" / "visit")
    exchange = Exchange.load(tmp_path / "jail" / "toyland" / "visit")
    with Replayer() as replayer:
        record = replayer.run(exchange, site_of("toyland"), "http")
    assert record["proof"]["exact"] is True
    assert [row["handle"] for row in record["rows"]] == ["?b=A1", "?b=A2", "?b=A3"]
    read = [JailRecord.model_validate(person["record"]) for person in record["people"]]
    assert [str(one.bookings[0].commitment_date) for one in read] == list(WHOLE.values())


def test_a_product_that_nobody_registered_is_named_with_those_that_are_known(
    portal: Portal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site_of({"name": "x", "time_zone": "UTC", "jail": {"url": portal.url, "product": "new"}})
    with pytest.raises(SiteError, match="jail product 'new' is not known; known are: iml, toy"):
        product_of(site, JAIL)
    text = (tmp_path / "sites.toml").read_text().replace('"toy"', '"toi"')
    (tmp_path / "sites.toml").write_text(text)
    assert crawl(tmp_path / "c") == 2
    assert "jail product 'toi' is not known" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


def test_the_files_say_what_their_half_is() -> None:
    from scrapers.halves import COURT, FILES
    from scrapers.odyssey.records import COURT_FORMAT, CourtFile

    assert FILES[JAIL].model is JailFile
    assert FILES[COURT].model is CourtFile
    assert FILES[COURT].format == COURT_FORMAT
    assert json.loads(json.dumps({JAIL: 1})) == {"jail": 1}
    assert f"{JAIL}/x" == "jail/x"
    assert str(COURT) == "odyssey"


def test_the_code_in_the_walk_through_is_that_of_the_toy() -> None:
    root = Path(__file__).parents[2]
    text = (root / "docs" / "new-product.md").read_text(encoding="utf-8")
    toy = (root / "tests" / "toy.py").read_text(encoding="utf-8") + Path(__file__).read_text(
        encoding="utf-8"
    )
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) >= 5
    assert [block for block in blocks if block not in toy] == []
