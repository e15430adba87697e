"""Politeness, with a clock that only moves when somebody sleeps, and once with two real
processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import datetime, time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock, Timeout

from resilience import Pace, faults
from resilience.pace import nap
from tests.resilience.helpers import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(tmp_path: Path, clock: Clock) -> Pace:
    return Pace(
        2,
        0.15,
        host="portal",
        folder=str(tmp_path),
        clock=clock,
        sleep=clock.sleep,
        chance=lambda: 0.5,
    )


def test_starts_are_so_far_apart(pace: Pace, clock: Clock) -> None:
    starts = []
    for _ in range(3):
        with pace.slot():
            starts.append(clock.now)
    assert [b - a for a, b in pairwise(starts)] == pytest.approx([0.15, 0.15])


def test_a_third_page_waits_until_one_is_done(tmp_path: Path) -> None:
    pace = Pace(2, 0.0, folder=str(tmp_path))
    third = threading.Event()

    def wait() -> None:
        with pace.slot():
            third.set()

    with pace.slot():
        with pace.slot():
            thread = threading.Thread(target=wait)
            thread.start()
            assert not third.wait(0.2)
        assert third.wait(5)
        thread.join()


def test_a_page_that_fails_gives_its_slot_back(pace: Pace) -> None:
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), pace.slot():
            raise ZeroDivisionError


def test_hosts_do_not_share(tmp_path: Path, clock: Clock) -> None:
    one = Pace(1, 5, host="a", folder=str(tmp_path), clock=clock, sleep=clock.sleep)
    other = Pace(1, 5, host="b", folder=str(tmp_path), clock=clock, sleep=clock.sleep)
    with one.slot(), other.slot():
        pass
    assert clock.slept == []


def test_retry_after_holds_everybody_back(pace: Pace, tmp_path: Path, clock: Clock) -> None:
    pace.busy(30)
    neighbour = Pace(2, 0.15, host="portal", folder=str(tmp_path), clock=clock, sleep=clock.sleep)
    begun = clock.now
    with neighbour.slot():
        assert clock.now - begun == pytest.approx(30)


def test_busy_slows_down_and_fine_pages_recover(pace: Pace, clock: Clock) -> None:
    waits = []
    for _ in range(6):
        waits.append(pace.busy())
        clock.now += 60
    assert waits == pytest.approx([2, 4, 8, 16, 16, 16])
    assert pace.factor == 16
    steps = []
    for _ in range(40):
        pace.fine()
        steps.append(pace.factor)
    assert [steps[number] for number in (8, 9, 19, 29, 39)] == [16, 8, 4, 2, 1]


def test_several_workers_that_meet_the_same_trouble_slow_down_once(pace: Pace) -> None:
    pace.busy()
    pace.busy()
    assert pace.factor == 2


def test_slowed_starts_are_further_apart(pace: Pace, clock: Clock) -> None:
    pace.busy(0)
    with pace.slot():
        first = clock.now
    with pace.slot():
        assert clock.now - first == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-01-05T01:30", 3.5),
        ("2026-01-05T23:00", 6),
        ("2026-01-05T05:00", 0),
        ("2026-01-05T12:00", 0),
    ],
)
def test_quiet_hours_are_the_portals_own(tmp_path: Path, now: str, hours: float) -> None:
    zone = ZoneInfo("America/Chicago")
    clock = Clock(datetime.fromisoformat(now).replace(tzinfo=zone).timestamp())
    pace = Pace(
        folder=str(tmp_path),
        quiet=[(time(22), time(5))],
        zone="America/Chicago",
        clock=clock,
        sleep=clock.sleep,
    )
    with pace.slot():
        assert sum(clock.slept) == pytest.approx(hours * 3600)


# -- a long wait that a portal asks for


def lines_of(pace: Pace) -> list[str]:
    lines: list[str] = []
    pace.tell = lines.append
    return lines


def test_a_wait_that_the_portal_asked_for_is_told_once_with_its_end(
    pace: Pace, tmp_path: Path
) -> None:
    clock = Clock(datetime.fromisoformat("2026-01-05T14:00+00:00").timestamp())
    pace = Pace(2, 0.15, host="portal", folder=str(tmp_path), clock=clock, sleep=clock.sleep)
    lines = lines_of(pace)
    pace.busy(300)
    with pace.slot():
        assert clock.now >= datetime.fromisoformat("2026-01-05T14:05+00:00").timestamp()
    assert lines == ["portal: waiting until 14:05 (UTC) because the portal asked for it"]
    pace.busy(0.5)
    with pace.slot():
        assert len(lines) == 1


def test_a_wait_that_is_too_long_is_a_fault_at_once_for_everybody_and_after_a_restart(
    pace: Pace, tmp_path: Path, clock: Clock
) -> None:
    pace.busy(86_400)
    later = Pace(2, 0.15, host="portal", folder=str(tmp_path), clock=clock, sleep=clock.sleep)
    for one in (pace, later):
        with (
            pytest.raises(faults.AskedToWait, match="portal asked to be left alone until"),
            one.slot(),
        ):
            raise AssertionError("nothing was to start")
    assert clock.slept == []
    clock.now += 86_400 - 900
    with later.slot():
        assert sum(clock.slept) == pytest.approx(900)


def test_no_portal_is_left_alone_for_more_than_a_day(pace: Pace, clock: Clock) -> None:
    assert pace.busy(1e12) == pytest.approx(86_400)
    clock.now += 86_400
    with pace.slot():
        pass


@pytest.mark.parametrize("back", [3600.0, 86_400.0 * 365])
def test_a_clock_set_back_makes_no_wait_longer_than_was_asked(
    pace: Pace, clock: Clock, back: float
) -> None:
    with pace.slot():
        pass
    pace.busy(30)
    clock.now -= back
    with pace.slot():
        assert sum(clock.slept) == pytest.approx(30, abs=0.2)
    clock.slept.clear()
    clock.now -= back
    for _ in range(3):
        with pace.slot():
            pass
    assert sum(clock.slept) < 2


def test_a_stop_ends_a_wait_that_the_portal_asked_for(tmp_path: Path) -> None:
    pace, stop = Pace(folder=str(tmp_path)), threading.Event()
    pace.busy(600)
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(faults.Stopped), pace.slot(stop=stop):
        pass


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", '{"not_before": "x"}', '{"not_before": NaN}', '{"not_before": 1e300}', "\xff"],
)
def test_a_state_that_somebody_else_wrote_is_no_obstacle(
    pace: Pace, tmp_path: Path, clock: Clock, text: str
) -> None:
    (tmp_path / "portal.json").write_bytes(text.encode("latin-1"))
    pace.longest_wait = 90_000
    with pace.slot():
        assert sum(clock.slept) <= 86_400.0


def test_a_forked_child_that_leaves_does_not_give_its_parents_slot_away(tmp_path: Path) -> None:
    pace = Pace(1, 0.0, folder=str(tmp_path))
    with pace.slot() as slot:
        child = os.fork()
        if child == 0:
            slot.release()
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(Timeout):
            FileLock(str(tmp_path / "portal.slot-0")).acquire(blocking=False)
    FileLock(str(tmp_path / "portal.slot-0")).acquire(blocking=False)


def test_quiet_hours_last_as_long_as_the_clocks_say_when_they_change(tmp_path: Path) -> None:
    pace = Pace(folder=str(tmp_path), quiet=[(time(1), time(5))], zone="America/Chicago")
    spring = datetime(2026, 3, 8, 1, 0, tzinfo=ZoneInfo("America/Chicago")).timestamp()
    assert pace.quiet_for(spring) == 3 * 3600


def test_a_stop_ends_a_long_wait(pace: Pace) -> None:
    stop = threading.Event()
    pace.busy(600)
    stop.set()
    with pytest.raises(faults.Stopped), pace.slot(stop=stop):
        pass
    with pytest.raises(faults.Stopped):
        nap(600, stop=stop)


def test_an_open_breaker_lets_nothing_start(pace: Pace, clock: Clock) -> None:
    pace.breaker.trip("a block page")
    with pytest.raises(faults.CircuitOpen, match="portal is left alone: a block page"), pace.slot():
        pass
    clock.now += 301
    with pace.slot():
        pass


def test_a_broken_state_file_is_no_obstacle(pace: Pace, tmp_path: Path) -> None:
    (tmp_path / "portal.json").write_text("{")
    with pace.slot():
        pass
    assert json.loads((tmp_path / "portal.json").read_text())["last_start"] > 0


def test_free_waits_for_nothing_but_the_portals_own_wish(clock: Clock) -> None:
    free = Pace.free(clock=clock, sleep=clock.sleep)
    for _ in range(9):
        with free.slot(), free.slot():
            pass
    assert clock.slept == []
    free.busy(3)
    with free.slot():
        assert sum(clock.slept) == pytest.approx(3)


WORKER = """
import json, sys, time
from resilience import Pace
pace = Pace(1, 0.05, folder=sys.argv[1])
seen = []
for _ in range(8):
    with pace.slot():
        seen.append(json.load(open(sys.argv[1] + "/portal.json"))["last_start"])
        time.sleep(0.01)
        seen.append(time.time())
print(json.dumps(seen))
"""


def test_two_processes_share_one_budget_and_a_killed_one_frees_its_slot(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys,time\nfrom resilience import Pace\n"
            "with Pace(1, 0, folder=sys.argv[1]).slot():\n"
            " print('held', flush=True); time.sleep(60)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    holder.kill()
    holder.communicate()
    pages = []
    for worker in workers:
        seen = json.loads(worker.communicate(timeout=60)[0])
        pages += list(zip(seen[::2], seen[1::2], strict=True))
    pages.sort()
    assert len(pages) == 16
    for (begin, end), (following, _) in pairwise(pages):
        assert following >= end, "never two at once"
        assert following - begin >= 0.0499
