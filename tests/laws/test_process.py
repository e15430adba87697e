"""What counts as asked again: the measure behind "nothing twice"."""

from __future__ import annotations

from typing import Any

from scrapers.crawl import COURT, JAIL
from tests.laws.process import asked_again, namesakes


def line(key: str, name: str, born: str | None, *aliases: tuple[str, str]) -> dict[str, Any]:
    rows = [{"last": last, "first": first} for last, first in aliases]
    return {
        "key": key,
        "jail": {"name": {"full": name}, "date_of_birth": born, "bookings": [{"aliases": rows}]},
    }


def search(detail: str, session: str = "s") -> dict[str, Any]:
    return {"portal": "odyssey", "page": "search-post", "session": session, "detail": detail}


def case(person: str, session: str = "s") -> dict[str, Any]:
    return {"portal": "odyssey", "page": "case", "session": session, "person": person}


MEANT = namesakes(
    [
        line("a", "CROWD, KIM", "1980-01-01", ("OTHER", "KIM")),
        line("b", "CROWD, KIM", "1990-02-02"),
        line("c", "LONE, SAM", "1970-03-03"),
    ]
)


def test_a_search_means_those_of_its_name_and_birth_date_and_without_one_all_of_the_name() -> None:
    assert MEANT["CROWD, KIM"] == {"a", "b"}
    assert MEANT["CROWD, KIM | born 1980-01-01..1980-01-01"] == {"a"}
    assert MEANT["OTHER, KIM | born 1980-01-01..1980-01-01"] == {"a"}


def test_a_case_of_somebody_done_is_asked_again() -> None:
    rows = [
        search("LONE, SAM | born 1970-03-03..1970-03-03 | filed 1900-01-01..2017-10-14"),
        case("c"),
        case("d"),
    ]
    assert asked_again({COURT: {"c"}}, rows, MEANT) == [case("c")]
    assert asked_again({COURT: {"d"}}, rows, MEANT) == []
    assert asked_again({COURT: {"c"}}, [case("c")], MEANT) == [case("c")]


def test_a_namesakes_case_that_is_opened_to_see_whose_it_is_was_not_asked_for_again() -> None:
    rows = [search("CROWD, KIM"), case("a"), case("b")]
    assert asked_again({COURT: {"a"}}, rows, MEANT) == []
    assert asked_again({COURT: {"a", "b"}}, rows, MEANT) == [case("a"), case("b")]


def test_a_birth_date_in_the_search_says_who_of_the_namesakes_is_meant() -> None:
    rows = [search("CROWD, KIM | born 1980-01-01..1980-01-01"), case("a")]
    assert asked_again({COURT: {"a"}}, rows, MEANT) == [case("a")]


def test_sessions_are_kept_apart() -> None:
    rows = [
        search("CROWD, KIM", "one"),
        search("LONE, SAM", "two"),
        case("a", "one"),
        case("c", "two"),
    ]
    assert asked_again({COURT: {"a", "c"}}, rows, MEANT) == [case("c", "two")]


def test_details_of_a_booking_are_told_by_their_person() -> None:
    rows = [{"portal": "iml", "page": "detail", "person": key} for key in ("a", "b")]
    assert asked_again({JAIL: {"a"}, COURT: {"b"}}, rows, MEANT) == rows[:1]
