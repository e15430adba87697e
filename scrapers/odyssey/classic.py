"""Parser of the classic case page (odyssey.md, sections 5 and 5.1; gaps as docs/architecture.md fills them)."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from resilience.faults import LayoutChanged, WrongRecord
from scrapers.odyssey.assemble import CaseRead, assemble, restricted
from scrapers.odyssey.blocks import birth_date, dated, day, labelled, lines, must_day, unlabelled, words
from scrapers.odyssey.criminal import read_bond_settings, read_charges, read_dispositions
from scrapers.odyssey.financial import read_financial
from scrapers.odyssey.hits import CaseLink
from scrapers.odyssey.records import Attorney, CaseEvent, CourtHearing, Financial, Party
from scrapers.page import clean, moment_of, soup_of

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

    ``link`` is what was asked for; another case number raises WrongRecord. A page that only offers to request access
    gives the restricted case. ``financial`` is the late part where it came apart from the page, ``missing`` names parts
    that the page object could not bring.
    """
    soup = soup_of(html)
    for menu in soup.select("#dropdownMenu1 ~ ul"):
        menu.decompose()  # the portal's own menu offers to request access on every page
    information = soup.find(id="caseInformationDiv")
    if not isinstance(information, Tag):
        if REQUEST_ACCESS.lower() in (words(soup) or "").lower() and not soup.select_one(".section"):
            return restricted(link)
        raise LayoutChanged(url, "case page", "#caseInformationDiv", _outline(soup))
    extra: dict[str, Any] = {}
    head = _header(information, url, extra)
    if head["number"] != link.case_number:
        raise WrongRecord(f"asked for case {link.case_number}, the page is about {head['number']}", url=url)
    _no_section_lost(soup, url)
    if "status" not in head:
        raise LayoutChanged(url, "Case Information", "the label Case Status", sorted(head))
    events, hearings = _events(soup, url, zone, extra)
    strangers = [text for text in map(words, soup.find_all("h1")) if text and text.lower() not in _HEADS]
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
        parties=_parties(soup, url, extra),
        charges=read_charges(soup, url, extra),
        disposition_events=read_dispositions(soup, url, extra),
        bond_settings=read_bond_settings(soup, url, extra),
        events=events,
        hearings=hearings,
        financial=_money(soup, financial, url, extra) if "financial" not in missing else None,
        missing=missing,
    )
    return CaseRead(case=case, extra=extra)


def _money(soup: BeautifulSoup, apart: str | None, url: str, extra: dict[str, Any]) -> Financial | None:
    if apart is None:
        return read_financial(soup, url, extra)
    late = soup_of(apart)
    if late.find(id="financialSlider") is None:
        raise LayoutChanged(url, "financial part", "#financialSlider", _outline(late))
    return read_financial(late, url, extra)


def _outline(soup: BeautifulSoup) -> str:
    """What stands on a page instead: its ids and headings."""
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)][:12]
    return f"ids {ids}, headings {[words(tag) for tag in soup.find_all('h1')][:6]}"


def _header(box: Tag, url: str, extra: dict[str, Any]) -> dict[str, Any]:
    labels = list(labelled(box))
    found = {label.lower(): value for label, value in labels}
    for _, text in unlabelled(box):
        raise LayoutChanged(url, "Case Information", "a label for every value", text)
    number = found.get("case number")
    line = clean(box.select_one("p.text-primary").get_text(" ")) if box.select_one("p.text-primary") else None  # type: ignore[union-attr]
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
        "references": [value for label, value in labels if label.lower() == "cross reference" and value],
    }


def _no_section_lost(soup: BeautifulSoup, url: str) -> None:
    """The sidebar, the last part of the page, lists the sections that exist: each must be found where we look for it.

    Without it nothing proves that the page came to its end, so it is a must.
    """
    sidebar = soup.find(id="mysidebar")
    if not isinstance(sidebar, Tag):
        raise LayoutChanged(url, "case page", "#mysidebar at its end", _outline(soup))
    for anchor in sidebar.find_all("a"):
        label = (words(anchor) or "").lower()
        for pattern, place in _SIDEBAR:
            if re.match(pattern, label) and soup.find(id=place) is None:
                raise LayoutChanged(
                    url, f"section {words(anchor)!r} of the case", f"#{place}", _outline(soup)
                )


def _parties(soup: BeautifulSoup, url: str, extra: dict[str, Any]) -> list[Party]:
    body = soup.find(id="divPartyInformation_body")
    if not isinstance(body, Tag):
        raise LayoutChanged(url, "parties of the case", "#divPartyInformation_body", _outline(soup))
    parties = []
    for row in body.select("div.row"):
        heading = row.find("span", class_="text-primary")
        if isinstance(heading, Tag) and heading.find_parent("div", class_="row") is row:
            parties.append(_party(row, heading, url, extra))
        elif row.parent is body and words(row):
            raise LayoutChanged(url, "party of the case", "its role in span.text-primary", words(row))
    for part in body.find_all(recursive=False):
        if words(part) and "row" not in (part.get("class") or ()):
            raise LayoutChanged(url, "parties of the case", "div.row", words(part))
    if not parties:
        raise LayoutChanged(
            url, "parties of the case", "a party with its role", clean(body.get_text(" ")[:200])
        )
    return parties


