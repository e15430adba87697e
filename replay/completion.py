"""Completes the exchange of a single page with the pages that its page objects need around it.

A single-page fixture keeps only that page. The court portal shows results and cases only inside its
workspace with three tabs (docs/portals/odyssey.md), so a workspace and a result row are added. A
single page of the inmate lookup answers every request of its kind."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from replay.exchange import BadExchangeError, Exchange, Step
from scrapers.sites import Site

_JAIL_METHODS = {"search": "GET", "list": "POST", "detail": "POST"}
_TAB = """ <li id="tcController_{n}" role="tab" aria-controls="{panel}">
  <a id="tcControllerLink_{n}" href="#{panel}">{title}</a></li>
"""
_TABS = enumerate(
    (("tcBody_0", "Smart Search"), ("ui-tabs-1", "Search Results"), ("tcBody_2", "Details"))
)
_HIDDEN = 'style="display:none" aria-hidden="true"'
_TAB_LIST = "".join(_TAB.format(n=n, panel=panel, title=title) for n, (panel, title) in _TABS)
_WORKSPACE = f"""<!DOCTYPE html><html>
<head><meta charset="utf-8"><title>Search Results</title></head><body>
<div class="portlet-container-wrapper ui-tabs" id="tab-control">
<ul class="ui-tabs-nav" role="tablist">
{_TAB_LIST}</ul>
 <div id="tcBody_0" role="tabpanel" {_HIDDEN}></div>
 <div id="ui-tabs-1" role="tabpanel" aria-live="polite"></div>
 <div id="tcBody_2" role="tabpanel" {_HIDDEN}></div>
</div></body></html>"""
_RESULT_ROW = """<div id="CasesGrid"><table>
<thead><tr><th data-title="Case Number">Case Number</th></tr></thead>
<tbody><tr class="k-master-row"><td class="party-case-caseid">
<a class="caseLink" data-caseid="{id}" data-url="{url}" href="#">{number}</a>
</td><td class="party-case-partyname">{name}</td></tr></tbody></table></div>"""


def completed(exchange: Exchange, site: Site) -> Exchange:
    """The exchange with every page that its page objects need; a complete one unchanged. Raises
    BadExchangeError where that cannot be known."""
    steps = _addressed(exchange, site)
    kind = exchange.about.get("kind", steps[0].kind)
    if exchange.product == "odyssey" and kind in ("results", "case"):
        if site.court is None:
            raise BadExchangeError(f"{exchange.name}: the site {site.key!r} has no court half")
        base = site.court.url.rstrip("/")
        added = []
        if not _asked(steps, f"{base}/Home/WorkspaceMode"):
            added.append(Step("GET", f"{base}/Home/WorkspaceMode", "workspace", _WORKSPACE))
        if kind == "case" and not _asked(steps, f"{base}/SmartSearch/SmartSearchResults"):
            added.append(
                Step(
                    "GET",
                    f"{base}/SmartSearch/SmartSearchResults",
                    "results",
                    _result_row(exchange.about),
                )
            )
        steps = (*added, *steps)
    return replace(exchange, steps=steps)


def _addressed(exchange: Exchange, site: Site) -> tuple[Step, ...]:
    """Fills in the address of a page that was saved alone, which states only its kind."""
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
        raise BadExchangeError(f"{exchange.name}: the address of the page {step.kind!r} is missing")
    return step


def _asked(steps: tuple[Step, ...], url: str) -> bool:
    return any(step.url.partition("?")[0] == url for step in steps)


def _result_row(about: Any) -> str:
    link = about.get("link", {})
    return _RESULT_ROW.format(
        id=html.escape(str(link.get("case_id") or "")),
        url=html.escape(str(link.get("url", ""))),
        name=html.escape(str(link.get("style") or "SAMPLE, JORDAN")),
        number=html.escape(str(link.get("case_number", ""))),
    )
