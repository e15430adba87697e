"""Saved visits of the Odyssey Portal: its kinds of page, what has to stand around a page that was
saved alone, and what a recording reads.

Exchanges keep none of the portal's scripts: they belong to the portal and change.
``portal_script.js`` stands in for them in a browser, as far as the page objects rely on them
(docs/portals/odyssey.md): results are fetched into their tab, and a click on a case fetches its
page and then the part that loads late."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, urlsplit

from resilience.session import Session
from resilience.tags import without_hidden
from scrapers.clock import utc_now
from scrapers.odyssey.pages import (
    ClassicCasePage,
    DashboardPage,
    PlainResultsPage,
    PlainSearchPage,
    RegisterOfActionsPage,
    ResultsPage,
    SearchPage,
    SignInPage,
)
from scrapers.odyssey.parse.assemble import CaseRead, restricted
from scrapers.odyssey.parse.classic import read_classic, read_money
from scrapers.odyssey.parse.hits import CaseLink, PartyHit
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.parse.roa import LISTS, read_roa
from scrapers.odyssey.reading import HistorySoFar
from scrapers.odyssey.records import CourtFile
from scrapers.odyssey.rules.search import Query
from scrapers.odyssey.scraper import OdysseyScraper
from scrapers.record import Seen
from scrapers.saved import (
    About,
    AddedPage,
    Json,
    PageReading,
    RecordedVisit,
    Recorder,
    SavedStep,
    SavedVisits,
    VisitWish,
    reading_of,
)
from scrapers.sites import Site
from scrapers.values import clean, soup_of

USER, PASSWORD = "casey@practice.invalid", "replayed"
"""Typed into saved sign-in forms; not real credentials."""
PATIENCE = 1.5
"""Seconds to wait for the results of a saved page, which come at once or never."""
OF_FILE = {"outcome", "record", "extra", "tried", "candidates", "doubts", "unread_parts"}
"""What of a person's file a golden record holds: what varies between visits stays out."""


# -- kinds of page -------------------------------------------------------------------------------


def _base(site: Site) -> str:
    assert site.court is not None
    return site.court.url.rstrip("/")


def _sign_in(session: Session, site: Site, about: About) -> Json:
    with session.with_browser(), session.kind("sign-in"):
        SignInPage(session, _base(site)).sign_in(USER, PASSWORD)
    return {"page": "signed in"}


def _dashboard(session: Session, site: Site, about: About) -> Json:
    with session.with_browser():
        page = DashboardPage(session, _base(site))
        page.open()
        page.smart_search()
    return {"page": "search form"}


def _search(session: Session, site: Site, about: About) -> Json:
    page = (SearchPage if session.fetch_mode == "browser" else PlainSearchPage)(
        session, _base(site)
    )
    page.submit(_query(about))
    return {"page": "workspace"}


def _results(session: Session, site: Site, about: About) -> Json:
    return {"parties": [hit.model_dump(mode="json") for hit in _party_hits(session, site, about)]}


def _party_hits(session: Session, site: Site, about: About) -> tuple[PartyHit, ...]:
    """Opens the workspace with its results, where cases are opened from."""
    session.open(f"{_base(site)}/Home/WorkspaceMode?p=0")
    page = ResultsPage if session.fetch_mode == "browser" else PlainResultsPage
    return page(session, _base(site), _query(about), _ignore, wait=PATIENCE).read()


def _query(about: About) -> Query:
    return Query.model_validate(about.get("query", {"text": "SAMPLE, JORDAN"}))


def _ignore(seen: Seen) -> None:
    """Keeps nothing of a replayed page."""


def _case(session: Session, site: Site, about: About) -> Json:
    link = CaseLink.model_validate(about["link"])
    _party_hits(session, site, about)
    page = ClassicCasePage(session, _base(site), _ignore).read(link, lambda part: True)
    read = read_classic(
        page.html, page.url, link, site.zone, financial=page.financial, missing=page.missing
    )
    return _json_of(read)


def _roa(session: Session, site: Site, about: About) -> Json:
    link = CaseLink.model_validate(about["link"])
    answers = RegisterOfActionsPage(session, _base(site), _ignore).read(link, lambda part: True)
    if answers.restricted:
        return _json_of(restricted(link))
    case = read_roa(answers.answers, answers.url, link, site.zone, missing=answers.missing)
    return _json_of(case)


def _json_of(read: CaseRead) -> Json:
    """What the page says; what it does not say is left out, as new fields come."""
    return read.model_dump(mode="json", exclude_defaults=True)


