"""Published numbers in a real Datasette: canned queries are answered, SQL and downloads are not."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from reportcard.publish.browse import command, make_tables, metadata
from reportcard.publish.store import Published, PublishError
from tests.reportcard.publish.county import MAKER, county


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browse")
    published = Published(str(folder / "published"))
    published.publish([county()], MAKER, today=dt.date(2026, 3, 7))
    assert make_tables(published.folder, folder / "published.db") > 20
    settings = folder / "metadata.json"
    settings.write_text(json.dumps(metadata("2026-03-05")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        command(folder / "published.db", settings, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            requests.get(address, timeout=5)
            break
        except requests.ConnectionError:
            assert process.poll() is None, "datasette ended"
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(10)


def test_the_numbers_are_there_and_hidden_ones_have_no_value(base: str) -> None:
    answer = requests.get(f"{base}/published/numbers.json?group=GAMMA&_shape=array", timeout=10)
    (row,) = answer.json()
    assert (row["suppressed"], row["value"]) == ("true", None)


def test_a_canned_question_is_answered(base: str) -> None:
    answer = requests.get(f"{base}/published/waiting.json?_shape=array", timeout=10)
    assert [(row["at_least"], row["at_most"]) for row in answer.json()] == [(250, 450)]


def test_sql_of_one_s_own_is_refused(base: str) -> None:
    answer = requests.get(f"{base}/published.json?sql=select+1", timeout=10)
    assert answer.status_code == 403


def test_the_database_cannot_be_downloaded(base: str) -> None:
    assert requests.get(f"{base}/published.db", timeout=10).status_code in (403, 404)


def test_a_folder_that_is_not_published_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="is not a folder of cj publish"):
        make_tables(str(tmp_path), tmp_path / "x.db")


def test_a_file_that_stands_is_not_replaced(tmp_path: Path) -> None:
    published = Published(str(tmp_path / "published"))
    published.publish([county()], MAKER, today=dt.date(2026, 3, 7))
    (tmp_path / "x.db").write_text("mine")
    with pytest.raises(PublishError, match="not replaced"):
        make_tables(published.folder, tmp_path / "x.db")
    assert (tmp_path / "x.db").read_text() == "mine"
