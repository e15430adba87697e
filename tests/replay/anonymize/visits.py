"""Visits of the practice portals by HTTP requests, as `cj record` makes them, without its
session."""

from __future__ import annotations

import html
import re
from typing import Any

import requests

from practice.server import Running
from replay import Exchange, Step
from scrapers.halves import COURT, JAIL
from scrapers.jail.handles import fields_of
from scrapers.jail.pages.portal import SEARCHES
from scrapers.jail.parse import list_page
from scrapers.odyssey.parse.results import read_results
from scrapers.sites import Site

FORM = "caseCriteria."


class RecordingClient:
    """A client that records its requests and responses."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.steps: list[Step] = []
        self.at = ""

    def ask(
        self,
        kind: str,
        method: str,
        url: str,
        fields: dict[str, str] | None = None,
        *,
        json: bool = False,
    ) -> str:
        headers = {"Referer": self.at} if self.at else {}
        if json:
            headers["Accept"] = "application/json"
        answer = self.http.request(method, url, data=fields, headers=headers, timeout=20)
        self.at = answer.url
        charset = answer.encoding or "utf-8"
        body = answer.content.decode(charset)
        kept = (
            {"content-type": answer.headers["content-type"]}
            if "content-type" in answer.headers
            else {}
        )
        self.steps.append(Step(method, url, kind, body, answer.status_code, fields or {}, kept))
        return body


def jail_visit(site: Site, numbers: list[int]) -> Exchange:
    """Search, page 1 and 2 of the list, and the pages of these rows."""
    assert site.jail is not None
    client, url = RecordingClient(), site.jail.url
    client.ask("search", "GET", url)
    first = client.ask("list", "POST", url, dict(SEARCHES[site.jail.search]))
    client.ask("list", "POST", url, {"flow_action": "next", "currentStart": "31"})
    rows = list_page(first, url, site.jail).rows
    for number in numbers:
        row = rows[number]
        client.ask(
            "detail",
            "POST",
            url,
            {"flow_action": "edit", **fields_of(row.handle)},
        )
    return Exchange(JAIL, site.key, "visit", "recorded", tuple(client.steps))


def sign_in(client: RecordingClient, portals: Running) -> None:
    """Signs in, without recording any of it."""
    page = client.http.get(portals.portal + "/Account/Login", timeout=20)
    token = re.search(r'__RequestVerificationToken" type="hidden" value="([^"]+)"', page.text)
    assert token
    fields = {
        "__RequestVerificationToken": token[1],
        "UserName": portals.user,
        "Password": portals.password,
    }
    page = client.http.post(page.url, data=fields, timeout=20)
    over = {n: html.unescape(v) for n, v in re.findall(r'name="(w\w+)" value="([^"]*)"', page.text)}
    client.http.post(portals.portal + "/", data=over, timeout=20)


def court_visit(site: Site, portals: Running, name: str, born: str, cases: int = 3) -> Exchange:
    """One search with its first cases, of either generation."""
    client, base = RecordingClient(), portals.portal
    sign_in(client, portals)
    client.ask("search-form", "GET", f"{base}/Home/Dashboard/29")
    criteria = {
        "SearchCriteria": name,
        "SearchByPartyName": "true",
        "SearchCases": "true",
        "DOBFrom": born,
        "DOBTo": born,
    }
    client.ask(
        "search",
        "POST",
        f"{base}/SmartSearch/SmartSearch/SmartSearch",
        {FORM + k: v for k, v in criteria.items()},
    )
    url = f"{base}/SmartSearch/SmartSearchResults?_=1700000000000"
    links = [
        link
        for party in read_results(client.ask("results", "GET", url), url).parties
        for link in party.cases
    ]
    for link in links[:cases]:
        page = client.ask("register" if link.generation == "roa" else "case", "GET", link.url)
        if link.generation == "roa":
            services(client, base, link.url)
        elif "financialInformationDiv" in page:
            client.ask(
                "financial",
                "GET",
                f"{base}/Case/CaseDetail/LoadFinancialInformation?caseId={link.case_id}",
            )
    return Exchange(
        COURT, site.key, "visit", "recorded", tuple(client.steps), {"asked": name, "born": born}
    )


def services(client: RecordingClient, base: str, url: str) -> None:
    """What the case's own page asks its services."""
    key = (re.search(r"[?&]id=([^&]+)", url) or [""])[1]
    root = url.split("/app/")[0] + "/app/RegisterOfActionsService/"
    client.ask(
        "CaseSummariesSlim", "GET", f"{root}CaseSummariesSlim?key={key}&mode=portalembed", json=True
    )
    for name in (
        "Charges",
        "DispositionEvents",
        "Parties",
        "CombinedEvents",
        "FinancialSummary",
        "BondSettings",
    ):
        paged = "" if name in ("Charges", "FinancialSummary") else "&$top=50&$skip=0"
        client.ask(name, "GET", f"{root}{name}('{key}')?mode=portalembed{paged}", json=True)


def personal_values(line: dict[str, Any]) -> set[str]:
    """What the truth says of a person that no recording may hold: names, birth date, numbers,
    urls."""
    found: set[str] = set()

    def walk(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                walk(one, name)
        elif isinstance(value, list):
            for one in value:
                walk(one, key)
        elif (
            isinstance(value, str)
            and key in _FIELDS
            and value not in ("STATE OF TENNESSEE", "STATE")
        ):
            found.add(value)

    walk(line, "")
    return found


_FIELDS = {
    "full",
    "last",
    "first",
    "booking_number",
    "permanent_id",
    "case_number",
    "state_id",
    "police_id",
    "fbi_number",
} | {*("ice_number", "names", "judicial_officer", "date_of_birth", "address", "posted_by")}
