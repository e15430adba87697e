"""Each fault over real HTTP: what it looks like in which portal, and whether a later try gets the
page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from practice.dialects import COURTS, JAILS, MODIFIERS
from practice.faults import Faults, parse
from practice.misbehave_kinds import BY_NAME, KINDS, covers
from practice.odyssey import site as settings
from practice.server import Options, running
from resilience import faults as named
from tests.practice.odyssey_portal import Visitor, lines, make_world, numbers, visited

ALL = {"flow_action": "searchbyid", "systemUser_includereleasedinmate2": "Y"}
PEOPLE = 40
STANDING = [kind.name for kind in KINDS if not kind.curable]


@pytest.fixture(autouse=True)
def _no_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RESULTS_DELAY", 0.0)


class Jail:
    """A visitor of the inmate lookup."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._running = running(Options(people=PEOPLE, access_log=log))
        self.site = self._running.__enter__()
        self.http = requests.Session()
        self.http.headers["Referer"] = self.site.jail
        self.people = self.site.world.people.detainees

    def close(self) -> None:
        self._running.__exit__(None, None, None)

    def order(self, text: str) -> None:
        self.site.world.faults = Faults(parse(text))

    def post(self, **fields: str) -> requests.Response:
        return self.http.post(self.site.jail, data=fields, timeout=(5, 2), allow_redirects=False)

    def detail(self, nth: int = 0) -> requests.Response:
        return self.post(
            flow_action="edit", sysID=self.people[nth].bookings[0].sys_id, imgSysID="0"
        )

    def next(self, start: int) -> requests.Response:
        return self.post(flow_action="next", currentStart=str(start))


@pytest.fixture
def jail(tmp_path: Path) -> Iterator[Jail]:
    one = Jail(tmp_path / "access.jsonl")
    one.http.get(one.site.jail, timeout=5)
    one.post(**ALL)
    yield one
    one.close()


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Visitor]:
    with visited(make_world(tmp_path / "access.jsonl")) as visitor:
        yield visitor


def order(visitor: Visitor, text: str) -> None:
    visitor.site.world.faults = Faults(parse(text))


def booking(page: str) -> str:
    found = re.search(r">Booking #:</td><td[^>]*>([^<\s]*)\s*<", page)
    assert found, page[:500]
    return found[1]


def total(page: str) -> int:
    found = re.search(r"of\s+([\d,]+) results", page)
    assert found
    return int(found[1].replace(",", ""))


# -- the line
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hang=1", named.Slow),
        ("hang=1/0.2", named.Dropped),
        ("drip=1/0.3", named.Dropped),
        ("reset=1", named.Dropped),
        ("half-close=1", named.Dropped),
        ("truncate=1", named.Dropped),
        ("refuse=1/0.2", named.Dropped),
    ],
)
def test_the_line_breaks_once_for_a_person_and_page(
    jail: Jail, text: str, expected: type[named.Fault]
) -> None:
    want = jail.people[0].bookings[0].booking_number
    jail.order(text)
    jail.http.close()  # the next request is the first on its connection
    with pytest.raises(requests.RequestException) as broken:
        jail.detail()
    assert type(named.of(broken.value)) is expected
    assert booking(_at_last(jail)) == want
    assert [line.get("fault") for line in lines(jail.log) if line["page"] == "detail"] == [
        text.split("=")[0],
        None,
    ]


def _at_last(jail: Jail) -> str:
    deadline = time.monotonic() + 5
    while True:
        try:
            return jail.detail().text
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise


def test_every_origin_has_a_line_that_breaks(court: Visitor) -> None:
    order(court, "reset=1")
    for address in (court.site.jail, f"{court.site.portal}/", f"{court.site.idp}/account/signin"):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)
        assert requests.get(address, timeout=5).status_code == 200


# -- other answers
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "wait"),
    [
        ("status-429", 429, None),
        ("status-429-after", 429, "1"),
        ("status-503", 503, None),
        ("status-503-after", 503, "1"),
        ("maintenance", 200, None),
    ],
)
def test_other_answers_come_once_for_a_person_and_page(
    jail: Jail, court: Visitor, name: str, status: int, wait: str | None
) -> None:
    jail.order(f"{name}=1")
    order(court, f"{name}=1")
    expected = BY_NAME[name].expected[0]
    asks: tuple[Callable[[], requests.Response], ...] = (
        jail.detail,
        lambda: court.post_search("SAMPLE, JORDAN", SearchBy="PartyName", NameLast="SAMPLE"),
    )
    for ask in asks:
        answer = ask()
        assert (answer.status_code, answer.headers.get("Retry-After")) == (status, wait)
        found = named.in_page(answer.text, "", answer.status_code)
        assert found is not None
        assert found.name == expected
    assert booking(jail.detail().text)


