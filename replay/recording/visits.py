"""The visits that are recorded, paid by the house's own page objects; a replay of a recording pays
them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replay.exchange import Exchange
from replay.recording.tape import RecordingTape
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


class NobodyThereError(LookupError):
    """The person asked for is not on the roster; the message says how many rows were looked at."""


@dataclass(frozen=True)
class JailPages:
    """What a visit of the inmate lookup read: pages of the list, and pages of bookings with their
    rows."""

    lists: tuple[Listing, ...]
    details: tuple[tuple[RosterRow, Detail], ...]


def read_jail(
    session: Session, site: Site, about: Mapping[str, Any], tape: RecordingTape | None = None
) -> JailPages:
    """The first page of the list, one further page, and bookings' pages.

    ``about``: ``person`` (a permanent id or a booking number) is looked for page by page, and the
    page that has it is the further one; without it the second page is, and the bookings are the
    first ``details`` rows."""
    lookup = Lookup(session, site)
    lists: list[Listing] = []
    details: dict[str, tuple[RosterRow, Detail]] = {}
    for attempt in again(session, budget=Budget(attempts=8)):
        with attempt:
            if not lists:
                lists = [_listed(session, site, lookup.search(), tape)]
            rows = _rows(session, site, lookup, lists, about, tape)
            for row in rows:
                if row.booking_number not in details:
                    detail, seen = lookup.detail(row)
                    details[row.booking_number] = (row, detail)
                    _keep(seen, row, tape)
    return JailPages(tuple(lists), tuple(details.values()))


def _rows(
    session: Session,
    site: Site,
    lookup: Lookup,
    lists: list[Listing],
    about: Mapping[str, Any],
    tape: RecordingTape | None,
) -> Sequence[RosterRow]:
    """Whose pages are read; on the way the further page is."""
    wanted = str(about.get("person") or "")
    first = lists[0]
    start = int(about.get("start") or first.end + 1)
    while True:
        found = [row for row in lists[-1].rows if wanted in (row.permanent_id, row.booking_number)]
        if wanted and found:
            return found
        if start > first.total or (not wanted and len(lists) > 1):
            break
        if wanted and len(lists) > 1:
            _forget(tape, lists.pop())
        lists.append(_listed(session, site, lookup.list_from(start), tape))
        start = lists[-1].end + 1
    if wanted:
        raise NobodyThereError(f"nobody of the {first.total} rows has the number asked for")
    return first.rows[: int(about.get("details", 1))]


def _listed(session: Session, site: Site, listing: Listing, tape: RecordingTape | None) -> Listing:
    """Keeps a page of the list that only the browser brought."""
    if tape is not None and session.fetch_mode == "browser":
        assert site.jail is not None
        start = str(listing.start or 1)
        fields = (
            {"flow_action": "next", "currentStart": start}
            if start != "1"
            else {"flow_action": "searchbyid"}
        )
        tape.add(Seen("list", site.jail.url, session.html(), {}), method="POST", fields=fields)
    return listing


def _forget(tape: RecordingTape | None, listing: Listing) -> None:
    """A page that was only leafed through is not kept: it holds thirty people for nothing."""
    if tape is not None:
        tape.steps = [
            step
            for step in tape.steps
            if step.kind != "list" or step.fields.get("currentStart") != str(listing.start)
        ]


def _keep(seen: Seen, row: RosterRow, tape: RecordingTape | None) -> None:
    if tape is not None:
        fields = {"flow_action": "edit", **fields_of(row.handle)}
        tape.add(seen, method="POST", fields=fields)


class FewCases(OdysseyScraper):
    """A court scraper that opens only the first ``most`` cases; the others stay as the result list
    shows them."""

    most = 1

    def _case(self, reading: HistorySoFar, link: CaseLink) -> CaseRead:
        if link.case_number not in reading.cases and len(reading.cases) >= self.most:
            reading.cases[link.case_number] = restricted(link)
        return super()._case(reading, link)


def read_court(scraper: FewCases, about: Mapping[str, Any]) -> CourtFile:
    """One search and the first ``about.cases`` cases of ``about.asked``, born on ``about.born``
    (ISO, or None)."""
    scraper.most = int(about.get("cases", 1))
    born = about.get("born")
    return scraper.history(
        str(about["asked"]), dt.date.fromisoformat(str(born)) if born else None, key="recorded"
    )


def exchange_of(
    product: str, site: Site, page: str, tape: RecordingTape, about: Mapping[str, Any]
) -> Exchange:
    """The visit as it went, with the county's real people: not to be saved anywhere before `record`
    was at it."""
    if not tape.steps:
        raise SearchLost("nothing came that could be recorded")
    told = {
        "kind": RECORDING,
        **{name: value for name, value in about.items() if value is not None},
    }
    return Exchange(
        "jail" if product == "jail" else "odyssey",
        site.key,
        page,
        "recorded",
        tuple(tape.steps),
        told,
    )