def _recording(session: Session, site: Site, about: About) -> Json:
    # A recording starts after the sign-in.
    assert site.court is not None
    signed_in = site.model_copy(update={"court": site.court.model_copy(update={"sign_in": "none"})})
    day = dt.date.fromisoformat(str(about["day"]))
    noon = dt.datetime.combine(day, dt.time(12), dt.timezone.utc)
    scraper = LimitedCourtScraper(signed_in, session=session, now=lambda: noon)
    file = read_history(scraper, about)
    return file.model_dump(mode="json", include=OF_FILE, exclude_defaults=True)


# -- a recorded visit ----------------------------------------------------------------------------


class LimitedCourtScraper(OdysseyScraper):
    """A court scraper that opens only the first ``max_cases`` cases; the others stay as the result
    list shows them."""

    max_cases = 1

    def _case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead | None:
        if link.case_number not in reading.cases and len(reading.cases) >= self.max_cases:
            reading.cases[link.case_number] = restricted(link)
        return super()._case(reading, link)


def read_history(scraper: LimitedCourtScraper, about: About) -> CourtFile:
    """The history of ``about.asked`` (a name), born on ``about.born`` (ISO, or None). Opens the
    first ``about.cases`` cases."""
    scraper.max_cases = int(about.get("cases", 1))
    born = about.get("born")
    return scraper.history(
        str(about["asked"]), dt.date.fromisoformat(str(born)) if born else None, key="recorded"
    )


# -- around a page -------------------------------------------------------------------------------

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
_BODY_END = re.compile(r"</body\s*>", re.I)
_POSTED = "/SmartSearch/SmartSearch/SmartSearch"


def _result_row(about: About) -> str:
    link = about.get("link", {})
    return _RESULT_ROW.format(
        id=html.escape(str(link.get("case_id") or "")),
        url=html.escape(str(link.get("url", ""))),
        name=html.escape(str(link.get("style") or "SAMPLE, JORDAN")),
        number=html.escape(str(link.get("case_number", ""))),
    )


@lru_cache(maxsize=1)
def _script() -> str:
    code = resources.files("scrapers.odyssey").joinpath("portal_script.js").read_text("utf-8")
    return f"<style>.tyler-hide{{display:none}}</style><script>\n{code}</script>"


# -- which page a request asks for ---------------------------------------------------------------

_SERVICE = re.compile(r"/RegisterOfActionsService/(\w+)")
_KINDS = (
    (_POSTED, "search"),
    ("/SmartSearch/SmartSearchResults", "results"),
    ("/Home/WorkspaceMode", "workspace"),
    ("/Home/Dashboard", "search-form"),
    ("/LoadFinancialInformation", "financial"),
    ("/Case/CaseDetail", "case"),
    ("/RegisterOfActions/", "register"),
)
_SEARCH_FIELDS = {"SearchCriteria", "DOBFrom", "DOBTo", "FileDateStart", "FileDateEnd"}
"""Fields of the Smart Search that state what is searched; the others differ by fetch mode."""
_SIGN_IN = re.compile(r"/(?:account|idp)/|/sign-?in", re.I)
_ELEMENT_ID = re.compile(r"""\bid\s*=\s*["']?([\w-]+)""")


