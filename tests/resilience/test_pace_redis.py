"""One budget for several machines: real processes that share nothing but a real Redis on
loopback."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from resilience import Session, faults, pace_redis
from resilience.pace_redis import RedisPace, without_password
from tests.resilience.helpers import Clock, until

PROGRAM = """
import json, sys, time
from resilience import pace_redis
pace_redis.LEASE, pace_redis._RENEW = 1.0, 0.2
pace = pace_redis.RedisPace(sys.argv[1], 1, 0.05, host="portal")
if sys.argv[2] == "hold":
    with pace.slot():
        print("held", flush=True)
        time.sleep(60)
seen = []
for _ in range(8):
    with pace.slot():
        seen.append(time.time())
        time.sleep(0.01)
        seen.append(time.time())
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of our own; ended by its process id."""
    assert shutil.which("redis-server"), "redis-server is missing: apt-get install redis-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            "redis-server",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ],
        cwd=tmp_path_factory.mktemp("redis"),
        stdout=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: _answers(port), 20)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def start(server: str, what: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, server, what], stdout=subprocess.PIPE)


def test_two_machines_keep_one_interval_and_never_ask_two_pages_at_once(server: str) -> None:
    workers = [start(server, "work") for _ in range(2)]
    pages = []
    for worker in workers:
        seen = json.loads(worker.communicate(timeout=60)[0])
        pages += list(zip(seen[::2], seen[1::2], strict=True))
    pages.sort()
    assert len(pages) == 16
    for (_, end), (following, _) in pairwise(pages):
        assert following >= end, "never two at once"
    assert pages[-1][0] - pages[0][0] >= 15 * 0.05 - 0.1, (
        "what a start is late by is not the pace's"
    )


def test_a_living_holder_keeps_its_slot_and_a_killed_one_loses_it_with_its_lease(
    server: str,
) -> None:
    holder = start(server, "hold")
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    pace, got = RedisPace(server, 1, 0.0, host="portal"), threading.Event()

    def wait() -> None:
        with pace.slot():
            got.set()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    assert not got.wait(2.5), "two and a half leases: it is renewed"
    holder.kill()
    holder.communicate()
    killed = time.monotonic()
    assert got.wait(10)
    assert time.monotonic() - killed < 5
    waiting.join(5)


def test_a_busy_portal_slows_down_everybody_and_fine_pages_speed_up_again(server: str) -> None:
    clock = Clock()
    one = RedisPace(server, 2, 0.1, host="slow")
    other = RedisPace(server, 2, 0.1, host="slow", sleep=clock.sleep)
    assert one.busy(retry_after=30.0) == pytest.approx(30.0, abs=1.0)
    assert other.factor == 2.0
    other.wait_out(faults.Busy("busy", retry_after=30.0))
    assert sum(clock.slept) == pytest.approx(30.0, abs=1.0)
    for _ in range(10):
        one.fine()
    assert other.factor == 1.0


def test_a_slot_that_was_lost_is_noticed_before_the_next_request_of_its_page(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace_redis, "LEASE", 1.0)
    monkeypatch.setattr(pace_redis, "_RENEW", 0.1)
    pace = RedisPace(server, 1, 0.0, host="lost")
    with Session(pace=pace, fetch_mode="http") as session, session.page("a case"):
        with session.page("a service of it"):
            pass
        pace._redis.delete(pace._key("slot-0"))  # as when Redis is started anew
        with pytest.raises(faults.Unreachable, match="slot of this page was lost"):
            assert until(lambda: _page(session))


def _page(session: Session) -> bool:
    with session.page("a service of it"):
        return False


def test_a_slot_whose_redis_is_silent_is_lost_with_its_lease(server: str) -> None:
    lock = RedisPace(server, 1, 0.0, host="silent")._redis.lock(
        "silent-slot", timeout=20, thread_local=False
    )
    slot = pace_redis.RedisSlot(lock, "here", time.monotonic() - pace_redis.LEASE)
    with pytest.raises(faults.Unreachable, match="lost"):
        slot.check()


def test_without_the_lock_of_its_state_nothing_goes_on(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace_redis, "_STATE_WAIT", 0.2)
    pace = RedisPace(server, 1, 0.0, host="locked")
    other = pace._redis.lock(pace._key("lock"), timeout=5)
    assert other.acquire()
    with pytest.raises(faults.Unreachable, match="was locked"), pace.slot():
        raise AssertionError("nothing was to start")
    other.release()


def test_whoever_lost_the_lock_of_the_state_does_not_write_it(server: str) -> None:
    pace = RedisPace(server, 1, 0.0, host="slept")
    pace.busy(0.0)
    with pytest.raises(faults.Unreachable, match="lock"), pace._state() as state:  # noqa: PT012
        state["not_before"] = 9e9
        pace._redis.delete(pace._key("lock"))  # it ran out, and another may have it
    with pace._state() as state:
        assert state["not_before"] < 9e9


def test_a_redis_that_does_not_answer_is_a_named_fault_without_its_password() -> None:
    pace = RedisPace("redis://:geheim@127.0.0.1:1/0", host="portal")
    with pytest.raises(faults.Unreachable) as told, pace.slot():
        pass
    assert "redis://127.0.0.1:1/0" in str(told.value)
    assert "geheim" not in str(told.value)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no address of a Redis: 'http://somewhere/'"):
        RedisPace("http://user:secret@somewhere/")


def test_no_password_stands_in_a_message() -> None:
    assert without_password("rediss://user:pass@host:6380/2") == "rediss://host:6380/2"
