"""Dispositions find their charges, and everything is in its order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scrapers.odyssey.parse.assemble import assemble, plain_number
from scrapers.odyssey.records import Case, CourtCharge, DispositionEvent, Outcome

FIRST, SECOND = dt.date(2026, 1, 5), dt.date(2026, 2, 5)


def made(**parts: Any) -> Case:
    head = dict.fromkeys(("court", "case_type", "status", "file_date", "judicial_officer"))
    return assemble(case_number="C1", style="", **head, **parts)


def event(date: dt.date, name: str, *lines: Outcome) -> DispositionEvent:
    return DispositionEvent(date=date, name=name, outcomes=lines)


def line(number: str | None, description: str | None, result: str | None = "Guilty") -> Outcome:
    return Outcome(charge_number=number, description=description, result=result)


def test_charges_are_sorted_by_number_and_dispositions_oldest_first() -> None:
    case = made(
        charges=[
            CourtCharge(number="10", description="B"),
            CourtCharge(number="2", description="A"),
        ],
        disposition_events=[
            event(SECOND, "Disposition", line("2", "A")),
            event(FIRST, "Plea", line("2", "A", "Not Guilty")),
        ],
    )
    assert [charge.number for charge in case.charges] == ["2", "10"]
    assert [(said.event, said.result) for said in case.charges[0].dispositions] == [
        ("Plea", "Not Guilty"),
        ("Disposition", "Guilty"),
    ]
    assert case.charges[1].dispositions == ()


def test_a_line_without_a_known_number_joins_by_exact_description_only() -> None:
    case = made(
        charges=[
            CourtCharge(number="1", description="A"),
            CourtCharge(number="2", description="A LONGER"),
        ],
        disposition_events=[
            event(FIRST, "Disposition", line(None, "A"), line("7", "A LONGER"), line(None, "B"))
        ],
    )
    assert [len(charge.dispositions) for charge in case.charges] == [1, 1]


def test_a_number_that_a_charge_has_is_not_joined_by_description_to_another() -> None:
    case = made(
        charges=[
            CourtCharge(number="1", description="SAME"),
            CourtCharge(number="2", description="SAME"),
        ],
        disposition_events=[event(FIRST, "Disposition", line("1", "SAME"))],
    )
    assert [len(charge.dispositions) for charge in case.charges] == [1, 0]


def test_a_line_that_may_be_of_either_defendant_joins_neither() -> None:
    charges = [CourtCharge(number="1", description="SAME", party=party) for party in ("A", "B")]
    case = made(
        charges=charges, disposition_events=[event(FIRST, "Disposition", line("1", "SAME"))]
    )
    assert [len(charge.dispositions) for charge in case.charges] == [0, 0]


def test_a_number_of_several_defendants_joins_by_its_description() -> None:
    charges = [CourtCharge(number="1", description=text, party=text) for text in ("ONE", "OTHER")]
    case = made(
        charges=charges, disposition_events=[event(FIRST, "Disposition", line("1", "OTHER"))]
    )
    assert [len(charge.dispositions) for charge in case.charges] == [0, 1]


def test_numbers_lose_their_leading_zeros() -> None:
    assert [plain_number(text) for text in ("01", "0", "10", "A1", "", None)] == [
        "1",
        "0",
        "10",
        "A1",
        None,
        None,
    ]
