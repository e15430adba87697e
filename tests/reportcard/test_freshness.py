from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from reportcard.freshness import (
    FIRST_TO_LAST,
    Detainee,
    detainee_of,
    due,
    fresh,
    is_fresh,
    likely_pretrial_first,
    people_of,
)
from reportcard.load import load
from reportcard.load_files import InvalidFilesError
from tests.reportcard import folders
from tests.reportcard.folders import case, history, moment, person, put_court, put_jail

MONDAY = dt.date(2026, 1, 5)
DAY = dt.timedelta(days=1)


def test_a_history_is_fresh_for_so_many_days_and_no_longer() -> None:
    assert is_fresh(MONDAY, 7, MONDAY)
    assert is_fresh(MONDAY, 7, MONDAY + 6 * DAY)
    assert not is_fresh(MONDAY, 7, MONDAY + 7 * DAY)


def test_with_no_days_nothing_is_fresh_and_without_a_history_nobody_is() -> None:
    assert not is_fresh(MONDAY, 0, MONDAY)
    assert not is_fresh(None, 7, MONDAY)


def test_who_was_booked_since_is_not_fresh() -> None:
    assert is_fresh(MONDAY, 7, MONDAY + 2 * DAY, MONDAY)
    assert not is_fresh(MONDAY, 7, MONDAY + 2 * DAY, MONDAY + DAY)


@given(st.dates(), st.integers(0, 400), st.integers(0, 400))
def test_freshness_ends_and_never_comes_back(asked: dt.date, days: int, later: int) -> None:
    try:
        today = asked + dt.timedelta(later)
        tomorrow = today + DAY
    except OverflowError:
        return
    assert is_fresh(asked, days, today) or not is_fresh(asked, days, tomorrow)


def test_likely_pretrial_comes_first_and_the_rest_keeps_its_order() -> None:
    people = [Detainee(answer, "s", custody=answer) for answer in reversed(FIRST_TO_LAST)]
    people += [Detainee("late", "s", custody="pretrial_by_label"), Detainee("nobody knows", "s")]
    keys = [each.key for each in likely_pretrial_first(people)]
    assert keys[:3] == ["pretrial_confirmed", "pretrial_by_label", "late"]
    assert keys.index("nobody knows") == keys.index("unknown") + 1
    assert keys[-1] == "not_held"


@pytest.fixture
def loaded(data: Path, url: str) -> Path:
    """Four people in jail; 1 found, 2 not found, 3 never asked for, 4 found by booking."""
    folder = folders.folder_of(data, MONDAY)
    for key in ("1", "2", "3", "booking-b4"):
        put_jail(folder, person(key, f"b{key[-1]}"), moment(MONDAY))
    put_court(folder, "1", history("1", case("C1")), moment(MONDAY))
    put_court(folder, "2", None, moment(MONDAY))
    put_court(folder, "booking-b4", history("booking-b4", case("C4")), moment(MONDAY))
    load(folder, url)
    return folder


def test_only_who_has_no_fresh_history_is_due(loaded: Path, url: str) -> None:
    people = list(people_of(loaded))
    assert due(people, url, 7, MONDAY + DAY) == ["3"]
    assert due(people, url, 1, MONDAY + DAY) == ["1", "2", "3", "booking-b4"]
    assert due(people, url, 0, MONDAY) == ["1", "2", "3", "booking-b4"]


def test_people_are_known_by_their_booking_whatever_key_they_have_now(
    loaded: Path, url: str
) -> None:
    assert due([Detainee("999", "practice", ("b4",))], url, 7, MONDAY) == []
    assert due([Detainee("1", "practice", ("b9",))], url, 7, MONDAY) == ["1"]
    assert due([Detainee("1", "elsewhere", ("b1",))], url, 7, MONDAY) == ["1"]


def test_without_a_booking_number_the_key_counts(loaded: Path, url: str) -> None:
    assert due([Detainee("1", "practice"), Detainee("3", "practice")], url, 7, MONDAY) == ["3"]


def test_a_missing_database_means_nobody_has_a_history_and_none_is_made(
    loaded: Path, tmp_path: Path
) -> None:
    people, file = list(people_of(loaded)), tmp_path / "none.sqlite"
    everybody = [each.key for each in people]
    assert due(people, None, 7, MONDAY) == everybody
    assert due(people, f"sqlite:///{file}", 7, MONDAY) == everybody
    assert not file.exists()
    file.touch()
    assert due(people, f"sqlite:///{file}", 7, MONDAY) == everybody


def test_a_server_that_does_not_answer_is_an_error_and_not_a_whole_county(loaded: Path) -> None:
    with pytest.raises(OperationalError):
        due(list(people_of(loaded)), "postgresql://nobody@127.0.0.1:1/none", 7, MONDAY)


def test_a_thousand_people_are_asked_about_in_pieces(loaded: Path, url: str) -> None:
    people = [Detainee(f"k{number}", "practice", (f"n{number}",)) for number in range(1200)]
    assert len(due([*people, Detainee("1", "practice", ("b1",))], url, 7, MONDAY)) == 1200


def test_an_invalid_jail_file_is_named_after_the_others(loaded: Path) -> None:
    (loaded / "jail" / "5.json").write_text("{", encoding="utf-8")
    seen: list[Detainee] = []
    with pytest.raises(InvalidFilesError, match=r"5\.json"):
        seen.extend(people_of(loaded))


def test_the_newest_commitment_counts_as_booked_on(data: Path) -> None:
    folder = folders.folder_of(data, MONDAY)
    put_jail(folder, person("1", "b1", "b2", commitment_date=MONDAY), moment(MONDAY))
    (one,) = people_of(folder)
    assert one == Detainee("1", "practice", ("b1", "b2"), "pretrial_by_label", MONDAY)
    assert detainee_of.__doc__


def test_a_booking_that_the_database_does_not_know_is_a_new_one(loaded: Path, url: str) -> None:
    assert due([Detainee("1", "practice", ("b1", "b9"))], url, 7, MONDAY) == ["1"]
    assert due([Detainee("1", "practice", ("b1",))], url, 7, MONDAY) == []


def test_the_answer_names_crawl_day_and_file(loaded: Path, url: str) -> None:
    (answer,) = fresh([Detainee("1", "practice", ("b1",))], url, 7, MONDAY).values()
    assert (answer.crawl_id, answer.day) == (loaded.name, MONDAY)
    assert answer.source_file == f"{loaded.name}/odyssey/1.json"


def test_an_answer_of_a_crawl_whose_clock_was_ahead_is_not_fresh(data: Path, url: str) -> None:
    ahead = MONDAY + dt.timedelta(365)
    folder = folders.folder_of(data, ahead)
    put_jail(folder, person("1", "b1"), moment(ahead))
    put_court(folder, "1", history("1", case("C1")), moment(ahead))
    people = list(people_of(folder))
    load(folder, url, now=lambda: moment(MONDAY))
    assert due(people, url, 7, MONDAY) == ["1"]
