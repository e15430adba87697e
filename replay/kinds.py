"""How an exchange is read, by its kind (``about.kind``): one page by its product's page objects, or
a whole visit by the product's scraper.

Every reader returns what belongs in ``record.json``: the record as plain JSON."""

from __future__ import annotations

import datetime as dt
import threading

from replay.exchange import BadExchangeError, Exchange
from resilience.session import Session
from scrapers.halves import Half, PersonFile
from scrapers.products import RosterScraper, Scraper, ScraperOptions, product_of
from scrapers.record import Inputs, PersonRecord
from scrapers.roster import Person, Roster
from scrapers.saved import About, Json
from scrapers.sites import Site

USER, PASSWORD = "casey@practice.invalid", "replayed"
"""Typed into saved sign-in forms; not real credentials."""
_WHOLE = {True: ("roster", "visit"), False: ("visit",)}
"""The kinds that every product has: in a half that lists people, and in one that searches."""
_OF_LISTED = {"record", "extra", "doubts", "unread_parts"}
_OF_FOUND = {"outcome", "record", "extra", "tried", "candidates", "doubts", "unread_parts"}


def read(exchange: Exchange, session: Session, site: Site, about: About) -> Json:
    """Runs the reader of the exchange's kind. Raises the `Fault` of the visit, or BadExchangeError
    for an unknown kind."""
    kind, half = kind_of(exchange), exchange.half
    saved = product_of(site, half).saved
    if kind in _WHOLE[half.lists]:
        return _visit(session, site, half, about, roster_only=kind == "roster")
    reader = saved.readers.get(kind)
    if reader is None:
        known = ", ".join(sorted({*saved.readers, *_WHOLE[half.lists]}))
        raise BadExchangeError(f"{exchange.name}: unknown kind {kind!r}; kinds of {half}: {known}")
    if saved.signs_in(site) and kind != "sign-in":
        # A page of such a portal was saved by somebody who was signed in.
        if session.fetch_mode == "browser":
            session.driver  # noqa: B018  (start it first: a new browser is not signed in)
        session.signed_in = True
    return reader(session, site, about)


def kind_of(exchange: Exchange) -> str:
    """The exchange's ``about.kind``, else the kind of its first step."""
    return str(exchange.about.get("kind", exchange.steps[0].kind))


def signs_in(exchange: Exchange, site: Site) -> bool:
    """Whether a replay signs in or reads another page that only a browser can."""
    saved, kind = product_of(site, exchange.half).saved, kind_of(exchange)
    return kind in saved.browser_kinds or (kind == "visit" and saved.signs_in(site))


def now_of(about: About) -> dt.datetime:
    """The time of a visit: noon UTC on ``about.day``."""
    return dt.datetime.combine(
        dt.date.fromisoformat(str(about["day"])), dt.time(12), dt.timezone.utc
    )


def _visit(
    session: Session, site: Site, half: Half, about: About, *, roster_only: bool = False
) -> Json:
    """Everybody on the roster, or the one person who is asked about."""
    options = ScraperOptions(USER, PASSWORD, session=session, now=lambda: now_of(about))
    scraper = product_of(site, half).factory(site, options)(threading.Event())
    if not half.lists:
        file = scraper.fetch(*_asked(about))
        return file.model_dump(mode="json", include=_OF_FOUND, exclude_defaults=True)
    if not isinstance(scraper, RosterScraper):
        raise BadExchangeError(f"{type(scraper).__name__} cannot read a roster")
    roster = scraper.roster()
    return (
        _json_of(roster) if roster_only else _json_of(roster) | {"people": _people(scraper, roster)}
    )


def _asked(about: About) -> tuple[Person, Inputs]:
    person = about["person"]
    born = person.get("date_of_birth")
    inputs = Inputs(
        name=str(person["name"]),
        date_of_birth=dt.date.fromisoformat(born) if born else None,
        aliases=tuple(person.get("aliases", ())),
    )
    key = person.get("key") or (f"{inputs.name} {born}" if born else inputs.name)
    return Person(str(key), inputs.name, inputs.date_of_birth), inputs


def _json_of(roster: Roster) -> Json:
    return {
        "proof": roster.proof.model_dump(mode="json", exclude={"read_at"}),
        "rows": [row.model_dump(mode="json", exclude_defaults=True) for row in roster.rows],
    }


def _people(scraper: Scraper[PersonRecord], roster: Roster) -> list[Json]:
    files: list[PersonFile] = []
    for entry in roster.people:
        person = Person(entry.key, entry.name, entry.date_of_birth, entry)
        inputs = Inputs(name=entry.name, date_of_birth=entry.date_of_birth)
        files.append(scraper.fetch(person, inputs))
    return [file.model_dump(mode="json", include=_OF_LISTED) for file in files]
