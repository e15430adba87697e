"""The classic case page (odyssey.md, section 5): brought into the Details tab by a click, or by its
address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from lxml.html import document_fromstring

from resilience.faults import Busy, NoSuchPage, ScriptNeeded, Slow
from resilience.retry import resilient
from resilience.session import Session
from resilience.tags import replace_contents
from scrapers.odyssey.pages.base import FAILED, PANEL, Note, PortalPage
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.services import MayMiss
from scrapers.record import Seen

_CLICK = (
    PANEL
    + """
const [number, url] = arguments, panel = panelOf(1, 'ui-tabs-1'), details = panelOf(2, 'tcBody_2');
if (!panel || !details) return false;
const back = document.getElementById('tcControllerLink_1');
if (!shown(panel) && back) back.click();
const link = [...panel.querySelectorAll('a.caseLink')].find(
  (one) => one.textContent.trim() === number
    && new URL(one.dataset.url, document.baseURI).href === url);
if (!link || !shown(link)) return false;
details.textContent = '';
link.click();
return true;
"""
)
_STANDS = (
    PANEL
    + FAILED
    + """
const details = panelOf(2, 'tcBody_2');
if (document.querySelector('input[type=password]')) return {state: 'sign-in'};
const status = failedRequest(arguments[0]);
if (status) return {state: 'failed', status: status};
if (details.querySelector('#divPartyInformation_body, #caseInformationDiv'))
  return {state: 'case', panel: details.id};
return /Request Access/i.test(details.textContent)
  ? {state: 'restricted', panel: details.id} : null;
"""
)
_MONEY = (
    PANEL
    + FAILED
    + """
if (document.querySelector('input[type=password]')) return {state: 'sign-in'};
const details = panelOf(2, 'tcBody_2'), section = details.querySelector('#financialInformationDiv');
if (!section || section.querySelector('#financialSlider')) return {state: 'there'};
if (/Total Financial Assessment/i.test(section.textContent)) return {state: 'there'};
const status = failedRequest('/LoadFinancialInformation');
return status ? {state: 'failed', status: status} : null;
"""
)
_EXPAND = (
    PANEL
    + """
const details = panelOf(2, 'tcBody_2');
const closed = [...details.querySelectorAll(
  '#BondSettingsGrid tr.k-master-row, #chargeInformationDiv tr.k-master-row')]
  .filter((row) => {
    const next = row.nextElementSibling;
    return !next || !next.classList.contains('k-detail-row');
  })
  .map((row) => row.querySelector('a.k-plus')).filter((one) => one && !one.dataset.opened);
closed.forEach((one) => { one.dataset.opened = '1'; one.click(); });
return !closed.length;
"""
)
_CLOSED = (
    "//*[@id='BondSettingsGrid' or @id='chargeInformationDiv']"
    "//tr[contains(concat(' ', @class, ' '), ' k-master-row ')][.//a[contains(@class, 'k-plus')]]"
    "[not(following-sibling::tr[1][contains(concat(' ', @class, ' '), ' k-detail-row ')])]"
)


_MONEY_SECTION = ("financialInformationDiv", "divFinancialInformation_body")
_MONEY_STANDS = ("CasePartyTransactions", "Total Financial Assessment", "financialSlider")
_PRINTED = re.compile(r"""["']([^"'<>]*LoadFinancialInformation\?caseId=[^"'<>\s]+)["']""")
_CASE_ID = re.compile(r"""data-case-id\s*=\s*["']([^"'<>\s]+)["']""")


@dataclass(frozen=True)
class CaseHtml:
    """A case page as it came. ``financial`` is the late part where it was fetched apart,
    ``missing`` what did not come."""

    html: str
    url: str
    financial: str | None = None
    missing: tuple[str, ...] = ()


def money_comes_later(html: str) -> bool:
    """Whether the page has a financial section that is still to be filled. What fills it need not
    have an id that the portal's script made (docs/portals/odyssey.md, section 5.0, item 6)."""
    shown = replace_contents(html, "script", lambda _, code: "")
    return any(mark in shown for mark in _MONEY_SECTION) and not any(
        mark in shown for mark in _MONEY_STANDS
    )


