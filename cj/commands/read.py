"""``cj read``: one saved page, or a file of services' answers, read offline."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from resilience.faults import Fault, LayoutChanged, in_page
from scrapers.sites import CourtSite, JailSite, Site, site_of
from scrapers.values import LONGEST, loaded

_URL = "file:///saved-page"
_CASE = re.compile(r"""\bid\s*=\s*["']?caseInformationDiv\b""")
_RESULTS = re.compile(r"""\bid\s*=\s*["']?(?:CasesGrid|Grid|SmartSearchResults)\b""")
_REGISTER = re.compile(r"RegisterOfActionsService|roa-section-header")
_JAIL = re.compile(
    r"Inmate Lookup|(?:Incarceration|Bond|Charge|Inmate|Physical) Information|submitInmate"
    r"|There is no (?:alias|detainer) information|Permanent ID",
    re.I,
)
_ROSTER = re.compile(r"rowClicked\s*\(|submitInmate\s*\(|Showing\s+\d", re.I)
_SIGN_OF_BOOKING = re.compile(r"(?:Bond|Charge|Physical|Incarceration) Information", re.I)


@dataclass
class _Found:
    """What a page is and says."""

    product: str | None = None
    page: str = "other"
    record: dict[str, Any] | None = None
    unread: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, str] | None = None

    def told(self) -> dict[str, Any]:
        """As the one JSON object that is printed."""
        return {
            "product": self.product,
            "page": self.page,
            "record": self.record,
            "unread": self.unread,
            "doubts": self.doubts,
            "error": self.error,
        }


def run(arguments: argparse.Namespace) -> int:
    """Print what the page says; gives 0, or 2 for a page that cannot be read."""
    found = _Found(product=arguments.product)
    try:
        _read(arguments, found)
    except Fault as fault:
        found.product = getattr(fault, "product", found.product)
        found.error = {"kind": fault.name, "message": str(fault)}
    except (OSError, ValueError) as wrong:
        name = getattr(wrong, "strerror", None) or str(wrong)
        found.error = {"kind": type(wrong).__name__, "message": f"{arguments.file}: {name}"}
    except RecursionError:
        found.error = {"kind": "ValueError", "message": f"{arguments.file}: nested beyond reason"}
    if found.error is not None:
        found.record = None
    if arguments.json:
        print(json.dumps(found.told(), indent=1, ensure_ascii=False))
    else:
        _show(found)
    return 0 if found.error is None else 2


def _show(found: _Found) -> None:
    print(f"{found.product or 'unknown product'}: {found.page}")
    if found.error is not None:
        print(f"not read: {found.error['kind']}: {found.error['message']}")
        return
    print(json.dumps(found.record, indent=1, ensure_ascii=False))
    for one in found.unread:
        where = " / ".join(part for part in (one["section"], one["label"]) if part)
        print(f"unread: {where or 'outside the sections'}: {one['text']}")
    for one in found.doubts:
        print(f"doubt: {one['field']}: expected {one['expected']}, found {one['found']}")


def _read(arguments: argparse.Namespace, found: _Found) -> None:
    site = site_of(arguments.site) if arguments.site else None
    zone = site.zone if site else _zone(arguments.zone)
    text = _text(arguments.file)
    if text.lstrip()[:1] in ("{", "["):
        _services(text, site, zone, found)
        return
    product, page = _recognized(text)
    wanted = arguments.product
    if product not in (None, "iml", "odyssey") or (wanted and product and product != wanted):
        found.product = product
        raise LayoutChanged(None, "page", f"a page of {wanted or 'a known product'}", product)
    found.product, found.page = product or wanted, page
    if product is None and wanted is None:
        raise in_page(text, _URL) or LayoutChanged(None, "page", "a known product's", "another")
    if found.product == "odyssey":
        _court(text, page, site, zone, found)
    else:
        _jail(text, page, site, zone, found)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}, such as America/New_York") from None


def _text(path: Path) -> str:
    """The file's text; UTF-8, or else as browsers read what says nothing of its encoding."""
    data = path.read_bytes()
    if not data.strip():
        raise ValueError("the file is empty")
    if len(data) > 4 * LONGEST:
        raise ValueError("the file is too large for a page")
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            break
    return data.decode("cp1252", "replace")


