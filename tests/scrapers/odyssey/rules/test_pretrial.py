"""The pretrial answer of one case: the first rule that fits."""

from __future__ import annotations

import datetime as dt

import pytest

from scrapers.odyssey.records import (
    ChargeDisposition,
    CourtCharge,
    DispositionEvent,
    Outcome,
    SentencePart,
)
from scrapers.odyssey.rules.pretrial import is_open, pretrial_of

DAY = dt.date(2026, 1, 5)


def charge(number: str = "1", *said: tuple[str, str]) -> CourtCharge:
    lines = tuple(ChargeDisposition(date=DAY, event=event, result=result) for event, result in said)
    return CourtCharge(number=number, description="SYNTHETIC OFFENSE", dispositions=lines)


OPEN = charge("1")
SHUT = charge("2", ("Disposition", "Dismissed"))
SENTENCE = DispositionEvent(
    date=DAY, name="Sentence", sentence=(SentencePart(kind="Confinement", text="6 Months"),)
)


@pytest.mark.parametrize(
    ("said", "opened"),
    [
        ((), True),
        ((("Plea", "Guilty"),), True),
        ((("Disposition", "Bound Over to Grand Jury"),), True),
        ((("Disposition", "REDUCED"),), True),
        ((("Disposition", "Transferred to Drug Court"), ("Disposition", "Guilty")), False),
        ((("Disposition", "Dismissed"),), False),
    ],
)
def test_a_charge_is_open_without_a_final_result(
    said: tuple[tuple[str, str], ...], opened: bool
) -> None:
    assert is_open(charge("1", *said)) is opened


@pytest.mark.parametrize(
    ("public", "status", "charges", "events", "answer", "reason", "opened"),
    [
        (False, None, (), (), "unknown", "restricted", ()),
        (True, "Open", (OPEN,), (SENTENCE,), "not_pretrial", "sentence", ("1",)),
        (True, "Open", (), (), "unknown", "no_charges", ()),
        (True, "CLOSED", (OPEN,), (), "not_pretrial", "status_not_open", ("1",)),
        (True, "Disposed", (SHUT,), (), "not_pretrial", "status_not_open", ()),
        (True, "Inactive", (OPEN,), (), "unknown", "status_word", ("1",)),
        (True, None, (OPEN,), (), "unknown", "status_word", ("1",)),
        (True, "ACTIVE", (SHUT,), (), "not_pretrial", "no_open_charge", ()),
        (True, "Open", (OPEN, SHUT), (), "pretrial", "open_charge", ("1",)),
    ],
)
def test_the_first_rule_that_fits(
    public: bool,
    status: str | None,
    charges: tuple[CourtCharge, ...],
    events: tuple[DispositionEvent, ...],
    answer: str,
    reason: str,
    opened: tuple[str, ...],
) -> None:
    found = pretrial_of(public=public, status=status, charges=charges, disposition_events=events)
    assert (found.answer, found.reasons, found.open_charges) == (answer, (reason,), opened)


def of(party: str, *said: tuple[str, str]) -> CourtCharge:
    return charge("1", *said).model_copy(update={"party": party})


DISMISSED = ("Disposition", "Dismissed")
LINE = Outcome(charge_number="1", description="SYNTHETIC OFFENSE", result="Dismissed")
DISPOSED = DispositionEvent(date=DAY, name="Disposition", outcomes=(LINE,))


@pytest.mark.parametrize(
    ("status", "charges", "events", "answer", "reason"),
    [
        ("Open", (of("A"), of("B")), (), "pretrial", "open_charge"),
        ("Open", (of("A", DISMISSED), of("B")), (DISPOSED,), "unknown", "several_defendants"),
        ("Open", (of("A"), of("B")), (DISPOSED,), "unknown", "several_defendants"),
        ("Open", (of("A"), of("B")), (SENTENCE,), "unknown", "several_defendants"),
        (
            "Open",
            (of("A", DISMISSED), of("B", DISMISSED)),
            (DISPOSED,) * 2,
            "not_pretrial",
            "no_open_charge",
        ),
        ("Closed", (of("A"), of("B")), (), "not_pretrial", "status_not_open"),
    ],
)
def test_of_several_defendants_only_what_holds_for_each_is_said(
    status: str,
    charges: tuple[CourtCharge, ...],
    events: tuple[DispositionEvent, ...],
    answer: str,
    reason: str,
) -> None:
    found = pretrial_of(public=True, status=status, charges=charges, disposition_events=events)
    assert (found.answer, found.reasons) == (answer, (reason,))
