"""How an exchange is read, by its kind (``about.kind``): one page's page objects, or a whole visit.

Every reader returns what belongs in ``record.json``: the record as plain JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from replay.exchange import BadExchangeError, Exchange
from replay.visits import RECORDING, LimitedCourtScraper, read_court, read_jail
from resilience.session import Session
from scrapers.jail.pages.portal import DetailPage, RosterPage
from scrapers.jail.pages.portal import SearchPage as JailSearchPage
from scrapers.jail.parse import Detail, Listing
from scrapers.jail.scraper import JailScraper
from scrapers.odyssey.pages import (
    ClassicCasePage,
    DashboardPage,
    RegisterOfActionsPage,
    ResultsPage,
    SearchPage,
    SignInPage,
)
from scrapers.odyssey.pages.http import PlainResultsPage, PlainSearchPage
from scrapers.odyssey.parse.assemble import CaseRead, restricted
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.hits import CaseLink, PartyHit
from scrapers.odyssey.parse.roa import read_roa
from scrapers.odyssey.rules.search import Query
from scrapers.odyssey.scraper import OdysseyScraper
from scrapers.record import Seen
from scrapers.roster import RosterRow
from scrapers.sites import Site

USER, PASSWORD = "casey@practice.invalid", "replayed"
"""Typed into saved sign-in forms; not real credentials."""
PATIENCE = 1.5
"""Seconds to wait for the results of a saved page, which come at once or never."""

About = Mapping[str, Any]
Reader = Callable[[Session, Site, About], dict[str, Any]]


def read(exchange: Exchange, session: Session, site: Site, about: About) -> dict[str, Any]:
    """Runs the reader of the exchange's kind. Raises the `Fault` of the visit, or BadExchangeError
    for an unknown kind."""
    kind = kind_of(exchange)
    reader = READERS[exchange.product].get(kind)
    if reader is None:
        known = ", ".join(sorted(READERS[exchange.product]))
        raise BadExchangeError(
            f"{exchange.name}: unknown kind {kind!r}; kinds of {exchange.product}: {known}"
        )
    if exchange.product == "odyssey" and kind not in ("sign-in", "visit"):
        _signed_in(session, site)
    return reader(session, site, about)


def kind_of(exchange: Exchange) -> str:
    """The exchange's ``about.kind``, else the kind of its first step."""
    return str(exchange.about.get("kind", exchange.steps[0].kind))


def signs_in(exchange: Exchange, site: Site) -> bool:
    """Whether a replay signs in or opens the dashboard, which only a browser can do."""
    if exchange.product == "jail":
        return False
    needed = site.court is not None and site.court.sign_in == "required"
    return kind_of(exchange) in ("sign-in", "dashboard") or (
        kind_of(exchange) == "visit" and needed
    )


def _signed_in(session: Session, site: Site) -> None:
    """Marks the session as signed in if the portal requires it: its pages were saved that way."""
    if site.court is not None and site.court.sign_in == "required":
        if session.fetch_mode == "browser":
            session.driver  # noqa: B018  (start it first: a new browser is not signed in)
        session.signed_in = True


def now_of(about: About) -> dt.datetime:
    """The time of a visit: noon UTC on ``about.day``."""
    return dt.datetime.combine(
        dt.date.fromisoformat(str(about["day"])), dt.time(12), dt.timezone.utc
    )


# -- inmate lookup -------------------------------------------------------------------------------


def listing_of(listing: Listing) -> dict[str, Any]:
    """A list page as JSON."""
    rows = [row.model_dump(mode="json") for row in listing.rows]
    return {"start": listing.start, "end": listing.end, "total": listing.total, "rows": rows}


def detail_of(detail: Detail) -> dict[str, Any]:
    """A booking's page as JSON."""
    return {
        "name": detail.name,
        "permanent_id": detail.permanent_id,
        "date_of_birth": detail.date_of_birth and detail.date_of_birth.isoformat(),
        "extra": detail.extra,
        "booking": detail.booking.model_dump(mode="json", exclude_defaults=True),
    }


def _jail_search(session: Session, site: Site, about: About) -> dict[str, Any]:
    JailSearchPage(session, site).open()
    return {"page": "search form"}


def _jail_list(session: Session, site: Site, about: About) -> dict[str, Any]:
    return listing_of(RosterPage(session, site).at(int(about.get("start", 1))))


def _jail_detail(session: Session, site: Site, about: About) -> dict[str, Any]:
    row = RosterRow(
        name=str(about.get("name", "")),
        booking_number=str(about.get("asked", "")),
        permanent_id=None,
        date_of_birth=None,
        release_date=None,
        handle=str(about.get("handle", "1 0")),
    )
    detail, _ = DetailPage(session, site).of(row)
    return detail_of(detail)


