"""What the access log says of fetch modes and of two questions at once in one session; and the
fault for plain requests alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import requests

from practice.faults import Faults, parse
from practice.overlap import Flights
from practice.server import Options, running
from tests.practice.odyssey_portal import lines

BROWSER = {"Sec-Fetch-Mode": "navigate"}
ALL = {"flow_action": "searchbyid", "systemUser_includereleasedinmate2": "Y"}


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("results", "case", True),
        ("case", "search-post", True),
        ("results", "results", True),
        ("case", "financial", False),
        ("detail", "list", True),
        ("detail", "detail", False),
    ],
)
def test_two_requests_of_one_session_overlap_where_one_is_a_search(
    first: str, second: str, overlap: bool
) -> None:
    flights = Flights()
    with flights.of("a", first) as one:
        with flights.of("a", second) as other, flights.of("b", "results") as stranger:
            pass
        with flights.of(None, "results") as visitor, flights.of(None, "results"):
            pass
    assert (one.overlap, other.overlap) == (overlap, overlap)
    assert not stranger.overlap
    assert not visitor.overlap
    with flights.of("a", first) as later:
        pass
    assert not later.overlap


def test_the_log_of_the_lookup_says_who_asked_and_whether_at_once(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with running(Options(people=4, access_log=log, latency_ms=300)) as site:
        http = requests.Session()
        http.get(site.jail, headers=BROWSER, timeout=5)
        cookies = dict(http.cookies)
        asks = [
            threading.Thread(
                target=requests.post,
                args=(site.jail, ALL),
                kwargs={"cookies": cookies, "timeout": 5},
            )
            for _ in range(2)
        ]
        for ask in asks:
            ask.start()
        for ask in asks:
            ask.join()
        http.post(site.jail, ALL, timeout=5)
    rows = [(row["page"], row["fetch_mode"], row.get("overlap", False)) for row in lines(log)]
    assert rows[0] == ("search-form", "browser", False)
    assert sorted(rows[1:]) == [
        ("search-post", "http", False),
        ("search-post", "http", True),
        ("search-post", "http", True),
    ]


def test_only_plain_requests_are_refused_by_the_fault_for_them() -> None:
    with running(Options(people=4)) as site:
        site.world.faults = Faults(parse("plain-refused=1"))
        for headers, shown in ((BROWSER, True), ({}, False), (BROWSER, True), ({}, False)):
            text = requests.get(site.jail, headers=headers, timeout=5).text
            assert ("systemUser_lastName" in text) is shown
            assert ("JavaScript" in text) is not shown
