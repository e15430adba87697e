"""Parser of the result panel: flat grid (4.1), party groups (4.2), pagers, no match, trouble (4.3
of odyssey.md).

Results come once for every person, so this is on bare lxml (scrapers.markup).
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from lxml.etree import strip_elements, tostring
from lxml.html import HtmlElement

from resilience.faults import Busy, LayoutChanged, SearchLost, SignedOut
from scrapers.markup import after, by_id, ended, first, has, page_of, select, words
from scrapers.odyssey.parse.hits import CaseLink, Hits, Pager, PartyHit, extras, merged
from scrapers.odyssey.parse.result_cells import LINK, Cells, day_of, heads_of, own_of
from scrapers.odyssey.parse.result_json import case_of, embedded, party_of
from scrapers.values import clean

NO_MATCH = ("no cases match your search", "no results found")
TROUBLE = "Smart Search is having trouble processing your search"
_EMPTY_PAGER = "No items to display"
_PAGER = re.compile(r"(?<![\d,])([\d,]{1,15})\s*-\s*([\d,]{1,15})\s+of\s+([\d,]{1,15})")


def read_results(html: str, url: str) -> Hits:
    """The result panel (or a whole page holding it). ``url`` is the page's, for links and faults.

    Raises Busy for the trouble text, SignedOut for a sign-in form in the panel, LayoutChanged for a
    grid whose rows have no case link, SearchLost for one that ends before its end."""
    root = page_of(html, scripts=True)
    scripts = [script.text or "" for script in root.iter("script")]
    strip_elements(root, "script", with_tail=False)
    if first(root, "input[type='password']") is not None:
        raise SignedOut("a sign-in form came instead of the results", url=url)
    said = (words(root) or "").lower()
    if TROUBLE.lower() in said:
        raise Busy(f'the portal says "{TROUBLE}"', url=url)
    groups, flat = by_id(root, "Grid"), by_id(root, "CasesGrid")
    if groups is None and flat is None:
        return Hits(shape="none" if any(text in said for text in NO_MATCH) else "loading")
    if not ended(html):
        raise SearchLost("the results are cut short", url=url)
    if groups is not None:
        return _groups(groups, scripts, url)
    assert flat is not None
    return _flat(flat, scripts, url)


def pager_of(box: HtmlElement | None) -> Pager | None:
    """What a pager says; None without one."""
    info = first(box, ".k-pager-info") if box is not None else None
    match = _PAGER.search(words(info) or "")
    if match is None:
        return None
    start, last, total = (int(part.replace(",", "")) for part in match.groups())
    return Pager(first=start, last=last, total=total)


def _link(row: HtmlElement, cells: Cells, url: str) -> CaseLink:
    anchor = first(row, "a.caseLink")
    anchor = first(row, "a[data-url]") if anchor is None else anchor
    if anchor is None:
        raise LayoutChanged(url, "case row of the results", "a.caseLink", words(row))
    number, target = words(anchor) or clean(anchor.get("title")), anchor.get("data-url")
    if not number or not target:
        shown = str(tostring(anchor, encoding="unicode", with_tail=False))
        raise LayoutChanged(url, "case link of the results", "a number and data-url", shown[:200])
    return CaseLink(
        case_number=number,
        url=urljoin(url, target),
        case_id=clean(anchor.get("data-caseid")),
        style=cells.text("style") or "",
        court=cells.text("location"),
        case_type=cells.text("type"),
        status=cells.text("status"),
        file_date=day_of(cells.text("filedate")),
    )


def _flat(grid: HtmlElement, scripts: list[str], url: str) -> Hits:
    heads, parts = heads_of(own_of(grid, "th")), []
    for row in own_of(grid, "tr.k-master-row"):
        cells = Cells(row, heads)
        named = first(row, "td[class*='party-case-'], td[data-label]")
        if heads and named is None and len(cells) != len(heads):
            raise LayoutChanged(url, "cells of a result row", heads, len(cells))
        name, birth = cells.text("partyname"), cells.text("birth")
        if not name:
            raise LayoutChanged(url, "result row", "a party's name", words(row))
        parts.append(
            PartyHit(
                name=name,
                date_of_birth=day_of(birth),
                printed_birth_date=birth,
                cases=(_link(row, cells, url),),
                extra=cells.strange(),
            )
        )
    told, outer = embedded(scripts, "CasesGrid", url), _outer(grid)
    _drawn(bool(parts), bool(told), outer, url)
    if not parts:
        parts = [
            PartyHit(name=clean(case.get("DefendantName")) or "", cases=(case_of(case, url),))
            for case in told
        ]
    _all_read(grid, sum(len(part.cases) for part in parts), url)
    return Hits(shape="grid" if parts else "loading", parties=merged(parts), pager=outer)


def _drawn(shown: bool, told: bool, pager: Pager | None, url: str) -> None:
    """A script tells what a grid holds that was not drawn yet; one whose pager stands has been
    drawn, and has rows."""
    if told and not shown and pager is not None:
        raise LayoutChanged(
            url, "rows of the results", f"those of {pager.first} - {pager.last}", "none"
        )


def _outer(grid: HtmlElement) -> Pager | None:
    return next((pager for bar in own_of(grid, ".k-pager-wrap") if (pager := pager_of(bar))), None)


def _all_read(grid: HtmlElement, read: int, url: str) -> None:
    """No case link and no pager of the grid may stand where it was not looked for: a case would go
    missing in silence."""
    links = len(select(grid, LINK))
    if links > read:
        raise LayoutChanged(url, "rows of the results", f"{links} case links in rows", read)
    bars = select(grid, ".k-pager-wrap")
    for bar in bars:
        if pager_of(bar) is None and _EMPTY_PAGER not in (words(bar) or ""):
            raise LayoutChanged(url, "pager of the results", "1 - 10 of 75 items", words(bar))
    told = len(_PAGER.findall(words(grid) or ""))
    seen = sum(pager_of(bar) is not None for bar in bars)
    if told > seen:
        raise LayoutChanged(url, "pager of the results", f"{told} in .k-pager-wrap", seen)


def _party_row(
    row: HtmlElement, detail: HtmlElement | None, url: str
) -> tuple[PartyHit, Pager | None]:
    cells = Cells(row, [])
    name, birth = cells.name_of_group(), cells.text("birth")
    if not name or first(row, LINK) is not None:
        raise LayoutChanged(url, "party row of the results", "a name", words(row))
    cases: list[CaseLink] = []
    pager = None
    strange = [cells.strange(group=True)]
    if detail is not None:
        heads = heads_of(select(detail, "th"))
        for inner in select(detail, "tr.k-master-row"):
            inside = Cells(inner, heads)
            cases.append(_link(inner, inside, url))
            strange.append(inside.strange())
        pager = pager_of(first(detail, ".k-pager-wrap"))
    hit = PartyHit(
        name=name,
        date_of_birth=day_of(birth),
        printed_birth_date=birth,
        cases=tuple(cases),
        announced=pager.total if pager else (len(cases) or None),
        extra=extras(strange),
    )
    return hit, pager


def _groups(grid: HtmlElement, scripts: list[str], url: str) -> Hits:
    shown: list[tuple[PartyHit, Pager | None]] = []
    for row in own_of(grid, "tr.k-master-row"):
        below = next(after(row, "tr"), None)
        detail = below if below is not None and has(below, "k-detail-row") else None
        shown.append(_party_row(row, detail, url))
    _all_read(grid, sum(len(hit.cases) for hit, _ in shown), url)
    told = [party_of(party, url) for party in embedded(scripts, "Grid", url)]
    outer = _outer(grid)
    _drawn(bool(shown), bool(told), outer, url)
    parties = _joined([hit for hit, _ in shown], told, url)
    for party in parties:
        if not party.cases:
            raise LayoutChanged(url, "party of the results", "its cases", party.name)
    return Hits(
        shape="groups" if parties else "loading",
        parties=parties,
        pager=outer,
        pagers=tuple(pager for _, pager in shown),
    )


def _joined(shown: list[PartyHit], told: list[PartyHit], url: str) -> tuple[PartyHit, ...]:
    """The parties of the table with what the embedded JSON knows of them; the JSON's others stand
    behind.

    The table prints the name and birth date, the JSON holds all cases, also those on further pages
    of a group. Raises LayoutChanged for a row without cases whose party is not the one at the same
    place of the JSON."""
    left, parties = list(told), []
    for place, hit in enumerate(shown):
        if hit.cases:
            match = next((other for other in left if _same(hit, other)), None)
        else:
            match = told[place] if len(told) == len(shown) else None
            if match not in left or not _same(hit, match):
                raise LayoutChanged(url, "party of the results", "its cases", hit.name)
        if match is None:
            parties.append(hit)
            continue
        left.remove(match)
        cases = {case.case_number: case for case in match.cases}
        cases.update(
            (case.case_number, _filled(case, cases.get(case.case_number))) for case in hit.cases
        )
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


def _same(shown: PartyHit, told: PartyHit | None) -> bool:
    """Whether every shown case is among the told ones and the last names agree; without cases, the
    told name begins it."""
    if told is None:
        return False
    if not shown.cases:
        return shown.name.upper().startswith(told.name.upper())
    numbers = {case.case_number for case in told.cases}
    return (
        all(case.case_number in numbers for case in shown.cases)
        and told.name.split(",")[0].upper() == shown.name.split(",")[0].upper()
    )


def _filled(shown: CaseLink, told: CaseLink | None) -> CaseLink:
    """The row's values; where it shows none, the JSON's."""
    if told is None:
        return shown
    return told.model_copy(
        update={key: value for key, value in shown.model_dump().items() if value not in (None, "")}
    )
