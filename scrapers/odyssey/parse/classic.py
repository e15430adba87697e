"""Parser of the classic case page (odyssey.md, sections 5 and 5.1; gaps as docs/rules.md
fills them)."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from resilience.faults import Dropped, LayoutChanged, WrongRecord
from scrapers.markup import by_id, ended, first, page_of, select, without, words
from scrapers.odyssey.parse.assemble import CaseRead, assemble, restricted
from scrapers.odyssey.parse.blocks import day, labelled, unlabelled
from scrapers.odyssey.parse.criminal import read_bond_settings, read_charges
from scrapers.odyssey.parse.dispositions import read_dispositions
from scrapers.odyssey.parse.docket import read_docket
from scrapers.odyssey.parse.financial import read_financial
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.parties import read_parties
from scrapers.odyssey.records import Financial
from scrapers.values import clean

REQUEST_ACCESS = "Request Access"
_HEADS = {
    "case information",
    "party",
    "parties",
    "charge",
    "charges",
    "disposition events",
    "events and hearings",
    "financial",
    "bond settings",
}
_SIDEBAR = (
    (r"^case information", "caseInformationDiv"),
    (r"^part(y|ies)", "divPartyInformation_body"),
    (r"^charges?\b", "chargeInformationDiv"),
    (r"^disposition", "dispositionInformationDiv"),
    (r"^events", "eventsInformationDiv"),
    (r"^financial", "financialInformationDiv"),
    (r"^bond settings?", "settingInformationDiv"),
)


def read_classic(
    html: str,
    url: str,
    link: CaseLink,
    zone: ZoneInfo,
    *,
    financial: str | None = None,
    missing: tuple[str, ...] = (),
) -> CaseRead:
    """The case of a classic page (the Details panel or a whole page).

    ``link`` is what was asked for; another case number raises WrongRecord. A page that only offers
    to request access gives the restricted case. ``financial`` is the late part where it came apart
    from the page, ``missing`` names parts that the page object could not bring."""
    root = page_of(html)
    information = by_id(root, "caseInformationDiv")
    if information is None:
        if _offers_access(root) and first(root, ".section") is None:
            return restricted(link)
        raise LayoutChanged(url, "case page", "#caseInformationDiv", _outline(root))
    extra: dict[str, Any] = {}
    head = _header(information, url, extra)
    if head["number"] != link.case_number:
        raise WrongRecord(
            f"asked for case {link.case_number}, the page is about {head['number']}", url=url
        )
    _no_section_lost(root, url)
    if "status" not in head:
        raise LayoutChanged(url, "Case Information", "the label Case Status", sorted(head))
    events, hearings = read_docket(root, url, zone, extra)
    strangers = [
        text for text in map(words, root.iter("h1")) if text and text.lower() not in _HEADS
    ]
    if strangers:
        extra["sections"] = strangers
    case = assemble(
        case_number=head["number"],
        style=head["style"],
        court=head["court"],
        case_type=head["type"],
        status=head["status"],
        file_date=day(head["filed"], "file date of the case", url),
        judicial_officer=head["judge"],
        cross_references=head["references"],
        parties=read_parties(root, url, extra),
        charges=read_charges(root, url, extra),
        disposition_events=read_dispositions(root, url, extra),
        bond_settings=read_bond_settings(root, url, extra),
        events=events,
        hearings=hearings,
        financial=_money(root, financial, url, extra) if "financial" not in missing else None,
        missing=missing,
    )
    return CaseRead(case=case, extra=extra)


def _money(
    root: HtmlElement, apart: str | None, url: str, extra: dict[str, Any]
) -> Financial | None:
    if apart is None:
        return read_financial(root, url, extra)
    late = page_of(apart)
    if not ended(apart):
        raise Dropped("the financial part is cut short", url=url)
    if by_id(late, "financialSlider") is None:
        raise LayoutChanged(url, "financial part", "#financialSlider", _outline(late))
    return read_financial(late, url, extra)


def _offers_access(root: HtmlElement) -> bool:
    """Whether the page itself, and not the portal's own menu (on every page), offers to request
    access."""
    return (
        REQUEST_ACCESS.lower() in (words(without(root, "header", "nav", "ul", "ol")) or "").lower()
    )


def _outline(root: HtmlElement) -> str:
    """What stands on a page instead: its ids and headings."""
    ids = [tag.get("id") for tag in select(root, "[id]")][:12]
    return f"ids {ids}, headings {[words(tag) for tag in root.iter('h1')][:6]}"


def _header(box: HtmlElement, url: str, extra: dict[str, Any]) -> dict[str, Any]:
    labels = list(labelled(box))
    found = {label.lower(): value for label, value in labels}
    for _, text in unlabelled(box):
        raise LayoutChanged(url, "Case Information", "a label for every value", text)
    number = found.get("case number")
    line = words(first(box, "p.text-primary"))
    if not number or not line or "|" not in line:
        raise LayoutChanged(
            url, "Case Information", "a case number and `number | style`", f"{number!r}, {line!r}"
        )
    known = {
        "case number",
        "court",
        "judicial officer",
        "file date",
        "case type",
        "case status",
        "cross reference",
    }
    strange = {label: value for label, value in labels if label.lower() not in known}
    if strange:
        extra["labels"] = strange
    return {
        "number": number,
        "style": clean(line.split("|", 1)[1]) or "",
        "court": found.get("court"),
        "judge": found.get("judicial officer"),
        "filed": found.get("file date"),
        "type": found.get("case type"),
        **({"status": found["case status"]} if "case status" in found else {}),
        "references": [
            value for label, value in labels if label.lower() == "cross reference" and value
        ],
    }


def _no_section_lost(root: HtmlElement, url: str) -> None:
    """The sidebar, the last part of the page, lists the sections that exist: each must be found
    where we look for it.

    Without it nothing proves that the page came to its end, so it is a must.
    """
    sidebar = by_id(root, "mysidebar")
    if sidebar is None:
        raise LayoutChanged(url, "case page", "#mysidebar at its end", _outline(root))
    for anchor in sidebar.iter("a"):
        label = (words(anchor) or "").lower()
        for pattern, place in _SIDEBAR:
            if re.match(pattern, label) and by_id(root, place) is None:
                raise LayoutChanged(
                    url, f"section {words(anchor)!r} of the case", f"#{place}", _outline(root)
                )
