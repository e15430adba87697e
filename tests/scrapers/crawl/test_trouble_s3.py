"""Stores and places in them that cannot be had: refused at once in one line, and a store that goes
away loses nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from operators import objects
from operators.errors import StoreError
from scrapers.crawl import (
    COURT,
    JAIL,
    CrawlFolder,
    CrawlUsageError,
    Identity,
    OtherCrawlError,
)
from tests.s3 import Store
from tests.scrapers.crawl.county import County, crawl, key
from tests.scrapers.crawl.test_folder_s3 import records


def test_a_strangers_place_and_another_crawls_are_refused(store: Store) -> None:
    store.write("mine/notes.txt", b"mine")
    with pytest.raises(CrawlUsageError, match=r"not empty \(notes.txt"):
        crawl(County(1), f"{store.root}/mine")
    crawl(County(1), f"{store.root}/c")
    with pytest.raises(OtherCrawlError):
        crawl(County(1), f"{store.root}/c", identity=Identity(site="practice-roa"))


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("gs://bucket/c", "or in S3"),
        ("s3:///c", "no address"),
        ("s3://lab@/c", "no address"),
        ("s3://bucket/a//b", "no address"),
        ("s3://bucket/../c", "no address"),
        (Path("s3://bucket/c"), "a str, not a Path"),
    ],
)
def test_addresses_that_cannot_be_are_refused_at_once(where: str | Path, why: str) -> None:
    with pytest.raises(CrawlUsageError, match=why):
        CrawlFolder(where)


def test_a_whole_bucket_is_no_crawl_folder(store: Store) -> None:
    with pytest.raises(CrawlUsageError, match="whole bucket"), CrawlFolder("s3://bucket").locked():
        pass


@pytest.mark.parametrize(
    ("where", "connection", "why"),
    [
        ("s3://no-such-bucket/c", None, "the bucket does not exist"),
        ("s3://nobody@bucket/c", None, "no Airflow connection"),
        (
            "s3://dead@bucket/c",
            {"endpoint_url": "http://127.0.0.1:9"},
            r"at 127\.0\.0\.1:9 cannot be reached",
        ),
    ],
)
def test_a_store_that_cannot_be_had_is_said_in_one_line_without_secrets(
    s3_server: str,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    connection: dict[str, str] | None,
    why: str,
) -> None:
    if connection is not None:
        told = {
            "conn_type": "aws",
            "login": "AKIDINVENTED",
            "password": "hush-hush",
            "extra": connection,
        }
        monkeypatch.setenv("AIRFLOW_CONN_DEAD", json.dumps(told))
    with pytest.raises(StoreError) as caught:
        crawl(County(1), where)
    assert caught.value.filename == where
    assert re.search(why, caught.value.strerror or "")
    assert "\n" not in str(caught.value)
    assert not re.search("AKIDINVENTED|hush-hush", str(caught.value))


def test_a_store_that_goes_away_stops_the_crawl_and_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = County(4)
    real, sent = objects.put_file, []

    def put_file(local: str, path: str, **options: Any) -> None:
        if re.search(r"/(jail|odyssey)/", path):
            sent.append(path)
            if len(sent) > 3:
                raise StoreError(113, "the object store cannot be reached", path)
        real(local, path, **options)

    monkeypatch.setattr(objects, "put_file", put_file)
    result = crawl(county, f"{store.root}/c")
    assert isinstance(result.error, StoreError)
    assert "cannot be reached" in (result.stopped or "")
    monkeypatch.undo()
    done = len(records(store, JAIL)) + len(records(store, COURT))
    assert done == 3
    county.asked.clear()
    assert crawl(county, f"{store.root}/c").exit_code == 0
    assert county.asked.total() == 8 - done


def test_a_store_that_cannot_be_read_is_nobody_s_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, real = County(2), objects.get
    crawl(county, f"{store.root}/c", halves=(JAIL,))

    def get(path: str) -> bytes:
        if path.endswith(f"/jail/{key(1)}.json"):
            raise StoreError(113, "the object store cannot be reached", path)
        return real(path)

    monkeypatch.setattr(objects, "get", get)
    result = crawl(county, f"{store.root}/c", halves=(COURT,))
    assert isinstance(result.error, StoreError)
    assert (result.exit_code, result.summary.halves[COURT].counts.failed) == (3, 0)
    assert not store.keys("c/failed/")
