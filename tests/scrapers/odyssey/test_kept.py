"""What the scraper hands to ``keep`` is enough to read the same history again, in each fetch mode
and whatever went wrong on the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from resilience.fetch_modes import FetchChoice
from scrapers.kept import NotKept, pack, unpack
from scrapers.odyssey.kept import KeptCourt
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.reading import HistorySoFar
from scrapers.odyssey.records import CourtFile
from scrapers.odyssey.rules.search import Query
from scrapers.record import Inputs, Seen
from tests.scrapers.odyssey.conftest import Court, MakeCourt

LONG = "00400011"
"""40 cases: windows of file dates, and results of several pages."""


def read_again(court: Court, key: str, seen: tuple[Seen, ...], file: CourtFile) -> CourtFile:
    texts = unpack(key, pack(key, seen), file.provenance.pages)
    assert court.site.as_of is not None
    kept = KeptCourt(court.site.with_addresses(), texts, court.site.as_of)
    name, born, aliases = court.asked(key)
    inputs = Inputs(name=name, date_of_birth=born, aliases=tuple(aliases))
    return kept.history(key, inputs, file.provenance)


@pytest.mark.browser
@pytest.mark.parametrize(("case_pages", "fetch_mode"), [("classic", "browser"), ("roa", "auto")])
def test_a_history_that_met_trouble_reads_the_same_again(
    make_court: MakeCourt, case_pages: Any, fetch_mode: FetchChoice
) -> None:
    court = make_court(people=12, case_pages=case_pages, faults="lost-session=0.1,busy=0.1")
    told: dict[str, tuple[Seen, ...]] = {}
    with court.scraper(keep=told.__setitem__, fetch_mode=fetch_mode) as scraper:
        for key in (LONG, "00400003", "00400007"):
            file = court.history(scraper, key)
            assert read_again(court, key, told[key], file) == file, key
            assert (file.record.model_dump(mode="json") if file.record else None) == court.truth[
                key
            ]["odyssey"]
        assert scraper.session.statistics


def seen(kind: str, html: str, /, **about: str) -> Seen:
    return Seen(kind, "http://127.0.0.2:1/CJS/Home/WorkspaceMode", html, about)


def court_of(*texts: Seen) -> KeptCourt:
    from scrapers.sites import site_of

    return KeptCourt(site_of("practice"), texts, dt.date(2026, 1, 5))


def test_a_case_or_a_search_that_was_not_kept_is_named() -> None:
    link = CaseLink(case_number="C1", url="http://127.0.0.2:1/CJS/Case")
    court = court_of(seen("results", "<p>No cases match your search</p>", text="DOE, JO", page="0"))
    assert court._ask(Query(text="DOE, JO"), lambda told: None) == ()
    born = Query(text="DOE, JO", date_of_birth=dt.date(1990, 1, 2), filed_from=dt.date(2020, 1, 1))
    with pytest.raises(
        NotKept, match="no search for 'DOE, JO' born 1990-01-02 was kept filed 2020-01-01"
    ):
        court._ask(born, lambda told: None)
    for read in (court._case_html, court._roa_answers):
        with pytest.raises(NotKept, match="no page of case C1 was kept"):
            read(HistorySoFar("1"), link)


def test_a_list_of_which_only_the_beginning_was_kept_is_not_a_short_list() -> None:
    rows = ", ".join("{}" for _ in range(50))
    link = CaseLink(case_number="C1", url="http://127.0.0.2:1/app/RegisterOfActions?id=1")
    court = court_of(
        seen(
            "roa-CaseSummariesSlim", "{}", case_number="C1", service="CaseSummariesSlim", skip="0"
        ),
        seen("roa-Charges", '{"Charges": []}', case_number="C1", service="Charges", skip="0"),
        seen(
            "roa-DispositionEvents",
            f'{{"Events": [{rows}]}}',
            case_number="C1",
            service="DispositionEvents",
            skip="0",
        ),
    )
    with pytest.raises(
        NotKept, match="of DispositionEvents about case C1, the rows after 50 were not kept"
    ):
        court._roa_answers(HistorySoFar("1"), link)
