"""The Register of Actions page object: which services it asks, in which order, and what each bad
answer means."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from replay import Exchange
from resilience.answer import Answer
from resilience.faults import Blocked, Busy, Dropped, Fault, NoSuchPage, SearchLost
from resilience.pace import Pace
from scrapers.odyssey.pages.roa import RegisterOfActionsPage
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.services import RoaAnswers

CASE = Exchange.load(
    Path(__file__).parents[3] / "fixtures" / "odyssey" / "sample-nc" / "roa-criminal"
)
LINK = CaseLink.model_validate(CASE.about["link"])
PAGE = (
    '<html><script>window.appConfig = {serviceUri: "/app/RegisterOfActionsService"};</script>'
    '<div id="roa-content"></div></html>'
)
CLOSED = "<html><p>This case is not open to your account.</p><p><a>Request Access</a></p></html>"
Reply = Callable[[str, dict[str, str]], Answer]


class FakeSession:
    """Answers fetches from saved answers, with the faults that a real session would raise."""

    def __init__(self, page: str = PAGE) -> None:
        self.url = "https://courts.example/portal/Home/WorkspaceMode?p=0"
        self.fetch_mode = "browser"
        self.stop = threading.Event()
        self.pace = Pace.free(sleep=lambda seconds: None)
        self.answers: dict[str, Any] = {
            step.kind: json.loads(step.body) for step in CASE.steps if step.json
        }
        self.page_html = page
        self.special: dict[str, Reply] = {}
        self.asked: list[tuple[str, str, str | None]] = []
        self.opened: list[str] = []

    def note(self, fault: Fault) -> Fault:
        return fault

    @contextlib.contextmanager
    def page(self, what: str) -> Iterator[None]:
        yield

    def open(self, url: str) -> None:
        self.opened.append(url)
        self.url = url

    def fetch(
        self,
        url: str,
        *,
        accept: str = "text/html",
        referer: str | None = None,
        allowed: tuple[int, ...] = (),
    ) -> Answer:
        self.asked.append((url, accept, referer))
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2].partition("(")[0] or "page"
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if name in self.special:
            answer = self.special[name](url, query)
        elif name == "page":
            answer = Answer(200, url, {"content-type": "text/html"}, self.page_html)
        else:
            answer = Answer(
                200, url, {"content-type": "application/json"}, json.dumps(self.answers[name])
            )
        fault = None if answer.status in allowed else answer.fault()
        if fault is not None:
            raise fault
        return answer

    def services(self) -> list[str]:
        return [
            urlsplit(url).path.rpartition("/")[2].partition("(")[0] or "page"
            for url, _, _ in self.asked
        ]


def says(status: int, text: str = "", kind: str = "text/plain") -> Reply:
    return lambda url, query: Answer(status, url, {"content-type": kind}, text)


def read(session: FakeSession, may_miss: Callable[[str], bool] = lambda part: False) -> RoaAnswers:
    page = RegisterOfActionsPage(session, "https://courts.example/portal", lambda proof: None)  # type: ignore[arg-type]
    return page.read(LINK, may_miss)


def test_the_page_comes_first_and_the_services_name_it_as_their_referer() -> None:
    session = FakeSession()
    found = read(session)
    assert session.services() == [
        "page",
        "CaseSummariesSlim",
        "Charges",
        "DispositionEvents",
        "Parties",
        "CombinedEvents",
        "FinancialSummary",
        "BondSettings",
    ]
    assert all(
        accept == "application/json" and referer == LINK.url
        for _, accept, referer in session.asked[1:]
    )
    assert "key=ABCDEF0123456789" in session.asked[1][0]
    assert "('ABCDEF0123456789')?mode=portalembed&$top=50&$skip=0" in session.asked[3][0]
    assert found.missing == ()
    assert set(found.answers) == set(session.services()) - {"page"}


def test_a_long_docket_is_asked_for_until_it_ends() -> None:
    session = FakeSession()
    rows = [{"Type": "Event", "EventId": number} for number in range(120)]

    def some(url: str, query: dict[str, str]) -> Answer:
        skip = int(query["$skip"])
        told = {
            "CaseId": 1,
            "Events": rows[skip : skip + int(query["$top"])],
            "Count": 120,
            "Skipped": skip,
        }
        return Answer(200, url, {"content-type": "application/json"}, json.dumps(told))

    session.special["CombinedEvents"] = some
    assert [row["EventId"] for row in read(session).answers["CombinedEvents"]["Events"]] == list(
        range(120)
    )
    assert session.services().count("CombinedEvents") == 3


def test_plain_requests_need_not_go_to_another_origin_first() -> None:
    session = FakeSession()
    session.url, session.fetch_mode = "https://portal.example/portal/Home", "http"
    read(session)
    assert session.opened == []


def test_another_origin_is_gone_to_first() -> None:
    session = FakeSession()
    session.url = "https://portal.example/portal/Home"
    read(session)
    assert session.opened == [LINK.url]


def test_a_restricted_case_offers_access_and_refuses_its_services() -> None:
    session = FakeSession(CLOSED)
    session.special["CaseSummariesSlim"] = says(403)
    assert read(session).restricted


def test_a_refusal_without_that_offer_is_a_block() -> None:
    session = FakeSession()
    session.special["CaseSummariesSlim"] = says(403)
    with pytest.raises(Blocked):
        read(session)


def test_an_offer_alone_does_not_make_a_case_restricted() -> None:
    assert not read(FakeSession(PAGE.replace("</html>", "<a>Request Access</a></html>"))).restricted


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (says(202), Busy),
        (says(500), Busy),
        (says(429), Busy),
        (says(404, "No case found for id"), NoSuchPage),
        (says(200, "No case found for id"), NoSuchPage),
        (says(200), SearchLost),
        (says(405), Blocked),
        (says(200, "<html>a page</html>", "text/html"), Blocked),
        (says(200, '{"Events": [', "application/json"), Dropped),
    ],
    ids=[
        "202 empty",
        "500 empty",
        "429",
        "404",
        "no case",
        "200 empty",
        "405",
        "a page",
        "cut short",
    ],
)
def test_dispositions_that_do_not_come_are_a_fault_and_never_none(
    reply: Reply, fault: type[Fault]
) -> None:
    session = FakeSession()
    session.special["DispositionEvents"] = reply
    with pytest.raises(fault):
        read(session, lambda part: True)


def test_a_throttled_address_is_left_alone_for_a_minute() -> None:
    session = FakeSession()
    session.special["Charges"] = says(202)
    with pytest.raises(Busy) as busy:
        read(session)
    assert busy.value.retry_after == 60.0


def test_an_optional_service_that_does_not_come_is_named_if_one_may_go_on() -> None:
    session = FakeSession()
    session.special["FinancialSummary"] = says(500)
    with pytest.raises(Busy):
        read(session)
    found = read(session, lambda part: True)
    assert found.missing == ("financial",)
    assert "FinancialSummary" not in found.answers


def test_docket_and_hearings_come_from_two_services_where_one_does_not_answer() -> None:
    session = FakeSession()
    session.answers["CaseEvents"] = {"Events": []}
    session.special["CombinedEvents"] = says(500)
    session.special["Hearings"] = says(404)
    found = read(session, lambda part: True)
    assert found.missing == ("hearings",)
    assert found.answers["CaseEvents"] == {"Events": []}
