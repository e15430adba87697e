"""The answer to a Smart Search: one party's cases as a flat grid, several parties as groups, each
with a page of rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from practice.facts import CaseFacts, CourtPartyFacts
from practice.odyssey import show
from practice.odyssey.index import Found
from practice.odyssey.site import PortalVisit, Site
from practice.world import PAGE_SIZE

LARGEST_SIZE = 200


@dataclass(frozen=True)
class Pager:
    """Where a grid stands in its rows. Page numbers begin at 1."""

    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, math.ceil(self.total / self.size))

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1."""
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.page * self.size, self.total)

    @property
    def needed(self) -> bool:
        """Whether there is a pager at all: not when everything fits the smallest page."""
        return self.total > PAGE_SIZE


@dataclass(frozen=True)
class View:
    """Which page of the outer grid is asked for, as the grid's own links say it
    (``CasesGrid-page=2``)."""

    page: int = 1
    size: int = PAGE_SIZE
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> View:
        """From the address; what is no number counts as not said."""
        found = {}
        for grid in ("CasesGrid", "Grid"):
            for what in ("page", "pageSize"):
                value = query.get(f"{grid}-{what}", "")
                if value.isdigit() and int(value) > 0:
                    found[what] = int(value)
        size = min(found.get("pageSize", PAGE_SIZE), LARGEST_SIZE)
        return cls(found.get("page", 1), size, query.get("CasesGrid-sort", ""))

    def pager(self, total: int) -> Pager:
        """The pager of a grid of so many rows."""
        whole = Pager(1, self.size, total)
        return Pager(min(self.page, whole.pages), self.size, total)


def render(site: Site, visit: PortalVisit, found: Found, view: View) -> str:
    """The fragment that the workspace puts into its second tab."""
    hits = found.hits
    if not hits:
        return site.render("no_match.html", visit)
    court = site.world.dialect.court
    if found.by_number or len(hits) == 1 or court.grid == "flat":
        rows = [_row(site, visit, hit.party, case) for hit in hits for case in hit.cases]
        if view.sort.startswith("CaseNumber-"):
            rows.sort(key=lambda row: row["case"].case_number, reverse=view.sort.endswith("-desc"))
        pager = view.pager(len(rows))
        return site.render(
            "flat.html",
            visit,
            rows=rows[pager.first - 1 : pager.last],
            pager=pager,
            d=court,
            data=[r["json"] for r in rows],
        )
    groups = []
    for hit in hits:
        rows = [_row(site, visit, hit.party, case) for case in hit.cases]
        pager = View().pager(len(rows))
        groups.append(
            {
                "party": hit.party,
                "rows": rows[: pager.last],
                "pager": pager,
                "json": _party(hit.party, rows),
            }
        )
    pager = view.pager(len(groups))
    return site.render(
        "groups.html",
        visit,
        groups=groups[pager.first - 1 : pager.last],
        pager=pager,
        d=court,
        data=[g["json"] for g in groups],
    )


def case_address(site: Site, visit: PortalVisit, case: CaseFacts) -> str:
    """``data-url`` of a case: the classic page, or the Register of Actions."""
    if site.world.dialect.court.case_pages == "roa":
        key = visit.of.long_key(case.case_id)
        return f"/app/RegisterOfActions/?id={key}&isAuthenticated=False&mode=portalembed"
    return f"{site.base}/Case/CaseDetail?eid={visit.of.eid(case.case_id)}&tabIndex=3"


def _row(site: Site, visit: PortalVisit, party: CourtPartyFacts, case: CaseFacts) -> dict[str, Any]:
    address = case_address(site, visit, case)
    name = show.name(party.name)
    json = {
        "CaseId": int(case.case_id) if case.case_id.isdigit() else case.case_id,
        "EncryptedCaseId": visit.of.short_key(case.case_id),
        "CaseNumber": case.case_number,
        "Style": case.style,
        "FileDate": show.long_date(case.file_date),
        "FileDateText": show.date(case.file_date),
        "CaseTypeId": {"Word": case.case_type_word, "Description": case.case_type},
        "CaseStatusId": {"Word": case.status_word, "Description": case.status},
        "DefendantName": name,
        "LocationName": case.court,
        "CaseLoadUrl": address,
    }
    born = show.birth(party.birth_date, party.birth_date_on_row)
    encrypted = site.world.dialect.court.encrypted_ids
    return {
        "case": case,
        "address": address,
        "name": name,
        "born": born,
        "json": json,
        "id": json["EncryptedCaseId"] if encrypted else case.case_id,
    }


def _party(party: CourtPartyFacts, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "PartyId": int(party.party_id) if party.party_id.isdigit() else party.party_id,
        "NameLast": party.name.last,
        "NameFirst": party.name.first,
        "CaseResultCount": len(rows),
        "CaseResults": [row["json"] for row in rows],
    }
