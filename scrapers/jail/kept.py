"""A jail record from kept pages: read by today's parser, put together as the scraper does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from scrapers.jail.parse import detail_page
from scrapers.jail.records import JAIL_FORMAT, JailFile
from scrapers.jail.scraper import extra_of, record_of
from scrapers.kept import NotKept
from scrapers.record import Extra, Provenance, Seen
from scrapers.roster import RosterPerson
from scrapers.sites import Site, SiteError


def kept_person(
    entry: RosterPerson, seen: Iterable[Seen], site: Site, as_of: dt.date, provenance: Provenance
) -> JailFile:
    """The person's file; of a booking that was read twice the newest page counts. Raises NotKept,
    or the Fault that a page shows."""
    if site.jail is None:
        raise SiteError(f"site {site.key!r} has no [jail] address")
    newest = {one.about.get("booking_number", ""): one for one in seen}
    details = {}
    for row in entry.rows:
        page = newest.get(row.booking_number)
        if page is None:
            raise NotKept(f"no page of booking {row.booking_number} was kept")
        details[row.booking_number] = detail_page(
            page.text,
            page.url,
            zone=site.zone,
            booking_number=row.booking_number,
            hearings="hearings" not in site.jail.lacks,
        )
    return JailFile(
        format=JAIL_FORMAT,
        key=entry.key,
        outcome="found",
        record=record_of(entry, details, as_of),
        extra=Extra.model_validate(extra_of(entry, details)),
        dialect=site.jail.hash,
        provenance=provenance,
    )
