from __future__ import annotations

import datetime as dt

import pytest

from scrapers.jail.records import Bond, Booking, Charge, Detainer
from scrapers.jail.rules.custody import custody_of

AS_OF = dt.date(2026, 9, 20)
CRIMINAL, SESSIONS, OTHER = "C2600001", "26100001", "26 12345-00000001"


def booking(
    *bonds: tuple[str | None, str | None],
    grade: str = "FC",
    detainers: int = 0,
    released: bool = False,
) -> Booking:
    return Booking(
        booking_number="1",
        released=released,
        bonds=tuple(Bond(case_number=case, status=status) for case, status in bonds),
        charges=(Charge(grade=grade), Charge(grade=None)),
        detainers=(Detainer(comp_number="D"),) * detainers,
    )


@pytest.mark.parametrize(
    ("held", "answer", "rule"),
    [
        (
            booking((CRIMINAL, "Open"), released=True, detainers=1, grade="I"),
            "not_held",
            "released",
        ),
        (booking(), "unknown", "no_entries"),
        (booking(detainers=1), "unknown", "no_entries"),
        (booking((CRIMINAL, "Open"), (CRIMINAL, "open")), "unknown", "unknown_word"),
        (booking((CRIMINAL, "Sentenced"), (CRIMINAL, "Bound over")), "unknown", "unknown_word"),
        (booking((CRIMINAL, "Open"), (CRIMINAL, None)), "unknown", "blank_or_paid"),
        (booking((CRIMINAL, "Paid")), "unknown", "blank_or_paid"),
        (booking((CRIMINAL, "Open")), "pretrial_by_label", "all_open"),
        (booking((CRIMINAL, "Open"), detainers=1), "open_with_other_hold", "all_open_other_hold"),
        (booking((CRIMINAL, "Open"), grade="IE"), "open_with_other_hold", "all_open_other_hold"),
        (
            booking((CRIMINAL, "Open"), (SESSIONS, "Sentenced")),
            "unresolved",
            "general_sessions_only",
        ),
        (
            booking((CRIMINAL, "Open"), (SESSIONS, "Sentenced"), (SESSIONS, None)),
            "unresolved",
            "general_sessions_only",
        ),
        (
            booking((CRIMINAL, "Open"), (SESSIONS, "Sentenced"), (OTHER, "Sentenced")),
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        (
            booking((SESSIONS, "Open"), (SESSIONS, "Sentenced")),
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        (
            booking((CRIMINAL, "Paid"), (SESSIONS, "Sentenced")),
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        (
            booking((None, "Sentenced"), (CRIMINAL, "Open")),
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        (
            booking((SESSIONS, "Sentenced"), (CRIMINAL, "Sentenced")),
            "sentenced_label_all",
            "all_sentenced",
        ),
    ],
)
def test_first_rule_that_fits_answers(held: Booking, answer: str, rule: str) -> None:
    status = custody_of([held], AS_OF)
    assert (status.answer, status.rule, status.as_of) == (answer, rule, AS_OF)


def test_facts_are_those_of_the_held_bookings_only() -> None:
    gone = booking((SESSIONS, "Sentenced"), grade="I", detainers=2, released=True)
    held = booking((CRIMINAL, "Open"), (SESSIONS, None), grade="IE", detainers=1)
    status = custody_of([gone, held], AS_OF)
    assert [(entry.case_number, entry.status) for entry in status.entries] == [
        (CRIMINAL, "Open"),
        (SESSIONS, None),
    ]
    assert (status.detainers, status.violation_grades, status.other_hold) == (1, ("IE",), True)


def test_nobody_held_leaves_no_facts() -> None:
    status = custody_of([booking((CRIMINAL, "Open"), grade="I", detainers=1, released=True)], AS_OF)
    assert (status.entries, status.detainers, status.violation_grades, status.other_hold) == (
        (),
        0,
        (),
        False,
    )