class CourtVisits(SavedVisits):
    """The court portal shows results and cases only inside its workspace with three tabs, so a
    workspace and a result row are put around a page that was saved alone."""

    readers = {
        "sign-in": _sign_in,
        "dashboard": _dashboard,
        "search": _search,
        "results": _results,
        "case": _case,
        "roa": _roa,
        "recording": _recording,
    }
    first_kind = "home"
    browser_kinds = frozenset({"sign-in", "dashboard"})

    def signs_in(self, site: Site) -> bool:
        return site.court is not None and site.court.sign_in == "required"

    def address(
        self, kind: str, url: str, method: str, site: Site, about: About
    ) -> tuple[str, str]:
        if kind == "results" and (not url or urlsplit(url).path.endswith("/WorkspaceMode")):
            return method, f"{_base(site)}/SmartSearch/SmartSearchResults"
        if kind == "case" and not url:
            return method, str(about.get("link", {}).get("url", ""))
        return method, url

    def around(self, kind: str, site: Site, about: About) -> Iterable[AddedPage]:
        base = _base(site)
        if kind in ("results", "case"):
            yield AddedPage("GET", f"{base}/Home/WorkspaceMode", "workspace", _WORKSPACE)
        if kind == "case":
            results = f"{base}/SmartSearch/SmartSearchResults"
            yield AddedPage("GET", results, "results", _result_row(about))

    def dressed(self, document: str) -> str:
        """With the stand-in script before ``</body>`` if it is the workspace with its tabs."""
        if 'id="tcController_1"' not in document:
            return document
        end = _BODY_END.search(document)
        place = end.start() if end else len(document)
        return document[:place] + _script() + document[place:]

    def cookie_after(self, step: SavedStep) -> str:
        """A step of kind ``search-lost`` never has one."""
        posted = step.method == "POST" and step.url.partition("?")[0].endswith(_POSTED)
        if not posted or step.kind == "search-lost":
            return ""
        return "SmartSearchCriteria=replayed; Path=/"

    def step_of(self, url: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
        path = urlsplit(url).path
        if _SIGN_IN.search(path):
            return None
        service = _SERVICE.search(url)
        if service is not None:
            return service.group(1), dict(fields)
        kind = next((kind for part, kind in _KINDS if part in f"{path}/"), "")
        kept = (
            {
                name: text
                for name, text in fields.items()
                if name.rpartition(".")[2] in _SEARCH_FIELDS
            }
            if kind == "search"
            else dict(fields)
        )
        return kind, kept

    def visit(
        self, session: Session, site: Site, wish: VisitWish, recorder: Recorder
    ) -> RecordedVisit:
        texts: list[Seen] = []
        born = wish.born.isoformat() if wish.born else None
        day = site.today(utc_now()).isoformat()
        about = {"asked": wish.name, "born": born, "cases": wish.cases, "day": day}
        scraper = LimitedCourtScraper(
            site,
            wish.user,
            wish.password,
            session=session,
            keep=lambda _, seen: texts.extend(seen),
        )
        file = read_history(scraper, about)
        by_browser = session.fetch_mode != "http"
        if not by_browser:
            # A replay in a browser starts at the home page.
            session.open(f"{_base(site)}/")
        for text in texts:
            recorder.add(text)
        listed = len(file.record.cases) if file.record else 0
        outcome = file.outcome.replace("_", " ")
        return RecordedVisit(
            {**about, "outcome": file.outcome},
            by_browser=by_browser,
            note=f"court: {outcome}, {listed} cases listed",
        )

    def readings(self, steps: Sequence[SavedStep], site: Site) -> Iterator[PageReading]:
        services: dict[str, list[tuple[int, str, SavedStep]]] = {}
        asked = next((text for step in steps if (text := _asked(step))), None)
        for number, step in enumerate(steps, 1):
            service = _SERVICE.search(step.url)
            if service is not None:
                services.setdefault(_key_of(step.url), []).append((number, service.group(1), step))
            elif page := _page(step, site):
                yield reading_of((number,), *page, person=asked)
        for answers in services.values():
            numbers = tuple(number for number, _, _ in answers)
            yield reading_of(numbers, "case", partial(_of_services, answers, site), person=asked)


def _page(step: SavedStep, site: Site) -> tuple[str, Callable[[], object]] | None:
    """The kind of a court page by the ids of its elements, and its parser."""
    body, url = step.body, step.url
    ids = set(_ELEMENT_ID.findall(without_hidden(body)))
    if "caseInformationDiv" in ids:
        missing = () if "financialSlider" in ids else ("financial",)
        return "case", lambda: _undoubted(
            read_classic(body, url, _link(step), site.zone, missing=missing, court=site.court)
        )
    if "financialSlider" in ids:
        return "financial", lambda: read_money(body, url)
    if "/SmartSearchResults" in url or "SmartSearchResults" in ids or step.kind == "results":
        return "results", lambda: read_results(body, url)
    return None


def _of_services(steps: list[tuple[int, str, SavedStep]], site: Site) -> CaseRead:
    answers: dict[str, Any] = {}
    for _, name, step in steps:
        if step.status != 200 or not step.body.strip():
            continue
        answer = json.loads(step.body)
        known = answers.get(name)
        rows = LISTS.get(name, "")
        if known is not None and isinstance(known.get(rows), list):
            known[rows] = [*known[rows], *(answer.get(rows) or ())]
        else:
            answers[name] = answer
    head = (answers.get("CaseSummariesSlim") or {}).get("CaseSummaryHeader") or {}
    link = CaseLink(
        case_number=clean(str(head.get("CaseNumber") or "")) or "?", url=steps[0][2].url
    )
    return _undoubted(read_roa(answers, steps[0][2].url, link, site.zone))


def _undoubted(read: CaseRead) -> CaseRead:
    """Without what looks misread: names that were replaced may."""
    return read.model_copy(update={"doubts": ()})


def _asked(step: SavedStep) -> str:
    return step.fields.get("caseCriteria.SearchCriteria", "")


def _key_of(url: str) -> str:
    quoted = re.search(r"\('([^']*)'\)", url)
    return quoted.group(1) if quoted else (parse_qs(urlsplit(url).query).get("key") or [""])[0]


def _link(step: SavedStep) -> CaseLink:
    """A link to this page, with the number that the page itself prints."""
    box = soup_of(step.body).find(id="caseInformationDiv")
    head = box.select_one("p.text-primary") if box is not None else None  # type: ignore[union-attr]
    line = clean(head.get_text(" ")) if head is not None else None
    return CaseLink(case_number=(line or "?").split("|")[0].strip(), url=step.url)
