"""Dialects: how they are chosen, and what each shows that the others do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
import requests

from practice.dialects import BadDialectError, parse
from practice.facts import CaseFacts, DetaineeFacts, NameFacts
from practice.odyssey import site as settings
from practice.people import generate
from practice.server import Options, Running, running
from practice.world import People
from tests.practice import attested
from tests.practice.odyssey_portal import Visitor, make_world, party, visited

Courts = Callable[..., Visitor]
JORDAN = NameFacts("SAMPLE", "JORDAN")


@pytest.fixture(autouse=True)
def _no_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RESULTS_DELAY", 0.0)
    monkeypatch.setattr(settings, "FINANCIAL_DELAY", 0.0)


@pytest.fixture
def court() -> Iterator[Courts]:
    """Visitors of a court that speaks a dialect and holds these cases of one person."""
    with ExitStack() as stack:

        def make(dialect: str, *cases: CaseFacts) -> Visitor:
            people = People((), (party(1, JORDAN, cases),))
            world = make_world(people=people, dialect=dialect)
            return stack.enter_context(visited(world))

        yield make


def test_a_dialect_is_a_jail_a_court_or_both_in_any_order() -> None:
    assert (parse("bergen").jail.name, parse("bergen").court.name) == ("bergen", "chatham")
    assert (parse("napa").jail.name, parse("napa").court.name) == ("shelby", "napa")
    either, other = parse("napa,bergen"), parse("bergen, napa")
    assert (either.jail, either.court) == (other.jail, other.court)
    assert parse("dekalb,birth-dates").court.row_birth_dates
    assert not parse("chatham,no-birth-dates").court.row_birth_dates
    assert parse("bergen,in-custody").in_custody_only


@pytest.mark.parametrize("text", ["berge", "plain,napa", "bergen,napa,xyz"])
def test_an_unknown_dialect_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(BadDialectError, match=r"plain|salt-lake.*snohomish"):
        parse(text)


def booking_page(portals: Running, person: DetaineeFacts) -> str:
    """The page of the person's last booking."""
    with requests.Session() as session:
        session.headers["Referer"] = portals.jail
        session.post(portals.jail, {"flow_action": "searchbyname"})
        asked = {"flow_action": "edit", "sysID": person.bookings[-1].sys_id}
        return session.post(portals.jail, asked).text


@pytest.mark.parametrize(
    ("dialect", "shown", "unknown"),
    [
        ("shelby", ["Booking #:", "DOB:", "Grand Total:", "Hearing Information"], ["Age:", "COB:"]),
        ("bergen", ["INS:", "COB:", "Posted By:"], ["Booking #:", "Bond Type:", "Hearing"]),
        ("salt-lake", ["SO#:", "Age:", "Booked Date:", "¤ 1,250,000.50"], ["DOB:", "Total:"]),
        ("virginia-beach", [">Set By<", ">Set Date<", "Grand Total:"], ["Bond Type:", "Age:"]),
    ],
)
def test_a_booking_page_bears_the_labels_of_its_county(
    dialect: str, shown: list[str], unknown: list[str]
) -> None:
    with running(Options(people=12, dialect=dialect)) as portals:
        rich = next(
            one
            for one in portals.world.people.detainees
            if any(bond.amount_cents == 125_000_050 for bond in one.bookings[-1].bonds)
        )
        page = booking_page(portals, rich)
    assert [label for label in shown if label not in page] == []
    assert [label for label in unknown if label in page] == []


@pytest.mark.parametrize(
    ("dialect", "heads"),
    [
        ("shelby", ["Booking Number", "Permanent ID", "Date of Birth", "Release Date"]),
        ("bergen", ["Booking Number", "Permanent ID", "Release Date"]),
        ("salt-lake", ["Booking Number", "SO #"]),
    ],
)
def test_the_list_has_the_columns_of_its_county(dialect: str, heads: list[str]) -> None:
    with running(Options(people=3, dialect=dialect)) as portals:
        page = requests.post(portals.jail, {"flow_action": "searchbyname"}, timeout=5).text
    row = page.partition("Inmate Name (last, first middle)</td>")[2].partition("</tr>")[0]
    assert re.findall(r">([^<>]+)</td>", row) == heads
    cells = page.partition('id="row1"')[2].partition("</tr>")[0]
    assert cells.count("<td") == len(heads) + 1


