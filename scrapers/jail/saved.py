"""Saved visits of the inmate lookup: its kinds of page, and what a recording reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from resilience.budget import Budget
from resilience.retry import again
from resilience.session import Session
from scrapers.jail.handles import fields_of
from scrapers.jail.lookup import Lookup
from scrapers.jail.pages.portal import DetailPage, RosterPage, SearchPage
from scrapers.jail.parse import Detail, Listing, detail_page, list_page
from scrapers.record import Inputs, Seen
from scrapers.roster import RosterRow
from scrapers.saved import (
    About,
    Json,
    PageReading,
    PersonNotListedError,
    RecordedVisit,
    Recorder,
    SavedStep,
    SavedVisits,
    VisitWish,
    reading_of,
)
from scrapers.sites import JailSite, Site

_METHODS = {"search": "GET", "list": "POST", "detail": "POST"}
_PLAIN = JailSite(url="http://127.0.0.1/IML")
"""The product without a county's words."""


# -- kinds of page -------------------------------------------------------------------------------


def listing_of(listing: Listing) -> Json:
    """A list page as JSON."""
    return {
        "start": listing.start,
        "end": listing.end,
        "total": listing.total,
        "rows": [row.model_dump(mode="json", exclude_defaults=True) for row in listing.rows],
        **_beside(listing),
    }


def _beside(page: Listing | Detail) -> Json:
    """What a page says beyond its fields; only what there is."""
    said = {
        "unread": [one.model_dump(mode="json") for one in page.unread],
        "doubts": [one.model_dump(mode="json") for one in page.doubts],
    }
    return {name: value for name, value in said.items() if value}


def detail_of(detail: Detail) -> Json:
    """A booking's page as JSON."""
    return {
        "name": detail.name,
        "permanent_id": detail.permanent_id,
        "date_of_birth": detail.date_of_birth and detail.date_of_birth.isoformat(),
        "booking": detail.booking.model_dump(mode="json", exclude_defaults=True),
        **_beside(detail),
    }


def _search(session: Session, site: Site, about: About) -> Json:
    SearchPage(session, site).open()
    return {"page": "search form"}


def _list(session: Session, site: Site, about: About) -> Json:
    return listing_of(RosterPage(session, site).at(int(about.get("start", 1))))


def _detail(session: Session, site: Site, about: About) -> Json:
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


def _recording(session: Session, site: Site, about: About) -> Json:
    pages = read_pages(session, site, about)
    details = [detail_of(detail) for _, detail in pages.details]
    return {"lists": [listing_of(one) for one in pages.lists], "details": details}


# -- a recorded visit ----------------------------------------------------------------------------


@dataclass(frozen=True)
class JailPages:
    """The list pages that were read, and the booking pages with their roster rows."""

    lists: tuple[Listing, ...]
    details: tuple[tuple[RosterRow, Detail], ...]


def read_pages(
    session: Session, site: Site, about: About, recorder: Recorder | None = None
) -> JailPages:
    """Reads the first page of the list, a second one, and booking pages.

    ``about.person`` (a permanent id or a booking number) is searched for page by page, and the page
    with that row is the second one. Without it the second page is page 2, and the bookings are the
    first ``about.details`` rows. Raises PersonNotListedError."""
    lookup = Lookup(session, site)
    lists: list[Listing] = []
    details: dict[str, tuple[RosterRow, Detail]] = {}
    for attempt in again(session, budget=Budget(attempts=8)):
        with attempt:
            if not lists:
                lists = [_listed(session, site, lookup.search(), recorder)]
            rows = _rows(session, site, lookup, lists, about, recorder)
            for row in rows:
                if row.booking_number not in details:
                    detail, seen = lookup.detail(row)
                    details[row.booking_number] = (row, detail)
                    if recorder is not None:
                        fields = {"flow_action": "edit", **fields_of(row.handle)}
                        recorder.add(seen, method="POST", fields=fields)
    return JailPages(tuple(lists), tuple(details.values()))


