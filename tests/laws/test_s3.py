"""The laws where the crawl folder is in S3, with everything else real: the command, Chromium, the
practice portals, SIGKILL."""

from __future__ import annotations

import random
import signal
import threading
from pathlib import Path

import pytest

from operators import lease
from scrapers.crawl import COURT, JAIL, CrawlFolder, summarise
from tests.laws.process import Cj, truth
from tests.s3 import Store, s3_server, store

__all__ = ["s3_server", "store"]

pytestmark = pytest.mark.browser

_SECONDS = 2.0
_PROGRAM = (
    "import sys; from operators import lease; "
    f"lease.SECONDS = {_SECONDS}; from cj.__main__ import main; sys.exit(main())"
)


class CjOnS3(Cj):
    """The command with its folder in S3, and a lease that a test can wait for; the access log lies
    on this machine."""

    where: str

    def start(self, *options: str, **how: object):  # type: ignore[no-untyped-def]
        return super().start(f"--out={self.where}", *options, **how)  # type: ignore[arg-type]

    @property
    def crawl(self) -> CrawlFolder:
        return CrawlFolder(self.where)


def test_killed_at_random_moments_a_crawl_in_s3_ends_as_if_it_had_never_been(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "SECONDS", _SECONDS)
    dice = random.Random(20261122)
    cj = CjOnS3(tmp_path / "crawl", people=5, program=("-c", _PROGRAM))
    cj.where = f"{store.root}/crawl"
    pause = threading.Event()
    for _ in range(2):
        before, done = len(cj.requests()), _done(cj.crawl)
        cj.run_until(dice.randint(8, 35), signal.SIGKILL)
        assert not cj.asked_again(done, before)
        while cj.crawl.running():
            pause.wait(0.2)
    before, done = len(cj.requests()), _done(cj.crawl)
    code, said = cj.run()
    assert code == 0, said
    assert not cj.asked_again(done, before)
    told = list(truth(cj.people, cj.seed))
    for half, name in ((JAIL, "jail"), (COURT, "odyssey")):
        files = dict(cj.crawl.read_many(half, cj.crawl.keys(half)))
        records = {
            key: file.record.model_dump(mode="json") if file and file.record else None
            for key, file in files.items()
        }
        assert records == {row["key"]: row[name] for row in told}
    assert summarise(cj.crawl).state == "complete"
    left = store.keys()
    assert not [
        name for name in left if "lock" in name or "unconfirmed" in name or "/parts/" in name
    ]
    assert "log, and what the practice portals remember: " in said
    assert not cj.still_running()


def _done(folder: CrawlFolder) -> dict[str, set[str]]:
    return {
        half: {key for key, file in folder.read_many(half, folder.keys(half)) if file is not None}
        for half in (JAIL, COURT)
    }
