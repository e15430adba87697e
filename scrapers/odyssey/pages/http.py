"""Smart Search and its results without a browser (odyssey.md, sections 3 and 4): the form posted,
the fragment that the workspace would ask for, its pages turned by the grid's own links."""

from __future__ import annotations

import time

from resilience.faults import LayoutChanged, ScriptNeeded, SearchLost, SignedOut, in_page
from resilience.retry import resilient
from resilience.session import Session
from scrapers.forms import Form, form_like
from scrapers.odyssey.pages.base import Note, PortalPage
from scrapers.odyssey.pages.results import WAIT
from scrapers.odyssey.pages.search import CRITERIA_COOKIE, FORM, criteria
from scrapers.odyssey.parse.hits import Hits, Pager, PartyHit
from scrapers.odyssey.parse.results import read_results
from scrapers.odyssey.rules.search import Query
from scrapers.odyssey.rules.turning import FIRST, PagerPosition, all_parties
from scrapers.record import Seen
from scrapers.values import clean, soup_of

TURNED = "turned"
"""Kind of a further page of results: the one that may need a script where the first did not."""
_FIELD = "caseCriteria."
_OPEN = "AdvancedSearchOptionsOpen"
_FRAGMENT = "text/html, */*; q=0.01"


def _is_form(html: str) -> bool:
    """Whether a page holds the search form, which a notice does not."""
    return f'name="{_FIELD}' in html


class PlainSearchPage(PortalPage):
    """The Smart Search form."""

    def submit(self, query: Query) -> None:
        """Posts the form with all that it holds besides; returns when the workspace came and the
        criteria cookie with it.

        SearchLost without that cookie; LayoutChanged for a form that misses fields, or refuses what
        was filled in."""
        with self.session.page("search"), self.session.kind("search", proves=_is_form):
            form = self._form()
            fields = self._filled(form, query)
            self.session.plain.drop_cookie(CRITERIA_COOKIE)
            self.session.send(form.url, fields, what="the workspace")
            if not any(name.endswith(CRITERIA_COOKIE) for name in self.session.plain.cookies()):
                complaint = self._complaint()
                if complaint:
                    raise LayoutChanged(
                        self.session.url, "search form", "to be accepted", complaint
                    )
                raise SearchLost(
                    "the portal did not keep the search's criteria", url=self.session.url
                )

    @resilient
    def _form(self) -> Form:
        """The form; the one of an earlier search is used again, as the workspace shows it too."""
        if self.session.url.startswith(f"{self.base}/"):
            form = self._standing()
            if form is not None:
                return form
        self.session.open(f"{self.base}/Home/Dashboard/29")
        form = self._standing()
        if form is None:
            url, html = self.session.standing()
            title = soup_of(html).find("title")
            raise LayoutChanged(
                url, "Smart Search", FORM, clean(title.get_text()) if title else "no title"
            )
        return form

    def _standing(self) -> Form | None:
        url, html = self.session.standing()
        if isinstance(in_page(html, url), SignedOut):
            raise self.signed_out("the search form")
        return form_like(html, url, FORM)

    def _filled(self, form: Form, query: Query) -> dict[str, str]:
        fields, missing = dict(form.fields), []
        for name, value in {**criteria(query), _OPEN: True}.items():
            key = _FIELD + name
            if value is True:
                if key in form.boxes:
                    fields[key] = form.boxes[key]
                elif key not in form.names and name != _OPEN:
                    missing.append(name)
            elif key in form.names:
                fields[key] = str(value)
            elif value:
                missing.append(name)
        if missing:
            raise LayoutChanged(self.session.url, "search form", f"fields {missing}", "none")
        return {**fields, "Search": "Submit"}

    def _complaint(self) -> str | None:
        box = soup_of(self.session.html()).select_one(".validation-summary-errors")
        return clean(box.get_text(" ")) if box else None


class PlainResultsPage(PortalPage):
    """The results of the search that was just submitted."""

    def __init__(
        self, session: Session, base: str, query: Query, note: Note, *, wait: float = WAIT
    ) -> None:
        super().__init__(session, base)
        self._query = query
        self._note = note
        self._wait = wait
        self._grid = ""
        self._size = 0
        self._pager: Pager | None = None

    def read(self) -> tuple[PartyHit, ...]:
        """All parties of all pages; none where the portal says that nothing matches.

        Raises SearchLost where fewer cases came than a pager announced, ScriptNeeded where a page
        cannot be turned so."""
        with self.session.page("results"):
            return all_parties(self, self.session.url)

    def first(self) -> Hits:
        """What the search brought."""
        with self.session.kind("results"):
            hits = self._hits(FIRST)
        self._grid, self._pager = ("Grid" if hits.shape == "groups" else "CasesGrid"), hits.pager
        self._size = hits.pager.last - hits.pager.first + 1 if hits.pager else 0
        return hits

    def turn(self, to: PagerPosition) -> Hits | None:
        """The next page of the outer pager, asked for as the grid's links do. ScriptNeeded for a
        group's, which only a script turns, and where another page than the next came."""
        before = self._pager
        with self.session.kind(TURNED):
            if before is None or to.group is not None:
                raise ScriptNeeded(
                    "the page of a group is turned by a script", url=self.session.url
                )
            if TURNED in self.session.fetch_modes.given_up:
                raise ScriptNeeded(self.session.fetch_modes.given_up[TURNED], url=self.session.url)
            hits = self._hits(
                to, f"&{self._grid}-page={to.page + 1}&{self._grid}-pageSize={self._size}"
            )
            self._pager = after = hits.pager
            if after is None or (after.first, after.total) != (before.last + 1, before.total):
                raise ScriptNeeded(
                    f"asked for what comes after {before}, got {after}", url=self.session.url
                )
        return hits

    @resilient(attempts=2)
    def _hits(self, place: PagerPosition, more: str = "") -> Hits:
        url = self.session.url
        answer = self.session.fetch(
            f"{self.base}/SmartSearch/SmartSearchResults?_={time.time_ns() // 1_000_000}{more}",
            accept=_FRAGMENT,
            referer=url,
            seconds=self._wait,
        )
        if not answer.text.strip():
            raise SearchLost("the portal answered the search with nothing at all", url=answer.url)
        self._note(Seen("results", url, answer.text, self._query.about | place.about))
        hits = read_results(answer.text, url)
        if hits.shape == "loading":
            raise SearchLost("the results' grid has no rows that can be read", url=url)
        return hits
