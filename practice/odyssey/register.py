"""The Register of Actions: its page, and the services that the page calls."""

from __future__ import annotations

import re

from starlette.responses import JSONResponse, PlainTextResponse, Response

from practice.facts import CaseFacts
from practice.odyssey import services
from practice.odyssey.site import PortalVisit, Site
from practice.odyssey.visit import InsteadError

DEFAULT_TOP, LARGEST_TOP = 50, 300
NOT_FOUND = "No case found for id"


async def page(site: Site, visit: PortalVisit) -> Response:
    """The application's page. From here on the services know the case in this session."""
    key = visit.request.query_params.get("id", "")
    case = site.index.case(visit.of.tokens.get(key, ""))
    await visit.enter(site.index.person_of_case(case.case_id) if case else None)
    if case is None:
        return PlainTextResponse(NOT_FOUND, status_code=404)
    visit.detail = case.case_number
    visit.of.opened.add(case.case_id)
    return site.html("register.html", visit, case=case, key=key)


async def service(site: Site, visit: PortalVisit) -> Response:
    """``Name('key')`` or ``CaseSummariesSlim?key=``: a case's part as JSON."""
    call = re.fullmatch(r"(\w+)(?:\('([^']*)'\))?", visit.request.path_params["call"])
    if call is None:
        return PlainTextResponse("", status_code=404)
    name = call[1]
    visit.page = f"roa-{name}"
    key = call[2] or visit.request.query_params.get("key", "")
    case_id = visit.of.tokens.get(key, "")
    case = site.index.case(case_id)
    await visit.enter(site.index.person_of_case(case_id))
    if name != "CaseSummariesSlim" and name not in services.LISTS:
        return PlainTextResponse("", status_code=404)
    if re.fullmatch(r"[0-9a-f]{32}", key):
        visit.detail = "short key"
        return JSONResponse(_useless(name))
    if case is None or case_id not in visit.of.opened:
        visit.detail = "case page not opened"
        return PlainTextResponse(NOT_FOUND, status_code=404)
    visit.detail, visit.oldest = case.case_number, site.index.is_oldest(case)
    if case.restricted:
        raise InsteadError(PlainTextResponse("", status_code=403))
    if name == "CaseSummariesSlim":
        told = site.index.another(case) if visit.strikes("wrong-record") else case
        return JSONResponse(services.summary(told))
    return JSONResponse(_list(site, visit, name, case))


def _list(site: Site, visit: PortalVisit, name: str, case: CaseFacts) -> services.Answer:
    list_key, rows_of = services.LISTS[name]
    rows = rows_of(case)
    answer: services.Answer = {}
    if name == "DispositionEvents":
        answer["@odata.context"] = (
            f"{site.world.portal_origin}/app/RegisterOfActionsService/$metadata#{name}/$entity"
        )
    if list_key == "Events":
        answer["CaseId"] = (
            case.case_id if name == "DispositionEvents" else services.number(case.case_id)
        )
    if name not in services.PAGED:
        return {**answer, list_key: rows}
    top = min(_number(visit, "$top", DEFAULT_TOP), LARGEST_TOP)
    skip = _number(visit, "$skip", 0)
    answer[list_key] = rows[skip : skip + top]
    return (
        {**answer, "Count": len(rows), "Skipped": skip}
        if list_key in ("Events", "Hearings")
        else answer
    )


def _number(visit: PortalVisit, name: str, otherwise: int) -> int:
    text = visit.request.query_params.get(name, "")
    return int(text) if text.isdigit() else otherwise


def _useless(name: str) -> services.Answer:
    """What the short key brings: status 200, and nothing."""
    if name == "CaseSummariesSlim":
        return dict.fromkeys(services.SUMMARY_KEYS) | {"CaseId": 0}
    return {services.LISTS[name][0]: []}
