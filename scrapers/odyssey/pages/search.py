"""Dashboard and Smart Search form (odyssey.md, sections 2 and 3)."""

from __future__ import annotations

import datetime as dt

from resilience.faults import LayoutChanged, SearchLost, Slow
from resilience.retry import resilient
from scrapers.odyssey.pages.base import PANEL, PortalPage
from scrapers.odyssey.rules.search import Query

CRITERIA_COOKIE = "SmartSearchCriteria"
_TILE = "#portlet-29 a, a.portlet-buttons[href*='Home/Dashboard/29']"
FORM = "#frmSS, form[action*='SmartSearch/SmartSearch/SmartSearch']"

_HASFORM = f"""return !!document.querySelector("{FORM}");"""
_TILE_ORFORM = f"""
if (document.querySelector("{FORM}")) return 'form';
if (document.querySelector("{_TILE}")) return 'tile';
return document.readyState === 'complete' ? 'neither' : null;
"""
_CLICK_TILE = f"""document.querySelector("{_TILE}").click();"""
_SHOWFORM = (
    PANEL
    + f"""
const form = document.querySelector("{FORM}");
if (!form || document.querySelector('input[type=password]')) return null;
const text = form.querySelector("[name='caseCriteria.SearchCriteria']");
if (!shown(text)) {{
  const tab = document.getElementById('tcControllerLink_0');
  if (tab) tab.click();
}}
const warning = document.querySelector('.ui-dialog');
if (shown(warning) && /Session timeout warning/i.test(warning.textContent)) {{
  const go = [...warning.querySelectorAll('button, a')]
    .find((one) => /Continue session/i.test(one.textContent));
  if (go) go.click();
}}
const mask = document.getElementById('AdvOptionsMask');
if (mask && !shown(mask)) {{
  const toggle = document.getElementById('AdvOptions');
  if (toggle) toggle.click();
}}
return shown(text) && (!mask || shown(mask));
"""
)
_FILL = f"""
const wanted = arguments[0], form = document.querySelector("{FORM}"), missing = [];
const put = (name, value) => {{
  const field = form.querySelector("[name='caseCriteria." + name + "']:not([type=hidden])");
  if (!field) {{ if (value) missing.push(name); return; }}
  if (field.type === 'checkbox') {{
    if (!field.disabled && field.checked !== value) field.click();
    return;
  }}
  field.value = value;
  field.dispatchEvent(new Event('input', {{bubbles: true}}));
  field.dispatchEvent(new Event('change', {{bubbles: true}}));
}};
for (const name of Object.keys(wanted)) put(name, wanted[name]);
return missing;
"""
_SUBMIT = (
    PANEL
    + f"""
const form = document.querySelector("{FORM}");
const buttons = [...form.querySelectorAll("#btnSSSubmit, [type=submit][name=Search]")];
buttons.find(shown).click();
"""
)
_COMPLAINT = """
const box = document.querySelector('.validation-summary-errors');
return box ? box.textContent.trim() : '';
"""


def criteria(query: Query) -> dict[str, str | bool]:
    """What the form's fields are to hold, by the part of their name after ``caseCriteria.``."""
    return {
        "SearchCriteria": query.text,
        "DOBFrom": _day(query.date_of_birth),
        "DOBTo": _day(query.date_of_birth),
        "FileDateStart": _day(query.filed_from),
        "FileDateEnd": _day(query.filed_to),
        "SearchByPartyName": True,
    }


def _day(value: dt.date | None) -> str:
    return value.strftime("%m/%d/%Y") if value else ""


class DashboardPage(PortalPage):
    """Home with its tiles."""

    @resilient
    def smart_search(self) -> None:
        """Goes through the tile to the Smart Search form. An account without rights has no such
        tile: LayoutChanged.

        What stands here may be the wreck of a page that trickled in, so a dashboard without a tile
        is read once more."""
        state = self.session.wait_for(_TILE_ORFORM, what="the dashboard")
        if state == "neither":
            self.session.open(f"{self.base}/")
            state = self.session.wait_for(_TILE_ORFORM, what="the dashboard")
        if state == "tile":
            self.session.leave(_CLICK_TILE, what="Smart Search")
        elif state == "neither":
            raise LayoutChanged(
                self.session.url,
                "dashboard",
                "the tile Smart Search (#portlet-29)",
                "none: has this account the right?",
            )

    @resilient
    def open(self) -> None:
        """GETs the home page."""
        self.session.open(f"{self.base}/")


class SearchPage(PortalPage):
    """The Smart Search form."""

    def submit(self, query: Query) -> None:
        """Fills in the form and sends it off; returns in the new document, whose results are this
        search's alone.

        The criteria cookie is taken away before, so that one there afterwards is this search's
        (SearchLost if none). LayoutChanged when the form refuses what was filled in."""
        with self.session.page("search"), self.session.kind("search"):
            self.bring()
            self._fill(query)
            self.session.driver.delete_cookie(CRITERIA_COOKIE)
            try:
                self.session.leave(_SUBMIT, what="the workspace")
            except Slow:
                complaint = self.session.run(_COMPLAINT)
                if complaint:
                    raise LayoutChanged(
                        self.session.url, "search form", "to be accepted", complaint
                    ) from None
                raise
            if not any(
                cookie["name"].endswith(CRITERIA_COOKIE)
                for cookie in self.session.driver.get_cookies()
            ):
                complaint = self.session.run(_COMPLAINT)
                if complaint:
                    raise LayoutChanged(
                        self.session.url, "search form", "to be accepted", complaint
                    )
                raise SearchLost(
                    "the portal did not keep the search's criteria", url=self.session.url
                )

    @resilient
    def bring(self) -> None:
        """Makes the form stand there with its advanced part open; the one of an earlier search is
        used again."""
        here = self.session.running and self.session.url.startswith(f"{self.base}/")
        if not here or not self.session.run(_HASFORM):
            self.session.open(f"{self.base}/Home/Dashboard/29")
        self._check_form()
        self.session.wait_for(_SHOWFORM, what="the search form")

    def _check_form(self) -> None:
        if self.session.run("return !!document.querySelector('input[type=password]');"):
            raise self.signed_out("the search form")
        if not self.session.run(_HASFORM):
            raise LayoutChanged(self.session.url, "Smart Search", FORM, self.session.driver.title)

    def _fill(self, query: Query) -> None:
        missing = self.session.run(_FILL, criteria(query))
        if missing:
            raise LayoutChanged(self.session.url, "search form", f"fields {missing}", "none")
