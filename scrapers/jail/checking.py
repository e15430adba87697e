"""One polite visit of a county's inmate lookup, to see what its entry lacks (``cj check``)."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from resilience import faults
from resilience.retry import again
from scrapers.entry_words import BARE, LABEL_FIELDS
from scrapers.jail.fields import ENTRIES
from scrapers.jail.lookup import Lookup
from scrapers.jail.parse import Detail, Listing
from scrapers.jail.parse.labels import PHYSICAL, Vocabulary, key, vocabulary
from scrapers.jail.parse.listing import HEADERS, ROSTER
from scrapers.jail.scraper import JailScraper
from scrapers.record import Doubt, Unread
from scrapers.roster import RosterRow
from scrapers.sites import SiteError

_NEAR = 0.6
_PLAIN_SECTIONS = ("inmate", "incarceration")


@dataclass
class PageKind:
    """What was found on the pages of one kind. ``unread`` and ``doubts`` say how often."""

    name: str
    read: int = 0
    unread: Counter[Unread] = field(default_factory=Counter)
    doubts: Counter[Doubt] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every word of these pages was read, and nothing looks misread."""
        return not (self.unread or self.doubts or self.not_read)


@dataclass(frozen=True)
class Proposal:
    """A strange label, the known label nearest to it, and the field that it may mean."""

    label: str
    near: str | None
    means: str | None


@dataclass(frozen=True)
class CheckReport:
    """What one visit found. ``lacks``: fields and sections that no booking's page showed.
    ``columns``: the list's, by its headers, where the entry says others; else empty."""

    kinds: tuple[PageKind, ...]
    proposals: tuple[Proposal, ...]
    lacks: tuple[str, ...]
    columns: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether the entry says all that these pages need."""
        return all(kind.clean for kind in self.kinds)


def check(scraper: JailScraper, limit: int) -> CheckReport:
    """Reads page 1 of the list and its first bookings. Raises a Fault for a list that cannot be
    read, SiteError for a site without a jail half."""
    jail = scraper.site.jail
    if jail is None:
        raise SiteError(f"site {scraper.site.key!r} has no [jail] address")
    lookup = Lookup(scraper.session, scraper.site)
    listing = _first(lookup)
    listed = PageKind("list", read=1)
    listed.unread.update(listing.unread)
    listed.doubts.update(listing.doubts)
    for row in listing.rows:
        listed.unread.update(row.unread)
        listed.doubts.update(row.doubts)
    booked = PageKind("booking")
    details = [
        page for row in listing.rows[:limit] if (page := _detail(lookup, row, booked)) is not None
    ]
    for page in details:
        booked.unread.update(page.unread)
        booked.doubts.update(page.doubts)
    words = vocabulary(jail)
    missing = _missing(details)
    proposals = tuple(_proposals(listed, booked, words, missing))
    meant = {one.means for one in proposals}
    lacks = tuple(name for name in missing if name not in meant)
    known = tuple(name for name in listing.columns if name is not None)
    columns = known if known and known != jail.columns else ()
    return CheckReport((listed, booked), proposals, lacks, columns)


def _first(lookup: Lookup) -> Listing:
    listing: Listing | None = None
    for attempt in again(lookup.session):
        with attempt:
            listing = lookup.search()
    assert listing is not None
    return listing


def _detail(lookup: Lookup, row: RosterRow, kind: PageKind) -> Detail | None:
    page: Detail | None = None
    try:
        for attempt in again(lookup.session):
            with attempt:
                page, _ = lookup.detail(row)
    except faults.Fault as fault:
        if fault.cure is faults.Cure.STOP and not isinstance(fault, faults.LayoutChanged):
            raise
        kind.not_read.append(f"{fault.name}: {fault}")
        return None
    kind.read += 1
    return page


def _missing(details: Sequence[Detail]) -> list[str]:
    """Fields and sections whose label no booking showed that has the part it belongs to."""
    doubted: dict[str, int] = Counter(
        one.field for page in details for one in page.doubts if one.kind == "label_missing"
    )
    return sorted(
        name
        for name, times in doubted.items()
        if name in LABEL_FIELDS and times >= sum(_has_part(page, name) for page in details)
    )


def _has_part(page: Detail, name: str) -> bool:
    part, _, field = name.partition(".")
    return not field or part not in ENTRIES or bool(getattr(page.booking, part))


def _proposals(
    listed: PageKind, booked: PageKind, words: Vocabulary, missing: list[str]
) -> Iterable[Proposal]:
    seen: set[str] = set()
    for one in (*listed.unread, *booked.unread):
        label = one.label or (one.text.rstrip(": ") if one.text.endswith(":") else None)
        if label is None or label in seen:
            continue
        seen.add(label)
        known = _known(one.section, words)
        near = difflib.get_close_matches(key(label), list(known), 1, _NEAR)
        means = known[near[0]] if near else None
        if means is None:
            part = words.titles.get(key(one.section or ""), "")
            fits = [name for name in missing if _is_of(name, part)]
            means = fits[0] if len(fits) == 1 else "details"
        yield Proposal(label, near[0] if near else None, means)


def _known(section: str | None, words: Vocabulary) -> Mapping[str, str]:
    """The known labels of a section, each with what ``labels`` would call its field."""
    if section == ROSTER:
        return HEADERS
    part = words.titles.get(key(section or ""), "")
    if section == PHYSICAL or part in _PLAIN_SECTIONS:
        return words.plain
    return {
        label: means if means not in BARE else f"{part}.{means}"
        for label, means in words.entries.get(part, {}).items()
    }


def _is_of(name: str, part: str) -> bool:
    """Whether a missing field belongs to a section."""
    head = name.partition(".")[0]
    return head == part if part not in ("", *_PLAIN_SECTIONS) else "." not in name
