"""A detail page as titled sections of labels, values and tables (iml.md, section 2.4).

Rows belong to the title last seen before them in the document, whatever the broken tables around
them: nesting differs between layouts, the order of titles and rows does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import has, own, words

HEADERS = frozenset(
    {
        "case#",
        "amount",
        "percent",
        "additional",
        "total",
        "bond type",
        "status",
        "posted by",
        "post date",
    }
    | {
        "set by",
        "set date",
        "comp date",
        "comp no",
        "issued by",
        "last name",
        "first name",
        "middle name",
    }
    | {"offense date", "code", "description", "grade", "degree"}
)
"""Column headers of the sections that are tables, as `key` writes them."""
MONEY = frozenset({"Bond Information"})
"""The sections whose labels all have a cell, an empty one where there is no value (iml.md, section
2.4)."""


@lru_cache(maxsize=2048)
def key(label: str) -> str:
    """A label for comparing: lower case, without colon, ``#`` joined to its word."""
    return label.lower().rstrip(": ").replace(" #", "#")


@dataclass
class Section:
    """One section. ``pairs`` are label and value in page order; ``rows`` the table's, by header;
    ``notes`` other texts."""

    title: str
    pairs: list[tuple[str, str | None]] = field(default_factory=list)
    rows: list[dict[str, str | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    headers: list[tuple[str, int]] | None = None


def sections_of(root: HtmlElement, url: str) -> dict[str, Section]:
    """All sections by title; the block beside the photo, which has none, is ``""``. A repeated
    title goes on."""
    current = Section("")
    sections = {"": current}
    trouble: LayoutChanged | None = None
    marks = [
        inner for inner in root.iterdescendants() if inner.tag == "table" or has(inner, "header")
    ]
    around = {line for mark in marks for line in mark.iterancestors("tr")}
    for element in root.iterdescendants("td", "tr"):
        if element.tag == "td":
            title = _title(element)
            if title:
                current = sections.setdefault(title, Section(title))
        elif element not in around:
            try:
                _take(element, current, url)
            except LayoutChanged as wrong:
                if current.title:
                    raise
                trouble = (
                    trouble or wrong
                )  # perhaps another page, which has no titled section at all
    if trouble is not None and len(sections) > 1:
        raise trouble
    return sections


def groups(section: Section) -> Iterator[dict[str, str | None]]:
    """The section's entries: each row of its table, or its pairs, cut wherever a label comes
    again."""
    yield from section.rows
    group: dict[str, str | None] = {}
    for label, value in section.pairs:
        if group and (label in group or key(label) == key(section.pairs[0][0])):
            yield group
            group = {}
        group[label] = value
    if group:
        yield group


def _title(cell: HtmlElement) -> str | None:
    if not has(cell, "header"):
        return None
    text = words(cell)
    return text if text and text.endswith("Information") else None


def _take(line: HtmlElement, section: Section, url: str) -> None:
    cells = own(line, "td", "th")
    texts = [words(cell) for cell in cells]
    full = [text for text in texts if text]
    if not full or (
        len(full) == 1 and full[0].lower().startswith(("there is no ", "there are no "))
    ):
        return
    bold = [has(cell, "bodysmallbold") for cell in cells]
    colons = any(text.endswith(":") for text in full)
    all_bold = all(mark for mark, text in zip(bold, texts, strict=True) if text)
    if not colons and (_is_header(line, full) or (all_bold and len(full) > 1)):
        section.headers = [
            (text or "", _span(cell)) for text, cell in zip(texts, cells, strict=True)
        ]
    elif colons or any(bold) or key(full[0]) == "grand total":
        section.pairs.extend(_pairs(texts, bold, section.title, url))
    elif section.headers:
        values = [(text, _span(cell)) for text, cell in zip(texts, cells, strict=True)]
        section.rows.append(_by_header(section, values, url))
    elif len(full) > 1:
        raise LayoutChanged(
            url,
            f"header of {section.title or 'the block beside the photo'}",
            "one above its rows",
            full,
        )
    else:
        section.notes.extend(full)


def _is_header(line: HtmlElement, full: list[str]) -> bool:
    return has(line, "bodysmallbold") or (
        len(full) > 2 and all(key(text) in HEADERS for text in full)
    )


def _pairs(
    texts: list[str | None], bold: list[bool], title: str, url: str
) -> Iterator[tuple[str, str | None]]:
    """Labels with the cell behind each. A value that stands behind no label lost it: it is never
    dropped.

    In a section of money no label may lack its cell either: where one is missing, the columns may
    have moved."""
    labels = [
        bool(text) and (mark or str(text).endswith(":") or key(str(text)) == "grand total")
        for text, mark in zip(texts, bold, strict=True)
    ]
    where = f"labels of {title or 'the block beside the photo'}"
    for index, text in enumerate(texts):
        if text and labels[index]:
            after = index + 1
            alone = after == len(texts) or labels[after]
            if alone and title in MONEY:
                raise LayoutChanged(url, where, "a cell behind every label", text)
            yield text.rstrip(": "), None if alone else texts[after]
        elif text and (index == 0 or not labels[index - 1]):
            raise LayoutChanged(url, where, "one for every value", text)


def _by_header(
    section: Section, values: list[tuple[str | None, int]], url: str
) -> dict[str, str | None]:
    headers = section.headers or []
    if len(values) == len(headers):
        return {name: text for (name, _), (text, _) in zip(headers, values, strict=True) if name}
    places: dict[int, str | None] = {}
    at = 0
    for text, span in values:
        places[at] = text
        at += span
    row: dict[str, str | None] = {}
    place = 0
    for name, span in headers:
        if name:
            row[name] = places.pop(place, None)
        place += span
    if places or at != place:
        raise LayoutChanged(url, f"cells of a row of {section.title}", len(headers), len(values))
    return row


def _span(cell: HtmlElement) -> int:
    text = (cell.get("colspan") or "1").strip()
    return int(text) if text.isdigit() else 1
