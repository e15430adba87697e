"""Parser of the result panel: flat grid (4.1), party groups (4.2), pagers, no match, trouble (4.3 of odyssey.md).

Cells are read by class, by ``data-label`` or by header, never by place: columns may be hidden and differ by county.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from resilience.faults import Busy, LayoutChanged, SignedOut
from scrapers.odyssey.hits import CaseLink, Hits, Pager, PartyHit, merged
from scrapers.page import clean, date_of, soup_of

NO_MATCH = ("no cases match your search", "no results found")
TROUBLE = "Smart Search is having trouble processing your search"
_EMPTY_PAGER = "No items to display"
_PAGER = re.compile(r"([\d,]+)\s*-\s*([\d,]+)\s+of\s+([\d,]+)")

_CELLS = {
    "caseid": ("party-case-caseid", ("case number",)),
    "style": ("party-case-style", ("style / defendant", "style")),
    "filedate": ("party-case-filedate", ("file date",)),
    "status": ("party-case-status", ("status", "case status")),
    "type": ("party-case-type", ("type", "case type")),
    "location": ("party-case-location", ("location", "court")),
    "partyname": ("party-case-partyname", ("party name", "defendant name")),
    "birth": ("party-case-dob", ("date of birth", "dob", "birth date")),
}


def read_results(html: str, url: str) -> Hits:
    """The result panel (or a whole page holding it). ``url`` is the page's, for links and faults.

    Raises Busy for the trouble text, SignedOut for a sign-in form in the panel, LayoutChanged for a grid whose rows
    have no case link.
    """
    soup = soup_of(html)
    if soup.find("input", type="password"):
        raise SignedOut("a sign-in form came instead of the results", url=url)
    words = clean(soup.get_text(" ")) or ""
    if TROUBLE.lower() in words.lower():
        raise Busy(f'the portal says "{TROUBLE}"', url=url)
    groups, flat = soup.find(id="Grid"), soup.find(id="CasesGrid")
    if isinstance(groups, Tag):
        return _groups(soup, groups, url)
    if isinstance(flat, Tag):
        return _flat(soup, flat, url)
    if any(text in words.lower() for text in NO_MATCH):
        return Hits(shape="none")
    return Hits(shape="loading")


def pager_of(box: Tag | None) -> Pager | None:
    """What a pager says; None without one."""
    info = box.select_one(".k-pager-info") if box else None
    match = _PAGER.search(info.get_text(" ")) if info else None
    if match is None:
        return None
    first, last, total = (int(part.replace(",", "")) for part in match.groups())
    return Pager(first=first, last=last, total=total)


def _own(grid: Tag, css: str) -> list[Tag]:
    """Elements of this grid that stand in no detail row of it."""
    found = []
    for tag in grid.select(css):
        row = tag.find_parent("tr", class_="k-detail-row")
        if row is None or grid not in row.parents:
            found.append(tag)
    return found


def _headers(grid: Tag) -> list[str]:
    return [
        (clean(str(head.get("data-title") or head.get_text(" "))) or "").lower()
        for head in _own(grid, "th")
        if head is not None
    ]


def _cell(row: Tag, name: str, headers: list[str]) -> Tag | None:
    css, labels = _CELLS[name]
    cells = [cell for cell in row.find_all("td", recursive=False) if isinstance(cell, Tag)]
    for cell in cells:
        if css in (cell.get("class") or ()):
            return cell
    for cell in cells:
        if (clean(str(cell.get("data-label") or "")) or "").lower().rstrip(":") in labels:
            return cell
    if len(headers) == len(cells):
        for head, cell in zip(headers, cells, strict=True):
            if head in labels and not cell.get("data-label"):
                return cell
    return None


def _text(row: Tag, name: str, headers: list[str]) -> str | None:
    cell = _cell(row, name, headers)
    return clean(cell.get_text(" ")) if cell else None


def _day(text: str | None) -> dt.date | None:
    """A date where the cell holds one; portals put other texts into date cells."""
    if not text or "/" not in text:
        return None
    try:
        return date_of(text)
    except ValueError:
        return None


def _link(row: Tag, headers: list[str], url: str) -> CaseLink:
    anchor = row.select_one("a.caseLink") or row.select_one("a[data-url]")
    if anchor is None:
        raise LayoutChanged(url, "case row of the results", "a.caseLink", clean(row.get_text(" ")))
    number, target = (
        clean(anchor.get_text(" ")) or clean(str(anchor.get("title") or "")),
        anchor.get("data-url"),
    )
    if not number or not target:
        raise LayoutChanged(url, "case link of the results", "a number and data-url", str(anchor)[:200])
    return CaseLink(
        case_number=number,
        url=urljoin(url, str(target)),
        case_id=clean(str(anchor.get("data-caseid") or "")),
        style=_text(row, "style", headers) or "",
        court=_text(row, "location", headers),
        case_type=_text(row, "type", headers),
        status=_text(row, "status", headers),
        file_date=_day(_text(row, "filedate", headers)),
    )


def _flat(soup: BeautifulSoup, grid: Tag, url: str) -> Hits:
    headers, parts = _headers(grid), []
    for row in _own(grid, "tr.k-master-row"):
        cells = row.find_all("td", recursive=False)
        named = row.select_one("td[class*='party-case-'], td[data-label]")
        if headers and named is None and len(cells) != len(headers):
            raise LayoutChanged(url, "cells of a result row", headers, len(cells))
        name, birth = _text(row, "partyname", headers), _text(row, "birth", headers)
        if not name:
            raise LayoutChanged(url, "result row", "a party's name", clean(row.get_text(" ")))
        parts.append(
            PartyHit(
                name=name,
                date_of_birth=_day(birth),
                printed_birth_date=birth,
                cases=(_link(row, headers, url),),
            )
        )
    if not parts:
        parts = [
            PartyHit(name=clean(case.get("DefendantName")) or "", cases=(_json_case(case, url),))
            for case in _embedded(soup, "CasesGrid")
        ]
    _all_read(grid, sum(len(part.cases) for part in parts), url)
    pagers = [pager for pager in map(pager_of, _own(grid, ".k-pager-wrap")) if pager]
    return Hits(
        shape="grid" if parts else "loading", parties=merged(parts), pager=pagers[0] if pagers else None
    )


def _all_read(grid: Tag, read: int, url: str) -> None:
    """No case link and no pager of the grid may stand where it was not looked for: a case would go missing in silence."""
    links = len(grid.select("a.caseLink, a[data-url]"))
    if links > read:
        raise LayoutChanged(url, "rows of the results", f"{links} case links in rows", read)
    for bar in grid.select(".k-pager-wrap"):
        if pager_of(bar) is None and _EMPTY_PAGER not in (clean(bar.get_text(" ")) or ""):
            raise LayoutChanged(url, "pager of the results", "1 - 10 of 75 items", clean(bar.get_text(" ")))
    told = len(_PAGER.findall(grid.get_text(" ")))
    bars = sum(pager_of(bar) is not None for bar in grid.select(".k-pager-wrap"))
    if told > bars:
        raise LayoutChanged(url, "pager of the results", f"{told} in .k-pager-wrap", bars)


def _party_row(row: Tag, detail: Tag | None, url: str) -> tuple[PartyHit, Pager | None]:
    birth = _text(row, "birth", [])
    name = None
    for cell in row.find_all("td", recursive=False):
        label = (clean(str(cell.get("data-label") or "")) or "").lower()
        if "k-hierarchy-cell" in (cell.get("class") or ()) or label not in {
            "",
            "name",
            "party name",
            "party",
        }:
            continue
        name = clean(cell.get_text(" "))
        if name:
            break
    if not name or row.select_one("a.caseLink, a[data-url]") is not None:
        raise LayoutChanged(url, "party row of the results", "a name", clean(row.get_text(" ")))
    cases, pager = [], None
    if detail is not None:
        headers = [(clean(head.get_text(" ")) or "").lower() for head in detail.select("th")]
        cases = [_link(inner, headers, url) for inner in detail.select("tr.k-master-row")]
        pager = pager_of(detail.select_one(".k-pager-wrap"))
    hit = PartyHit(
        name=name,
        date_of_birth=_day(birth),
        printed_birth_date=birth,
        cases=tuple(cases),
        announced=pager.total if pager else (len(cases) or None),
    )
    return hit, pager


def _groups(soup: BeautifulSoup, grid: Tag, url: str) -> Hits:
    shown: list[tuple[PartyHit, Pager | None]] = []
    for row in _own(grid, "tr.k-master-row"):
        after = row.find_next_sibling("tr")
        detail = after if isinstance(after, Tag) and "k-detail-row" in (after.get("class") or ()) else None
        shown.append(_party_row(row, detail, url))
    _all_read(grid, sum(len(hit.cases) for hit, _ in shown), url)
    told = [_json_party(party, url) for party in _embedded(soup, "Grid")]
    outer = [pager for pager in map(pager_of, _own(grid, ".k-pager-wrap")) if pager]
    parties = _joined([hit for hit, _ in shown], told)
    for party in parties:
        if not party.cases:
            raise LayoutChanged(url, "party of the results", "its cases", party.name)
    return Hits(
        shape="groups" if parties else "loading",
        parties=parties,
        pager=outer[0] if outer else None,
        pagers=tuple(pager for _, pager in shown),
    )


def _joined(shown: list[PartyHit], told: list[PartyHit]) -> tuple[PartyHit, ...]:
    """The parties of the table with what the embedded JSON knows of them; the JSON's others stand behind.

    The two are joined where every shown case is among the told ones and the last names agree: the table prints the
    name and birth date, the JSON holds all cases, also those on further pages of a group.
    """
    left, parties = list(told), []
    for hit in shown:
        numbers = {case.case_number for case in hit.cases}
        match = next(
            (
                other
                for other in left
                if numbers <= {case.case_number for case in other.cases}
                and other.name.split(",")[0].upper() == hit.name.split(",")[0].upper()
            ),
            None,
        )
        if match is None:
            parties.append(hit)
            continue
        left.remove(match)
        cases = {case.case_number: case for case in match.cases}
        cases.update((case.case_number, _filled(case, cases.get(case.case_number))) for case in hit.cases)
        parties.append(
            hit.model_copy(
                update={
                    "party_id": match.party_id,
                    "cases": tuple(cases.values()),
                    "announced": match.announced if match.announced is not None else hit.announced,
                    "date_of_birth": hit.date_of_birth or match.date_of_birth,
                    "printed_birth_date": hit.printed_birth_date or match.printed_birth_date,
                }
            )
        )
    return (*parties, *left)


def _filled(shown: CaseLink, told: CaseLink | None) -> CaseLink:
    """The row's values; where it shows none, the JSON's."""
    if told is None:
        return shown
    return told.model_copy(
        update={key: value for key, value in shown.model_dump().items() if value not in (None, "")}
    )


def _embedded(soup: BeautifulSoup, grid: str) -> list[dict[str, Any]]:
    """The rows in the script that makes the grid; empty where there is none or it is not JSON."""
    for script in soup.find_all("script"):
        code = script.string or ""
        place = code.find(f'"#{grid}"')
        start = code.find('"Data":', place) if place >= 0 and "kendoGrid" in code else -1
        if start < 0:
            continue
        try:
            rows, _ = json.JSONDecoder().raw_decode(code[start + len('"Data":') :].lstrip())
        except (ValueError, RecursionError):
            continue
        if isinstance(rows, list):
            return [row for row in rows if isinstance(row, dict)]
    return []


def _described(value: Any) -> str | None:
    return (
        clean(value.get("Description"))
        if isinstance(value, dict)
        else clean(value if isinstance(value, str) else None)
    )


def _json_case(case: dict[str, Any], url: str) -> CaseLink:
    number, target = clean(str(case.get("CaseNumber") or "")), case.get("CaseLoadUrl")
    if not number or not target:
        raise LayoutChanged(url, "case in the results' JSON", "CaseNumber and CaseLoadUrl", sorted(case))
    return CaseLink(
        case_number=number,
        url=urljoin(url, str(target)),
        case_id=clean(str(case.get("CaseId") or "")),
        style=clean(case.get("Style")) or "",
        court=clean(case.get("LocationName")),
        case_type=_described(case.get("CaseTypeId")),
        status=_described(case.get("CaseStatusId")),
        file_date=_day(case.get("FileDate") or case.get("FileDateText")),
    )


def _json_party(party: dict[str, Any], url: str) -> PartyHit:
    name = ", ".join(part for part in (clean(party.get("NameLast")), clean(party.get("NameFirst"))) if part)
    birth = next(
        (clean(str(party[key])) for key in ("DateOfBirth", "DateofBirth", "DOB") if party.get(key)), None
    )
    count = party.get("CaseResultCount")
    return PartyHit(
        name=name,
        date_of_birth=_day(birth),
        printed_birth_date=birth,
        party_id=clean(str(party.get("PartyId") or "")),
        cases=tuple(_json_case(case, url) for case in party.get("CaseResults") or ()),
        announced=int(count) if isinstance(count, int) else None,
    )
