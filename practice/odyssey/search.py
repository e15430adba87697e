"""Dashboard, Smart Search form, the workspace and its results."""

from __future__ import annotations

import asyncio
import base64

from starlette.responses import HTMLResponse, RedirectResponse, Response

from practice.odyssey import results
from practice.odyssey import site as settings
from practice.odyssey.criteria import BadCriteriaError, Criteria
from practice.odyssey.index import Found
from practice.odyssey.sessions import CRITERIA, CurrentSearch
from practice.odyssey.site import PortalVisit, Site
from practice.odyssey.visit import InsteadError

SMART_SEARCH = "/CJS/Home/Dashboard/29"


async def dashboard(site: Site, visit: PortalVisit) -> Response:
    """Home: tiles, and who is signed in. Open to everybody."""
    await visit.suffer()
    return site.html("dashboard.html", visit)


async def search_form(site: Site, visit: PortalVisit) -> Response:
    """The tile Smart Search."""
    await visit.enter()
    return _workspace(site, visit, current=0)


async def hearings(site: Site, visit: PortalVisit) -> Response:
    """The tile Search Hearings."""
    await visit.enter()
    return site.html("hearings.html", visit)


async def search_post(site: Site, visit: PortalVisit) -> Response:
    """Takes the criteria as the session's one current search and sends the browser to the
    workspace."""
    form = await visit.request.form()
    first: dict[str, str] = {}
    for name, value in form.multi_items():
        first.setdefault(name, str(value))
    try:
        criteria = Criteria.of(first)
    except BadCriteriaError as bad:
        await visit.enter(may_lose_session=False)
        visit.detail = str(bad)
        return _workspace(site, visit, current=0, wrong=bad.messages)
    visit.detail = str(criteria)
    await visit.enter(site.index.person_asked_for(criteria), may_lose_session=False)
    waiting = visit.of.search
    if waiting is not None and not waiting.answered and waiting.criteria != criteria:
        visit.note(302, page="overwritten")
    visit.of.search = CurrentSearch(criteria)
    response = RedirectResponse("/CJS/Home/WorkspaceMode?p=0", status_code=302)
    response.set_cookie(CRITERIA, base64.urlsafe_b64encode(str(criteria).encode()).decode())
    return response


async def workspace(site: Site, visit: PortalVisit) -> Response:
    """The shell that asks for the results by itself."""
    await _enter_with_search(site, visit, may_lose_session=False)
    return _workspace(site, visit, current=1)


async def search_results(site: Site, visit: PortalVisit) -> Response:
    """The results of the session's current search, whichever that is by the time the search is
    done."""
    await _enter_with_search(site, visit)
    await asyncio.sleep(settings.RESULTS_DELAY)
    search = visit.of.search
    if search is None or CRITERIA not in visit.request.cookies:
        return HTMLResponse("")
    search.answered = True
    visit.detail = str(search.criteria)
    visit.person = site.index.person_asked_for(search.criteria)
    if site.world.faults.active("silent-empty", visit.person):
        visit.faults.append("silent-empty")
        found = Found(())
    else:
        found = site.index.find(search.criteria)
    view = results.View.of(visit.request.query_params)
    return HTMLResponse(results.render(site, visit, found, view))


async def reset(site: Site, visit: PortalVisit) -> Response:
    """Forgets the current search."""
    await visit.enter(may_lose_session=False)
    visit.of.search = None
    response = RedirectResponse(SMART_SEARCH, status_code=302)
    response.delete_cookie(CRITERIA)
    return response


async def _enter_with_search(
    site: Site, visit: PortalVisit, *, may_lose_session: bool = True
) -> None:
    search = visit.of.search
    if search is not None:
        visit.detail = str(search.criteria)
    person = site.index.person_asked_for(search.criteria) if search else None
    try:
        await visit.enter(person, may_lose_session=may_lose_session)
    except InsteadError:
        if search is not None:
            search.answered = True
        raise


def _workspace(
    site: Site, visit: PortalVisit, *, current: int, wrong: list[str] | None = None
) -> Response:
    return site.html(
        "workspace.html",
        visit,
        current=current,
        text=visit.of.search.criteria.text if visit.of.search and current else "",
        wrong=wrong or [],
        courts=site.index.courts,
        case_types=site.index.case_types,
        case_statuses=site.index.case_statuses,
    )
