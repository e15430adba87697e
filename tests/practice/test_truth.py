"""The truth: exactly the shapes of the records, and the rules on cases made by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from practice.facts import (
    AliasFacts,
    BondFacts,
    BookingFacts,
    CaseFacts,
    CourtChargeFacts,
    CourtHearingFacts,
    CourtPartyFacts,
    DetaineeFacts,
    DetainerFacts,
    DispositionEventFacts,
    JailChargeFacts,
    NameFacts,
    OutcomeFacts,
    PartyFacts,
    TransactionFacts,
)
from practice.people import generate
from practice.truth import custody_status, jail_record, truth
from practice.truth_court import Court, case_record
from practice.truth_told import told
from practice.world import People
from scrapers.jail.records import JailRecord
from scrapers.odyssey.records import CourtRecord

TODAY = dt.date(2026, 1, 5)
BORN = dt.date(1990, 1, 2)


def _bond(number: str | None, status: str | None) -> BondFacts:
    return BondFacts(number, None, None, None, None, None, status)


def _booking(*bonds: BondFacts, **facts: object) -> BookingFacts:
    blank = BookingFacts("26100001", "1", "1", dt.date(2026, 1, 2), bonds=bonds)
    return replace(blank, **facts)  # type: ignore[arg-type]


def _person(
    *bookings: BookingFacts, name: NameFacts | None = None, **facts: object
) -> DetaineeFacts:
    plain = DetaineeFacts(
        "00400001",
        "00400001",
        name or NameFacts("SAMPLE", "JORDAN", "LEE"),
        BORN,
        "full",
        bookings or (_booking(),),
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def _case(number: str = "C2600001", shown: str = "full", **facts: object) -> CaseFacts:
    page = PartyFacts("Defendant", "SAMPLE, JORDAN LEE", BORN, shown)  # type: ignore[arg-type]
    plain = CaseFacts(
        "9",
        number,
        "STATE VS X",
        "Court",
        "Criminal",
        "CRIM",
        "Open",
        "OPEN",
        dt.date(2025, 1, 1),
        None,
        parties=(page,),
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def _party(name: NameFacts, *cases: CaseFacts, **facts: object) -> CourtPartyFacts:
    plain = CourtPartyFacts("71", name, BORN, "full", cases or (_case(),))
    return replace(plain, **facts)  # type: ignore[arg-type]


def _history(person: DetaineeFacts, *parties: CourtPartyFacts) -> tuple[str, list[str]]:
    outcome, record = Court(People((person,), parties)).history(person)
    return outcome, [case["case_number"] for case in record["cases"]] if record else []


@pytest.mark.parametrize(
    ("seed", "day", "dialect", "found"),
    [
        (7, 0, "shelby,chatham", 80),
        (1, 0, "bergen,napa", 80),
        (7, 11, "virginia-beach,dekalb", 60),
        (7, 0, "shelby,roa", 80),
        (3, 0, "salt-lake,snohomish,in-custody", 0),
    ],
)
def test_every_line_is_exactly_the_records_shape(
    seed: int, day: int, dialect: str, found: int
) -> None:
    people, today = generate(120, seed, day), TODAY + dt.timedelta(day)
    lines = list(truth(people, today, dialect=dialect))
    for line in lines:
        assert JailRecord.model_validate(line["jail"]).model_dump(mode="json") == line["jail"]
        if line["odyssey"] is not None:
            assert (
                CourtRecord.model_validate(line["odyssey"]).model_dump(mode="json")
                == line["odyssey"]
            )
    assert sum(line["odyssey"] is not None for line in lines) >= found


@pytest.mark.parametrize("seed", [0, 7, 12345])
def test_forty_people_meet_every_answer(seed: int) -> None:
    lines = list(truth(generate(40, seed), TODAY, outcomes=True))
    status = [line["jail"]["custody_status"] for line in lines]
    assert {one["answer"] for one in status} == {
        "not_held",
        "pretrial_by_label",
        "open_with_other_hold",
        "unresolved",
        "sentenced_label_mixed",
        "sentenced_label_all",
        "unknown",
    }
    assert {one["rule"] for one in status} == {
        "released",
        "no_entries",
        "unknown_word",
        "blank_or_paid",
        "all_open",
        "all_open_other_hold",
        "general_sessions_only",
        "some_sentenced",
        "all_sentenced",
    }
    outcomes = Counter(line["outcome"] for line in lines)
    assert min(outcomes["found"] - 20, outcomes["unverified"], outcomes["not_found"]) >= 2
    assert all((line["outcome"] == "found") == (line["odyssey"] is not None) for line in lines)
    reasons = {
        c["pretrial"]["reasons"][0]
        for line in lines
        if line["odyssey"]
        for c in line["odyssey"]["cases"]
    }
    assert reasons >= {
        "restricted",
        "sentence",
        "status_not_open",
        "status_word",
        "no_charges",
        "open_charge",
    }


@pytest.mark.parametrize(
    ("bonds", "answer", "rule"),
    [
        ([], "unknown", "no_entries"),
        ([("C2600001", "OPEN")], "unknown", "unknown_word"),
        ([("C2600001", "Open"), ("C2600002", "")], "unknown", "blank_or_paid"),
        ([("C2600001", "Open"), (None, None)], "unknown", "blank_or_paid"),
        ([("C2600001", "Paid")], "unknown", "blank_or_paid"),
        ([("C2600001", "Open")], "pretrial_by_label", "all_open"),
        ([("26000001", "Sentenced"), ("C2600001", "Open")], "unresolved", "general_sessions_only"),
        ([("26000001", "Sentenced"), ("c2600001", "Open")], "unresolved", "general_sessions_only"),
        (
            [("26000001", "Sentenced"), ("26000002", "Open")],
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        (
            [("C2600002", "Sentenced"), ("C2600001", "Open")],
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        (
            [("26000001", "Sentenced"), ("26000002", None)],
            "sentenced_label_mixed",
            "some_sentenced",
        ),
        ([("26000001", "Sentenced")], "sentenced_label_all", "all_sentenced"),
    ],
)
def test_custody_rules_in_order(
    bonds: list[tuple[str, str | None]], answer: str, rule: str
) -> None:
    status = custody_status(_person(_booking(*(_bond(n, s) for n, s in bonds))), TODAY)
    assert (status["answer"], status["rule"]) == (answer, rule)


def test_another_hold_is_named_beside_every_answer_and_decides_only_where_all_are_open() -> None:
    hold = {"detainers": (DetainerFacts(None, None, None, None),)}
    grade = {
        "charges": (
            JailChargeFacts(None, None, None, "X", "IE"),
            JailChargeFacts(None, None, None, "Y", "I"),
        )
    }
    status = custody_status(_person(_booking(_bond("C2600001", "Open"), **hold)), TODAY)
    assert (status["answer"], status["other_hold"], status["detainers"]) == (
        "open_with_other_hold",
        True,
        1,
    )
    status = custody_status(_person(_booking(_bond("C2600001", "Open"), **grade)), TODAY)
    assert (status["answer"], status["violation_grades"]) == ("open_with_other_hold", ["I", "IE"])
    status = custody_status(_person(_booking(_bond("C2600001", "Sentenced"), **hold)), TODAY)
    assert (status["answer"], status["other_hold"]) == ("sentenced_label_all", True)


@pytest.mark.parametrize(("days", "held"), [(-1, False), (0, False), (1, True)])
def test_a_release_date_counts_from_its_own_day(days: int, held: bool) -> None:
    booking = _booking(_bond("C2600001", "Open"), listed_release_date=TODAY + dt.timedelta(days))
    record = jail_record(_person(booking), TODAY)
    assert record["bookings"][0]["released"] is not held
    assert (record["custody_status"]["answer"] != "not_held") is held
    assert bool(record["custody_status"]["entries"]) is held


def test_only_held_bookings_count_and_they_stand_by_number() -> None:
    old = _booking(
        _bond("C2500001", "Sentenced"), booking_number="25100001", listed_release_date=TODAY
    )
    record = jail_record(_person(_booking(_bond("C2600001", "Open")), old), TODAY)
    assert [booking["booking_number"] for booking in record["bookings"]] == ["25100001", "26100001"]
    assert record["custody_status"]["answer"] == "pretrial_by_label"


@pytest.mark.parametrize(
    ("name", "full", "last", "suffix"),
    [
        (NameFacts("SAMPLE", "JORDAN", "LEE", "JR"), "SAMPLE, JORDAN LEE JR", "SAMPLE", "JR"),
        (NameFacts("SAMPLE JR", "JORDAN", "LEE"), "SAMPLE JR, JORDAN LEE", "SAMPLE", "JR"),
        (NameFacts("VAN SAMPLE", "JORDAN"), "VAN SAMPLE, JORDAN", "VAN SAMPLE", None),
        (NameFacts("SAMPLE"), "SAMPLE", "SAMPLE", None),
    ],
)
def test_names_are_split_as_printed(
    name: NameFacts, full: str, last: str, suffix: str | None
) -> None:
    found = jail_record(_person(name=name), TODAY)["name"]
    assert (found["full"], found["last"], found["suffix"]) == (full, last, suffix)


@pytest.mark.parametrize("shown", ["masked", "absent"])
def test_a_birth_date_that_is_not_printed_whole_is_none(shown: str) -> None:
    assert jail_record(_person(jail_birth_date=shown), TODAY)["date_of_birth"] is None


def test_the_own_name_needs_the_own_birth_date() -> None:
    mine = _party(NameFacts("Sample", "JORDANNE"))
    assert _history(_person(), mine) == ("found", ["C2600001"])
    other = replace(mine, birth_date=dt.date(1990, 2, 1))
    assert _history(_person(), other) == ("not_found", [])


def test_first_names_match_by_prefix_and_last_names_whole() -> None:
    assert _history(_person(), _party(NameFacts("SAMPLE", "JORD")))[0] == "not_found"
    assert _history(_person(), _party(NameFacts("SAMPLER", "JORDAN")))[0] == "not_found"


def test_a_suffix_is_not_searched() -> None:
    person = _person(name=NameFacts("SAMPLE JR", "JORDAN"))
    assert _history(person, _party(NameFacts("SAMPLE", "JORDAN", None, "JR")))[0] == "found"


def test_aliases_are_searched_even_when_the_own_name_is_found() -> None:
    person = _person(_booking(aliases=(AliasFacts("OTHER", "NAME", "X"),)))
    own = _party(NameFacts("SAMPLE", "JORDAN"))
    alias = _party(
        NameFacts("OTHER", "NAME"), _case("C2400001", file_date=dt.date(2024, 1, 1)), party_id="72"
    )
    assert _history(person, own, alias) == ("found", ["C2400001", "C2600001"])


@pytest.mark.parametrize(
    ("jail", "court"),
    [
        ("ÉSAMPLÉ", "ESAMPLE"),
        ("O'SAMPLE", "OSAMPLE"),
        ("SAMPLE-OTHER", "SAMPLE OTHER"),
        ("SAMPLE-OTHER", "OTHER"),
    ],
)
def test_spellings_are_tried_only_while_nothing_was_accepted(jail: str, court: str) -> None:
    person = _person(name=NameFacts(jail, "JORDAN"))
    bent = _party(NameFacts(court, "JORDAN"), _case("C2400001"), party_id="72")
    assert _history(person, bent) == ("found", ["C2400001"])
    straight = _party(NameFacts(jail, "JORDAN"))
    assert _history(person, straight, bent) == ("found", ["C2600001"])


def test_the_case_page_confirms_what_the_row_does_not_print() -> None:
    name = NameFacts("SAMPLE", "JORDAN")
    assert _history(_person(), _party(name, birth_date_on_row="masked"))[0] == "found"
    assert (
        _history(_person(), _party(name, birth_date=None, birth_date_on_row="absent"))[0] == "found"
    )
    nowhere = _party(name, _case(shown="masked"), birth_date_on_row="masked")
    assert _history(_person(), nowhere) == ("unverified", [])
    stranger = PartyFacts("Defendant", "SAMPLE, JORDAN", dt.date(1970, 1, 1), "full")
    assert _history(
        _person(),
        _party(name, _case(parties=(stranger,)), birth_date=None, birth_date_on_row="absent"),
    ) == (
        "not_found",
        [],
    )


def test_without_a_birth_date_nothing_can_be_accepted() -> None:
    person = _person(jail_birth_date="masked")
    assert _history(person, _party(NameFacts("SAMPLE", "JORDAN")))[0] == "unverified"
    assert _history(person, _party(NameFacts("OTHER", "JORDAN")))[0] == "not_found"


def test_a_case_under_two_parties_stands_once() -> None:
    shared = _case()
    first = _party(NameFacts("SAMPLE", "JORDAN", "LEE"), shared)
    second = _party(NameFacts("SAMPLE", "JORDAN"), shared, party_id="72")
    outcome, record = Court(People((_person(),), (first, second))).history(_person())
    assert outcome == "found"
    assert record is not None
    assert record["names"] == ["SAMPLE, JORDAN", "SAMPLE, JORDAN LEE"]
    assert len(record["cases"]) == 1


def _charged(*results: tuple[str, str], status: str = "Open", sentence: bool = False) -> CaseFacts:
    charge = CourtChargeFacts("1", "1", "X", None, None, None, None)
    events = tuple(
        DispositionEventFacts(
            str(i),
            dt.date(2025, 1, 1 + i),
            "plea" if kind == "Plea" else "disposition",
            kind,
            None,
            (OutcomeFacts("1", result, "R"),),
        )
        for i, (kind, result) in enumerate(results)
    )
    if sentence:
        blocks = (("Confinement", "6 Months"),)
        events += (
            DispositionEventFacts(
                "9", dt.date(2025, 3, 1), "sentence", "Sentence", None, (), blocks
            ),
        )
    return _case(charges=(charge,), disposition_events=events, status=status)


@pytest.mark.parametrize(
    ("case", "answer", "reason", "still_open"),
    [
        (_case(restricted=True), "unknown", "restricted", []),
        (_charged(sentence=True), "not_pretrial", "sentence", ["1"]),
        (_case(), "unknown", "no_charges", []),
        (_charged(status="Disposed"), "not_pretrial", "status_not_open", ["1"]),
        (_charged(status="Inactive"), "unknown", "status_word", ["1"]),
        (_charged(("Disposition", "Dismissed")), "not_pretrial", "no_open_charge", []),
        (_charged(status="ACTIVE"), "pretrial", "open_charge", ["1"]),
        (_charged(("Plea", "Guilty")), "pretrial", "open_charge", ["1"]),
        (_charged(("Disposition", "Bound Over to Grand Jury")), "pretrial", "open_charge", ["1"]),
        (
            _charged(("Disposition", "Reduced"), ("Disposition", "Guilty")),
            "not_pretrial",
            "no_open_charge",
            [],
        ),
    ],
)
def test_pretrial_of_a_case(
    case: CaseFacts, answer: str, reason: str, still_open: list[str]
) -> None:
    assert case_record(case)["pretrial"] == {
        "answer": answer,
        "open_charges": still_open,
        "reasons": [reason],
    }


def test_a_restricted_case_tells_only_what_the_list_shows() -> None:
    record = case_record(_case(restricted=True, judicial_officer="Bench, Alex"))
    assert (record["public"], record["parties"], record["judicial_officer"]) == (False, [], None)
    assert (record["case_number"], record["status"], record["file_date"]) == (
        "C2600001",
        "Open",
        "2025-01-01",
    )


def test_money_is_summed_by_sign() -> None:
    rows = (
        TransactionFacts("1", TODAY, "Charge", None, 5_400),
        TransactionFacts("2", TODAY, "Payment", "R1", -1_000),
        TransactionFacts("3", TODAY, "Credit", None, -250),
    )
    financial = case_record(_case(transactions=rows))["financial"]
    assert (financial["assessed_cents"], financial["payments_and_credits_cents"]) == (5_400, 1_250)
    assert case_record(_case())["financial"] is None


def test_a_dialect_tells_what_its_pages_print() -> None:
    bond = BondFacts(
        "C2600001", None, "10", 2_500, 2_500, "No Bond Set", "Open", amount_words="NO BOND",
        set_by="MAG", set_at=dt.datetime(2026, 1, 3, 17, 20),
    )  # fmt: skip
    booking = _booking(bond, projected_release_words="LIFE", bond_grand_total_cents=2_500)
    record = {
        name: jail_record(_person(booking), TODAY, told(name))
        for name in ("shelby", "bergen", "salt-lake", "virginia-beach")
    }
    told_of = {name: one["bookings"][0] for name, one in record.items()}
    assert {name: one["bonds"][0]["set_by"] for name, one in told_of.items()} == {
        "shelby": None,
        "bergen": None,
        "salt-lake": None,
        "virginia-beach": "MAG",
    }
    assert told_of["shelby"]["bonds"][0]["type"] == "No Bond Set"
    assert told_of["bergen"]["bonds"][0]["type"] is None
    assert told_of["bergen"]["bond_grand_total_cents"] is None
    assert told_of["salt-lake"]["bonds"][0]["set_date"] == "2026-01-03"
    assert told_of["salt-lake"]["bonds"][0]["details"] == [
        {"label": "Set Date", "text": "2026-01-03 17:20:00.0"}
    ]
    assert told_of["salt-lake"]["details"] == [{"label": "Age", "text": "36"}]
    assert record["salt-lake"]["date_of_birth"] is None
    words = {"field": "bonds.0.amount_cents", "text": "NO BOND"}
    life = {"field": "projected_release_date", "text": "LIFE"}
    assert told_of["shelby"]["as_printed"] == [life, words]
    assert told_of["bergen"]["as_printed"] == [words]


def test_a_page_without_incarceration_information_tells_no_dates_and_no_cell() -> None:
    silent = _booking(housing_block="T1", location="JMS", incarceration_shown=False)
    (record,) = jail_record(_person(silent), TODAY)["bookings"]
    assert record["commitment_date"] is None
    assert set(record["housing"].values()) == {None}


def test_a_case_page_speaks_for_its_case_alone() -> None:
    name = NameFacts("SAMPLE", "JORDAN")

    def case(number: str, shown: str, born: dt.date = BORN) -> CaseFacts:
        person = PartyFacts("Defendant", "SAMPLE, JORDAN", born, shown)  # type: ignore[arg-type]
        return _case(number, parties=(person,))

    party = replace(
        _party(name, birth_date=None, birth_date_on_row="absent"),
        cases=(
            case("C2600001", "full"),
            case("C2600002", "absent"),
            case("C2600003", "full", dt.date(1970, 5, 5)),
            case("C2600004", "placeholder"),
        ),
    )
    outcome, record = Court(People((_person(),), (party,))).history(_person())
    assert outcome == "found"
    assert record is not None
    assert [one["case_number"] for one in record["cases"]] == ["C2600001"]
    assert [one["case_number"] for one in record["cases_unverified"]] == ["C2600002", "C2600004"]


def test_where_rows_print_birth_dates_one_row_speaks_for_all_its_cases() -> None:
    undated = PartyFacts("Defendant", "SAMPLE, JORDAN", BORN, "absent")
    party = _party(NameFacts("SAMPLE", "JORDAN"), _case(parties=(undated,)))
    people = People((_person(),), (party,))
    assert Court(people, told("chatham")).history(_person())[0] == "found"
    assert Court(people, told("dekalb")).history(_person())[0] == "unverified"


def test_a_hearing_that_did_not_take_place_is_told_by_its_reason_or_by_services_alone() -> None:
    hearings = tuple(
        CourtHearingFacts(
            "1", TODAY, "Trial", dt.time(9), None, None, canceled=True, cancel_reason=r
        )
        for r in ("Vacated", None)
    )
    shown = {
        name: [(one["canceled"], one["result"]) for one in record["hearings"]]
        for name in ("napa", "roa")
        if (record := case_record(_case(hearings=hearings), told(name)))
    }
    assert shown == {
        "napa": [(True, "Vacated"), (False, None)],
        "roa": [(True, "Vacated"), (True, "Canceled")],
    }


def test_everybody_s_money_is_told_the_person_s_first() -> None:
    plaintiff, person = PartyFacts("Plaintiff", "LOANS, LLC"), PartyFacts("Defendant", "SAMPLE")
    rows = tuple(
        TransactionFacts(str(n), TODAY, "Assessment", None, 100 + n, party=n) for n in range(2)
    )
    record = case_record(_case(parties=(plaintiff, person), place=1, transactions=rows))
    assert record["financial"]["party"] == "SAMPLE"
    assert [one["party"] for one in record["other_financials"]] == ["LOANS, LLC"]


def test_a_disposition_of_the_whole_case_ends_it_where_services_tell_it() -> None:
    case = replace(_charged(), case_dispositions=((TODAY, "Judgment of Conviction"),))
    answers = {n: case_record(case, told(n))["pretrial"]["answer"] for n in ("roa", "chatham")}
    assert answers == {"roa": "not_pretrial", "chatham": "pretrial"}


def test_a_roster_of_people_in_custody_lists_nobody_released() -> None:
    people = generate(40, 7)
    kept = [line["key"] for line in truth(people, TODAY, dialect="bergen,in-custody")]
    gone = [
        one.key
        for one in people.detainees
        if all(b.listed_release_date and b.listed_release_date <= TODAY for b in one.bookings)
    ]
    assert gone
    assert set(kept) == {one.key for one in people.detainees} - set(gone)
