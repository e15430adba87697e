"""The classic case page and its late financial part."""

from __future__ import annotations

import asyncio

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from practice.facts import CaseFacts, CourtHearingFacts, EventFacts
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
    visit.detail = case.case_number
    visit.of.opened.add(case.case_id)
    values = {"case": case, "events": events_and_hearings(case)}
    layout = (
        "case_page.html"
        if visit.request.headers.get("sec-fetch-dest") == "document"
        else "case.html"
    )
    return site.html(layout, visit, **values)


async def financial(site: Site, visit: PortalVisit) -> Response:
    """The financial part of a case whose page this session opened."""
    case_id = visit.request.query_params.get("caseId", "")
    case = site.index.case(case_id) if case_id in visit.of.opened else None
    await visit.enter(site.index.person_of_case(case_id))
    if case is None or case.restricted or not case.transactions:
        return PlainTextResponse("No case found for id", status_code=404)
    visit.detail = case.case_number
    await asyncio.sleep(settings.FINANCIAL_DELAY)
    amounts = [t.amount_cents for t in case.transactions]
    page = site.render(
        "financial.html",
        visit,
        case=case,
        assessed=sum(a for a in amounts if a > 0),
        credited=-sum(a for a in amounts if a < 0),
    )
    return HTMLResponse(page)


def events_and_hearings(case: CaseFacts) -> list[tuple[str, EventFacts | CourtHearingFacts]]:
    """Docket events and hearings in one list, by date; within a day as the facts have them, events
    first."""
    rows: list[tuple[str, EventFacts | CourtHearingFacts]] = [
        *(("event", e) for e in case.events),
        *(("hearing", h) for h in case.hearings),
    ]
    return sorted(rows, key=lambda row: row[1].date)