def _recognized(text: str) -> tuple[str | None, str]:
    """The product and the kind of a page, by marks that no other page bears."""
    from scrapers.odyssey.parse.recognize import foreign_product
    from scrapers.odyssey.parse.results import NO_MATCH

    if _CASE.search(text):
        return "odyssey", "case"
    if (other := foreign_product(text)) is not None:
        return other, "other"
    if _RESULTS.search(text) or any(words in text.lower() for words in NO_MATCH):
        return "odyssey", "results"
    if _REGISTER.search(text):
        return "odyssey", "register"
    if _JAIL.search(text):
        roster = _ROSTER.search(text) and not _SIGN_OF_BOOKING.search(text)
        return "iml", "roster" if roster else "booking"
    return None, "other"


# -- court -----------------------------------------------------------------------------------------


def _services(text: str, site: Site | None, zone: ZoneInfo | None, found: _Found) -> None:
    from scrapers.odyssey.parse.roa import LISTS, SUMMARY_SERVICE, read_roa

    answers = loaded(text)
    found.page = "register"
    if not isinstance(answers, Mapping) or not {SUMMARY_SERVICE, *LISTS} & set(answers):
        found.page = "other"
        raise ValueError(f"no answers of services keyed by their names, such as {SUMMARY_SERVICE}")
    if found.product not in (None, "odyssey"):
        found.product = "odyssey"
        raise LayoutChanged(None, "file", "a page of iml", "answers of the Odyssey Portal")
    found.product = "odyssey"
    _case(read_roa(answers, None, None, zone, court=_court_of(site)), found)


def _court(text: str, page: str, site: Site | None, zone: ZoneInfo | None, found: _Found) -> None:
    from scrapers.odyssey.parse.classic import read_classic
    from scrapers.odyssey.parse.results import read_results

    if page == "results":
        hits = read_results(text, _URL)
        found.record = hits.model_dump(mode="json")
        found.unread = [
            {"section": "Search Results", "label": label or None, "text": said}
            for label, texts in hits.extra.items()
            for said in texts
        ]
    elif page == "register":
        raise LayoutChanged(
            None, "page", "the answers of its services", "the page that a script fills with them"
        )
    else:
        found.page = "case"
        _case(read_classic(text, None, None, zone, court=_court_of(site)), found)


def _case(read: Any, found: _Found) -> None:
    found.record = read.case.model_dump(mode="json")
    found.unread = [_plain(one) for one in read.unread]
    found.doubts = [_plain(one) for one in read.doubts]


def _plain(one: Any) -> dict[str, Any]:
    told: dict[str, Any] = one.model_dump(mode="json")
    return told


def _court_of(site: Site | None) -> CourtSite | None:
    return site.court if site else None


# -- jail ------------------------------------------------------------------------------------------


def _jail(text: str, page: str, site: Site | None, zone: ZoneInfo | None, found: _Found) -> None:
    from scrapers.jail import parse

    jail = (site.jail if site else None) or JailSite(url=_URL)
    if page == "roster":
        listing = parse.list_page(text, _URL, jail)
        rows = [_row(row) for row in listing.rows]
        found.record = {"start": listing.start, "end": listing.end, "total": listing.total}
        found.record["rows"] = rows
        found.unread = [_plain(one) for one in listing.unread]
        found.doubts = [_plain(one) for one in listing.doubts]
        return
    found.page = "booking"
    read = parse.detail_page(text, _URL, jail, zone or ZoneInfo("UTC"))
    record: dict[str, Any] = read.booking.model_dump(mode="json")
    if zone is None:
        _as_words(record)
    found.record = record | {
        "name": read.name,
        "date_of_birth": read.date_of_birth and read.date_of_birth.isoformat(),
        "permanent_id": read.permanent_id,
    }
    found.unread = [_plain(one) for one in read.unread]
    found.doubts = [_plain(one) for one in read.doubts]


def _row(row: Any) -> Any:
    return row.model_dump(mode="json") if hasattr(row, "model_dump") else vars(row)


def _as_words(record: dict[str, Any]) -> None:
    """Without the county's zone a time of day is told as words."""
    for place, hearing in enumerate(record.get("hearings") or ()):
        if hearing.get("starts_at"):
            moment = dt.datetime.fromisoformat(hearing["starts_at"])
            hearing["starts_at"] = None
            record.setdefault("as_printed", []).append(
                {"field": f"hearings.{place}.starts_at", "text": f"{moment:%H:%M}"}
            )
