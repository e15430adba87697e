"""The county's people: deterministic, complete in its difficulties, consistent over days."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import pytest

from practice.facts import CALENDAR_START, CaseFacts, CourtPartyFacts, DetaineeFacts
from practice.people import CONTROL, CONTROL_BIRTH_DATE, POSITIONS, generate, printed
from practice.world import RESULT_LIMIT, People

SEEDS = (0, 7, 12345)


@pytest.fixture(scope="module", params=SEEDS)
def forty(request: pytest.FixtureRequest) -> People:
    return generate(40, request.param)


def _texts(value: object) -> str:
    return json.dumps(dataclasses.asdict(value), default=str, ensure_ascii=False)  # type: ignore[call-overload]


def _own(people: People, person: DetaineeFacts) -> list[CourtPartyFacts]:
    return [party for party in people.parties if party.belongs_to == person.key]


def _cases(people: People) -> list[CaseFacts]:
    return [case for party in people.parties for case in party.cases]


@pytest.mark.parametrize("size", [1, 2, 3, 10, 39, 41, 200])
def test_day_0_lists_exactly_as_many_people_as_asked(size: int) -> None:
    assert len(generate(size, 3).detainees) == size


def test_the_same_arguments_give_the_same_county() -> None:
    assert generate(60, 5, 3) == generate(60, 5, 3)


def test_another_seed_gives_other_people() -> None:
    first = {printed(one.name) for one in generate(60, 5).detainees}
    second = {printed(one.name) for one in generate(60, 6).detainees}
    assert len(first & second) <= 1  # only the common name is common


def test_a_person_does_not_depend_on_how_many_there_are() -> None:
    few = {one.key: one for one in generate(50, 9).detainees}
    many = {one.key: one for one in generate(90, 9).detainees}
    assert all(many[key] == one for key, one in few.items())


@pytest.mark.parametrize("day", [0, 12])
def test_ids_are_unique(day: int) -> None:
    people = generate(300, 4, day)
    bookings = [booking for person in people.detainees for booking in person.bookings]
    for values in (
        [person.key for person in people.detainees],
        [booking.booking_number for booking in bookings],
        [booking.sys_id for booking in bookings],
        [party.party_id for party in people.parties],
        [case_id for case_id, _ in {(case.case_id, case.case_number) for case in _cases(people)}],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []
    assert all(len(number) == 8 for number in (booking.booking_number for booking in bookings))


def test_an_inner_id_belongs_to_one_case_number_only() -> None:
    pairs = {(case.case_id, case.case_number) for case in _cases(generate(300, 4))}
    assert len(pairs) == len({number for _, number in pairs})


@pytest.mark.parametrize(("size", "day"), [(0, 0), (-1, 0), (50_001, 0), (10, -1), (10, 366)])
def test_impossible_counties_are_refused(size: int, day: int) -> None:
    with pytest.raises(ValueError, match="must be from"):
        generate(size, 1, day)


def test_every_text_fits_the_jails_character_set(forty: People) -> None:
    text = "".join(_texts(one) for one in forty.detainees) + "".join(
        _texts(one) for one in forty.parties
    )
    text.encode("latin-1")
    assert any(ord(letter) > 127 for letter in text)


def test_the_roster_is_alphabetical(forty: People) -> None:
    names = [printed(person.name) for person in forty.detainees]
    assert names == sorted(names)


def test_the_control_person_is_the_same_in_every_county() -> None:
    found = []
    for seed in SEEDS:
        people = generate(1, seed)
        found.append([party for party in people.parties if party.name == CONTROL])
    assert found[0] == found[1] == found[2]
    assert [(party.birth_date, len(party.cases)) for party in found[0]] == [(CONTROL_BIRTH_DATE, 2)]
    assert (CONTROL.last, CONTROL.first, CONTROL_BIRTH_DATE.isoformat()) == (
        "KONTROLLA",
        "PROBE",
        "1970-01-01",
    )


def test_hard_names_are_there(forty: People) -> None:
    names = [person.name for person in forty.detainees]
    court = {party.name.last for party in forty.parties}
    hyphens = [name.last for name in names if "-" in name.last]
    assert any(last.replace("-", " ") in court for last in hyphens)
    assert any(set(last.split("-")) & court for last in hyphens)
    apostrophes = [name.last for name in names if "'" in name.last]
    assert apostrophes
    assert all(last.replace("'", "") in court and last not in court for last in apostrophes)
    accents = [name.last for name in names if any(ord(letter) > 127 for letter in name.last)]
    assert accents
    assert not set(accents) & court
    assert any(name.first is None and " " not in name.last for name in names)
    assert any(name.suffix for name in names)
    assert any(name.last.split(" ")[-1] in ("JR", "SR", "II", "III", "IV") for name in names)


def test_namesakes_are_there(forty: People) -> None:
    roster = Counter((person.name.last, person.name.first) for person in forty.detainees)
    twins = [name for name, count in roster.items() if count > 1]
    assert len(twins) >= 2
    for last, first in twins:
        same = [
            p.birth_date for p in forty.detainees if (p.name.last, p.name.first) == (last, first)
        ]
        assert len(set(same)) == len(same)
    strangers = [
        party for party in forty.parties if party.belongs_to is None and party.name != CONTROL
    ]
    names = {(person.name.last, person.name.first) for person in forty.detainees}
    assert any((party.name.last, party.name.first) in names for party in strangers)
    born = {(p.name.last, p.name.first, p.birth_date) for p in forty.detainees}
    assert not any((p.name.last, p.name.first, p.birth_date) in born for p in strangers)


def test_a_name_alone_can_exceed_the_result_limit(forty: People) -> None:
    unknown = [person for person in forty.detainees if person.jail_birth_date == "absent"]
    counts = [
        sum(
            len(party.cases)
            for party in forty.parties
            if (party.name.last, party.name.first) == (person.name.last, person.name.first)
        )
        for person in unknown
    ]
    assert max(counts) > RESULT_LIMIT


def test_birth_dates_are_absent_masked_and_late_on_both_sides(forty: People) -> None:
    shown = {person.jail_birth_date for person in forty.detainees}
    assert shown == {"full", "masked", "absent", "placeholder"}
    assert {party.birth_date_on_row for party in forty.parties} == {"full", "masked", "absent"}
    own = [party for person in forty.detainees for party in _own(forty, person)]
    on_page_only = [
        p for p in own if p.birth_date is None and p.cases[0].person.birth_date_shown == "full"
    ]
    assert on_page_only
    nowhere = [
        p
        for p in own
        if p.birth_date_on_row != "full" and p.cases[0].person.birth_date_shown != "full"
    ]
    assert nowhere


def test_persons_and_parties_do_not_match_one_to_one(forty: People) -> None:
    counts = {person.key: len(_own(forty, person)) for person in forty.detainees}
    assert 0 in counts.values()
    assert 2 in counts.values()
    pairs = [_own(forty, person) for person in forty.detainees if counts[person.key] == 2]
    assert any(
        {case.case_id for case in a.cases} & {case.case_id for case in b.cases} for a, b in pairs
    )
    assert any(a.name.last != b.name.last for a, b in pairs)
    assert any(sum(len(p.cases) for p in _own(forty, person)) >= 40 for person in forty.detainees)


def test_jail_difficulties_are_there(forty: People) -> None:
    bookings = [booking for person in forty.detainees for booking in person.bookings]
    bonds = [bond for booking in bookings for bond in booking.bonds]
    assert any(
        person.permanent_id is None and person.key.startswith("booking-")
        for person in forty.detainees
    )
    assert sum(len(person.bookings) == 2 for person in forty.detainees) == 2
    assert {"Open", "Sentenced", "Paid", None} < {bond.status for bond in bonds}
    assert {"Uknown-Contact Court Cerks Office", "No Bond Set"} < {bond.type for bond in bonds} | {
        "No Bond Set"
    }
    assert any((bond.amount_cents or 0) > 100_000_000 for bond in bonds)
    assert any(booking.fills_in_late for booking in bookings)
    assert any(booking.detainers for booking in bookings)
    assert {"I", "IE"} & {charge.grade for booking in bookings for charge in booking.charges}
    assert any(len({charge.case_number for charge in booking.charges}) > 1 for booking in bookings)
    assert any(len(b.aliases) > len(set(b.aliases)) for b in bookings)
    images = {
        "same"
        if b.img_sys_id == b.sys_id
        else b.img_sys_id
        if b.img_sys_id in ("", "0")
        else "other"
        for b in bookings
    }
    assert images == {"same", "other", "0", ""}


def test_criminal_cases_of_every_kind_are_there(forty: People) -> None:
    cases = _cases(forty)
    events = [event for case in cases for event in case.disposition_events]
    assert any(case.restricted for case in cases)
    assert any(not case.disposition_events and case.charges for case in cases)
    assert {event.kind for event in events} == {
        "plea",
        "disposition",
        "sentence",
        "judgment",
    }
    assert any(e.sentence for e in events)
    assert any(
        charge.original_description and charge.amended_date
        for case in cases
        for charge in case.charges
    )
    assert any(
        setting.text == "Hold Without Bond" for case in cases for setting in case.bond_settings
    )
    assert any(charge.statute is None for case in cases for charge in case.charges)
    assert any(charge.degree is None for case in cases for charge in case.charges)
    assert any(case.judicial_officer is None and case.charges for case in cases)
    assert any(len(case.charges) > 10 for case in cases)
    assert any(case.transactions for case in cases)
    assert any(not case.charges and party.attorneys for case in cases for party in case.parties[1:])
    assert any(
        max(
            Counter(
                o.charge_id
                for e in case.disposition_events
                if e.kind == "disposition"
                for o in e.outcomes
            ).values()
        )
        > 1
        for case in cases
        if any(event.kind == "disposition" for event in case.disposition_events)
    )
    assert {"Open", "Closed", "Disposed", "Inactive"} <= {case.status for case in cases}


def test_a_bound_over_case_names_the_criminal_court_case_of_the_same_person(forty: People) -> None:
    found = 0
    for person in forty.detainees:
        mine = {case.case_number: case for party in _own(forty, person) for case in party.cases}
        for case in mine.values():
            for number in case.cross_references:
                assert case.case_number in mine[number].cross_references
                found += 1
    assert found >= 4


def test_jail_case_numbers_are_the_courts(forty: People) -> None:
    for person in forty.detainees:
        mine = {case.case_number for party in _own(forty, person) for case in party.cases}
        charged = {
            charge.case_number
            for b in person.bookings
            for charge in b.charges
            if charge.case_number
        }
        bonded = {bond.case_number for b in person.bookings for bond in b.bonds if bond.case_number}
        assert charged | bonded <= mine or not mine


def test_about_one_in_sixteen_is_listed_though_released() -> None:
    people = generate(1500, 2)
    released = sum(
        all(
            booking.listed_release_date is not None
            and booking.listed_release_date <= CALENDAR_START
            for booking in person.bookings
        )
        for person in people.detainees
    )
    assert 0.04 < released / 1500 < 0.08


def test_most_people_stay_while_some_go_and_others_come() -> None:
    then = {person.key: person for person in generate(400, 3, 2).detainees}
    now = {person.key: person for person in generate(400, 3, 9).detainees}
    assert 0.8 < len(then.keys() & now.keys()) / 400 < 0.97
    assert len(now.keys() - then.keys()) > 20
    for key in then.keys() & now.keys():
        before, after = then[key], now[key]
        assert (before.name, before.birth_date, before.permanent_id) == (
            after.name,
            after.birth_date,
            after.permanent_id,
        )
        numbers = {booking.booking_number: booking for booking in before.bookings}
        for booking in after.bookings:
            old = numbers[booking.booking_number]
            for field in (
                "sys_id",
                "commitment_date",
                "height",
                "race",
                "aliases",
                "detainers",
                "housing_cell",
            ):
                assert getattr(old, field) == getattr(booking, field)


def test_court_cases_only_grow_over_days() -> None:
    then = {case.case_id: case for case in _cases(generate(120, 3, 0))}
    now = {case.case_id: case for case in _cases(generate(120, 3, 30))}
    assert then.keys() <= now.keys()
    moved = 0
    for case_id, before in then.items():
        after = now[case_id]
        assert (before.case_number, before.file_date, before.judicial_officer, before.parties) == (
            after.case_number,
            after.file_date,
            after.judicial_officer,
            after.parties[: len(before.parties)],
        )
        assert (
            before.disposition_events == after.disposition_events[: len(before.disposition_events)]
        )
        assert [c.charge_id for c in before.charges] == [c.charge_id for c in after.charges]
        assert before.events == after.events[: len(before.events)]
        moved += before.hearings != after.hearings
    assert moved > 50


def test_a_release_date_is_announced_withdrawn_and_announced_again() -> None:
    place = next(i for i, plan in enumerate(POSITIONS) if "withdrawn_release" in plan.flags)
    key = f"{400_001 + place:08d}"
    dates = []
    for day in range(6):
        person = next(p for p in generate(40, 7, day).detainees if p.key == key)
        dates.append(person.bookings[0].listed_release_date is not None)
    assert dates == [True, True, False, False, True, True]


def test_a_newcomer_has_no_bond_entry_on_the_first_day() -> None:
    fresh = [
        booking
        for person in generate(400, 3, 5).detainees
        for booking in person.bookings
        if booking.commitment_date.isoformat() == "2026-01-10"
    ]
    assert fresh
    assert all(not booking.bonds for booking in fresh)
    assert all(
        charge.case_number is None
        for booking in fresh
        for charge in booking.charges
        if charge.grade != "I"
    )