def money_address(html: str, link: CaseLink, base: str) -> str:
    """Where the late part is: the address that the page prints, else that of the case id which it
    bears, else of the link's. Never another host than the case's own."""
    if printed := _PRINTED.search(html):
        url = urljoin(link.url, unescape(printed.group(1)))
        if urlsplit(url)[:2] == urlsplit(link.url)[:2]:
            return url
    own = _CASE_ID.search(html)
    number = quote(unescape(own.group(1)) if own else link.case_id or "", safe="")
    return f"{base}/Case/CaseDetail/LoadFinancialInformation?caseId={number}"


def closed_rows(html: str) -> bool:
    """Whether a page that no script has touched keeps details of bonds or charges in rows that are
    still to be made."""
    if "k-plus" not in html:
        return False
    return bool(document_fromstring(html).xpath(_CLOSED))


class ClassicCasePage(PortalPage):
    """One case at a time. The Details tab is emptied before the click: what stands there afterwards
    is the new case."""

    def __init__(self, session: Session, base: str, note: Note) -> None:
        super().__init__(session, base)
        self._note = note

    def read(self, link: CaseLink, may_miss: MayMiss) -> CaseHtml:
        """The case's page with its late part. Clicked where the result list shows the link, else
        asked for by address.

        A financial part that the portal will not give is named in ``missing`` if ``may_miss`` says
        so."""
        with self.session.page("case"):
            page = self._read(link, may_miss)
        about = {"case_number": link.case_number}
        missing = {"missing": " ".join(page.missing)} if page.missing else {}
        self._note(Seen("case", page.url, page.html, about | missing))
        if page.financial is not None:
            self._note(Seen("case-financial", page.url, page.financial, about))
        return page

    def _read(self, link: CaseLink, may_miss: MayMiss) -> CaseHtml:
        clicked = self._click(link) if self.session.fetch_mode == "browser" else None
        html = self.session.html(f"[id='{clicked}']") if clicked else self._fetched(link)
        if not clicked and closed_rows(html):
            raise ScriptNeeded("rows of the case open only by a script", url=link.url)
        if not money_comes_later(html):
            return CaseHtml(html, link.url)
        try:
            return CaseHtml(html, link.url, financial=self._money(html, link))
        except (Busy, Slow, NoSuchPage):
            if not may_miss("financial"):
                raise
            return CaseHtml(html, link.url, missing=("financial",))

    @resilient(attempts=2)
    def _click(self, link: CaseLink) -> str | None:
        """The id of the Details panel with the case in it; None where the link cannot be clicked
        here."""
        if not self.session.url.startswith(self.base + "/"):
            return None
        self.forget_requests()
        if not self.session.run(_CLICK, link.case_number, link.url):
            return None
        parts = urlsplit(link.url)
        try:
            state: dict[str, Any] = self.session.wait_for(
                _STANDS, f"{parts.path}?{parts.query}", what="the case page"
            )
        except Slow:
            if self._close_other_windows():
                return None
            raise
        self._judge(state, "the case page")
        if state["state"] == "case":
            self.session.wait_for(_EXPAND, what="the case's rows")
            self._wait_for_money()
        return str(state["panel"])

    def _wait_for_money(self) -> None:
        """Waits for the late part; one that failed or does not come is asked for by its address
        afterwards."""
        try:
            state = self.session.wait_for(_MONEY, what="the financial part")
        except Slow:
            return
        if state["state"] == "sign-in":
            raise self.signed_out("the financial part")
        if state["state"] == "failed":
            self.session.note(self.request_failed(state["status"], "the financial part"))

    def _close_other_windows(self) -> bool:
        """Some sites open the case in a window of its own: it is closed, the address is used
        instead."""
        driver = self.session.driver
        here, handles = driver.current_window_handle, driver.window_handles
        for handle in handles:
            if handle != here:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(here)
        return len(handles) > 1

    @resilient
    def _fetched(self, link: CaseLink) -> str:
        return self.session.fetch(link.url, referer=self.session.url).text

    @resilient
    def _money(self, html: str, link: CaseLink) -> str:
        return self.session.fetch(
            money_address(html, link, self.base), referer=self.session.url
        ).text

    def _judge(self, state: dict[str, Any], what: str) -> None:
        if state["state"] == "sign-in":
            raise self.signed_out(what)
        if state["state"] == "failed":
            raise self.request_failed(state["status"], what)
