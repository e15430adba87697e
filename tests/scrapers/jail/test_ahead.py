"""Which bookings are read ahead, how many are held, and for which rows they are given out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import cast

import pytest

from resilience.faults import Slow
from scrapers.jail.ahead import Ahead, HeldBooking, Read
from scrapers.jail.parse import Detail
from scrapers.jail.roster import RosterRow
from tests.scrapers.jail.test_scan import row

READ = Read(cast("Detail", None), ())


def changed(one: RosterRow) -> RosterRow:
    return one.model_copy(update={"img_sys_id": "other"})


def read_all(ahead: Ahead, count: int) -> list[RosterRow]:
    found = []
    for _ in range(count):
        one = ahead.take()
        assert one is not None
        ahead.put(HeldBooking(one, READ))
        found.append(one)
    return found


def at_last(true: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(true() or pause.wait(0.01) for _ in range(1000))


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


def test_rows_come_in_the_order_of_the_list_and_each_once(stop: threading.Event) -> None:
    ahead, rows = Ahead(stop), [row(number) for number in range(5)]
    ahead.seen(rows[:3])
    ahead.seen(rows)
    assert read_all(ahead, 5) == rows
    ahead.seen(rows)
    assert ahead.left == 0


def test_what_was_read_is_given_out_once_and_only_for_that_row(stop: threading.Event) -> None:
    ahead, rows = Ahead(stop), [row(0), row(1)]
    ahead.seen(rows)
    read_all(ahead, 2)
    ahead.settle(rows)
    ahead.close()
    assert ahead.of(changed(rows[0])) is None
    held = ahead.of(rows[1])
    assert held is not None
    assert held.read is READ
    assert ahead.of(rows[0]) is ahead.of(rows[1]) is ahead.of(row(7)) is None
    assert (ahead.used, ahead.thrown_away) == (1, 1)


def test_what_is_not_on_the_roster_or_changed_there_is_thrown_away(stop: threading.Event) -> None:
    ahead, rows = Ahead(stop), [row(number) for number in range(4)]
    ahead.seen(rows)
    read_all(ahead, 3)
    ahead.settle([rows[0], changed(rows[1]), rows[3]])
    assert ahead.thrown_away == 2
    assert ahead.left == 1, "the last one still is to be read"
    assert ahead.of(rows[2]) is None
    assert ahead.of(rows[0]) is not None


def test_what_left_the_roster_while_it_was_read_is_thrown_away(stop: threading.Event) -> None:
    ahead = Ahead(stop)
    ahead.seen([row(0)])
    taken = ahead.take()
    assert taken is not None
    ahead.settle([])
    ahead.close()
    ahead.put(HeldBooking(taken, READ))
    assert ahead.of(row(0)) is None
    assert (ahead.used, ahead.thrown_away) == (0, 1)


def test_a_row_that_changed_is_read_again_whether_it_waited_was_read_or_was_being_read(
    stop: threading.Event,
) -> None:
    ahead, rows = Ahead(stop), [row(number) for number in range(3)]
    ahead.seen(rows)
    read_all(ahead, 1)
    taken = ahead.take()
    assert taken == rows[1]
    ahead.seen([changed(one) for one in rows])
    ahead.put(HeldBooking(rows[1], READ))
    assert sorted(read_all(ahead, 3), key=lambda one: one.booking_number) == [
        changed(one) for one in rows
    ]
    assert ahead.left == 0
    assert ahead.thrown_away == 2


def test_no_more_are_held_than_may_be_and_who_would_read_more_waits(stop: threading.Event) -> None:
    ahead, rows = Ahead(stop, most=3), [row(number) for number in range(10)]
    ahead.seen(rows)
    read_all(ahead, 3)
    assert ahead.left == 0
    came: list[RosterRow | None] = []
    reader = threading.Thread(target=lambda: came.append(ahead.take()))
    reader.start()
    reader.join(0.3)
    assert not came
    assert ahead.of(rows[0]) is not None
    reader.join(10)
    assert came == [rows[3]]


def test_whoever_needs_a_booking_that_is_being_read_waits_for_it(stop: threading.Event) -> None:
    ahead = Ahead(stop)
    ahead.seen([row(0)])
    taken = ahead.take()
    assert taken is not None
    came: list[HeldBooking | None] = []
    ahead.settle([row(0)])
    ahead.close()
    worker = threading.Thread(target=lambda: came.append(ahead.of(row(0))))
    worker.start()
    worker.join(0.3)
    assert not came
    ahead.put(HeldBooking(taken, READ))
    worker.join(10)
    assert [one.read for one in came if one] == [READ]


def test_a_fault_is_handed_on_and_the_row_is_not_read_ahead_again(stop: threading.Event) -> None:
    ahead = Ahead(stop)
    ahead.seen([row(0)])
    taken = ahead.take()
    assert taken is not None
    ahead.put(HeldBooking(taken, None, Counter(Slow=1), fault=Slow("slow")))
    ahead.seen([row(0)])
    assert ahead.left == 0
    ahead.close()
    held = ahead.of(row(0))
    assert held is not None
    assert held.met == {"Slow": 1}
    assert (ahead.used, ahead.thrown_away) == (0, 0)


def test_only_people_who_are_asked_about_are_read(stop: threading.Event) -> None:
    ahead = Ahead(stop, wanted=lambda key: key in ("B", "booking-26000002"))
    rows = [row(0, permanent_id="A"), row(1, permanent_id="B"), row(2)]
    ahead.seen(rows)
    assert read_all(ahead, 2) == rows[1:]
    assert ahead.left == 0


@pytest.mark.parametrize("end", ["close", "stop"])
def test_all_who_wait_are_let_go_at_the_end(stop: threading.Event, end: str) -> None:
    ahead, came = Ahead(stop), []
    readers = [threading.Thread(target=lambda: came.append(ahead.take())) for _ in range(2)]
    readers.append(threading.Thread(target=lambda: came.append(ahead.wait())))  # type: ignore[func-returns-value]
    for reader in readers:
        reader.start()
    ahead.close() if end == "close" else stop.set()
    assert at_last(lambda: len(came) == 3)
    assert came == [None] * 3


def test_nothing_is_taken_after_the_end(stop: threading.Event) -> None:
    ahead = Ahead(stop)
    ahead.seen([row(0)])
    ahead.close()
    ahead.seen([row(1)])
    assert ahead.take() is None
