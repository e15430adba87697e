"""A visit as the house's own parsers read it: what they find tells what is personal, and a
recording must read alike."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from replay.exchange import Exchange, Step
from replay.recording.personal import person_of
from resilience.faults import Fault
from scrapers.jail.parse import detail_page, list_page
from scrapers.markup import page_of
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.financial import read_financial
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.parse.roa import LISTS, read_roa
from scrapers.sites import JailSite, Site
from scrapers.values import clean, soup_of

_SERVICE = re.compile(r"/RegisterOfActionsService/(\w+)")
_PLAIN = JailSite(url="http://127.0.0.1/IML")
"""The product without a county's words."""
_NOBODY = "|"
"""Whose dates a visit of the court shows where nobody was searched: then all move alike."""


@dataclass(frozen=True)
class VisitReading:
    """What one step (or several, of one case) says. ``fault`` is the name of the one that its
    parser raised instead.

    ``steps`` are their numbers, from 1. ``person``: whose dates stand there, "" where rows of many
    people do."""

    steps: tuple[int, ...]
    what: str
    tree: Any
    fault: str = ""
    person: str = ""


def readings(exchange: Exchange, site: Site) -> list[VisitReading]:
    """Every step that a parser of the house knows, in order; pages without a record (a search form)
    are left out."""
    found = list(_jail(exchange, site) if exchange.product == "jail" else _court(exchange, site))
    return sorted(found, key=lambda one: one.steps)


def _jail(exchange: Exchange, site: Site) -> Iterator[VisitReading]:
    people: dict[str, str] = {}
    for number, step in enumerate(exchange.steps, 1):
        action = step.fields.get("flow_action", "")
        if action == "edit" or (not action and "detail" in step.kind):
            yield _detail(number, step, site, people)
        elif action or "list" in step.kind or "Showing" in step.body:
            one = _read((number,), "list", lambda s=step: _list(s, site))  # type: ignore[misc]
            for row in one.tree.get("rows", ()) if one.tree else ():
                people[str(row["sys_id"])] = str(row["name"])
            yield one


def _list(step: Step, site: Site) -> Any:
    return list_page(step.body, step.url, site.jail or _PLAIN)


def _detail(number: int, step: Step, site: Site, people: dict[str, str]) -> VisitReading:
    one = _read(
        (number,),
        "detail",
        lambda: detail_page(step.body, step.url, site.jail or _PLAIN, site.zone),
    )
    printed = people.get(step.fields.get("sysID", ""))
    if printed is None and one.tree and one.tree.get("name"):
        words = str(one.tree["name"]).split()
        printed = f"{words[-1]}, {' '.join(words[:-1])}" if len(words) > 1 else words[0]
    return dataclasses.replace(one, person=person_of(printed) if printed else "")


def _court(exchange: Exchange, site: Site) -> Iterator[VisitReading]:
    services: dict[str, list[tuple[int, str, Step]]] = {}
    asked = next((text for step in exchange.steps if (text := _asked(step))), "")
    person = person_of(asked) if asked else _NOBODY
    for number, step in enumerate(exchange.steps, 1):
        service = _SERVICE.search(step.url)
        if service is not None:
            services.setdefault(_key_of(step.url), []).append((number, service.group(1), step))
        elif read := _page(step, site):
            yield dataclasses.replace(_read((number,), *read), person=person)
    for steps in services.values():
        numbers = tuple(number for number, _, _ in steps)
        one = _read(numbers, "case", lambda s=steps: _of_services(s, site))  # type: ignore[misc]
        yield dataclasses.replace(one, person=person)


def _page(step: Step, site: Site) -> tuple[str, Callable[[], Any]] | None:
    body, url = step.body, step.url
    if "caseInformationDiv" in body:
        return "case", lambda: read_classic(
            body,
            url,
            _link(step),
            site.zone,
            missing=() if "financialSlider" in body else ("financial",),
        )
    if "financialSlider" in body:
        return "financial", lambda: read_financial(page_of(body), url, {})
    if "/SmartSearchResults" in url or 'id="SmartSearchResults"' in body or step.kind == "results":
        return "results", lambda: read_results(body, url)
    return None


def _of_services(steps: list[tuple[int, str, Step]], site: Site) -> Any:
    answers: dict[str, Any] = {}
    for _, name, step in steps:
        if step.status != 200 or not step.body.strip():
            continue
        answer = json.loads(step.body)
        known = answers.get(name)
        rows = LISTS.get(name, "")
        if known is not None and isinstance(known.get(rows), list):
            known[rows] = [*known[rows], *(answer.get(rows) or ())]
        else:
            answers[name] = answer
    head = (answers.get("CaseSummariesSlim") or {}).get("CaseSummaryHeader") or {}
    link = CaseLink(
        case_number=clean(str(head.get("CaseNumber") or "")) or "?", url=steps[0][2].url
    )
    return read_roa(answers, steps[0][2].url, link, site.zone)


def _asked(step: Step) -> str:
    return step.fields.get("caseCriteria.SearchCriteria", "")


def _key_of(url: str) -> str:
    quoted = re.search(r"\('([^']*)'\)", url)
    return quoted.group(1) if quoted else (parse_qs(urlsplit(url).query).get("key") or [""])[0]


def _link(step: Step) -> CaseLink:
    """The link that leads to this page: its number is the page's own, as nobody else tells it
    here."""
    box = soup_of(step.body).find(id="caseInformationDiv")
    head = box.select_one("p.text-primary") if box is not None else None  # type: ignore[union-attr]
    line = clean(head.get_text(" ")) if head is not None else None
    return CaseLink(case_number=(line or "?").split("|")[0].strip(), url=step.url)


def _read(steps: tuple[int, ...], what: str, parse: Callable[[], Any]) -> VisitReading:
    try:
        return VisitReading(steps, what, tree_of(parse()))
    except Fault as fault:
        return VisitReading(steps, what, None, fault=fault.name)
    except ValueError:
        return VisitReading(steps, what, None, fault="not JSON")


def tree_of(value: Any) -> Any:
    """A record as plain tables, lists and texts."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: tree_of(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): tree_of(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [tree_of(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
