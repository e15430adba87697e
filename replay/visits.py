"""What a recorded visit reads, with the scrapers' own page objects. Recording runs it on a live
portal, a replay runs it again on the recording."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replay.exchange import Exchange
from replay.recorder import VisitRecorder
from resilience.faults import SearchLost
from resilience.retry import Budget, again
from resilience.session import Session
from scrapers.jail.handles import fields_of
from scrapers.jail.lookup import Lookup
from scrapers.jail.parse import Detail, Listing
from scrapers.odyssey import OdysseyScraper
from scrapers.odyssey.parse.assemble import CaseRead, restricted
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.reading import HistorySoFar
from scrapers.odyssey.records import CourtFile
from scrapers.record import Seen
from scrapers.roster import RosterRow
from scrapers.sites import Site

RECORDING = "recording"
"""``about.kind`` of a recorded visit."""


class PersonNotListedError(LookupError):
    """The person asked for is not on the roster; the message gives the number of its rows."""


@dataclass(frozen=True)
class JailPages:
    """The list pages that were read, and the booking pages with their roster rows."""

    lists: tuple[Listing, ...]
    details: tuple[tuple[RosterRow, Detail], ...]


def read_jail(
    session: Session, site: Site, about: Mapping[str, Any], recorder: VisitRecorder | None = None
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
                    _record_detail(seen, row, recorder)
    return JailPages(tuple(lists), tuple(details.values()))


def _rows(
    session: Session,
    site: Site,
    lookup: Lookup,
    lists: list[Listing],
    about: Mapping[str, Any],
    recorder: VisitRecorder | None,
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
            _drop(recorder, lists.pop())
        lists.append(_listed(session, site, lookup.list_from(start), recorder))
        start = lists[-1].end + 1
    if wanted:
        raise PersonNotListedError(f"none of the {first.total} rows has the number asked for")
    return first.rows[: int(about.get("details", 1))]


def _listed(
    session: Session, site: Site, listing: Listing, recorder: VisitRecorder | None
) -> Listing:
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


def _drop(recorder: VisitRecorder | None, listing: Listing) -> None:
    """Removes a page that was only paged past: it would keep thirty people for no use."""
    if recorder is not None:
        recorder.steps = [
            step
            for step in recorder.steps
            if step.kind != "list" or step.fields.get("currentStart") != str(listing.start)
        ]


def _record_detail(seen: Seen, row: RosterRow, recorder: VisitRecorder | None) -> None:
    if recorder is not None:
        fields = {"flow_action": "edit", **fields_of(row.handle)}
        recorder.add(seen, method="POST", fields=fields)


class LimitedCourtScraper(OdysseyScraper):
    """A court scraper that opens only the first ``max_cases`` cases; the others stay as the result
    list shows them."""

    max_cases = 1

    def _case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        if link.case_number not in reading.cases and len(reading.cases) >= self.max_cases:
            reading.cases[link.case_number] = restricted(link)
        return super()._case(reading, link)


def read_court(scraper: LimitedCourtScraper, about: Mapping[str, Any]) -> CourtFile:
    """The history of ``about.asked`` (a name), born on ``about.born`` (ISO, or None). Opens the
    first ``about.cases`` cases."""
    scraper.max_cases = int(about.get("cases", 1))
    born = about.get("born")
    return scraper.history(
        str(about["asked"]), dt.date.fromisoformat(str(born)) if born else None, key="recorded"
    )


def exchange_of(
    product: str, site: Site, page: str, recorder: VisitRecorder, about: Mapping[str, Any]
) -> Exchange:
    """The visit as it happened, with real people: never save it before
    `replay.anonymize.anonymize`."""
    if not recorder.steps:
        raise SearchLost("the portal sent nothing that can be recorded")
    kept = {
        "kind": RECORDING,
        **{name: value for name, value in about.items() if value is not None},
    }
    return Exchange(
        "jail" if product == "jail" else "odyssey",
        site.key,
        page,
        "recorded",
        tuple(recorder.steps),
        kept,
    )
