"""Parser of the classic case page (docs/portals/odyssey.md, sections 5, 5.0 and 5.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from resilience.faults import Dropped, LayoutChanged, WrongRecord
from scrapers.markup import by_id, ended, first, page_of, select, without, words
from scrapers.odyssey.parse.assemble import CaseRead, assembled, restricted
from scrapers.odyssey.parse.casepage import CasePage, section_of
from scrapers.odyssey.parse.criminal import read_bond_settings, read_charges
from scrapers.odyssey.parse.dispositions import read_dispositions, unread_outcomes
from scrapers.odyssey.parse.docket import read_docket
from scrapers.odyssey.parse.entries import read_causes, read_entries, read_warrants
from scrapers.odyssey.parse.financial import read_financial, whose
from scrapers.odyssey.parse.flow import Piece
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.parse.parties import read_parties
from scrapers.odyssey.parse.recognize import refuse_foreign
from scrapers.odyssey.parse.words import FURNITURE, CountyWords, words_of
from scrapers.odyssey.records import Financial
from scrapers.record import Labeled, Unread
from scrapers.sites import CourtSite

REQUEST_ACCESS = "Request Access"
INFORMATION = "caseInformationDiv"
_ENDINGS = re.compile(r"dispos|sentenc|plea|judgment|verdict|convict|confine|probation", re.I)
_EXPECTED = {"court": "Court", "file_date": "File Date", "case_type": "Case Type"}


def read_classic(
    html: str,
    url: str | None,
    link: CaseLink | None,
    zone: ZoneInfo | None,
    *,
    financial: str | None = None,
    missing: tuple[str, ...] = (),
    court: CourtSite | None = None,
    person: str | None = None,
) -> CaseRead:
    """The case of a classic page (the Details panel, a whole page, or a page saved by a person).

    ``link`` is what was asked for; another case number raises WrongRecord. Without it the page is
    whatever it says. A page that only offers to request access gives the restricted case.
    ``zone`` is the county's (None: times stay words), ``court`` its entry, ``person`` whose money
    is told first. ``financial`` is the late part where it came apart from the page, ``missing``
    names parts that the page object could not bring.

    Raises LayoutChanged for a page without the part that proves it, or of another product; Dropped
    for one that was cut short."""
    root = page_of(html)
    information = _information(root, link)
    if information is None:
        refuse_foreign(html, url)
        if link is not None and _offers_access(root) and first(root, ".section") is None:
            return restricted(link)
        if link is None and _offers_access(root) and first(root, ".section") is None:
            raise LayoutChanged(url, "case page", f"#{INFORMATION}", "an offer to request access")
        raise LayoutChanged(url, "case page", f"#{INFORMATION}", _outline(root))
    county = words_of(court)
    margin = Margin(zone, county.date_formats)
    page = CasePage(_panel(root, information), county, margin)
    head = _Head(page, information)
    number = head.proved(link, url)
    lost = list(missing) + _sections_lost(page, root, html, link, url)
    margin.by = file_date = margin.day(head.values.get("file_date"), "file_date")
    margin.of_case()
    docket = read_docket(page)
    money = _money(page, financial, url) if "financial" not in missing else LateMoney()
    events = read_dispositions(page)
    parts = {
        "parties": read_parties(page),
        "charges": read_charges(page),
        "bond_settings": read_bond_settings(page),
        "warrants": read_warrants(page),
        "other_entries": [*docket.others, *read_causes(page), *read_entries(page)],
    }
    mine, others = whose(money.parts, person)
    unread = (*page.ledger.left(), *money.unread)
    if not parts["parties"]:
        margin.doubt("parties", "a party with its role", "none", "label_missing")
    head.doubt_missing(unread)
    case, doubts = assembled(
        case_number=number,
        style=head.style,
        court=head.values.get("court"),
        case_type=head.values.get("case_type"),
        status=head.values.get("status"),
        file_date=file_date,
        judicial_officer=head.values.get("judicial_officer"),
        cross_references=head.references,
        disposition_events=events,
        events=docket.events,
        hearings=docket.hearings,
        financial=mine,
        other_financials=others,
        notices=head.notices,
        details=head.details,
        missing=[*lost, *money.missing],
        margin=margin,
        county=court,
        unread=_ending_unread(page, lost, unread) or unread_outcomes(tuple(events)),
        **parts,  # type: ignore[arg-type]
    )
    regions = dict(page.ledger.regions_seen())
    return CaseRead(case=case, unread=unread, doubts=doubts, regions=regions)


def _ending_unread(page: CasePage, lost: list[str], unread: tuple[Unread, ...]) -> bool:
    """Whether something was not read that may say how the case ended."""
    if "dispositions" in lost or any(map(_ENDINGS.search, page.strangers)):
        return True
    return any(
        section_of(one.section) == "dispositions"
        or (one.section is not None and _ENDINGS.search(one.section) is not None)
        for one in unread
    )


# -- the part that proves the page


def _information(root: HtmlElement, link: CaseLink | None) -> HtmlElement | None:
    """The case information; of several (old tabs stay in a page) the one asked for, else the one
    that can be seen."""
    found = select(root, f"#{INFORMATION}")
    if len(found) < 2:
        return next(iter(found), None)
    for box in found:
        if link is not None and link.case_number in (words(box) or "").split():
            return box
    return next((box for box in found if not _hidden(box)), found[0])


def _hidden(box: HtmlElement) -> bool:
    return any(
        one.get("aria-hidden") == "true" or "none" in (one.get("style") or "")
        for one in box.iterancestors()
        if one.get("role") == "tabpanel"
    )


def _panel(root: HtmlElement, information: HtmlElement) -> HtmlElement:
    """What is read of a page: the panel of the case, where the page has others beside it."""
    for one in information.iterancestors():
        if one.get("role") == "tabpanel" or one.get("id") == "PortletSummaryROA":
            outer = one
            while (above := outer.getparent()) is not None:
                if above.get("role") == "tabpanel":
                    return above
                outer = above
            alone = first(root, "[role=tabpanel], #frmSS, #SmartSearchResults") is None
            return root if alone else one
    return root


@dataclass
class _Head:
    """What "Case Information" says."""

    page: CasePage
    box: HtmlElement
    values: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    details: list[Labeled] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    line: str | None = None
    style: str | None = None

    def __post_init__(self) -> None:
        for piece in self.page.pieces(self.box):
            if piece.kind == "pair":
                self._pair(piece)
            elif piece.kind == "text":
                self.notices.append(self.page.take(piece) or "")
            elif piece.kind == "head" and self.line is None:
                self.line = self.page.take(piece)

    def _pair(self, piece: Piece) -> None:
        name = self.page.words.case.get(piece.key)
        if name is None:
            self.details.append(self.page.labeled(piece))
        elif name == "cross_references":
            self.page.take(piece)
            self.references += piece.lines
        elif name in self.values:
            self.details.append(self.page.twice(name, self.values[name], piece))
        elif (text := self.page.take(piece)) is not None:
            self.values[name] = text

    def proved(self, link: CaseLink | None, url: str | None) -> str:
        """The case number, which the label and the line above agree on. Raises WrongRecord for
        another one than was asked for, LayoutChanged where none is printed."""
        before, bar, behind = (self.line or "").partition("|")
        led = before.strip() if bar else None
        number = self.values.get("case_number") or led
        if not number:
            raise LayoutChanged(url, "Case Information", "the label Case Number", self.line)
        asked = link.case_number if link is not None else number
        if number != asked:
            raise WrongRecord(f"asked for case {asked}, the page is about {number}", url=url)
        if led == number:
            self.style = behind.strip() or None
        else:
            self.style = self.line
            if led is not None and number not in led and any(map(str.isdigit, led)):
                raise WrongRecord(f"the page is about {number}, and about {led}", url=url)
            if led is not None:
                self.page.margin.doubt("style", f"{number} | style", self.line or "", "mismatch")
        if "case_number" not in self.values:
            self.page.margin.doubt("case_number", "the label Case Number", "none", "label_missing")
        return number

    def doubt_missing(self, unread: tuple[Unread, ...]) -> None:
        """Doubts a label that is not there while a strange one is."""
        strange = [one.label for one in self.details]
        for name, label in _EXPECTED.items():
            if strange and name not in self.values and name not in self.page.words.lacks:
                self.page.margin.doubt(
                    name, f"the label {label}", ", ".join(strange), "label_missing"
                )


def _sections_lost(
    page: CasePage, root: HtmlElement, html: str, link: CaseLink | None, url: str | None
) -> list[str]:
    """The sections that the sidebar, the last part of the page, lists and nobody finds.

    Without it only the ends of its elements prove that a page was not cut short, which a browser
    writes itself: Dropped for a page that was asked for."""
    sidebar = _sidebar(page.panel)
    if sidebar is None:
        sidebar = _sidebar(root)
    if sidebar is None:
        if not ended(html) or (link is not None and "sidebar" not in page.words.lacks):
            raise Dropped("the page came without its end, the list of its sections", url=url)
        if "sidebar" not in page.words.lacks:
            page.margin.doubt("sections", "a list of the sections", "none", "label_missing")
        return []
    lost = []
    for anchor in sidebar.iter("a"):
        label = words(anchor)
        section = section_of(label)
        if label is None or label in FURNITURE.texts:
            continue
        if section is None and (label in page.strangers or not _leads_within(anchor)):
            continue
        if section is None or not page.section(section):
            name = section or label
            lost.append(name)
            page.margin.doubt(name, f"the section {label}", "none", "label_missing")
    return lost


def _leads_within(anchor: HtmlElement) -> bool:
    """Whether a link leads to a place of this page."""
    target = anchor.get("href") or ""
    return target.startswith("#") and len(target) > 1


def _sidebar(box: HtmlElement) -> HtmlElement | None:
    named = by_id(box, "mysidebar")
    if named is not None:
        return named
    return next((nav for nav in box.iter("nav") if _lists_sections(nav)), None)


def _lists_sections(nav: HtmlElement) -> bool:
    return any(section_of(words(anchor)) == "case" for anchor in nav.iter("a"))


# -- the late part


@dataclass
class LateMoney:
    """What the part with the money says, party by party, and what of it nobody read."""

    parts: list[Financial] = field(default_factory=list)
    unread: tuple[Unread, ...] = ()
    missing: tuple[str, ...] = ()


def _money(page: CasePage, apart: str | None, url: str | None) -> LateMoney:
    """The money, from the page or from the part that came apart from it."""
    found = LateMoney()
    for box in page.section("financial"):
        found.parts += read_financial(page, box)
    if apart is None:
        return found
    late = read_money(apart, url, page.words, page.margin)
    found.parts += late.parts
    found.unread = late.unread
    if not found.parts:
        found.missing = ("financial",)
    return found


def read_money(
    html: str, url: str | None, county: CountyWords | None = None, margin: Margin | None = None
) -> LateMoney:
    """The part with the money where it came apart from its page. Raises Dropped for one that was
    cut short."""
    if not ended(html):
        raise Dropped("the financial part is cut short", url=url)
    page = CasePage(page_of(html), county or words_of(None), margin or Margin(None))
    boxes = page.section("financial") or [page.panel]
    parts = [one for box in boxes for one in read_financial(page, box)]
    unread = tuple(
        one.model_copy(update={"section": one.section or "Financial"}) for one in page.ledger.left()
    )
    return LateMoney(parts, unread)


# -- pages that show no case


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
