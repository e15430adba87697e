"""The practice inmate lookup keeps to docs/portals/iml.md, quirks included."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from practice import dialects
from practice.facts import (
    AliasFacts,
    BondFacts,
    BookingFacts,
    DetaineeFacts,
    DetainerFacts,
    JailChargeFacts,
    JailHearingFacts,
    NameFacts,
)
from practice.faults import Faults, parse
from practice.log import AccessLog
from practice.server import Options, running
from practice.world import Account, People, World

TODAY = dt.date(2026, 1, 5)
ALL = {"flow_action": "searchbyid", "systemUser_includereleasedinmate2": "Y", "quantity": "10"}
FIELDS = (
    *(
        "flow_action",
        "quantity",
        "searchtype",
        "identifierbox",
        "identifier",
        "releasedA",
        "releasedB",
    ),
    *(
        "systemUser_identifiervalue",
        "systemUser_lastName",
        "systemUser_firstName",
        "systemUser_dateOfBirth",
    ),
    *("systemUser_includereleasedinmate", "systemUser_includereleasedinmate2"),
)
HELD = {"flow_action": "searchbyname", "systemUser_includereleasedinmate": "N"}


def person(number: int, **facts: object) -> DetaineeFacts:
    booking = BookingFacts(
        booking_number=f"26{number:06d}",
        sys_id=f"3296{number:011d}",
        img_sys_id="0",
        commitment_date=TODAY,
    )
    return DetaineeFacts(
        key=f"{number:08d}",
        permanent_id=f"{number:08d}",
        name=NameFacts(f"SAMPLE{number:04d}", "JORDAN", "LEE"),
        birth_date=dt.date(1990, 1, 2),
        jail_birth_date="full",
        bookings=(replace(booking, **facts),),  # type: ignore[arg-type]
    )


FULL = person(
    1,
    height="5' 10\"",
    location="JMS",
    fbi_number="F1",
    aliases=(AliasFacts("PEÑA", "ANA"),),
    detainers=(DetainerFacts(TODAY, "D1", "OTHER", None),),
    bonds=(
        BondFacts(
            "C2600001", 1_234_567, None, None, 500_000, "Uknown-Contact Court Cerks Office", "Open"
        ),
        BondFacts(None, None, "10", None, None, "No Bond Set", None),
    ),
    bond_grand_total_cents=0,
    charges=(JailChargeFacts("C2600001", TODAY, "00123", "SYNTHETIC OFFENSE", "FC"),),
    hearings=(
        JailHearingFacts("C2600001", TODAY, dt.time(9, 5)),
        JailHearingFacts(None, dt.date(2026, 2, 3)),
    ),
)


class Visitor:
    """Somebody with a cookie jar who sends a Referer, as a browser does."""

    def __init__(self, url: str, world: World) -> None:
        self.url = url
        self.world = world
        self.http = requests.Session()
        self.http.headers["Referer"] = url

    def get(self) -> requests.Response:
        return self.http.get(self.url, timeout=10)

    def post(self, **fields: str) -> str:
        return self.answer(**fields).content.decode("iso-8859-1")

    def answer(self, **fields: str) -> requests.Response:
        return self.http.post(self.url, data=fields, timeout=20)

    def next(self, start: int) -> str:
        return self.post(flow_action="next", currentStart=str(start))

    def detail(self, one: DetaineeFacts, booking: int = 0) -> str:
        return self.post(flow_action="edit", sysID=one.bookings[booking].sys_id, imgSysID="0")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    with ExitStack() as stack:

        def start(
            *people: DetaineeFacts, dialect: str = "shelby", faults: str = "", day: int = 0
        ) -> Visitor:
            world = World(
                people=People(people, ()),
                day=day,
                account=Account("casey", "x"),
                faults=Faults(parse(faults)),
                log=AccessLog(tmp_path / "access.log"),
                dialect=dialects.parse(dialect),
            )
            return Visitor(stack.enter_context(running(Options(), world=world)).jail, world)

        yield start


def counter(html: str) -> tuple[str, ...] | None:
    found = re.search(r"Showing\s+(\S+)\s+to\s+(\S+)\s+of\s+(\S+) results", html)
    return found.groups() if found else None


def numbers(html: str) -> list[str]:
    return re.findall(r">(26\d{6})<", html)


# -- the search
# ------------------------------------------------------------------------------------------------


def test_search_page_sets_the_session_cookie_and_has_every_field(visit: Visit) -> None:
    answer = visit(FULL).get()
    assert "JSESSIONID" in answer.cookies
    for field in FIELDS:
        assert f'name="{field}"' in answer.text


def test_released_people_are_listed_only_when_asked_for(visit: Visit) -> None:
    gone = person(2, listed_release_date=TODAY)
    leaving = person(3, listed_release_date=TODAY + dt.timedelta(1))
    who = visit(FULL, gone, leaving)
    assert numbers(who.post(**ALL)) == ["26000001", "26000002", "26000003"]
    assert numbers(who.post(**HELD)) == ["26000001", "26000003"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (
            {**ALL, "systemUser_identifiervalue": "026000002", "identifier": "026000002"},
            ["26000002"],
        ),
        ({**HELD, "systemUser_lastName": "sample0001"}, ["26000001"]),
        ({**HELD, "systemUser_lastName": "SAMPLE"}, ["26000001", "26000002"]),
        (
            {**HELD, "systemUser_firstName": "JOR", "systemUser_dateOfBirth": "01/02/1990"},
            ["26000001", "26000002"],
        ),
        ({**HELD, "systemUser_dateOfBirth": "01/03/1990"}, []),
    ],
)
def test_search_by_number_name_prefix_and_birth_date(
    visit: Visit, fields: dict[str, str], found: list[str]
) -> None:
    html = visit(FULL, person(2)).post(**fields)
    assert numbers(html) == found
    assert ("No records found." in html) is (not found)
    assert (counter(html) is None) is (not found)


# -- the list
# ------------------------------------------------------------------------------------------------


def test_list_keeps_the_quirks_of_the_saved_page(visit: Visit) -> None:
    who = visit(FULL, replace(person(7), permanent_id=None))
    answer = who.answer(**ALL)
    html = answer.content.decode("iso-8859-1")
    assert answer.headers["Content-Type"] == "text/html;charset=ISO-8859-1"
    assert re.search(r"Showing\s+1 to\n\n\n\s+2\n\n\s+of\s+2 results", html)
    assert html.count('class = "underlined"') == 2
    link = "javascript:submitInmate('329600000000001','0')"
    assert f'<td width = "330"><a class = "underlined" href = "{link}">' in html
    assert "id=\"row1\" onClick=\"rowClicked('1','329600000000001','0')\"" in html
    assert "SAMPLE0007   , JORDAN LEE" in html
    assert '</table>\n\n </table>\n<tr><td colspan="2">&nbsp;</td>' in html
    assert "\n\n\n" in html


def test_every_page_has_thirty_rows_whatever_quantity_says_and_row_ids_restart(
    visit: Visit,
) -> None:
    who = visit(*(person(number) for number in range(1, 66)))
    pages = [who.post(**{**ALL, "quantity": "500"}), who.next(31), who.next(61)]
    assert [counter(html) for html in pages] == [
        ("1", "30", "65"),
        ("31", "60", "65"),
        ("61", "65", "65"),
    ]
    assert [len(numbers(html)) for html in pages] == [30, 30, 5]
    assert all('id="row1"' in html and 'id="row31"' not in html for html in pages)
    assert sorted(number for html in pages for number in numbers(html)) == [
        f"26{n:06d}" for n in range(1, 66)
    ]


def test_any_offset_may_be_asked_for_in_any_order(visit: Visit) -> None:
    who = visit(*(person(number) for number in range(1, 66)))
    who.post(**ALL)
    assert [counter(who.next(start)) for start in (61, 1, 31, -29, 9001)] == [
        ("61", "65", "65"),
        ("1", "30", "65"),
        ("31", "60", "65"),
        ("1", "30", "65"),
        ("61", "65", "65"),
    ]


def test_paging_forms_say_where_they_lead(visit: Visit) -> None:
    who = visit(*(person(number) for number in range(1, 66)))
    first, last = who.post(**ALL), who.next(61)

    def starts(html: str) -> list[str]:
        return re.findall(r'name="currentStart" value="(-?\d+)"', html)

    assert starts(first) == ["1", "-29", "31", "61"]
    assert starts(last) == ["1", "31", "91", "61"]
    assert "submitMe('nextSearch')" in first
    assert "submitMe('prevSearch')" not in first
    assert "submitMe('nextSearch')" not in last
    assert "submitMe('prevSearch')" in last


def test_total_above_a_thousand_carries_a_comma(visit: Visit) -> None:
    who = visit(*(person(number) for number in range(1, 1003)))
    assert counter(who.post(**ALL)) == ("1", "30", "1,002")


def test_list_is_recomputed_for_every_request(visit: Visit) -> None:
    everybody = [person(number) for number in range(1, 62)]
    who = visit(*everybody)
    who.post(**ALL)
    who.world.people = People((person(0), *everybody), ())
    assert counter(who.next(31)) == ("31", "60", "62")
    assert numbers(who.next(31))[0] == "26000030"


def test_return_to_search_shows_the_page_last_seen(visit: Visit) -> None:
    who = visit(*(person(number) for number in range(1, 66)))
    who.post(**ALL)
    who.next(31)
    who.detail(person(1))
    back = who.post(flow_action="inmatedb_srchresults", QUANTITY="null", START="null")
    assert counter(back) == ("31", "60", "65")


def test_list_without_a_search_is_the_search_page(visit: Visit) -> None:
    who = visit(FULL)
    who.get()
    html = who.next(31)
    assert counter(html) is None
    assert "systemUser_lastName" in html


def test_four_column_county_lists_no_birth_dates(visit: Visit) -> None:
    html = visit(FULL, dialect="bergen").post(**ALL)
    assert "Date of Birth</td>" not in html
    assert "01/02/1990" not in html
    five = visit(FULL).post(**ALL)
    assert five.index("Permanent ID") < five.index("Date of Birth") < five.index("Release Date")


@pytest.mark.parametrize(
    ("shown", "printed"), [("full", "01/02/1990"), ("masked", "XX/XX/1990"), ("absent", "")]
)
def test_birth_date_is_printed_as_the_facts_say_on_both_pages(
    visit: Visit, shown: str, printed: str
) -> None:
    who = visit(replace(FULL, jail_birth_date=shown))  # type: ignore[arg-type]
    assert f"'0')\">{printed}</a></td>" in who.post(**ALL)
    assert f'DOB:</td><td class="bodysmall">{printed}</td>' in who.detail(FULL)


# -- the arming rule
# ------------------------------------------------------------------------------------------------


def is_empty(html: str) -> bool:
    assert "Booking #:" in html
    assert "Hearing Information" in html
    return "26000001" not in html


def test_detail_needs_cookie_search_and_referer(visit: Visit) -> None:
    who = visit(FULL)
    who.get()
    assert is_empty(who.detail(FULL))
    who.post(**ALL)
    assert not is_empty(who.detail(FULL))
    del who.http.headers["Referer"]
    assert is_empty(who.detail(FULL))
    who.http.headers["Referer"] = who.url
    assert not is_empty(who.detail(FULL))
    who.http.cookies.clear()
    assert is_empty(who.detail(FULL))


def test_inner_ids_stay_valid_in_another_session(visit: Visit) -> None:
    who = visit(FULL)
    other = Visitor(who.url, who.world)
    other.post(**HELD, systemUser_lastName="NOBODY")
    assert not is_empty(other.detail(FULL))


def test_template_without_values_still_has_all_labels_and_the_empty_texts(visit: Visit) -> None:
    who = visit(FULL)
    html = who.detail(FULL)
    assert who.answer(flow_action="edit", sysID="1").status_code == 200
    assert "SAMPLE0001" not in html
    for text in (
        "There are no aliases for this inmate.",
        "There is no detainer information for this inmate.",
        "There is no Bond Information for this Inmate.",
        "There is no charge information for this inmate.",
        "There is no hearing information for this inmate.",
    ):
        assert text in html


# -- the detail page
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["bergen", "shelby"])
def test_detail_shows_every_section_with_the_quirks_of_the_saved_page(
    visit: Visit, dialect: str
) -> None:
    who, old = visit(FULL, dialect=dialect), dialect == "bergen"
    who.post(**ALL)
    html = who.detail(FULL)
    assert '<form name="viewInmate" method="post" action=>' in html
    titles = re.findall(r'<td width="100%" class="header">([^<]*)</td>', html)
    assert [" ".join(title.split()) for title in titles] == [
        f"{name} Information"
        for name in ["Inmate", "Incarceration", "Alias", "Detainer", "Bond", "Charge", "Hearing"]
        if name != "Hearing" or not old
    ]
    assert "Incarceration\n" in html
    assert '<font class="bodywhite">JORDAN LEE SAMPLE0001</font>' in html
    assert "5&#039; 10&#034;" in html
    assert ">JMS         </td>" in html
    assert ">12,345.67</td>" in html
    assert ">5000.00</td>" in html or old
    assert "Uknown-Contact Court Cerks Office" in html or old
    assert ">01/05/2026 09:05</td>" in html or old
    assert ">02/03/2026</td>" in html or old
    assert "PEÑA" in html
    label = "bodysmall" if old else "bodysmallbold"
    assert f'<td class="{label}">Sex:</td>' in html


def test_empty_bond_section_of_the_old_layout_has_labels_and_blank_values(visit: Visit) -> None:
    nobody = person(1)
    old = visit(nobody, dialect="bergen")
    old.post(**ALL)
    html = old.detail(nobody)
    assert "There is no Bond Information" not in html
    assert re.search(r"Status:</td><td[^>]*>\n{12}</td>", html)
    new = visit(nobody)
    new.post(**ALL)
    assert "There is no Bond Information for this Inmate." in new.detail(nobody)


def test_late_details_show_charges_and_bonds_from_the_second_request_of_a_session_on(
    visit: Visit,
) -> None:
    late = replace(FULL, bookings=(replace(FULL.bookings[0], fills_in_late=True),))
    who = visit(late)
    other = Visitor(who.url, who.world)
    for one in (who, other):
        one.post(**ALL)
        first, second = one.detail(late), one.detail(late)
        assert "SYNTHETIC OFFENSE" not in first
        assert "There is no charge information for this inmate." in first
        assert "Grand Total" not in first
        assert "SYNTHETIC OFFENSE" in second
        assert "Uknown-Contact" in second


def test_photo_is_the_same_placeholder_for_everybody(visit: Visit) -> None:
    who = visit(FULL, person(2))
    base = who.url.replace("/IML", "/imageservlet")
    images = [
        who.http.get(f"{base}?sysid={sys_id}", timeout=10).content
        for sys_id in ("329600000000001", "2")
    ]
    assert images[0] == images[1]
    assert 0 < len(images[0]) < 500


# -- misbehaviour
# ------------------------------------------------------------------------------------------------


def test_busy_is_a_503_with_retry_after_on_some_and_strikes_a_page_once(visit: Visit) -> None:
    people = [person(number) for number in range(1, 13)]
    who = visit(*people, faults="busy=1")
    assert who.answer(**ALL).status_code == 503
    assert who.answer(**ALL).status_code == 200
    struck = [who.answer(flow_action="edit", sysID=one.bookings[0].sys_id) for one in people]
    assert {answer.status_code for answer in struck} == {503}
    assert {answer.headers.get("Retry-After") for answer in struck} == {"1", None}
    assert not is_empty(who.detail(people[0]))


def test_lost_session_empties_the_details_until_the_next_search(visit: Visit) -> None:
    who = visit(FULL, *(person(number) for number in range(2, 40)), faults="lost-session=1")
    who.post(**ALL)
    before = who.http.cookies["JSESSIONID"]
    assert is_empty(who.detail(FULL))
    assert who.http.cookies["JSESSIONID"] != before
    assert is_empty(who.detail(FULL))
    who.post(**ALL)
    assert not is_empty(who.detail(FULL))
    assert "systemUser_lastName" in who.next(31)
    who.post(**ALL)
    assert counter(who.next(31)) == ("31", "39", "39")


def test_moved_roster_shifts_rows_and_total_until_the_next_search(visit: Visit) -> None:
    who = visit(*(person(number) for number in range(1, 62)), faults="moved-roster=1")
    first = who.post(**ALL)
    assert counter(first) == ("1", "30", "61")
    moved = who.next(31)
    assert counter(moved) == ("31", "60", "62")
    assert numbers(moved)[0] == numbers(first)[-1]
    assert counter(who.post(**ALL)) == ("1", "30", "61")
    assert counter(who.next(31)) == ("31", "60", "61")


def test_slow_answers_late_but_rightly(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from practice.iml import app

    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(app, "sleep", sleep)
    who = visit(FULL, faults="slow=1")
    who.world.latency = 0.5
    who.post(**ALL)
    assert not is_empty(who.detail(FULL))
    assert not is_empty(who.detail(FULL))
    assert waited == [0.5 + app.SLOW_SECONDS, 0.5 + app.SLOW_SECONDS, 0.5]


def test_every_request_is_noted_with_its_kind_and_person(visit: Visit, tmp_path: Path) -> None:
    who = visit(FULL, *(person(number) for number in range(2, 40)), faults="busy@4")
    who.get()
    who.post(**ALL)
    who.next(31)
    who.detail(FULL)
    who.http.get(who.url.replace("IML", "imageservlet") + "?sysid=329600000000001", timeout=10)
    rows = [
        json.loads(line)
        for line in (tmp_path / "access.log").read_text(encoding="utf-8").splitlines()
    ]
    assert [row["page"] for row in rows] == [
        "search-form",
        "search-post",
        "list",
        "detail",
        "image",
    ]
    assert [row.get("person") for row in rows] == [None, None, None, "00000001", "00000001"]
    assert [row["status"] for row in rows] == [200, 200, 200, 503, 200]
    assert [row.get("fault") for row in rows] == [None, None, None, "busy", None]
    assert rows[2]["detail"] == "31"
    assert [row["ms"] > 0 for row in rows[:4]] == [True] * 4
    assert who.http.cookies["JSESSIONID"] not in json.dumps(rows)
