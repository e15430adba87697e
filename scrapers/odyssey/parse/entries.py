"""Sections of a classic case page that list something else than charges, events and money: causes
of action, services of process, warrants, bonds (docs/portals/odyssey.md, sections 5 and 5.1)."""

from __future__ import annotations

from lxml.html import HtmlElement

from scrapers.odyssey.parse.casepage import CasePage, header_tables, rows_of
from scrapers.odyssey.parse.docket import read_services
from scrapers.odyssey.parse.words import CAUSE, ENTRY, Labels
from scrapers.odyssey.records import OtherEntry, Warrant
from scrapers.record import Labeled


def read_causes(page: CasePage) -> list[OtherEntry]:
    """The causes of action of a civil case."""
    return _listed(page, "causes", CAUSE)


def read_entries(page: CasePage) -> list[OtherEntry]:
    """Services of process and bonds, where the page has sections for them."""
    return [*_listed(page, "services", ENTRY), *_listed(page, "bonds", ENTRY)]


def _listed(page: CasePage, section: str, labels: Labels) -> list[OtherEntry]:
    found: list[OtherEntry] = []
    for box in page.section(section):
        tables = header_tables(box)
        for table in tables:
            for row in rows_of(page, table, labels):
                entry = OtherEntry(
                    date=page.margin.day(row.values.get("date"), "date"),
                    name=row.values.get("name"),
                    details=tuple(row.strange),
                )
                page.margin.of(entry)
                found.append(entry)
        if not tables:
            found += read_services(page, box)
    return found


def read_warrants(page: CasePage) -> list[Warrant]:
    """The warrants of the case: rows of a table, or labels that begin again with each number."""
    found: list[Warrant] = []
    for box in page.section("warrants"):
        tables = header_tables(box)
        for table in tables:
            for row in rows_of(page, table, page.words.warrant):
                found.append(_warrant(page, row.values, row.strange))
        found += _by_labels(page, box, tables)
    return found


def _by_labels(page: CasePage, box: HtmlElement, tables: list[HtmlElement]) -> list[Warrant]:
    found: list[Warrant] = []
    values: dict[str, str] = {}
    details: list[Labeled] = []
    for piece in page.pieces(box, tables):
        if piece.kind != "pair":
            continue
        field = page.words.warrant.get(piece.key)
        if field is not None and field in values:
            found.append(_warrant(page, values, details))
            values, details = {}, []
        said = page.labeled(piece)
        if field is None:
            details.append(said)
        elif said.text:
            values[field] = said.text
    if values or details:
        found.append(_warrant(page, values, details))
    return found


def _warrant(page: CasePage, values: dict[str, str], details: list[Labeled]) -> Warrant:
    warrant = Warrant(
        number=values.get("number"),
        type=values.get("type"),
        status=values.get("status"),
        date=page.margin.day(values.get("date"), "date"),
        details=tuple(details),
    )
    page.margin.of(warrant)
    return warrant
