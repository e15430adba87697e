"""The court confirms a jail's label only for every listed case, by exact number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from scrapers.custody import ConfirmedCustody, confirm, listed_cases
from scrapers.jail.records import Bond, Booking, Charge, Detainer, JailRecord
from scrapers.jail.rules.custody import custody_of
from scrapers.odyssey.parse.assemble import assemble
from scrapers.odyssey.records import Case, CourtCharge, CourtRecord
from scrapers.record import Name
from scrapers.sites import site_of

_JAIL = site_of("shelby-tn").jail
assert _JAIL is not None
SHELBY = _JAIL.custody
AS_OF, ASKED = dt.date(2026, 1, 5), dt.date(2026, 1, 7)


def jail(*bonds: tuple[str | None, str], released: bool = False, **parts: Any) -> JailRecord:
    rows = tuple(Bond(case_number=number, status=status) for number, status in bonds)
    booking = Booking(booking_number="26100001", bonds=rows, released=released, **parts)
    return JailRecord(
        key="00400001",
        permanent_id="00400001",
        name=Name(full="SAMPLE, JORDAN", last="SAMPLE", first="JORDAN"),
        date_of_birth=None,
        bookings=(booking,),
        custody_status=custody_of([booking], AS_OF, SHELBY),
    )


def case(number: str, status: str = "Open") -> Case:
    head = dict.fromkeys(("court", "case_type", "file_date", "judicial_officer"))
    charges = [CourtCharge(number="1", description="SYNTHETIC OFFENSE")]
    return assemble(case_number=number, style="", status=status, charges=charges, **head)  # type: ignore[arg-type]


def court(*cases: Case) -> CourtRecord:
    return CourtRecord(key="00400001", names=("SAMPLE, JORDAN",), cases=cases)


def test_every_listed_case_pretrial_confirms_with_both_dates() -> None:
    record = jail(
        ("26000001", "Open"), ("C2600001", "Open"), charges=(Charge(case_number="26000001"),)
    )
    found = confirm(
        record,
        court(case("C2600001"), case("26000001"), case("19000001", "Closed")),
        court_as_of=ASKED,
    )
    assert isinstance(found, ConfirmedCustody)
    assert (found.answer, found.rule, found.as_of, found.court_as_of) == (
        "pretrial_confirmed",
        "court_confirms",
        AS_OF,
        ASKED,
    )
    assert [one.case_number for one in found.cases] == ["26000001", "C2600001"]
    assert found.entries == record.custody_status.entries


@pytest.mark.parametrize(
    "known",
    [
        court(case("26000001")),
        court(case("26000001"), case("C2600001", "Closed")),
        court(case("26000001"), case("C2600001 ")),
        None,
    ],
    ids=["one is missing", "one is closed", "one is only nearly equal", "no court record"],
)
def test_anything_less_leaves_the_label(known: CourtRecord | None) -> None:
    record = jail(("26000001", "Open"), ("C2600001", "Open"))
    assert confirm(record, known, court_as_of=ASKED) is record.custody_status


def test_a_case_that_only_a_charge_names_counts_as_listed() -> None:
    record = jail(("26000001", "Open"), charges=(Charge(case_number="C2600001"),))
    assert listed_cases(record) == ("26000001", "C2600001")
    assert confirm(record, court(case("26000001")), court_as_of=ASKED).answer == "pretrial_by_label"


def test_an_entry_without_a_case_number_cannot_be_confirmed() -> None:
    record = jail(("26000001", "Open"), (None, "Open"))
    assert confirm(record, court(case("26000001")), court_as_of=ASKED).answer == "pretrial_by_label"


def test_another_hold_is_never_confirmed() -> None:
    record = jail(("26000001", "Open"), detainers=(Detainer(issued_by="ICE"),))
    assert (
        confirm(record, court(case("26000001")), court_as_of=ASKED).answer == "open_with_other_hold"
    )


def test_a_label_that_says_sentenced_stays() -> None:
    record = jail(("C2600001", "Sentenced"))
    assert (
        confirm(record, court(case("C2600001")), court_as_of=ASKED).answer == "sentenced_label_all"
    )


def test_the_unresolved_group_can_be_confirmed() -> None:
    record = jail(("26000001", "Sentenced"), ("C2600001", "Open"))
    assert record.custody_status.answer == "unresolved"
    assert (
        confirm(record, court(case("26000001"), case("C2600001")), court_as_of=ASKED).answer
        == "pretrial_confirmed"
    )


def test_who_is_not_held_is_not_confirmed() -> None:
    record = jail(("26000001", "Open"), released=True)
    assert confirm(record, court(case("26000001")), court_as_of=ASKED).answer == "not_held"
