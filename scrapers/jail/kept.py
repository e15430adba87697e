"""A jail record from kept pages: read by today's parser, put together as the scraper does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from resilience.faults import Fault
from scrapers.jail.handles import handle_of
from scrapers.jail.parse import Detail, detail_page
from scrapers.jail.parse.proof import asked_of
from scrapers.jail.person import person_file
from scrapers.jail.records import JailFile
from scrapers.kept import NotKept
from scrapers.record import Provenance, Seen
from scrapers.roster import RosterPerson, RosterRow, RowId
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
    details: dict[RowId, Detail] = {}
    unread: dict[RowId, Fault] = {}
    for row in entry.rows:
        page = _page_of(row, pages)
        if page is None:
            unread[row.identity] = NotKept(f"no page of booking {row.booking_number} was kept")
            continue
        try:
            details[row.identity] = detail_page(
                page.text, page.url, site.jail, site.zone, asked_of(row)
            )
        except Fault as fault:
            unread[row.identity] = fault
    if not details:
        raise next(iter(unread.values()))
    return person_file(entry, details, unread, site, as_of, provenance)


def _page_of(row: RosterRow, pages: Iterable[Seen]) -> Seen | None:
    """The newest page of a row: by the handle it was asked with, where the page says it."""
    found = None
    for page in pages:
        about = page.about
        handle = about.get("handle")
        if handle is None and "sys_id" in about:  # pages that were kept by f4bdff8
            handle = handle_of(about["sys_id"], about.get("img_sys_id", ""))
        if (about.get("booking_number"), handle or row.handle) == row.identity:
            found = page
    return found
