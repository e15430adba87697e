"""Page objects of the inmate lookup: they bring a page to rest and hand over what its parser reads.

Everything is one address; a posted ``flow_action`` says what is wanted. Fields are located by their
names only, forms are filled and sent by one script, because the search page's real markup is not
known (docs/portals/iml.md, 1 and 2.1)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from resilience.faults import Blocked, Cure, Fault
from resilience.retry import resilient
from resilience.session import Session
from scrapers.forms import form_with
from scrapers.jail.handles import fields_of
from scrapers.jail.parse import Detail, Listing, detail_page, list_page
from scrapers.jail.parse.proof import LIST_FIELD, SEARCH_FIELD, asked_of, not_expected
from scrapers.markup import first, page_of
from scrapers.record import Seen
from scrapers.roster import RosterRow
from scrapers.sites import JailSite, Site

_SEND = """
const [address, field, values] = arguments;
const own = document.getElementsByName(field)[0];
let form = own && own.form;
if (!form) {
  form = document.createElement('form');
  form.method = 'post';
  form.action = address;
  const root = document.body || document.documentElement
    || document.appendChild(document.createElement('html'));
  root.append(form);
}
for (const box of form.querySelectorAll('input[type=checkbox]')) box.checked = box.name in values;
for (const [name, value] of Object.entries(values)) {
  let input = form.elements.namedItem(name);
  if (input instanceof RadioNodeList) input = input[0];
  if (!input) {
    input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    form.appendChild(input);
  }
  if (input.type !== 'checkbox') input.value = value;
}
HTMLFormElement.prototype.submit.call(form);
"""
"""Fills and submits the form that has the field, or a new form where the page has none (a booking's
page leads to no other booking; one that trickles in may be empty as yet). Either way the portal
sees this page as the referrer, without which it shows no details."""

_ALL = {
    "flow_action": "searchbyid",
    "quantity": "10",
    "systemUser_identifiervalue": "",
    "searchtype": "PIN",
    "systemUser_includereleasedinmate": "Y",
    "systemUser_includereleasedinmate2": "Y",
    "systemUser_firstName": "",
    "systemUser_lastName": "",
    "systemUser_dateOfBirth": "",
    "releasedB": "checkbox",
    "identifierbox": "PIN",
    "identifier": "",
}
_IN_CUSTODY = {
    **{name: value for name, value in _ALL.items() if name != "releasedB"},
    "flow_action": "searchbyname",
    "quantity": "30",
    "systemUser_includereleasedinmate": "N",
    "systemUser_includereleasedinmate2": "N",
}
SEARCHES: Mapping[str, Mapping[str, str]] = {"all": _ALL, "in-custody": _IN_CUSTODY}
"""The two searches that list everyone, by the site's ``search``."""


class Page:
    """What the three pages share: the session, the site, and how to get from page to page."""

    def __init__(self, session: Session, site: Site) -> None:
        if site.jail is None:
            raise ValueError(f"site {site.key!r} has no inmate lookup")
        self.session = session
        self.site = site
        self.jail: JailSite = site.jail

    def _send(self, field: str, values: Mapping[str, str], what: str) -> tuple[str, str]:
        """Posts ``values`` with the form that has ``field``; gives the next page's address and
        HTML."""
        with self._at_home():
            if self.session.fetch_mode == "http":
                self._send_plain(field, values, what)
            else:
                self.session.leave(_SEND, self.jail.url, field, dict(values), what=what)
        return self._here()

    def _send_plain(self, field: str, values: Mapping[str, str], what: str) -> None:
        """What `_SEND` makes a browser do."""
        url, html = self.session.standing()
        form = form_with(html, url, field)
        if form is None:
            self.session.send(self.jail.url, values, what=what)
            return
        self._own_host(form.url)
        kept = {
            name: value
            for name, value in form.fields.items()
            if name not in form.boxes or name in values
        }
        self.session.send(form.url, {**kept, **values}, what=what)

    @contextlib.contextmanager
    def _at_home(self) -> Iterator[None]:
        """What is wrong with a page of another host is that we were sent there: Blocked, whatever
        that page says."""
        try:
            yield
        except Fault as fault:
            if fault.cure is not Cure.STOP:
                self._own_host(fault.url or "", fault)
            raise

    def _own_host(self, url: str, cause: Fault | None = None) -> None:
        asked, found = urlsplit(self.jail.url).hostname, urlsplit(url).hostname
        if found is not None and asked != found:
            raise Blocked(
                f"the lookup of {asked} sent us to {found}; a person must look", url=url
            ) from cause

    def _here(self) -> tuple[str, str]:
        """The page that stands, in one command. Blocked if it is another host's: nothing is
        followed silently."""
        url, html = self.session.standing()
        self._own_host(url)
        return url, html


class SearchPage(Page):
    """The search form."""

    @resilient
    def open(self) -> None:
        """GETs it; a new session of the portal begins if none is known."""
        with self.session.kind("search", proves=lambda html: SEARCH_FIELD in html):
            with self._at_home():
                self.session.open(self.jail.url)
            url, html = self._here()
            root = page_of(html)
            if first(root, f'[name="{SEARCH_FIELD}"]') is None:
                raise not_expected(
                    root, html, url, "search form", f"field {SEARCH_FIELD}", others=()
                )

    @resilient
    def search(self) -> Listing:
        """Lists everyone the site's search asks for; page 1. From now on this portal session shows
        details."""
        with self.session.kind("search", proves=lambda html: LIST_FIELD in html):
            url, html = self._send(
                SEARCH_FIELD, SEARCHES[self.jail.search], "the search for everyone"
            )
            return list_page(html, url, self.jail)


class RosterPage(Page):
    """A page of the list."""

    @resilient
    def at(self, start: int) -> Listing:
        """The rows from ``start`` on (1, 31, 61, ...), any offset in any order. SearchLost if the
        portal forgot the search."""
        values = {"flow_action": "next", "currentStart": str(start)}
        with self.session.kind("list", proves=lambda html: LIST_FIELD in html):
            url, html = self._send(LIST_FIELD, values, f"the list from {start}")
            return list_page(html, url, self.jail)


class DetailPage(Page):
    """A booking's page."""

    @resilient
    def of(self, row: RosterRow) -> tuple[Detail, Seen]:
        """What it says, and its text. SearchLost for the empty template, WrongRecord for somebody
        else's page."""
        values = {"flow_action": "edit", **fields_of(row.handle)}
        with self.session.kind("detail", proves=lambda html: row.booking_number in html):
            url, html = self._send("sysID", values, f"booking {row.booking_number}")
            page = detail_page(html, url, self.jail, self.site.zone, asked_of(row))
        about = {"booking_number": row.booking_number, "handle": row.handle}
        return page, Seen("detail", url, html, about)
