"""Reads a visit with the project's own parsers: the records show what is personal, and a recording
must read alike."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from replay.anonymize.personal import person_of
from replay.exchange import Exchange, Step
from resilience.faults import Fault
from scrapers.jail.parse import detail_page, list_page
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.odyssey.parse.classic import read_classic, read_money
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.parse.roa import LISTS, read_roa
from scrapers.sites import Site
from scrapers.values import clean, soup_of

_SERVICE = re.compile(r"/RegisterOfActionsService/(\w+)")
_ELEMENT_ID = re.compile(r"""\bid\s*=\s*["']?([\w-]+)""")
_CODE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.S | re.I)
_COLUMNS = ("name", "booking_number")
_NOBODY = "|"
"""The person of a court visit without a search: all its dates are shifted alike."""


@dataclass(frozen=True)
class PageReading:
    """What one step says, or several of one case: its ``record`` as plain JSON, or the name of the
    ``fault`` that its parser raised.

    ``steps`` are the numbers of the steps, from 1. ``person`` is whose dates the page shows, "" for
    a list of many people."""

    steps: tuple[int, ...]
    kind: str
    record: Any
    fault: str = ""
    person: str = ""


def readings(exchange: Exchange, site: Site) -> list[PageReading]:
    """Every step that a parser can read, in order; pages without a record (a search form) are left
    out."""
    pages = list(_jail(exchange, site) if exchange.product == "jail" else _court(exchange, site))
    return sorted(pages, key=lambda reading: reading.steps)


def _jail(exchange: Exchange, site: Site) -> Iterator[PageReading]:
    people: dict[str, str] = {}
    for number, step in enumerate(exchange.steps, 1):
        action = step.fields.get("flow_action", "")
        if action == "edit" or (not action and "detail" in step.kind):
            yield _detail(number, step, site, people)
        elif action or "list" in step.kind or "Showing" in step.body:
            reading = _read((number,), "list", partial(_list, step, site))
            for row in reading.record.get("rows", ()) if reading.record else ():
                people[str(row["handle"]).partition(" ")[0]] = str(row["name"])
            yield reading


def _list(step: Step, site: Site) -> Any:
    return list_page(step.body, step.url, site.jail.columns if site.jail else _COLUMNS)


def _detail(number: int, step: Step, site: Site, people: dict[str, str]) -> PageReading:
    hearings = site.jail is None or "hearings" not in site.jail.lacks
    reading = _read(
        (number,),
        "detail",
        lambda: detail_page(step.body, step.url, zone=site.zone, hearings=hearings),
    )
    printed = people.get(step.fields.get("sysID", ""))
    if printed is None and reading.record and reading.record.get("name"):
        words = str(reading.record["name"]).split()
        printed = f"{words[-1]}, {' '.join(words[:-1])}" if len(words) > 1 else words[0]
    return dataclasses.replace(reading, person=person_of(printed) if printed else "")


def _court(exchange: Exchange, site: Site) -> Iterator[PageReading]:
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
        reading = _read(numbers, "case", partial(_of_services, steps, site))
        yield dataclasses.replace(reading, person=person)


def _page(step: Step, site: Site) -> tuple[str, Callable[[], Any]] | None:
    """The kind of a court page by the ids of its elements, and its parser."""
    body, url = step.body, step.url
    ids = set(_ELEMENT_ID.findall(_CODE.sub("", body)))
    if "caseInformationDiv" in ids:
        missing = () if "financialSlider" in ids else ("financial",)
        return "case", lambda: _undoubted(
            read_classic(body, url, _link(step), site.zone, missing=missing, court=site.court)
        )
    if "financialSlider" in ids:
        return "financial", lambda: read_money(body, url)
    if "/SmartSearchResults" in url or "SmartSearchResults" in ids or step.kind == "results":
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
    return _undoubted(read_roa(answers, steps[0][2].url, link, site.zone))


def _undoubted(read: CaseRead) -> CaseRead:
    """Without what looks misread: names that were replaced may."""
    return read.model_copy(update={"doubts": ()})


def _asked(step: Step) -> str:
    return step.fields.get("caseCriteria.SearchCriteria", "")


def _key_of(url: str) -> str:
    quoted = re.search(r"\('([^']*)'\)", url)
    return quoted.group(1) if quoted else (parse_qs(urlsplit(url).query).get("key") or [""])[0]


def _link(step: Step) -> CaseLink:
    """A link to this page, with the number that the page itself prints."""
    box = soup_of(step.body).find(id="caseInformationDiv")
    head = box.select_one("p.text-primary") if box is not None else None  # type: ignore[union-attr]
    line = clean(head.get_text(" ")) if head is not None else None
    return CaseLink(case_number=(line or "?").split("|")[0].strip(), url=step.url)


def _read(steps: tuple[int, ...], kind: str, parse: Callable[[], Any]) -> PageReading:
    try:
        return PageReading(steps, kind, json_of(parse()))
    except Fault as fault:
        return PageReading(steps, kind, None, fault=fault.name)
    except ValueError:
        return PageReading(steps, kind, None, fault="not JSON")


def json_of(value: Any) -> Any:
    """A record as plain JSON values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: json_of(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(key): json_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_of(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