@pytest.mark.parametrize(("name", "status"), [("empty-500", 500), ("empty-202", 202)])
def test_services_answer_with_nothing_once(tmp_path: Path, name: str, status: int) -> None:
    with visited(make_world(dialect="roa")) as visitor:
        service = _service(visitor)
        order(visitor, f"{name}=1")
        first = visitor.get(service)
        assert (first.status_code, first.content) == (status, b"")
        assert visitor.get(service).json()["Charges"]


def _service(visitor: Visitor, call: str = "Charges('{}')") -> str:
    address = visitor.case_address("C2500001")
    visitor.get(address)
    return "/app/RegisterOfActionsService/" + call.format(address.split("id=")[1].split("&")[0])


@pytest.mark.parametrize("name", ["block-cloudflare", "block-awswaf", "block-datadome"])
def test_block_pages_stay(jail: Jail, court: Visitor, name: str) -> None:
    jail.order(f"{name}=1")
    order(court, f"{name}=1")
    asks: tuple[Callable[[], requests.Response], ...] = (
        jail.detail,
        lambda: jail.next(31),
        lambda: court.get("/CJS/"),
    )
    for ask in (*asks, *asks):
        answer = ask()
        found = named.of_status(answer.status_code, dict(answer.headers)) or named.in_page(
            answer.text, ""
        )
        assert type(found) is named.Blocked
        assert type(named.in_page(answer.text, "")) is named.Blocked
        assert "src=" not in answer.text


def test_a_block_drawn_by_chance_takes_only_some_people_and_always_the_same(jail: Jail) -> None:
    jail.order("block-cloudflare=0.3")
    assert jail.next(31).status_code == 200
    first = [jail.detail(nth).status_code for nth in range(PEOPLE)]
    assert 4 < first.count(403) < 22
    assert [jail.detail(nth).status_code for nth in range(PEOPLE)] == first


def test_a_lookup_may_be_sent_to_another_host(jail: Jail) -> None:
    jail.order("redirect-away:detail=1")
    away = jail.detail()
    assert away.status_code == 302
    assert away.headers["Location"].startswith(jail.site.world.portal_origin)
    assert jail.next(31).status_code == 200


def test_the_dead_are_never_answered_about_in_either_portal(jail: Jail, court: Visitor) -> None:
    jail.order("dead=0.3")
    order(court, "dead=1")
    first = [jail.detail(nth).status_code for nth in range(PEOPLE)]
    assert 4 < first.count(500) < 22
    assert [jail.detail(nth).status_code for nth in range(PEOPLE)] == first
    assert first.count(500) == sum(
        jail.site.world.faults.active("dead", person.key) for person in jail.people
    )
    assert jail.next(31).status_code == 200
    assert court.get("/CJS/Home/Dashboard/29").status_code == 200
    assert [court.post_search("SAMPLE, JORDAN").status_code for _ in range(2)] == [500, 500]


def test_a_portal_dies_at_its_request_and_for_everybody(jail: Jail) -> None:
    jail.order("portal-dies@3")
    assert [jail.detail(nth).status_code for nth in range(5)] == [200, 200, 503, 503, 503]
    assert requests.get(jail.site.portal + "/", timeout=5).status_code == 503
    assert requests.get(jail.site.idp + "/account/signin", timeout=5).status_code == 503


def test_one_service_is_down_for_good() -> None:
    with visited(make_world(dialect="roa")) as visitor:
        order(visitor, "service-down:roa-Charges=1")
        charges, parties = _service(visitor), _service(visitor, "Parties('{}')")
        assert [visitor.get(charges).status_code for _ in range(3)] == [500, 500, 500]
        assert visitor.get(parties).status_code == 200
        order(visitor, "service-down=1")
        calls = (
            "Charges",
            "DispositionEvents",
            "Parties",
            "CombinedEvents",
            "FinancialSummary",
            "BondSettings",
        )
        down = [visitor.get(_service(visitor, call + "('{}')")).status_code for call in calls]
        assert down.count(500) == 1


# -- the inmate lookup's own
# ------------------------------------------------------------------------------------------


def test_a_detail_page_may_be_empty_wrong_or_late_once(jail: Jail) -> None:
    right = jail.detail().text
    jail.order("empty-template=1,wrong-record=1,late-detail=1")
    empty, wrong, late = (jail.detail().text for _ in range(3))
    assert booking(empty) == ""
    assert booking(wrong) == jail.people[1].bookings[0].booking_number
    assert booking(late) == booking(right)
    assert "There is no charge information" in late
    assert jail.detail().text == right


