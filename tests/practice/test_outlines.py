"""Pages of the practice portals against the outlines of real pages, section by section."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import requests

from practice.dialects import parse
from practice.facts import BookingFacts, DetaineeFacts, JailChargeFacts, NameFacts
from practice.server import running
from practice.world import People
from tests.practice import outlines
from tests.practice.odyssey_portal import make_world

DAY = dt.date(2026, 1, 5)
BODY = {"Referer": "http://127.0.0.1/IML"}


def _pages(people: tuple[DetaineeFacts, ...], dialect: str) -> tuple[str, str]:
    """The first page of the list, and the first booking's page."""
    world = replace(make_world(people=People(people, ())), dialect=parse(dialect))
    with running(world=world) as portals, requests.Session() as session:
        roster = session.post(portals.jail, {"flow_action": "searchbyid"})
        booking = people[0].bookings[0]
        detail = {"flow_action": "edit", "sysID": booking.sys_id}
        page = session.post(portals.jail, detail, headers=BODY)
    return roster.text, page.text


def _person(number: int, **facts: object) -> DetaineeFacts:
    blank = BookingFacts(f"26{number:06d}", str(3_296_000 + number), "", DAY)
    booking = replace(blank, **facts)  # type: ignore[arg-type]
    name = NameFacts("SAMPLE", "JORDAN")
    return DetaineeFacts(f"{number:08d}", f"{number:08d}", name, DAY, "full", (booking,))


BERGEN = _person(
    1,
    sex="M",
    height="5' 10\"",
    weight="170",
    race="ALPHA",
    hair_color="BRO",
    eye_color="BLU",
    complexion="Medium Light",
    ice_number="123",
    citizen="US",
    country_of_birth="US",
    location="MAIN",
    county="SAMPLE",
    housing_section="NORTH",
    housing_block="T1",
    housing_cell="01",
    housing_bed="A",
    charges=(JailChargeFacts(None, DAY, "AB", "SYNTHETIC OFFENSE", None),),
)


def test_a_booking_page_of_bergen_has_the_outline_of_the_saved_page() -> None:
    _, page = _pages((BERGEN,), "bergen")
    (made,) = outlines.of_page(page, "body")
    (wanted,) = outlines.handed("iml-person-bergen.txt")
    assert list(made.lines()) == list(wanted.lines())


def test_a_list_of_bergen_has_the_outline_of_the_saved_page() -> None:
    crowd = tuple(_person(number) for number in range(1, 40))
    roster, _ = _pages(crowd, "bergen")
    (made,) = outlines.of_page(roster, "body")
    (wanted,) = outlines.handed("iml-roster-bergen.txt")
    assert _first_row_alone(made) == _first_row_alone(wanted)


def _first_row_alone(page: outlines.Node) -> list[str]:
    """A list's outline without its second row and those after, which the handed one cuts."""
    later = re.compile(r"tr#row([2-9]|\d\d)\b")

    def cut(node: outlines.Node) -> outlines.Node:
        return outlines.Node(node.says, [cut(n) for n in node.inside if not later.match(n.says)])

    return list(cut(page).lines())
