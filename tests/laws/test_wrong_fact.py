"""The comparison with the truth can fail: one wrong fact in a template of a portal, and the records
are not equal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pytest

from practice import people as generator
from practice.odyssey import site as settings
from practice.server import Options, running
from practice.truth import truth
from practice.truth_court import case_record
from scrapers.jail import JailScraper
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.results import read_results
from scrapers.sites import site_of
from tests.practice.odyssey_portal import Visitor, make_world, visited
from tests.scrapers.jail.plain import PlainSession

PEOPLE, SEED = 12, 7


@contextmanager
def template(name: str, old: str, new: str) -> Iterator[None]:
    """A portal whose template says something else in one place."""
    original = jinja2.PackageLoader.get_source

    def spoiled(self: jinja2.PackageLoader, environment: jinja2.Environment, wanted: str) -> Any:
        source, path, fresh = original(self, environment, wanted)
        if wanted == name:
            assert old in source, f"{name} does not hold {old}"
            source = source.replace(old, new)
        return source, path, fresh

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.PackageLoader, "get_source", spoiled)
        yield


def jail_differences() -> set[str]:
    """The keys of those whose jail record is not the truth."""
    with running(Options(people=PEOPLE, seed=SEED)) as portals:
        site = site_of("practice").with_addresses(jail=portals.jail, as_of=portals.world.today)
        told = {row["key"]: row["jail"] for row in truth(portals.world.people, portals.world.today)}
        with JailScraper(site, session=PlainSession()) as jail:
            read = {
                person.key: jail.person(person).record.model_dump(mode="json")  # type: ignore[union-attr]
                for person in jail.roster().people
            }
    assert read.keys() == told.keys()
    return {key for key in told if read[key] != told[key]}


def court_differences() -> set[str]:
    """The numbers of the classic cases whose record is not the truth."""
    people = generator.generate(PEOPLE, SEED)
    cases = {
        case.case_number: case
        for party in people.parties
        for case in party.cases
        if party.belongs_to
    }
    wrong = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RESULTS_DELAY", 0.0)
        patch.setattr(settings, "FINANCIAL_DELAY", 0.0)
        with visited(make_world(people=people)) as visitor:
            for number in sorted(cases)[:25]:
                if _court_record(visitor, number) != case_record(cases[number]):
                    wrong.add(number)
    return wrong


def _court_record(visitor: Visitor, number: str) -> dict[str, Any]:
    found = read_results(visitor.search(number), visitor.site.portal)
    (link,) = [
        link for party in found.parties for link in party.cases if link.case_number == number
    ]
    page = visitor.get(html.unescape(link.url)).text
    late = visitor.get(
        f"/CJS/Case/CaseDetail/LoadFinancialInformation?caseId={link.case_id}&_=1"
    ).text
    page = re.sub(r'(<div id="divFinancialInformation_body"[^>]*>)', lambda m: m[1] + late, page)
    return read_classic(page, link.url, link, ZoneInfo("America/Chicago")).case.model_dump(
        mode="json"
    )


def test_the_practice_jail_as_it_is_equals_the_truth() -> None:
    assert jail_differences() == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('pair("Total:", money(n.total_cents))', 'pair("Total:", money(n.amount_cents and 100))'),
        ('pair("Status:", n.status or "")', 'pair("Status:", "Open")'),
        ("<td>{{ c.grade or", '<td>{{ "FA" or'),
        ("date(b.commitment_date)", "date(b.listed_release_date)"),
        ("court_date(h)", "date(h.date)"),
        ('{{ a.first or "" }}', '{{ a.last or "" }}'),
    ],
)
def test_a_wrong_fact_on_a_booking_page_is_noticed(old: str, new: str) -> None:
    with template("detail.html", old, new):
        assert jail_differences()


def test_the_practice_court_as_it_is_equals_the_truth() -> None:
    assert court_differences() == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{{ charge.statute or "" }}', "39-99-999"),
        ('{{ charge.degree_word or "" }}', '{{ charge.statute or "" }}'),
        ("{{ charge.offense_date|date }}", "01/01/2020"),
    ],
)
def test_a_wrong_fact_on_a_case_page_is_noticed(old: str, new: str) -> None:
    with template("case.html", old, new):
        assert court_differences()
