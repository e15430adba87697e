"""What the script under a result grid tells of its rows, as JSON (odyssey.md, section 4.2)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

from resilience.faults import LayoutChanged, SearchLost
from scrapers.odyssey.parse.hits import CaseLink, PartyHit
from scrapers.odyssey.parse.result_cells import day_of
from scrapers.values import clean

_DATA = '"Data":'


def embedded(scripts: list[str], grid: str, url: str) -> list[dict[str, Any]]:
    """The rows in the script that makes the grid; empty where there is none or it is not JSON.

    Raises SearchLost for a script that ends before its end.
    """
    for code in scripts:
        place = code.find(f'"#{grid}"')
        start = code.find(_DATA, place) if place >= 0 and "kendoGrid" in code else -1
        if start < 0:
            continue
        try:
            rows, _ = json.JSONDecoder().raw_decode(code[start + len(_DATA) :].lstrip())
        except (ValueError, RecursionError):
            if not code.rstrip("; \t\r\n").endswith(")"):
                raise SearchLost("the script of the results is cut short", url=url) from None
            continue
        if isinstance(rows, list):
            return [row for row in rows if isinstance(row, dict)]
    return []


def case_of(case: dict[str, Any], url: str) -> CaseLink:
    """The link that a case's JSON is. Raises LayoutChanged for one without number or address."""
    number, target = clean(str(case.get("CaseNumber") or "")), case.get("CaseLoadUrl")
    if not number or not target:
        raise LayoutChanged(
            url, "case in the results' JSON", "CaseNumber and CaseLoadUrl", sorted(case)
        )
    return CaseLink(
        case_number=number,
        url=urljoin(url, str(target)),
        case_id=clean(str(case.get("CaseId") or "")),
        style=clean(case.get("Style")) or "",
        court=clean(case.get("LocationName")),
        case_type=_described(case.get("CaseTypeId")),
        status=_described(case.get("CaseStatusId")),
        file_date=day_of(case.get("FileDate") or case.get("FileDateText")),
    )


def party_of(party: dict[str, Any], url: str) -> PartyHit:
    """The party with its cases that a group's JSON is."""
    name = ", ".join(
        part for part in (clean(party.get("NameLast")), clean(party.get("NameFirst"))) if part
    )
    birth = next(
        (clean(str(party[key])) for key in ("DateOfBirth", "DateofBirth", "DOB") if party.get(key)),
        None,
    )
    count = party.get("CaseResultCount")
    return PartyHit(
        name=name,
        date_of_birth=day_of(birth),
        printed_birth_date=birth,
        party_id=clean(str(party.get("PartyId") or "")),
        cases=tuple(case_of(case, url) for case in party.get("CaseResults") or ()),
        announced=int(count) if isinstance(count, int) else None,
    )


def _described(value: Any) -> str | None:
    if isinstance(value, dict):
        return clean(value.get("Description"))
    return clean(value) if isinstance(value, str) else None