def test_a_county_may_list_nobody_who_was_released() -> None:
    everybody = {"flow_action": "searchbyid", "systemUser_includereleasedinmate2": "Y"}
    found = {}
    for dialect in ("bergen", "bergen,in-custody"):
        with running(Options(people=12, dialect=dialect)) as portals:
            page = requests.post(portals.jail, everybody, timeout=5).text
            released = [
                one.bookings[0].booking_number
                for one in portals.world.people.detainees
                if one.bookings[0].release_date
            ]
        found[dialect] = [number in page for number in released]
    assert found == {"bergen": [True], "bergen,in-custody": [False]}


@pytest.mark.parametrize(
    ("dialect", "grid", "born", "encrypted"),
    [
        ("dekalb", "CasesGrid", False, False),
        ("chatham", "Grid", True, False),
        ("snohomish", "Grid", False, True),
        ("napa", "CasesGrid", True, True),
        ("napa,no-birth-dates", "CasesGrid", False, True),
    ],
)
def test_result_grids_differ_from_county_to_county(
    dialect: str, grid: str, born: bool, encrypted: bool
) -> None:
    people = People(
        (),
        (
            party(1, JORDAN, (attested.DEKALB,)),
            party(2, replace(JORDAN, middle="LEE"), (attested.CHATHAM,)),
        ),
    )
    world = make_world(people=people, dialect=dialect)
    with visited(world) as visitor:
        page = visitor.search("SAMPLE, JORDAN")
    assert f'id="{grid}"' in page
    assert ("Date of Birth" in page) is born
    ids = re.findall(r'data-caseid="(\w+)"', page)
    assert len(ids) == 2
    assert all(len(one) == (32 if encrypted else 6) for one in ids)


def test_the_money_s_address_stands_on_the_page_whatever_the_link_says(court: Courts) -> None:
    visitor = court("napa", attested.DEKALB)
    page = visitor.get(visitor.case_address("25CV00001")).text
    (address,) = re.findall(r"'(/CJS/Case/CaseDetail/LoadFinancialInformation\?caseId=\d+)'", page)
    assert "Total Financial Assessment" in visitor.get(address).text


@pytest.mark.parametrize(("dialect", "slider"), [("dekalb", True), ("chatham", False)])
def test_the_money_may_come_without_its_slider(court: Courts, dialect: str, slider: bool) -> None:
    visitor = court(dialect, attested.DEKALB)
    visitor.get(visitor.case_address("25CV00001"))
    money = visitor.get("/CJS/Case/CaseDetail/LoadFinancialInformation?caseId=480001").text
    assert ('id="financialSlider"' in money) is slider


def test_only_a_reader_of_the_page_gets_its_photo(court: Courts) -> None:
    with running(Options(people=20, dialect="shelby")) as portals:
        pages = [booking_page(portals, one) for one in portals.world.people.detainees]
    assert any("No Photo Available" in page for page in pages)
    assert any("imageservlet" in page for page in pages)


def test_services_tell_what_no_classic_page_does(court: Courts) -> None:
    case = next(
        case
        for one in generate(40, 7).parties
        for case in one.cases
        if case.warrants and case.cross_references == () and not case.restricted
    )
    removed = replace(case.parties[1], removed=(case.file_date, "Severed"), more_roles=("Victim",))
    canceled = replace(case.hearings[0], canceled=True, result=None, cancel_reason="Vacated")
    case = replace(
        case,
        parties=(case.person, removed),
        hearings=(canceled,),
        cross_references=("C2500009",),
        case_dispositions=((case.file_date, "Judgment of Conviction"),),
    )
    visitor = court("roa", case)
    address = visitor.case_address(case.case_number)
    visitor.get(address)
    key = re.search(r"id=([0-9a-f]+)", address)
    assert key

    def service(name: str) -> dict[str, object]:
        told = f"?key={key[1]}" if name == "CaseSummariesSlim" else f"('{key[1]}')"
        answer: dict[str, object] = visitor.get(
            f"/app/RegisterOfActionsService/{name}{told}"
        ).json()
        return answer

    summary = str(service("CaseSummariesSlim"))
    for word in (case.warrants[0], "C2500009", "Judgment of Conviction", "CrossReferenceNumbers"):
        assert word in summary
    assert "'RemovedReason': 'Severed'" in str(service("Parties"))
    assert "Victim" in str(service("Parties"))
    hearing = str(service("Hearings"))
    assert "'ActiveSettingsCount': 0" in hearing
    assert "Vacated" in hearing
