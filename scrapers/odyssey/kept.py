"""A court history from kept pages: the same inquiry, answered without a portal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from resilience.faults import Dropped, SearchLost
from scrapers.kept import NotKept
from scrapers.odyssey.inquiry import Inquiry
from scrapers.odyssey.pages.base import Note
from scrapers.odyssey.pages.classic import CaseHtml
from scrapers.odyssey.parse.hits import CaseLink, Hits, PartyHit
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.reading import HistorySoFar
from scrapers.odyssey.records import CourtFile
from scrapers.odyssey.rules.search import Query
from scrapers.odyssey.rules.turning import FIRST, PagerPosition, all_parties
from scrapers.odyssey.services import CLOSED, SUMMARY, RoaAnswers, all_answers
from scrapers.record import Inputs, Provenance, RecordModel, Seen
from scrapers.sites import Site, SiteError


class KeptCourt(Inquiry):
    """One person's searches and cases, answered from ``seen``. ``as_of`` is the county's day when
    they were made."""

    def __init__(self, site: Site, seen: Iterable[Seen], as_of: dt.date) -> None:
        if site.court is None:
            raise SiteError(f"site {site.key!r} has no court half")
        super().__init__(site, site.court.result_limit)
        self._as_of = as_of
        self._results: dict[Query, dict[PagerPosition, Seen]] = {}
        self._cases: dict[str, list[Seen]] = {}
        for one in seen:
            if "case_number" in one.about:
                self._cases.setdefault(one.about["case_number"], []).append(one)
            else:
                query = Query.model_validate(_fields(Query, one.about))
                self._results.setdefault(query, {})[
                    PagerPosition.model_validate(_fields(PagerPosition, one.about))
                ] = one

    def history(
        self,
        key: str,
        inputs: Inputs,
        provenance: Provenance,
    ) -> CourtFile:
        """The person's file as today's program reads it. Raises NotKept, or the Fault that a page
        shows."""
        reading = HistorySoFar(key, tries=1)
        self._search_all(reading, inputs.name, inputs.date_of_birth, inputs.aliases)
        return self._file(reading, inputs, provenance)

    def _today(self) -> dt.date:
        return self._as_of

    def _ask(self, query: Query, note: Note) -> tuple[PartyHit, ...]:
        pages = self._results.get(query)
        if pages is None or FIRST not in pages:
            born = f" born {query.date_of_birth}" if query.date_of_birth else " of any birth date"
            raise NotKept(
                f"no search for {query.text!r}{born} was kept"
                f"{' ' * bool(query.window)}{query.window}"
            )
        return all_parties(_KeptResults(pages), pages[FIRST].url)

    def _case_html(self, reading: HistorySoFar, link: CaseLink) -> CaseHtml:
        found = {one.kind: one for one in self._cases.get(link.case_number, ())}
        if "case" not in found:
            raise NotKept(f"no page of case {link.case_number} was kept")
        late = found.get("case-financial")
        return CaseHtml(
            found["case"].text,
            link.url,
            financial=late.text if late else None,
            missing=tuple(found["case"].about.get("missing", "").split()),
        )

    def _roa_answers(self, reading: HistorySoFar, link: CaseLink) -> RoaAnswers:
        kept = self._cases.get(link.case_number, ())
        if not kept:
            raise NotKept(f"no page of case {link.case_number} was kept")
        if any(one.kind == CLOSED for one in kept):
            return RoaAnswers(link.url, restricted=True)
        answers = {(one.about["service"], int(one.about["skip"])): one for one in kept}
        if (SUMMARY, 0) not in answers:
            raise NotKept(f"no summary of case {link.case_number} was kept")
        services = {service for service, _ in answers}

        def ask(service: str, skip: int) -> Any:
            if service not in services:
                raise SearchLost(f"no answer of {service} about case {link.case_number} was kept")
            if (service, skip) not in answers:
                raise NotKept(
                    f"of {service} about case {link.case_number}, "
                    f"the rows after {skip} were not kept"
                )
            try:
                return json.loads(answers[service, skip].text)
            except ValueError:
                raise Dropped(
                    f"the kept answer of {service} about case {link.case_number} is no JSON"
                ) from None

        return all_answers(ask, lambda part: True, link.url)


def _fields(kind: type[RecordModel], about: Mapping[str, str]) -> dict[str, str]:
    return {name: about[name] for name in kind.model_fields if name in about}


class _KeptResults:
    """The pages of one search's results."""

    def __init__(self, pages: dict[PagerPosition, Seen]) -> None:
        self._pages = pages

    def first(self) -> Hits:
        return self._hits(FIRST)

    def turn(self, to: PagerPosition) -> Hits | None:
        return self._hits(to) if to in self._pages else None

    def _hits(self, place: PagerPosition) -> Hits:
        page = self._pages[place]
        hits = read_results(page.text, page.url)
        if hits.shape == "loading":
            raise SearchLost("the kept results have no rows that can be read", url=page.url)
        return hits
