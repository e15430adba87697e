"""Who works in a crawl that lies in S3: one at a time, by a lease that runs out with its holder."""

from __future__ import annotations

import json
import threading

import pytest

from operators import lease, objects
from scrapers.crawl import (
    CrawlFolder,
    FolderInUseError,
)
from tests.s3 import Store
from tests.scrapers.crawl.county import County, crawl


def test_one_crawl_at_a_time_and_the_second_is_told_who_has_it(store: Store) -> None:
    folder = CrawlFolder(f"{store.root}/c")
    assert not folder.running()
    with folder.locked():
        assert folder.running()
        with pytest.raises(
            FolderInUseError, match=r"in use: .*process \d+, since .*cj status s3://"
        ):
            crawl(County(1), folder.where)
        with CrawlFolder(folder.where).locked(name="chunks/.one.lock"):
            pass
    assert not folder.running()
    assert store.keys() == []


def test_the_lease_of_a_dead_holder_runs_out_and_one_who_was_only_away_is_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, stop = County(2), threading.Event()
    holder = CrawlFolder(f"{store.root}/c").locked(stop)
    holder.__enter__()
    monkeypatch.setattr(
        lease, "SECONDS", 0.0
    )  # the holder was not heard of for long enough, for whoever comes next
    assert crawl(county, f"{store.root}/c").exit_code == 0
    monkeypatch.undo()
    assert not store.keys("c/.crawl.lock"), "the second has let go of what it took over"
    assert not stop.is_set()
    _beat()
    assert stop.is_set()
    with pytest.raises(FolderInUseError, match="taken over"):
        holder.__exit__(None, None, None)


def _beat() -> None:
    """What every holder's thread does each quarter of a minute; here at once."""
    for thread in threading.enumerate():
        if thread.name == "lease":
            thread._target.__self__.beat()  # type: ignore[attr-defined]


def test_a_lease_is_renewed_only_by_who_has_it(store: Store) -> None:
    mine = lease.Lease(f"{store.root}/lock", seconds=60)
    mine.acquire()
    before = objects.info(mine.path)["ETag"]
    mine.beat()
    assert objects.info(mine.path)["ETag"] != before
    late = lease.Lease(
        mine.path,
        seconds=60,
        now=lambda: objects.changed(objects.info(mine.path), otherwise=0) + 61,
    )
    late.acquire()
    mine.beat()
    assert mine.is_lost
    mine.release()
    assert objects.exists(late.path), "who lost it does not take it from the other"
    late.release()
    assert not objects.exists(late.path)


def test_of_many_who_find_a_dead_lease_exactly_one_gets_it(store: Store) -> None:
    store.write("lock", json.dumps({"token": "dead"}).encode())
    got: list[lease.Lease] = []

    def grab() -> None:
        one = lease.Lease(f"{store.root}/lock", seconds=-1)
        try:
            one.acquire()
        except lease.LockHeldError:
            return
        one._end.set()
        got.append(one)

    # A lease of no time at all may be taken from its new holder at once, so each grabs the dead
    # one's version or nothing.
    told = objects.info(f"{store.root}/lock")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "info", lambda path: told)
        threads = [threading.Thread(target=grab) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(got) == 1


def test_a_lost_answer_to_a_renewal_is_no_loss(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = lease.Lease(f"{store.root}/lock")
    mine.acquire()
    real = objects.put

    def twice(*args: object, **how: object) -> str | None:
        real(*args, **how)  # type: ignore[arg-type]
        return real(*args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(objects, "put", twice)
    mine.beat()
    assert not mine.is_lost
    monkeypatch.undo()
    mine.beat()
    assert not mine.is_lost
    mine.release()
