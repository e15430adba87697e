"""Whose case it is, judged from a result grid without birth dates and the pages of its cases."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from resilience.faults import LayoutChanged
from scrapers.odyssey.kept import KeptCourt
from scrapers.odyssey.records import CourtFile
from scrapers.odyssey.rules.search import rounds
from scrapers.record import Inputs, Provenance, Seen
from scrapers.sites import Site, site_of

HANDED = Path(__file__).parents[2] / "data" / "handed" / "odyssey"
NAME, BORN = "EXAMPLE, JORDAN", dt.date(1990, 1, 2)
FIRST, SECOND = "26CR00001", "26CR00002"
URL = "https://x.invalid/portal/Case/CaseDetail?eid={}&tabIndex=3"
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.timezone.utc)


@pytest.fixture
def visit() -> dict[str, Any]:
    """Two rows of one name; the second case's page prints another birth date."""
    told: dict[str, Any] = json.loads((HANDED / "v01-namesakes-adopted.json").read_bytes())
    return told


def history(
    visit: dict[str, Any], born: dt.date | None = BORN, site: Site | None = None
) -> CourtFile:
    queries = [query for group in rounds(NAME, born, ()) for query in group]
    queries += [query for group in rounds(NAME, None, ()) for query in group]
    seen = [Seen("results", URL.format(""), visit["results"], query.about) for query in queries]
    for number, html in visit["pages"].items():
        seen.append(Seen("case", URL.format(number), html, {"case_number": number}))
    court = KeptCourt(site or site_of("shelby-tn"), seen, dt.date(2026, 11, 22))
    provenance = Provenance(site="shelby-tn", fetched_at=NOON, version="0")
    return court.history("k", Inputs(name=NAME, date_of_birth=born), provenance)


def numbers(file: CourtFile) -> tuple[list[str], list[str]]:
    assert file.record is not None
    return (
        [case.case_number for case in file.record.cases],
        [case.case_number for case in file.record.cases_unverified],
    )


def without_birth_date(page: str) -> str:
    start = page.index('<p><span class="text-muted">DOB')
    return page[:start] + page[page.index("</p>", start) + 4 :]


def test_a_case_of_somebody_born_on_another_day_is_not_the_person_s(visit: dict[str, Any]) -> None:
    assert numbers(history(visit)) == ([FIRST], [])


def test_the_order_of_the_rows_changes_nothing(visit: dict[str, Any]) -> None:
    swapped = visit["results"].replace(FIRST, "@").replace(SECOND, FIRST).replace("@", SECOND)
    assert numbers(history({**visit, "results": swapped})) == ([FIRST], [])


def test_a_page_without_a_birth_date_stays_a_candidate_case(visit: dict[str, Any]) -> None:
    visit["pages"][SECOND] = without_birth_date(visit["pages"][SECOND])
    file = history(visit)
    assert numbers(file) == ([FIRST], [SECOND])
    assert [one.cases for one in file.candidates] == [(SECOND,)]


def test_only_candidates_are_unverified_and_only_others_are_nobody(visit: dict[str, Any]) -> None:
    visit["pages"][FIRST] = visit["pages"][FIRST].replace("01/02/1990", "05/05/1970")
    assert history(visit).outcome == "not_found"
    visit["pages"][FIRST] = without_birth_date(visit["pages"][FIRST])
    assert history(visit).outcome == "unverified"


@pytest.mark.parametrize("role", ["Defendant (Participant)", "DEFENDANT", "Accused"])
def test_a_role_counts_with_its_suffix_and_in_the_county_s_words(
    visit: dict[str, Any], role: str
) -> None:
    visit["pages"][FIRST] = visit["pages"][FIRST].replace(">Defendant<", f">{role}<")
    site = site_of("shelby-tn")
    assert site.court is not None
    court = site.court.model_copy(update={"defendant_roles": ("Accused",)})
    assert numbers(history(visit, site=site.model_copy(update={"court": court}))) == ([FIRST], [])


def test_one_unreadable_case_is_named_and_loses_nobody(visit: dict[str, Any]) -> None:
    visit["pages"][SECOND] = "<div><h1>Something else</h1></div>"
    file = history(visit)
    assert numbers(file) == ([FIRST], [])
    (part,) = file.unread_parts
    assert (part.kind, part.number, part.fault) == ("case", SECOND, "LayoutChanged")


def test_no_accepted_case_and_an_unread_one_is_a_failure(visit: dict[str, Any]) -> None:
    visit["pages"][FIRST] = "<div><h1>Something else</h1></div>"
    with pytest.raises(LayoutChanged):
        history(visit)


@pytest.mark.parametrize("born", [dt.date(1900, 1, 1), dt.date(2050, 1, 1), dt.date(1, 1, 1)])
def test_a_placeholder_is_never_searched_with_and_leaves_the_person_unverified(
    visit: dict[str, Any], born: dt.date
) -> None:
    file = history(visit, born)
    assert file.outcome == "unverified"
    assert [one.date_of_birth for one in file.tried] == [None]
    assert [(one.field, one.kind) for one in file.doubts] == [("date_of_birth", "implausible")]


def test_a_file_says_what_it_was_asked_with_and_in_which_dialect(visit: dict[str, Any]) -> None:
    file = history(visit)
    assert file.inputs is not None
    assert (file.inputs.name, file.inputs.date_of_birth) == (NAME, BORN)
    assert file.dialect