def test_a_purge_shrinks_every_page_for_a_while(jail: Jail) -> None:
    real = total(jail.next(31).text)
    jail.order("nightly-purge=1")
    seen = []
    for _ in range(4):
        seen += [total(jail.post(**ALL).text), total(jail.next(31).text)]
    assert seen == [real + n for n in (6, 5, 4, 3, 2, 1, 0, 0)]


def test_a_list_may_lack_rows_that_it_counts(jail: Jail) -> None:
    jail.order("short-list=1")
    short, whole = jail.next(31).text, jail.next(31).text
    assert total(short) == total(whole)
    assert short.count('class="body" id="row') == whole.count('class="body" id="row') - 3


@pytest.mark.parametrize(
    ("text", "gone"), [("renamed-column", ">Code<"), ("renamed-section", ">Bond Information<")]
)
def test_a_changed_layout_of_a_booking_stays(jail: Jail, text: str, gone: str) -> None:
    nth = next(n for n, person in enumerate(jail.people) if person.bookings[0].charges)
    jail.detail(nth)
    assert gone in jail.detail(nth).text
    jail.order(f"{text}=1")
    assert gone not in jail.detail(nth).text
    assert gone not in jail.detail(nth).text


def test_a_changed_column_of_the_list_stays(jail: Jail) -> None:
    jail.order("renamed-column:list=1")
    assert ">Permanent ID<" not in jail.next(31).text
    assert ">Permanent ID<" not in jail.next(31).text
    assert ">Booking #:<" in jail.detail().text


# -- the court portal's own
# -------------------------------------------------------------------------------------------


def test_trouble_is_said_once(court: Visitor) -> None:
    order(court, "trouble-text=1")
    assert "Smart Search is having trouble processing your search." in court.search(
        "SAMPLE, JORDAN"
    )
    assert numbers(court.search("SAMPLE, JORDAN")) == ["C2500001", "C2500002"]


def test_without_the_criteria_cookie_there_are_no_results(court: Visitor) -> None:
    court.search("TEST-CASE, ANN")
    order(court, "no-criteria-cookie=1")
    assert court.search("SAMPLE, JORDAN") == ""
    assert numbers(court.search("SAMPLE, JORDAN")) == ["C2500001", "C2500002"]


def test_a_case_may_be_another_s_once(court: Visitor) -> None:
    address = court.case_address("C2500001")
    order(court, "wrong-record=1")
    assert "C2500001" not in court.get(address).text
    assert "C2500001" in court.get(address).text


def test_a_service_may_speak_of_another_case_once() -> None:
    with visited(make_world(dialect="roa")) as visitor:
        summary = _service(visitor, "CaseSummariesSlim?key={}")
        order(visitor, "wrong-record=1")
        assert [visitor.get(summary).json()["CaseId"] == 9000001 for _ in range(2)] == [False, True]


def test_the_form_asks_for_a_captcha_and_goes_on_asking(court: Visitor) -> None:
    form = "/CJS/Home/Dashboard/29"
    assert named.in_page(court.get(form).text, "") is None
    order(court, "captcha=1")
    for _ in range(2):
        assert type(named.in_page(court.get(form).text, "")) is named.CaptchaAsked


@pytest.mark.parametrize(
    ("name", "path", "mark"),
    [
        ("timeout-dialog", "/CJS/Home/Dashboard/29", "Continue session"),
        ("overlay", "/CJS/Home/Dashboard/29", "k-loading-mask"),
        ("redrawn-grid", "/CJS/SmartSearch/SmartSearchResults", "rows.innerHTML"),
        ("new-window", "/CJS/SmartSearch/SmartSearchResults", "window.open(link"),
    ],
)
def test_what_stands_in_the_way_does_so_once(
    court: Visitor, name: str, path: str, mark: str
) -> None:
    court.search("SAMPLE, JORDAN")
    order(court, f"{name}=1")
    assert [mark in court.get(path).text for _ in range(2)] == [True, False]


@pytest.mark.parametrize("text", ["renamed-column", "renamed-section"])
def test_a_changed_layout_of_a_case_stays(court: Visitor, text: str) -> None:
    address = court.case_address("C2500001")
    right = court.get(address).text
    order(court, f"{text}:case=1")
    changed = court.get(address).text
    assert changed != right
    assert court.get(address).text == changed


def test_a_changed_answer_of_a_service_stays() -> None:
    with visited(make_world(dialect="roa")) as visitor:
        service = _service(visitor)
        order(visitor, "renamed-section=1")
        assert [sorted(visitor.get(service).json()) for _ in range(2)] == [["Counts"], ["Counts"]]
        order(visitor, "renamed-column=1")
        assert "OffenseCharged" in visitor.get(service).json()["Charges"][0]


