"""Completes the exchange of a single page with what has to stand around it.

A fixture of one page keeps that page and nothing else. The court portal shows results and cases
only inside the workspace with its three tabs (odyssey.md, section 2), so those are put around it;
of the inmate lookup a single page is given for every request of its kind."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from replay.exchange import BadExchangeError, Exchange, Step
from scrapers.sites import Site

_JAIL_METHODS = {"search": "GET", "list": "POST", "detail": "POST"}
_SHELL = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Search Results</title></head><body>
<div class="portlet-container-wrapper ui-tabs" id="tab-control"><ul class="ui-tabs-nav" role="tablist">
 <li id="tcController_0" role="tab" aria-controls="tcBody_0"><a id="tcControllerLink_0" href="#tcBody_0">Smart Search</a></li>
 <li id="tcController_1" role="tab" aria-controls="ui-tabs-1"><a id="tcControllerLink_1" href="#tcBody_1">Search Results</a></li>
 <li id="tcController_2" role="tab" aria-controls="tcBody_2"><a id="tcControllerLink_2" href="#tcBody_2">Details</a></li></ul>
 <div id="tcBody_0" role="tabpanel" style="display:none" aria-hidden="true"></div>
 <div id="ui-tabs-1" role="tabpanel" aria-live="polite"></div>
 <div id="tcBody_2" role="tabpanel" style="display:none" aria-hidden="true"></div>
</div></body></html>"""
_LINK = """<div id="CasesGrid"><table><thead><tr><th data-title="Case Number">Case Number</th></tr></thead><tbody>
<tr class="k-master-row"><td class="party-case-caseid"><a class="caseLink" data-caseid="{id}" data-url="{url}" href="#">{number}</a>
</td><td class="party-case-partyname">{name}</td></tr></tbody></table></div>"""


def framed(exchange: Exchange, site: Site) -> Exchange:
    """The exchange with everything that its page objects need around a single page; a whole one as
    it is."""
    steps = _addressed(exchange, site)
    kind = exchange.about.get("kind", steps[0].kind)
    if exchange.product == "odyssey" and kind in ("results", "case"):
        if site.court is None:
            raise BadExchangeError(f"{exchange.name}: the site {site.key!r} has no court half")
        base = site.court.url.rstrip("/")
        around = []
        if not _asked(steps, f"{base}/Home/WorkspaceMode"):
            around.append(Step("GET", f"{base}/Home/WorkspaceMode", "workspace", _SHELL))
        if kind == "case" and not _asked(steps, f"{base}/SmartSearch/SmartSearchResults"):
            around.append(
                Step(
                    "GET", f"{base}/SmartSearch/SmartSearchResults", "results", _row(exchange.about)
                )
            )
        steps = (*around, *steps)
    return replace(exchange, steps=steps)


def _addressed(exchange: Exchange, site: Site) -> tuple[Step, ...]:
    """A page that was saved alone says only of what kind it is; where it is asked for is known."""
    return tuple(_with_address(step, exchange, site) for step in exchange.steps)


def _with_address(step: Step, exchange: Exchange, site: Site) -> Step:
    if exchange.product == "jail" and site.jail is not None and not step.url:
        return replace(step, url=site.jail.url, method=_JAIL_METHODS.get(step.kind, step.method))
    if exchange.product == "odyssey" and site.court is not None:
        base = site.court.url.rstrip("/")
        if step.kind == "results" and (
            not step.url or urlsplit(step.url).path.endswith("/WorkspaceMode")
        ):
            return replace(step, url=f"{base}/SmartSearch/SmartSearchResults")
        if step.kind == "case" and not step.url:
            return replace(step, url=str(exchange.about.get("link", {}).get("url", "")))
    if not step.url:
        raise BadExchangeError(
            f"{exchange.name}: nothing says at which address the page {step.kind!r} is"
        )
    return step


def _asked(steps: tuple[Step, ...], url: str) -> bool:
    return any(step.url.partition("?")[0] == url for step in steps)


def _row(about: Any) -> str:
    link = about.get("link", {})
    return _LINK.format(
        id=html.escape(str(link.get("case_id") or "")),
        url=html.escape(str(link.get("url", ""))),
        name=html.escape(str(link.get("style") or "SAMPLE, JORDAN")),
        number=html.escape(str(link.get("case_number", ""))),
    )
