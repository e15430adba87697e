"""The result panel of the workspace: waits for it, and turns all its pages (odyssey.md, section
4)."""

from __future__ import annotations

from typing import Any

from resilience.faults import SearchLost
from resilience.retry import resilient
from resilience.session import Session
from scrapers.odyssey.pages.base import FAILED, PANEL, Note, PortalPage
from scrapers.odyssey.parse.hits import Hits, PartyHit
from scrapers.odyssey.parse.results import NO_MATCH, TROUBLE, read_results
from scrapers.odyssey.rules.search import Query
from scrapers.odyssey.rules.turning import FIRST, PagerPosition, all_parties
from scrapers.record import Seen

WAIT = 60.0
"""Seconds that a portal may take for the results; 60 to 120 were met (odyssey.md, section 3)."""
_EMPTY_MS = 5_000
"""So long after an answer that put nothing into the panel, nothing more is expected: the search was
lost."""

_READY = (
    PANEL
    + FAILED
    + """
const [nothing, trouble, patience] = arguments;
if (document.querySelector('input[type=password]')) return {state: 'sign-in'};
const panel = panelOf(1, 'ui-tabs-1');
if (!panel) return null;
const status = failedRequest('/SmartSearchResults');
if (status) return {state: 'failed', status: status};
if (panel.querySelector('#Grid tr.k-master-row, #CasesGrid tr.k-master-row'))
  return {state: 'grid', panel: panel.id};
const text = panel.textContent.toLowerCase();
if (text.includes(trouble)) return {state: 'trouble', panel: panel.id};
if (nothing.some((one) => text.includes(one))) return {state: 'none', panel: panel.id};
const asked = performance.getEntriesByType('resource')
  .filter((one) => one.name.includes('/SmartSearchResults')).pop();
const idle = asked && asked.responseEnd ? performance.now() - asked.responseEnd : 0;
return idle > patience && !text.trim() ? {state: 'empty'} : null;
"""
)
_BARS = (
    PANEL
    + """
const barOf = (number) => {
  const panel = panelOf(1, 'ui-tabs-1'), grid = panel.querySelector('#Grid, #CasesGrid') || panel;
  const outer = (one) => {
    const row = one.closest('tr.k-detail-row');
    return !row || !grid.contains(row);
  };
  if (number < 0) return [...panel.querySelectorAll('.k-pager-wrap')].find(outer);
  const row = [...grid.querySelectorAll('tr.k-master-row')].filter(outer)[number];
  const detail = row && row.nextElementSibling;
  return detail && detail.classList.contains('k-detail-row')
    ? detail.querySelector('.k-pager-wrap') : null;
};
const infoOf = (bar) => {
  const info = bar && bar.querySelector('.k-pager-info');
  return info ? info.textContent.trim() : '';
};
"""
)
_TURN = (
    _BARS
    + """
const bar = barOf(arguments[0]);
const link = bar
  && bar.querySelector("a.k-link[title='Go to the next page']:not(.k-state-disabled)");
if (!link) return null;
const before = infoOf(bar);
link.click();
return before;
"""
)
_TURNED = (
    _BARS
    + FAILED
    + """
if (document.querySelector('input[type=password]')) return {state: 'sign-in'};
const status = failedRequest('/SmartSearchResults');
if (status) return {state: 'failed', status: status};
const now = infoOf(barOf(arguments[0]));
return now && now !== arguments[1] ? {state: 'turned'} : null;
"""
)


class ResultsPage(PortalPage):
    """The results of the search that was just submitted. Parses each page as it turns it: links are
    collected first."""

    def __init__(
        self, session: Session, base: str, query: Query, note: Note, *, wait: float = WAIT
    ) -> None:
        super().__init__(session, base)
        self._query = query
        self._note = note
        self._wait = wait

    def read(self) -> tuple[PartyHit, ...]:
        """All parties of all pages, inside groups and outside; none where the portal says that
        nothing matches.

        Raises SearchLost where fewer cases came than a pager announced.
        """
        with self.session.page("results"):
            return all_parties(self, self.session.url)

    def first(self) -> Hits:
        """The page that the search brought."""
        with self.session.kind("results"):
            return self._hits(FIRST)

    def turn(self, to: PagerPosition) -> Hits | None:
        """Turns one page further, of the outer pager or of a group's; None where there is no next
        page."""
        with self.session.kind("turned"):
            return self._hits(to) if self._turn(-1 if to.group is None else to.group) else None

    def _hits(self, place: PagerPosition) -> Hits:
        html = self.session.html(f"[id='{self._ready()}']")
        self._note(Seen("results", self.session.url, html, self._query.about | place.about))
        hits = read_results(html, self.session.url)
        if hits.shape == "loading":
            raise SearchLost("the results' grid has no rows that can be read", url=self.session.url)
        return hits

    @resilient(attempts=2)
    def _ready(self) -> str:
        """The id of the panel, once it shows a grid, the words for no match, or the words for
        trouble."""
        state: dict[str, Any] = self.session.wait_for(
            _READY,
            list(NO_MATCH),
            TROUBLE.lower(),
            _EMPTY_MS,
            what="the results",
            timeout=self._wait,
        )
        self._judge(state)
        return str(state["panel"])

    def _turn(self, bar: int) -> bool:
        """Clicks "next" of the outer pager (-1) or of a group's; False where there is no next
        page."""
        self.forget_requests()
        before = self.session.run(_TURN, bar)
        if before is None:
            return False
        self._judge(
            self.session.wait_for(
                _TURNED, bar, before, what="the next page of results", timeout=self._wait
            )
        )
        return True

    def _judge(self, state: dict[str, Any]) -> None:
        if state["state"] == "sign-in":
            raise self.signed_out("the results")
        if state["state"] == "empty":
            raise SearchLost(
                "the portal answered the search with nothing at all", url=self.session.url
            )
        if state["state"] == "failed":
            raise self.request_failed(state["status"], "the results")
