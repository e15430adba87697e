"""The classic case page and its late financial part."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from practice.facts import (
    CaseFacts,
    CourtHearingFacts,
    EventFacts,
    OtherEntryFacts,
    PartyFacts,
    TransactionFacts,
)
from practice.odyssey import site as settings
from practice.odyssey.site import PortalVisit, Site


async def case_detail(site: Site, visit: PortalVisit) -> Response:
    """One case: bare for the page's script and plain clients, inside the portal's layout for a
    browser that goes there."""
    case_id = visit.of.tokens.get(visit.request.query_params.get("eid", ""), "")
    case = site.index.case(case_id)
    await visit.enter(site.index.person_of_case(case_id))
    if case is None:
        return PlainTextResponse("No case found for id", status_code=404)
    if visit.strikes("wrong-record"):
        case = site.index.another(case)
    visit.detail, visit.oldest = case.case_number, site.index.is_oldest(case)
    visit.of.opened.add(case.case_id)
    court = site.world.dialect.court
    values = {
        "case": case,
        "entries": docket(case, causes=not court.cause_grid),
        "causes": [e for e in case.other_entries if e.kind == "cause" and court.cause_grid],
        "d": court,
    }
    whole = visit.request.headers.get("sec-fetch-dest") == "document"
    return site.html("case_page.html" if whole else "classic.html", visit, **values)


async def financial(site: Site, visit: PortalVisit) -> Response:
    """The financial part of a case whose page this session opened."""
    case_id = visit.request.query_params.get("caseId", "")
    case = site.index.case(case_id) if case_id in visit.of.opened else None
    await visit.enter(site.index.person_of_case(case_id))
    if case is None or case.restricted or not case.transactions:
        return PlainTextResponse("No case found for id", status_code=404)
    visit.detail = case.case_number
    await asyncio.sleep(settings.FINANCIAL_DELAY)
    page = site.render(
        "money.html",
        visit,
        case=case,
        accounts=_accounts(case),
        slider=site.world.dialect.court.slider,
    )
    return HTMLResponse(page)


@dataclass(frozen=True)
class Account:
    """What one party owes and paid."""

    party: PartyFacts
    transactions: tuple[TransactionFacts, ...]

    @property
    def assessed(self) -> int:
        """Cents."""
        return sum(t.amount_cents for t in self.transactions if t.amount_cents > 0)

    @property
    def credited(self) -> int:
        """Cents, positive."""
        return -sum(t.amount_cents for t in self.transactions if t.amount_cents < 0)


def _accounts(case: CaseFacts) -> list[Account]:
    return [
        Account(party, those)
        for place, party in enumerate(case.parties)
        if (those := tuple(t for t in case.transactions if t.party == place))
    ]


def docket(
    case: CaseFacts, *, causes: bool
) -> list[tuple[str, EventFacts | CourtHearingFacts | OtherEntryFacts]]:
    """Events, hearings and other entries in one list, by date; ``causes``: causes of action with
    them."""
    rows: list[tuple[str, EventFacts | CourtHearingFacts | OtherEntryFacts]] = [
        *(("event", e) for e in case.events),
        *(("hearing", h) for h in case.hearings),
        *((o.kind, o) for o in case.other_entries if causes or o.kind != "cause"),
    ]
    return sorted(rows, key=lambda row: row[1].date)
