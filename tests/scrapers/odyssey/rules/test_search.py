"""Which searches are made, whose a party is, and when a result may be cut."""

from __future__ import annotations

import datetime as dt

import pytest

from scrapers.odyssey.parse.assemble import assemble
from scrapers.odyssey.parse.hits import CaseLink, PartyHit
from scrapers.odyssey.records import Case, Party
from scrapers.odyssey.rules.search import (
    EARLIEST,
    Query,
    by_case,
    by_row,
    may_be_cut,
    rounds,
    split_window,
)

BORN = dt.date(1990, 1, 2)
TODAY = dt.date(2026, 1, 5)


def hit(born: dt.date | None = None, *filed: dt.date | None) -> PartyHit:
    links = tuple(
        CaseLink(case_number=f"C{place}", url="x", file_date=day) for place, day in enumerate(filed)
    )
    return PartyHit(name="SAMPLE, JORDAN", date_of_birth=born, cases=links)


def case(*parties: Party) -> Case:
    return assemble(
        case_number="C1", style="", court=None, case_type=None, status="Open", file_date=None,
        judicial_officer=None, parties=parties,
    )  # fmt: skip


def test_the_documented_order_of_searches() -> None:
    made = list(
        rounds(
            "O'SAMPLE-LEE, JORDAN Q JR",
            BORN,
            ["SAMPEL, JORDAN", "O'SAMPLE-LEE, JORDAN", "SAMPEL, JORDAN X"],
        )
    )
    assert [[(query.text, query.date_of_birth) for query in one] for one in made] == [
        [("O'SAMPLE-LEE, JORDAN", BORN), ("SAMPEL, JORDAN", BORN)],
        [
            ("OSAMPLE-LEE, JORDAN", BORN),
            ("O'SAMPLE LEE, JORDAN", BORN),
            ("O'SAMPLE, JORDAN", BORN),
            ("LEE, JORDAN", BORN),
        ],
        [("O'SAMPLE-LEE, JORDAN", None)],
    ]


def test_without_a_birth_date_only_the_name_and_the_aliases_are_asked() -> None:
    assert list(rounds("SAMPLE-LEE, JORDAN", None, ["SAMPEL, JO"])) == [
        (Query(text="SAMPLE-LEE, JORDAN"), Query(text="SAMPEL, JO"))
    ]


def test_a_row_is_accepted_rejected_or_left_to_the_case_pages() -> None:
    assert by_row(hit(BORN), BORN) == "accepted"
    assert by_row(hit(dt.date(1971, 1, 1)), BORN) == "rejected"
    assert by_row(hit(None), BORN) is None
    assert by_row(hit(BORN), None) == "candidate"


def test_only_the_defendant_of_that_name_speaks_on_a_case_page() -> None:
    mine = Party(role="Defendant", name="SAMPLE, JORDAN LEE", date_of_birth=BORN)
    other = Party(role="Defendant", name="EXAMPLE, ALEX", date_of_birth=dt.date(1971, 1, 1))
    plaintiff = Party(role="Plaintiff", name="SAMPLE, JORDAN", date_of_birth=BORN)
    assert by_case(hit(), case(other, mine), BORN) == "accepted"
    assert by_case(hit(), case(other), BORN) is None
    assert by_case(hit(), case(plaintiff), BORN) is None
    assert by_case(hit(), case(mine), dt.date(1989, 1, 2)) == "rejected"
    assert by_case(hit(), case(mine.model_copy(update={"date_of_birth": None})), BORN) is None


@pytest.mark.parametrize(
    ("cases", "limit", "cut"),
    [
        (29, 30, False),
        (30, 30, True),
        (31, 30, True),
        (10, None, False),
        (30, None, True),
        (31, None, False),
        (75, None, True),
    ],
)
def test_a_result_at_the_limit_or_of_a_round_number_may_be_cut(
    cases: int, limit: int | None, cut: bool
) -> None:
    assert may_be_cut(cases, limit) is cut


def test_windows_part_at_the_middle_case_and_leave_no_day_out() -> None:
    seen = [hit(None, dt.date(2020, 1, 1), dt.date(2021, 1, 1), dt.date(2025, 1, 1))]
    parts = split_window(Query(text="S"), seen, TODAY)
    assert parts is not None
    early, late = parts
    assert (early.filed_from, early.filed_to) == (EARLIEST, dt.date(2021, 1, 1))
    assert (late.filed_from, late.filed_to) == (dt.date(2021, 1, 2), TODAY)


def test_windows_get_smaller_until_they_are_one_day() -> None:
    seen = [hit(None, TODAY, TODAY)]
    waiting, days = [Query(text="S", filed_from=TODAY - dt.timedelta(days=9), filed_to=TODAY)], 0
    while waiting:
        parts = split_window(waiting.pop(), seen, TODAY)
        if parts is None:
            days += 1
        else:
            waiting += parts
    assert days == 10