def _party(row: Tag, heading: Tag, url: str, extra: dict[str, Any]) -> Party:
    paragraph = heading.find_parent("p") or row
    role = words(heading)
    whole = [part for part in paragraph.contents if part is not heading]
    name = clean(" ".join(part.get_text(" ") if isinstance(part, Tag) else str(part) for part in whole))
    if not role or not name:
        raise LayoutChanged(url, "party of the case", "a role and a name", clean(row.get_text(" ")[:200]))
    counsel = row.select(".tyler-toggle-container")
    values: dict[str, str | None] = {}
    for label, value in labelled(row):
        values.setdefault(label.lower(), value)
        if label.lower() not in {"dob", "date of birth", "race", "gender", "sex", "address"}:
            extra.setdefault("party_labels", {}).setdefault(role, {})[label] = value
    address: tuple[str, ...] = ()
    for span in row.find_all("span", class_="text-muted"):
        after = span.find_next_sibling("p")
        if (
            (words(span) or "").lower().rstrip(":") == "address"
            and span.parent.name != "p"
            and isinstance(after, Tag)
        ):
            address = lines(after)
        elif (
            span.parent.name != "p" and not span.find_parent(class_="tyler-toggle-container") and words(span)
        ):
            extra.setdefault("party_labels", {}).setdefault(role, {})[words(span)] = words(
                after if isinstance(after, Tag) else None
            )
    for paragraph, text in unlabelled(row):
        label = paragraph.find_previous_sibling("span", class_="text-muted")
        if label is None and paragraph.find_parent(class_="tyler-toggle-container") is None:
            extra.setdefault("unlabelled", []).append(text)
    attorneys = tuple(attorney for box in counsel for attorney in _attorneys(box, extra))
    if not attorneys and "attorney" in (words(row) or "").lower():
        raise LayoutChanged(url, "attorneys of a party", ".tyler-toggle-container with names", words(row))
    return Party(
        role=role,
        name=name,
        date_of_birth=birth_date(values.get("dob") or values.get("date of birth")),
        race=values.get("race"),
        sex=values.get("gender") or values.get("sex"),
        address=address,
        attorneys=attorneys,
    )


def _attorneys(box: Tag, extra: dict[str, Any]) -> list[Attorney]:
    """``span`` (Lead Attorney), ``div`` (the name), ``p`` (how retained), again for every attorney."""
    found: list[dict[str, Any]] = []
    for part in box.find_all(["span", "div", "p"], recursive=False):
        text = words(part)
        if part.name == "span":
            found.append({"lead": "lead" in (text or "").lower()})
            if text and "attorney" not in text.lower():
                extra.setdefault("attorney_labels", []).append(text)
        elif part.name == "div" and text:
            if not found or "name" in found[-1]:
                found.append({"lead": False})
            found[-1]["name"] = text
        elif part.name == "p" and text and found:
            found[-1]["kind"] = text
    return [Attorney(**one) for one in found if "name" in one]


def _events(
    soup: BeautifulSoup, url: str, zone: ZoneInfo, extra: dict[str, Any]
) -> tuple[list[CaseEvent], list[CourtHearing]]:
    box = soup.find(id="eventsInformationDiv")
    events: list[CaseEvent] = []
    hearings: list[CourtHearing] = []
    if not isinstance(box, Tag):
        return events, hearings
    for item in box.select("li.list-group-item"):
        docket = item.select_one(".portal-case-event")
        place = docket or item.select_one(".tyler-toggle-controller") or item
        heading = place.select_one("p.text-primary")
        parts = dated(words(heading))
        if parts is None:
            extra.setdefault("undated_events", []).append(words(item))
        elif docket is not None:
            events.append(_event(docket, parts, url, extra))
        else:
            hearings.append(_hearing(item, parts, url, zone, extra))
        _keep_unlabelled(item, extra)
    shown = [head for head in box.select("p.text-primary") if dated(words(head))]
    if len(shown) > len(events) + len(hearings):
        raise LayoutChanged(url, "events of the case", "each in li.list-group-item", words(shown[-1]))
    return events, hearings


def _keep_unlabelled(box: Tag, extra: dict[str, Any]) -> None:
    for _, text in unlabelled(box):
        extra.setdefault("unlabelled", []).append(text)


def _event(docket: Tag, parts: tuple[str, str], url: str, extra: dict[str, Any]) -> CaseEvent:
    name = parts[1] or clean(str(docket.get("data-event-description") or ""))
    if not name:
        raise LayoutChanged(url, "docket event", "a name", words(docket))
    comment = None
    for label, value in labelled(docket):
        if label.lower() == "comment":
            comment = value
        else:
            extra.setdefault("event_labels", {}).setdefault(name, {})[label] = value
    return CaseEvent(date=must_day(parts[0], "date of a docket event", url), name=name, comment=comment)


def _hearing(
    item: Tag, parts: tuple[str, str], url: str, zone: ZoneInfo, extra: dict[str, Any]
) -> CourtHearing:
    if not parts[1]:
        raise LayoutChanged(url, "hearing", "a type", words(item))
    values = {label.lower(): (label, value) for label, value in labelled(item)}
    known = {"original type", "judicial officer", "hearing time", "result", "comment"}
    original = values.get("original type", ("", None))[1]
    for key, (label, value) in values.items():
        if key not in known or (key == "original type" and original != parts[1]):
            extra.setdefault("hearing_labels", {}).setdefault(parts[1], {})[label] = value
    date = must_day(parts[0], "date of a hearing", url)
    time = values.get("hearing time", ("", None))[1]
    try:
        starts = moment_of(date, time, zone)
    except ValueError:
        raise LayoutChanged(url, "hearing time", "09:00 AM", time) from None
    return CourtHearing(
        date=date,
        type=parts[1],
        starts_at=starts,
        judicial_officer=values.get("judicial officer", ("", None))[1],
        result=values.get("result", ("", None))[1],
        comment=values.get("comment", ("", None))[1],
    )
