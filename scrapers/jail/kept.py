"""A jail record from kept pages: read by today's parser, put together as the scraper does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from resilience.faults import Fault
from scrapers.jail.parse import Detail, detail_page
from scrapers.jail.parse.proof import asked_of
from scrapers.jail.person import Handle, person_file
from scrapers.jail.records import JailFile
from scrapers.jail.roster import RosterPerson, RosterRow
from scrapers.kept import NotKept
from scrapers.record import Provenance, Seen
from scrapers.sites import Site, SiteError


def kept_person(
    entry: RosterPerson, seen: Iterable[Seen], site: Site, as_of: dt.date, provenance: Provenance
) -> JailFile:
    """The person's file; of a booking that was read twice the newest page counts. A booking without
    a page, or whose page cannot be read, is named in ``unread_parts``. Raises NotKept, or the Fault
    that a page shows, if no booking is left."""
    if site.jail is None:
        raise SiteError(f"site {site.key!r} has no [jail] address")
    pages = list(seen)
    details: dict[Handle, Detail] = {}
    unread: dict[Handle, Fault] = {}
    for row in entry.rows:
        page = _page_of(row, pages)
        if page is None:
            unread[row.handle] = NotKept(f"no page of booking {row.booking_number} was kept")
            continue
        try:
            details[row.handle] = detail_page(
                page.text, page.url, site.jail, site.zone, asked_of(row)
            )
        except Fault as fault:
            unread[row.handle] = fault
    if not details:
        raise next(iter(unread.values()))
    return person_file(entry, details, unread, site, as_of, provenance)


def _page_of(row: RosterRow, pages: Iterable[Seen]) -> Seen | None:
    """The newest page of a row: by the inner id it was asked with, where the page says it."""
    found = None
    for page in pages:
        about = page.about
        asked = about.get("booking_number"), about.get("sys_id", row.sys_id)
        if asked == row.handle:
            found = page
    return found
