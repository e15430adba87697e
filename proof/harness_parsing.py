"""The pages of all fixtures with the parser of each, so that a page can be changed and read again
without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from replay.completion import completed
from replay.exchange import Step
from replay.fixtures import Fixture, all_fixtures
from resilience.faults import Fault, LayoutChanged
from scrapers.jail.parse import Asked, detail_page, list_page
from scrapers.jail.saved import detail_of, listing_of
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.parse.roa import LISTS, read_roa
from scrapers.odyssey.parse.roa_values import json_of
from scrapers.odyssey.parse.signin_form import read_sign_in
from scrapers.odyssey.services import SUMMARY

ROOT = Path(__file__).resolve().parents[1] / "tests" / "fixtures"
SERVICES = frozenset({SUMMARY, *LISTS})
PARSED = frozenset({"list", "detail", "results", "case", "case-financial", "sign-in", *SERVICES})


@dataclass(frozen=True)
class Page:
    """One saved page (or a service's answer) that a parser reads."""

    fixture: Fixture
    place: int

    def __str__(self) -> str:
        return f"{self.fixture.name}/{self.place + 1:02d}-{self.kind}"

    @property
    def kind(self) -> str:
        """The page kind."""
        return self.step.kind

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps of its exchange, with addresses."""
        return completed(self.fixture.exchange, self.fixture.site).steps

    @property
    def step(self) -> Step:
        """The step that it is."""
        own = [step for step in self.steps if step.body]
        return own[self.place]

    @property
    def text(self) -> str:
        """What stands on it."""
        return self.step.body

    def read(self, text: str | None = None) -> dict[str, Any]:
        """What the parser makes of it, or of ``text`` in its place: a record, or ``{"fault":
        name}``."""
        try:
            return self._parsed(self.text if text is None else text)
        except LayoutChanged as fault:
            return {"fault": fault.name, "what": fault.what}
        except Fault as fault:
            return {"fault": fault.name}

    @cached_property
    def record(self) -> dict[str, Any]:
        """What the parser makes of it as it is."""
        return self.read()

    @cached_property
    def asked(self) -> str | None:
        """The booking number that was asked for: the one that is told, else the page's own."""
        told = self.fixture.exchange.about.get("asked")
        if told:
            return str(told)
        site = self.fixture.site
        assert site.jail is not None
        page = detail_page(self.text, self.step.url, site.jail, site.zone)
        return page.booking.booking_number

    def _parsed(self, text: str) -> dict[str, Any]:
        site, url = self.fixture.site, self.step.url
        if self.kind == "list":
            assert site.jail is not None
            return listing_of(list_page(text, url, site.jail))
        if self.kind == "detail":
            assert site.jail is not None
            name = str(self.fixture.exchange.about.get("name", ""))
            asked = Asked(self.asked or "", name) if self.asked else None
            return detail_of(detail_page(text, url, site.jail, site.zone, asked))
        if self.kind == "results":
            hits = read_results(text, url)
            return {**hits.model_dump(mode="json"), "extra": hits.extra}
        if self.kind == "sign-in":
            return read_sign_in(text, url).model_dump(mode="json")
        if self.kind in SERVICES:
            answers = {
                step.kind: json_of(step.body, url) for step in self._case_steps() if step.body
            }
            answers[self.kind] = json_of(text, url)
            missing = tuple(self.fixture.golden().get("case", {}).get("missing", ()))
            return read_roa(answers, url, self.link, site.zone, missing=missing).model_dump(
                mode="json"
            )
        page, late = (text, self._late()) if self.kind == "case" else (self._case(), text)
        return read_classic(page, url, self.link, site.zone, financial=late).model_dump(mode="json")

    def _case_steps(self) -> list[Step]:
        key = _key(self.step.url)
        return [step for step in self.steps if step.kind in SERVICES and _key(step.url) == key]

    def _late(self) -> str | None:
        wanted = f"caseId={self.link.case_id}"
        found = (
            step.body for step in self.steps if step.kind == "case-financial" and wanted in step.url
        )
        return next(found, None)

    def _case(self) -> str:
        return next(
            step.body for step in self.steps if step.kind == "case" and step.url == self.link.url
        )

    @cached_property
    def link(self) -> CaseLink:
        """The link that led to the case: the one that is told, else the result list's."""
        told = self.fixture.exchange.about.get("link")
        if told:
            return CaseLink.model_validate(told)
        return next(link for link in self._links() if self._led(link))

    def _led(self, link: CaseLink) -> bool:
        if self.kind in SERVICES:
            return _key(self.step.url) in link.url
        return link.url == self.step.url or f"caseId={link.case_id}" in self.step.url

    def _links(self) -> Iterator[CaseLink]:
        for step in self.steps:
            if step.kind == "results":
                for party in read_results(step.body, step.url).parties:
                    yield from party.cases


def _key(url: str) -> str:
    """The case's key in a service's address: ``Charges('KEY')`` or ``?key=KEY``."""
    return url.partition("('")[2].partition("'")[0] or url.partition("key=")[2].partition("&")[0]


def pages() -> list[Page]:
    """Every page of every fixture that a parser reads."""
    found = []
    for fixture in all_fixtures(ROOT):
        own = [step for step in completed(fixture.exchange, fixture.site).steps if step.body]
        saved = {step.body for step in fixture.exchange.steps}
        found += [
            Page(fixture, place)
            for place, step in enumerate(own)
            if step.kind in PARSED
            and step.body in saved
            and (step.kind not in SERVICES or step.json)
        ]
    return found
