from __future__ import annotations

import pytest

from reportcard.panel.custody import Custody, custody_of
from reportcard.panel.facts import BondFacts, CaseFacts, ChargeFacts, CourtChargeFacts, PageFacts

OPEN = CaseFacts("A", answer="pretrial", charges=(CourtChargeFacts(),))
ENDED = CaseFacts("A", answer="not_pretrial", charges=(CourtChargeFacts(open=False),))
SENTENCED = CaseFacts(
    "A", answer="not_pretrial", reasons=("sentence",), charges=(CourtChargeFacts(open=True),)
)
OVER = CaseFacts("A", answer="not_pretrial", reasons=("status_not_open",), charges=OPEN.charges)
UNCLEAR = CaseFacts("A", answer="unknown", public=False)


def page(*numbers: str | None, detainers: int = 0, grade: str = "FC") -> PageFacts:
    return PageFacts(
        bonds=tuple(BondFacts(case_number=number) for number in numbers),
        charges=(ChargeFacts(numbers[0] if numbers else "A", grade=grade),) if numbers else (),
        detainers=detainers,
    )


def answer(
    pages: list[PageFacts | None],
    cases: dict[str, CaseFacts],
    outcome: str | None = "found",
    whole: bool = True,
) -> Custody:
    return custody_of(pages, outcome, whole, cases.get)


def test_one_open_case_is_waiting_whatever_else_is_listed() -> None:
    found = answer([page("A", "B", None)], {"A": OPEN, "B": SENTENCED})
    assert (found.answer, found.also, found.every) == ("waiting", True, False)


def test_every_case_open_and_no_other_hold_is_marked() -> None:
    assert answer([page("A", "B")], {"A": OPEN, "B": OPEN}).every
    assert not answer([page("A", detainers=1)], {"A": OPEN}).every
    assert not answer([page("A", grade="I")], {"A": OPEN}).every
    assert not answer([page("A", "C")], {"A": OPEN}).every
    assert not answer([page("A"), None], {"A": OPEN}).every


def test_not_waiting_needs_every_listed_case_to_have_ended() -> None:
    assert answer([page("A", "B")], {"A": ENDED, "B": SENTENCED}).answer == "not_waiting"


@pytest.mark.parametrize(
    ("pages", "cases", "outcome", "reason"),
    [
        ([page("A"), None], {"A": ENDED}, "found", "page_unread"),
        ([None], {}, "found", "page_unread"),
        ([page()], {}, "found", "no_case_listed"),
        ([page("A")], {}, None, "court_not_asked"),
        ([page("A")], {}, "not_found", "court_not_found"),
        ([page("A")], {}, "unverified", "birth_date_unverified"),
        ([page("A", "B")], {"A": ENDED}, "found", "case_not_in_court"),
        ([page("A", None)], {"A": ENDED}, "found", "entry_without_case"),
        ([page("A")], {"A": UNCLEAR}, "found", "case_unclear"),
        ([page("A")], {"A": OVER}, "found", "bound_over_not_linked"),
    ],
)
def test_anything_else_is_unknown_with_its_reason(
    pages: list[PageFacts | None], cases: dict[str, CaseFacts], outcome: str | None, reason: str
) -> None:
    found = answer(pages, cases, outcome)
    assert (found.answer, found.reason) == ("unknown", reason)


def test_a_partly_read_history_confirms_no_end() -> None:
    assert answer([page("A")], {"A": ENDED}, whole=False).reason == "partly_read"
    assert answer([page("A")], {"A": OPEN}, whole=False).answer == "waiting"


@pytest.mark.parametrize(
    ("there", "expected"),
    [(OPEN, "waiting"), (ENDED, "not_waiting"), (UNCLEAR, "unknown"), (OVER, "unknown")],
)
def test_a_case_bound_over_is_followed_by_its_cross_reference_only(
    there: CaseFacts, expected: str
) -> None:
    linked = CaseFacts(**{**{f: getattr(OVER, f) for f in OVER.__slots__}, "references": ("C",)})
    found = answer([page("A")], {"A": linked, "C": there})
    assert found.answer == expected
    assert (found.bound_over, found.linked) == (1, 1)
    assert answer([page("A")], {"A": OVER, "C": there}).answer == "unknown"
