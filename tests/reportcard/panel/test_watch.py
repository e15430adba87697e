from __future__ import annotations

import pytest

from reportcard.panel.watch import Watch, keeps_released, watch_of
from tests.reportcard.panel.lists import Row, day, panel_of


@pytest.mark.parametrize(
    ("lists", "keeps", "runs"),
    [
        ([1, 2, 3], 2, ((1, 2),)),
        ([1, 2, 4, 5], 2, ((1, 4),)),
        ([1, 2, 5, 6], 2, ((1, 1), (3, 5))),
        ([1, 2, 5, 6], 1, ((1, 1), (4, 5))),
        ([1, 2, 3, 5, 6], 0, ((1, 2), (5, 5))),
        ([7], 3, ()),
        ([], 3, ()),
    ],
)
def test_a_day_is_watched_while_its_releases_are_still_listed(
    lists: list[int], keeps: int, runs: tuple[tuple[int, int], ...]
) -> None:
    assert watch_of(lists, keeps).runs == runs


def test_runs_are_cut_to_a_stretch_of_days() -> None:
    watch = Watch(((1, 4), (7, 9), (12, 20)), 2)
    assert list(watch.within(3, 13)) == [(3, 4), (7, 9), (12, 13)]
    assert list(watch.within(5, 6)) == []
    assert [watch.watched(number) for number in (0, 4, 5, 12, 21)] == [0, 1, 0, 1, 0]
    assert (watch.days, watch.missing, watch.first, watch.last) == (16, 4, 1, 20)


def test_what_a_list_keeps_is_what_nine_of_ten_releases_are_kept() -> None:
    assert keeps_released([1] + [3] * 19) == 3
    assert keeps_released([1, 1] + [3] * 8) == 1
    assert keeps_released([]) == 0


def test_the_habit_is_measured_from_releases_seen_to_their_end() -> None:
    crawls = []
    for number in range(1, 20):
        rows = [
            Row(f"{b}", since=b - 1, release=b if b <= number else None)
            for b in range(1, 20)
            if b - 1 < number <= b + 2
        ]
        crawls.append((number, rows))
    watch = panel_of(crawls).watch
    assert (watch.keeps, watch.measured) == (2, 16)
    assert not watch.custody_only


def test_a_list_that_never_shows_a_release_is_of_people_in_custody_only() -> None:
    crawls = [(number, [Row("1"), Row(f"{number}", since=number - 1)]) for number in range(2, 9)]
    for search in ("all", "in-custody"):
        watch = panel_of(crawls, search=search).watch
        assert watch.custody_only
        assert watch.runs == ((day(2).toordinal(), day(7).toordinal()),)