# -- all of them
# ------------------------------------------------------------------------------------------------


def test_a_purge_may_outlast_every_try(jail: Jail) -> None:
    jail.order("nightly-purge=1/200")
    counts = [total(jail.post(**ALL).text) for _ in range(12)]
    assert counts == list(range(counts[0], counts[0] - 12, -1))
    assert counts[0] > 200


def test_a_counter_may_announce_more_than_any_page_shows(jail: Jail) -> None:
    before = total(jail.post(**ALL).text)
    jail.order("counter-too-high=1/5")
    first, last = jail.post(**ALL).text, jail.next(31).text
    assert total(first) == total(last) == before + 5
    assert len(re.findall('id="row', first + last)) == before


def test_the_oldest_booking_of_a_chosen_person_may_not_say_whose_it_is(jail: Jail) -> None:
    (two,) = [n for n, one in enumerate(jail.people) if len(one.bookings) == 2][:1]
    key = jail.people[two].key
    jail.order(f"unreadable-part[{key}]=1")
    oldest, newest = (
        jail.post(flow_action="edit", sysID=one.sys_id).text for one in jail.people[two].bookings
    )
    assert "Booking #:" not in oldest
    assert "Booking #:" in newest
    assert "Booking #:" in jail.detail(two + 1).text


def test_the_oldest_case_of_a_person_may_not_say_which_it_is(court: Visitor) -> None:
    order(court, "unreadable-part=1")
    old, new = (court.get(court.case_address(n)).text for n in ("24000200", "24000201"))
    assert "Case Number" not in old
    assert "Case Number" in new


def test_a_label_drifts_for_everybody_from_a_request_on(jail: Jail) -> None:
    jail.order("drifted-label@4")
    pages = [jail.detail(nth).text for nth in range(6)]
    assert ["Day of Reception:" in page for page in pages] == [False] * 3 + [True] * 3
    assert "Commitment Date:" not in pages[-1]


def test_one_fault_at_most_befalls_a_request(jail: Jail) -> None:
    jail.order("maintenance=1,status-429=1,empty-template=1,slow=1/0")
    for _ in range(5):
        jail.detail()
    seen = [line.get("fault") for line in lines(jail.log) if line["page"] == "detail"]
    assert sorted(filter(None, seen)) == ["empty-template", "maintenance", "slow", "status-429"]
    assert len(seen) == 5


def test_an_order_may_be_narrowed_to_a_page_and_a_portal(jail: Jail) -> None:
    jail.order("status-429:iml:list=1,status-503:idp=1")
    assert jail.detail().status_code == 200
    assert jail.next(31).status_code == 429
    assert requests.get(jail.site.idp + "/account/signin", timeout=5).status_code == 503
    assert requests.get(jail.site.portal + "/", timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "place", "means"),
    [
        ("list", "iml:list-31", True),
        ("iml:list-31", "iml:list-31", True),
        ("iml", "iml:detail", True),
        ("roa", "odyssey:roa-Charges", True),
        ("case", "odyssey:workspace", False),
        ("odyssey:search-form", "iml:search-form", False),
        ("li", "iml:list-31", False),
    ],
)
def test_places_are_told_by_portal_page_or_the_page_s_beginning(
    wanted: str, place: str, means: bool
) -> None:
    assert covers(wanted, place) is means


def test_expected_faults_have_names_that_exist() -> None:
    for kind in KINDS:
        assert all(hasattr(named, name) for name in kind.expected), kind.name


def test_the_page_about_the_faults_tells_all_of_them_truly() -> None:
    text = Path("docs/practice.md").read_text(encoding="utf-8")
    _, _, table = text.partition("## Faults")
    rows = dict(re.findall(r"^\| `([\w-]+)` (\|.*)$", table, re.M))
    assert list(rows) == [kind.name for kind in KINDS]
    for kind in KINDS:
        cells = [cell.strip() for cell in rows[kind.name].strip("|").split("|")]
        assert cells[1] == ", ".join(f"`{page}`" for page in kind.pages) or kind.pages == (
            "iml",
            "odyssey",
            "idp",
        )
        assert cells[2] == ("curable" if kind.curable else "stays")
        assert cells[3] == (", ".join(f"`{name}`" for name in kind.expected) or "none")


def test_the_page_about_the_dialects_names_all_of_them() -> None:
    text = Path("docs/practice.md").read_text(encoding="utf-8").partition("## Orders")[0]
    named_there = re.findall(r"^\| `([\w-]+)` \|", text, re.M)
    assert named_there == [name for name in (*JAILS, *COURTS) if name != "plain"]
    assert all(f"`{word}`" in text for word in MODIFIERS)
