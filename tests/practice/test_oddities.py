"""The generator's second pass: everything is there, nothing else moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from practice.facts import CALENDAR_START, CaseFacts, DetaineeFacts
from practice.people import generate
from practice.world import People


@pytest.fixture(scope="module", params=[7, 0, 12345])
def people(request: pytest.FixtureRequest) -> People:
    return generate(40, request.param)


@pytest.fixture(scope="module")
def cases(people: People) -> dict[str, CaseFacts]:
    return {case.case_number: case for party in people.parties for case in party.cases}


def test_forty_people_hold_every_difficulty_of_a_case(cases: dict[str, CaseFacts]) -> None:
    found = [*cases.values()]
    civil = [case for case in found if case.place == 1]
    parties = [party for case in found for party in case.parties]
    hearings = [hearing for case in found for hearing in case.hearings]
    everything = {
        "several judgments of one name": any(
            len({one.judgment_type for one in case.disposition_events}) > 1 for case in civil
        ),
        "money of several parties": any(
            len({one.party for one in case.transactions}) > 1 for case in civil
        ),
        "kinds of entries": {one.kind for case in civil for one in case.other_entries}
        == {"service", "cause"},
        "served, unserved, unsaid": {one.served for case in civil for one in case.other_entries}
        == {True, False, None},
        "canceled with and without a reason": {
            one.cancel_reason is None for one in hearings if one.canceled
        }
        == {True, False},
        "ranges and TBD": {"TBD"} < {one.time_words for one in hearings if one.time_words},
        "pro se alone and beside attorneys": {
            bool(party.attorneys) for party in parties if party.pro_se
        }
        == {True, False},
        "a second role": any(party.more_roles for party in parties),
        "a removed party": any(party.removed for party in parties),
        "a prosecuting attorney": any(party.role == "Prosecuting Attorney" for party in parties),
        "a suffix to the role": any(party.role.endswith("(Participant)") for party in parties),
        "a street in parts": any(party.street for party in parties),
        "no status": any(not case.status for case in found),
        "a notice": any(case.notices for case in found),
        "a warrant": any(case.warrants for case in found),
        "a disposition of the case": any(case.case_dispositions for case in found),
        "a degree alone": any(
            charge.degree and not charge.degree_word for case in found for charge in case.charges
        ),
    }
    assert [what for what, there in everything.items() if not there] == []


def test_forty_people_hold_every_difficulty_of_a_booking(people: People) -> None:
    bookings = [booking for one in people.detainees for booking in one.bookings]
    bonds = [bond for booking in bookings for bond in booking.bonds]
    assert {one.jail_birth_date for one in people.detainees} == {
        "full",
        "masked",
        "absent",
        "placeholder",
    }
    assert not all(booking.incarceration_shown for booking in bookings)
    assert any(booking.projected_release_words for booking in bookings)
    assert any(bond.amount_words for bond in bonds)
    assert any(hearing.words for booking in bookings for hearing in booking.hearings)
    assert all(bond.set_at for bond in bonds)


def test_every_hearing_has_a_time_or_words_in_its_place(cases: dict[str, CaseFacts]) -> None:
    for case in cases.values():
        for hearing in case.hearings:
            assert (hearing.time is None) is (hearing.time_words is not None)
            assert not (hearing.canceled and hearing.result)


def test_namesakes_differ_by_what_their_case_pages_print(people: People) -> None:
    person = next(one for one in people.detainees if one.key == "00400018")
    (own,) = [party for party in people.parties if party.belongs_to == person.key]
    others = [party for party in people.parties if party.name == own.name and party is not own]
    assert own.birth_date is None
    assert own.birth_date_on_row == "absent"
    assert _printed(own.cases) == {person.birth_date}
    assert [len(_printed(one.cases)) for one in others] == [1, 1]
    assert person.birth_date not in {day for one in others for day in _printed(one.cases)}
    assert {None} in [_printed(one.cases) for one in others]


def _printed(cases: tuple[CaseFacts, ...]) -> set[dt.date | None]:
    return {
        case.person.birth_date if case.person.birth_date_shown == "full" else None for case in cases
    }


def test_case_numbers_stay_unique(people: People) -> None:
    numbers: dict[str, str] = {}
    for party in people.parties:
        for case in party.cases:
            assert numbers.setdefault(case.case_number, case.case_id) == case.case_id


def test_a_case_tells_the_same_story_on_every_day() -> None:
    early, late = (generate(40, 7, day) for day in (0, 30))

    def past(people: People) -> Iterator[tuple[str, object]]:
        for party in people.parties:
            for case in party.cases:
                told = [hearing for hearing in case.hearings if hearing.date < CALENDAR_START]
                yield case.case_number, (told, case.notices, case.warrants, case.charges)

    before, after = dict(past(early)), dict(past(late))
    same = [number for number in before if before[number] == after.get(number)]
    assert len(same) > 0.9 * len(before)


def test_the_first_pass_is_left_as_it_is() -> None:
    plain, odd = generate(40, 7), generate(40, 7)

    def stays(one: DetaineeFacts) -> object:
        return (one.key, one.name, one.birth_date, [b.booking_number for b in one.bookings])

    assert [stays(one) for one in plain.detainees] == [stays(one) for one in odd.detainees]
    assert generate(40, 7) == odd
