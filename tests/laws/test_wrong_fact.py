"""The comparison with the truth can fail: one wrong fact in a template of a portal, and the records
are not equal. In every dialect."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pytest

from practice import people as generator
from practice.facts import CaseFacts
from practice.odyssey import site as settings
from practice.server import Options, running
from practice.truth import truth
from practice.truth_court import case_record
from practice.truth_told import told
from scrapers.jail import JailScraper
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.results import read_results
from scrapers.sites import site_of
from tests.practice.odyssey_portal import Visitor, make_world, visited
from tests.scrapers.jail.plain import PlainSession

PEOPLE, SEED, MOST_CASES = 12, 7, 40
JAILS = {
    "shelby": "practice",
    "bergen": "practice-4col",
    "salt-lake,in-custody": "practice-salt-lake",
    "virginia-beach": "practice-virginia-beach",
}
"""The dialect of a jail, and the site whose entry is made for it."""
COURTS = ("dekalb", "chatham", "snohomish", "napa")


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


def jail_differences(dialect: str) -> set[str]:
    """The keys of those whose jail record is not the truth, or not all that is said of them."""
    wrong = set()
    with running(Options(people=PEOPLE, seed=SEED, dialect=dialect)) as portals:
        today = portals.world.today
        site = site_of(JAILS[dialect]).with_addresses(jail=portals.jail, as_of=today)
        lines = truth(portals.world.people, today, dialect=dialect)
        meant = {row["key"]: row["jail"] for row in lines}
        with JailScraper(site, session=PlainSession()) as jail:
            people = jail.roster().people
            assert {person.key for person in people} == meant.keys()
            for person in people:
                file = jail.person(person)
                assert file.record is not None
                if file.record.model_dump(mode="json") != meant[person.key] or file.extra.unread:
                    wrong.add(person.key)
    return wrong


@cache
def cases() -> tuple[CaseFacts, ...]:
    """Cases of the roster's people, civil ones first."""
    found = {
        case.case_number: case
        for party in generator.generate(40, SEED).parties
        for case in party.cases
        if party.belongs_to
    }
    return tuple(sorted(found.values(), key=lambda case: -case.place)[:MOST_CASES])


def court_differences(dialect: str) -> set[str]:
    """The numbers of the classic cases whose record is not the truth, or not all they say."""
    wrong = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RESULTS_DELAY", 0.0)
        patch.setattr(settings, "FINANCIAL_DELAY", 0.0)
        world = make_world(people=generator.generate(40, SEED), dialect=dialect)
        with visited(world) as visitor:
            for case in cases():
                record, all_read = _court_record(visitor, case)
                if record != case_record(case, told(dialect)) or not all_read:
                    wrong.add(case.case_number)
    return wrong


def _court_record(visitor: Visitor, case: CaseFacts) -> tuple[dict[str, Any], bool]:
    found = read_results(visitor.search(case.case_number), visitor.site.portal)
    (link,) = [
        link
        for party in found.parties
        for link in party.cases
        if link.case_number == case.case_number
    ]
    page = visitor.get(html.unescape(link.url)).text
    late = re.search(r"'(/CJS/Case/CaseDetail/LoadFinancialInformation[^']+)'", page)
    money = visitor.get(late[1]).text if late else None
    zone = ZoneInfo("America/Chicago")
    name = case.person.name
    read = read_classic(page, link.url, link, zone, financial=money, person=name)
    doubts = [doubt for doubt in read.doubts if doubt.kind != "implausible"]
    return read.case.model_dump(mode="json"), not (read.unread or doubts)


@pytest.mark.parametrize("dialect", JAILS)
def test_the_practice_jail_as_it_is_equals_the_truth(dialect: str) -> None:
    assert jail_differences(dialect) == set()


@pytest.mark.parametrize(
    ("dialect", "name", "old", "new"),
    [
        ("shelby", "person_newer.html", "money(n.total_cents)", "money(n.amount_cents and 100)"),
        ("shelby", "person_newer.html", 'n.status or ""', '"Open"'),
        ("shelby", "person_newer.html", "date(b.commitment_date)", "date(b.listed_release_date)"),
        ("shelby", "parts.html", "c.grade or", '"FA" or'),
        ("shelby", "person_newer.html", "court_date(h)", "date(h.date)"),
        ("shelby", "parts.html", 'a.first or ""', 'a.last or ""'),
        ("bergen", "person_older.html", 'pair("FBI:", padded(b.fbi_number))', 'pair("FBI:", "1")'),
        ("bergen", "person_older.html", "amount(n)", "amount(n) and '1.00'"),
        ("salt-lake,in-custody", "person_salt_lake.html", "moment(n.set_at)", "date(n.set_at)"),
        ("salt-lake,in-custody", "person_salt_lake.html", "age(person)", "age(person) + 1"),
        ("virginia-beach", "person_virginia_beach.html", 'n.set_by or ""', '"DESK"'),
        ("virginia-beach", "person_virginia_beach.html", "date(n.set_at)", "date(n.post_date)"),
    ],
)
def test_a_wrong_fact_on_a_booking_page_is_noticed(
    dialect: str, name: str, old: str, new: str
) -> None:
    with template(name, old, new):
        assert jail_differences(dialect)


@pytest.mark.parametrize("dialect", COURTS)
def test_the_practice_court_as_it_is_equals_the_truth(dialect: str) -> None:
    assert court_differences(dialect) == set()


@pytest.mark.parametrize(
    ("dialect", "name", "old", "new"),
    [
        ("chatham", "classic_charges.html", '{{ charge.statute or "" }}', "39-99-999"),
        ("chatham", "classic_charges.html", "charge.offense_date|date", '"01/01/2020"'),
        ("chatham", "classic_judgment.html", "event.judgment_type", '"Judgment"'),
        ("chatham", "classic_judgment.html", "event.award_cents|money", '"$1.00"'),
        ("chatham", "classic.html", 'row.labels)["Action"]', 'row.labels)["Type"]'),
        ("chatham", "money.html", "account.party.name }}</p>", "case.parties[0].name }}</p>"),
        ("dekalb", "classic.html", "{{ document }}", "{{ row.name }}"),
        ("dekalb", "classic.html", "case.judicial_officer)", '"Bench, Else")'),
        ("napa", "classic.html", "row.cancel_reason", '"Other"'),
        ("napa", "classic.html", "one.phone)", '"555")'),
        ("napa", "classic_judgment.html", "event.parties[1:]", "event.parties[2:]"),
        ("snohomish", "classic.html", 'told["Filed Against"]', 'told["Filed By"]'),
        ("snohomish", "classic.html", '"Lead Attorney" if one.lead else', ""),
    ],
)
def test_a_wrong_fact_on_a_case_page_is_noticed(
    dialect: str, name: str, old: str, new: str
) -> None:
    with template(name, old, new):
        assert court_differences(dialect)
