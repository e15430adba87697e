"""Pages of the practice portals against the outlines of real pages, section by section: the same
elements, ids, classes and labels in the same order; what repeats counts once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from practice.facts import CaseFacts, DetaineeFacts, NameFacts
from practice.server import running
from practice.world import People
from tests.practice import attested, outlines
from tests.practice.odyssey_portal import make_world, party, visited

SECTIONS = (
    "#caseInformationDiv",
    "#CasePartiesPrintSection",
    "#DispositionEventsPrintSection",
    "#OtherEventsPrintSection",
    "#divFinancialInformation_body",
)


def jail_pages(people: tuple[DetaineeFacts, ...], dialect: str) -> tuple[str, str]:
    """The first page of the list, and the first booking's page."""
    world = make_world(people=People(people, ()), dialect=dialect)
    with running(world=world) as portals, requests.Session() as session:
        roster = session.post(portals.jail, {"flow_action": "searchbyid"})
        detail = {"flow_action": "edit", "sysID": people[0].bookings[0].sys_id}
        page = session.post(portals.jail, detail, headers={"Referer": portals.jail})
    return roster.text, page.text


def case_page(case: CaseFacts, dialect: str) -> str:
    """A case page as a browser shows it, its late part filled in."""
    people = People((), (party(1, NameFacts("SAMPLE", "JORDAN"), (case,)),))
    with visited(make_world(people=people, dialect=dialect)) as visitor:
        page = visitor.get(visitor.case_address(case.case_number)).text
        late = re.search(r"RoaPage.init\(.*'(/CJS/[^']+)'\)", page)
        if late is None:
            return page
        money = visitor.get(late[1]).text
        assert "Loading financial, please wait..." in page
        return page.replace("Loading financial, please wait...", money)


def test_a_booking_page_of_bergen_has_the_outline_of_the_saved_page() -> None:
    _, page = jail_pages((attested.BERGEN,), "bergen")
    (made,) = outlines.of_page(page, "body")
    (wanted,) = outlines.handed("iml-person-bergen.txt")
    assert list(made.lines()) == list(wanted.lines())


def test_a_list_of_bergen_has_the_outline_of_the_saved_page() -> None:
    crowd = tuple(attested.booked(number) for number in range(1, 40))
    roster, _ = jail_pages(crowd, "bergen")
    (made,) = outlines.of_page(roster, "body")
    (wanted,) = outlines.handed("iml-roster-bergen.txt")
    assert _first_row_alone(made) == _first_row_alone(wanted)


def _first_row_alone(page: outlines.Node) -> list[str]:
    """A list's outline without its second row and those after, which the handed one cuts."""
    later = re.compile(r"tr#row([2-9]|\d\d)\b")

    def cut(node: outlines.Node) -> outlines.Node:
        return outlines.Node(node.says, [cut(n) for n in node.inside if not later.match(n.says)])

    return list(cut(page).lines())


@pytest.mark.parametrize(
    ("dialect", "case", "name"),
    [
        ("dekalb", attested.DEKALB, "odyssey-classic-dekalb.txt"),
        ("chatham", attested.CHATHAM, "odyssey-classic-chatham.txt"),
        ("snohomish", attested.SNOHOMISH, "odyssey-classic-snohomish.txt"),
        ("napa", attested.NAPA, "odyssey-classic-older-napa.txt"),
    ],
)
def test_a_case_page_has_the_outline_of_the_saved_page(
    dialect: str, case: CaseFacts, name: str
) -> None:
    made = [node for css in SECTIONS for node in outlines.of_page(case_page(case, dialect), css)]
    assert [list(node.lines()) for node in made] == [
        list(node.lines()) for node in outlines.handed(name)
    ]


def test_every_handed_outline_is_compared() -> None:
    compared = set(re.findall(r"[\w-]+\.txt", Path(__file__).read_text(encoding="utf-8")))
    assert {one.name for one in outlines.FOLDER.glob("*.txt")} == compared | {"vocabulary.txt"}
