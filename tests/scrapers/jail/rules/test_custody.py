from __future__ import annotations

import datetime as dt

import pytest

from scrapers.jail.records import Bond, Booking, Charge, Detainer
from scrapers.jail.rules.custody import custody_of
from scrapers.sites import CustodyWords, site_of

AS_OF = dt.date(2026, 9, 20)
_JAIL = site_of("shelby-tn").jail
assert _JAIL is not None
SHELBY = _JAIL.custody
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
    status = custody_of([held], AS_OF, SHELBY)
    assert (status.answer, status.rule, status.as_of) == (answer, rule, AS_OF)


def test_facts_are_those_of_the_held_bookings_only() -> None:
    gone = booking((SESSIONS, "Sentenced"), grade="I", detainers=2, released=True)
    held = booking((CRIMINAL, "Open"), (SESSIONS, None), grade="IE", detainers=1)
    status = custody_of([gone, held], AS_OF, SHELBY)
    assert [(entry.case_number, entry.status) for entry in status.entries] == [
        (CRIMINAL, "Open"),
        (SESSIONS, None),
    ]
    assert (status.detainers, status.violation_grades, status.other_hold) == (1, ("IE",), True)


def test_nobody_held_leaves_no_facts() -> None:
    status = custody_of(
        [booking((CRIMINAL, "Open"), grade="I", detainers=1, released=True)], AS_OF, SHELBY
    )
    assert (status.entries, status.detainers, status.violation_grades, status.other_hold) == (
        (),
        0,
        (),
        False,
    )


def test_the_words_are_the_county_s_own() -> None:
    words = CustodyWords(open=("Active",), sentenced=("Serving",), neutral=("Bonded",))
    assert custody_of([booking((CRIMINAL, "Active"))], AS_OF, words).answer == "pretrial_by_label"
    assert custody_of([booking((CRIMINAL, "Serving"))], AS_OF, words).answer == (
        "sentenced_label_all"
    )
    assert custody_of([booking((CRIMINAL, "Open"))], AS_OF, words).rule == "unknown_word"
    assert custody_of([booking((CRIMINAL, "Bonded"))], AS_OF, words).rule == "blank_or_paid"


def test_indictable_is_no_violation_where_the_entry_does_not_say_so() -> None:
    new_jersey = site_of("bergen-nj").jail
    assert new_jersey is not None
    found = custody_of([booking((CRIMINAL, "Open"), grade="I")], AS_OF, new_jersey.custody)
    assert (found.answer, found.violation_grades) == ("pretrial_by_label", ())


def test_without_shapes_of_case_numbers_nobody_is_bound_over() -> None:
    bonds = booking((CRIMINAL, "Open"), (SESSIONS, "Sentenced"))
    assert custody_of([bonds], AS_OF, CustodyWords()).answer == "sentenced_label_mixed"


def test_a_held_booking_that_could_not_be_read_leaves_the_answer_unknown() -> None:
    read = booking((CRIMINAL, "Open"))
    found = custody_of([read], AS_OF, SHELBY, unread=True)
    assert (found.answer, found.rule, len(found.entries)) == ("unknown", "unread", 1)
    gone = booking((CRIMINAL, "Open"), released=True)
    assert custody_of([gone], AS_OF, SHELBY, unread=True).rule == "unread"