def _rows(
    session: Session,
    site: Site,
    lookup: Lookup,
    lists: list[Listing],
    about: About,
    recorder: Recorder | None,
) -> Sequence[RosterRow]:
    """The rows whose booking pages are read. Reads the second page of the list on the way."""
    wanted = str(about.get("person") or "")
    first = lists[0]
    start = int(about.get("start") or first.end + 1)
    while True:
        matching = [
            row for row in lists[-1].rows if wanted in (row.permanent_id, row.booking_number)
        ]
        if wanted and matching:
            return matching
        if start > first.total or (not wanted and len(lists) > 1):
            break
        if wanted and len(lists) > 1:
            # A page that was only paged past would keep thirty people for no use.
            passed = lists.pop()
            if recorder is not None:
                recorder.drop("list", {"currentStart": str(passed.start)})
        lists.append(_listed(session, site, lookup.list_from(start), recorder))
        start = lists[-1].end + 1
    if wanted:
        raise PersonNotListedError(f"none of the {first.total} rows has the number asked for")
    return first.rows[: int(about.get("details", 1))]


def _listed(session: Session, site: Site, listing: Listing, recorder: Recorder | None) -> Listing:
    """Records a page of the list if the browser fetched it."""
    if recorder is not None and session.fetch_mode == "browser":
        assert site.jail is not None
        start = str(listing.start or 1)
        fields = (
            {"flow_action": "next", "currentStart": start}
            if start != "1"
            else {"flow_action": "searchbyid"}
        )
        recorder.add(Seen("list", site.jail.url, session.html(), {}), method="POST", fields=fields)
    return listing


# -- all together --------------------------------------------------------------------------------


class JailVisits(SavedVisits):
    """A single page of the inmate lookup answers every request of its kind."""

    first_kind = "search"
    readers = {"search": _search, "list": _list, "detail": _detail, "recording": _recording}

    def address(
        self, kind: str, url: str, method: str, site: Site, about: About
    ) -> tuple[str, str]:
        if url or site.jail is None:
            return method, url
        return _METHODS.get(kind, method), site.jail.url

    def step_of(self, url: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
        action = fields.get("flow_action")
        kind = "" if action is None else "detail" if action == "edit" else "list"
        return kind, dict(fields)

    def visit(
        self, session: Session, site: Site, wish: VisitWish, recorder: Recorder
    ) -> RecordedVisit:
        about: Json = {"person": wish.person, "details": wish.details}
        pages = read_pages(session, site, about, recorder)
        if len(pages.lists) > 1:
            about["start"] = pages.lists[-1].start
        found = None
        if pages.details:
            row, detail = pages.details[0]
            found = Inputs(name=row.name, date_of_birth=row.date_of_birth or detail.date_of_birth)
        return RecordedVisit(about, found, by_browser="search" in session.fetch_modes.given_up)

    def readings(self, steps: Sequence[SavedStep], site: Site) -> Iterator[PageReading]:
        people: dict[str, str] = {}
        for number, step in enumerate(steps, 1):
            action = step.fields.get("flow_action", "")
            if action == "edit" or (not action and "detail" in step.kind):
                yield _read_detail(number, step, site, people)
            elif action or "list" in step.kind or "Showing" in step.body:
                reading = reading_of((number,), "list", partial(_read_list, step, site))
                for row in reading.record.get("rows", ()) if reading.record else ():
                    people[str(row["handle"]).partition(" ")[0]] = str(row["name"])
                yield reading


def _read_list(step: SavedStep, site: Site) -> Any:
    return list_page(step.body, step.url, site.jail or _PLAIN)


def _read_detail(
    number: int, step: SavedStep, site: Site, people: Mapping[str, str]
) -> PageReading:
    reading = reading_of(
        (number,),
        "detail",
        lambda: detail_page(step.body, step.url, site.jail or _PLAIN, site.zone),
    )
    printed = people.get(step.fields.get("sysID", ""))
    if printed is None and reading.record and reading.record.get("name"):
        words = str(reading.record["name"]).split()
        printed = f"{words[-1]}, {' '.join(words[:-1])}" if len(words) > 1 else words[0]
    return dataclasses.replace(reading, person=printed or "")