def _jail_roster(session: Session, site: Site, about: About) -> dict[str, Any]:
    roster = JailScraper(site, session=session, now=lambda: now_of(about)).roster()
    proof = roster.proof.model_dump(mode="json", exclude={"read_at"})
    return {"proof": proof, "rows": [row.model_dump(mode="json") for row in roster.rows]}


def _jail_visit(session: Session, site: Site, about: About) -> dict[str, Any]:
    scraper = JailScraper(site, session=session, now=lambda: now_of(about))
    roster = scraper.roster()
    proof = roster.proof.model_dump(mode="json", exclude={"read_at"})
    files = [scraper.person(entry) for entry in roster.people]
    people = [file.model_dump(mode="json", include={"record", "extra"}) for file in files]
    return {
        "proof": proof,
        "rows": [row.model_dump(mode="json") for row in roster.rows],
        "people": people,
    }


def _jail_recording(session: Session, site: Site, about: About) -> dict[str, Any]:
    pages = read_jail(session, site, about)
    details = [detail_of(detail) for _, detail in pages.details]
    return {"lists": [listing_of(one) for one in pages.lists], "details": details}


# -- court portal --------------------------------------------------------------------------------


def _base(site: Site) -> str:
    assert site.court is not None
    return site.court.url.rstrip("/")


def _sign_in(session: Session, site: Site, about: About) -> dict[str, Any]:
    with session.with_browser(), session.kind("sign-in"):
        SignInPage(session, _base(site)).sign_in(USER, PASSWORD)
    return {"page": "signed in"}


def _dashboard(session: Session, site: Site, about: About) -> dict[str, Any]:
    with session.with_browser():
        page = DashboardPage(session, _base(site))
        page.open()
        page.smart_search()
    return {"page": "search form"}


def _search(session: Session, site: Site, about: About) -> dict[str, Any]:
    page = (SearchPage if session.fetch_mode == "browser" else PlainSearchPage)(
        session, _base(site)
    )
    page.submit(_query(about))
    return {"page": "workspace"}


def _results(session: Session, site: Site, about: About) -> dict[str, Any]:
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


def _case(session: Session, site: Site, about: About) -> dict[str, Any]:
    link = CaseLink.model_validate(about["link"])
    _party_hits(session, site, about)
    page = ClassicCasePage(session, _base(site), _ignore).read(link, lambda part: True)
    read = read_classic(
        page.html, page.url, link, site.zone, financial=page.financial, missing=page.missing
    )
    return _json_of(read)


def _roa(session: Session, site: Site, about: About) -> dict[str, Any]:
    link = CaseLink.model_validate(about["link"])
    answers = RegisterOfActionsPage(session, _base(site), _ignore).read(link, lambda part: True)
    if answers.restricted:
        return _json_of(restricted(link))
    case = read_roa(answers.answers, answers.url, link, site.zone, missing=answers.missing)
    return _json_of(case)


def _json_of(read: CaseRead) -> dict[str, Any]:
    """What the page says; what it does not say is left out, as new fields come."""
    return read.model_dump(mode="json", exclude_defaults=True)


def _court_visit(session: Session, site: Site, about: About) -> dict[str, Any]:
    person = about["person"]
    born = person.get("date_of_birth")
    scraper = OdysseyScraper(site, USER, PASSWORD, session=session, now=lambda: now_of(about))
    file = scraper.history(
        str(person["name"]),
        dt.date.fromisoformat(born) if born else None,
        aliases=tuple(person.get("aliases", ())),
        key=person.get("key"),
    )
    return file.model_dump(mode="json", include=_OF_FILE, exclude_defaults=True)


_OF_FILE = {
    "outcome", "record", "extra", "tried", "candidates", "doubts", "unread_parts",
}  # fmt: skip


def _court_recording(session: Session, site: Site, about: About) -> dict[str, Any]:
    # A recording starts after the sign-in.
    assert site.court is not None
    signed_in = site.model_copy(update={"court": site.court.model_copy(update={"sign_in": "none"})})
    file = read_court(
        LimitedCourtScraper(signed_in, session=session, now=lambda: now_of(about)), about
    )
    return file.model_dump(mode="json", include=_OF_FILE, exclude_defaults=True)


READERS: Mapping[str, Mapping[str, Reader]] = {
    "jail": {
        "search": _jail_search,
        "list": _jail_list,
        "detail": _jail_detail,
        "roster": _jail_roster,
        "visit": _jail_visit,
        RECORDING: _jail_recording,
    },
    "odyssey": {
        "sign-in": _sign_in,
        "dashboard": _dashboard,
        "search": _search,
        "results": _results,
        "case": _case,
        "roa": _roa,
        "visit": _court_visit,
        RECORDING: _court_recording,
    },
}
