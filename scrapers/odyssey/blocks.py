"""Reading the blocks that classic case pages are made of: labels with values, dated headings, tables by header."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from bs4 import NavigableString, Tag

from resilience.faults import LayoutChanged
from scrapers.page import cents, clean, date_of

_DATED = re.compile(r"^(\d{1,2}/\d{1,2}/\d{4})\s*(.*)$")


def words(tag: Tag | None) -> str | None:
    """The visible words below a tag."""
    return clean(tag.get_text(" ")) if tag is not None else None


def labelled(box: Tag) -> Iterator[tuple[str, str | None]]:
    """Every ``<p><span>Label</span><br>value</p>`` below the box, in page order. Headings (``text-primary``) are none."""
    for paragraph in box.find_all("p"):
        span = paragraph.find("span", recursive=False)
        if not isinstance(span, Tag) or "text-primary" in (span.get("class") or ()):
            continue
        label = words(span)
        if label:
            rest = [
                part.get_text(" ") if isinstance(part, Tag) else str(part)
                for part in paragraph.contents
                if part is not span
            ]
            yield label.rstrip(":"), clean(" ".join(rest))


def unlabelled(box: Tag) -> Iterator[tuple[Tag, str]]:
    """Every paragraph below the box that says something without a label or a heading: a label that was there may be gone."""
    for paragraph in box.find_all("p"):
        text = words(paragraph)
        if text and paragraph.find("span") is None and "text-primary" not in (paragraph.get("class") or ()):
            yield paragraph, text


def lines(tag: Tag) -> tuple[str, ...]:
    """The text between the ``<br>`` of a paragraph."""
    parts: list[str] = [""]
    for piece in tag.descendants:
        if isinstance(piece, Tag) and piece.name == "br":
            parts.append("")
        elif isinstance(piece, NavigableString):
            parts[-1] += str(piece)
    return tuple(line for line in map(clean, parts) if line)


def dated(text: str | None) -> tuple[str, str] | None:
    """``09/02/2026   Indictment Filed`` as its two parts; None where it begins with no date."""
    match = _DATED.match(text or "")
    return (match.group(1), match.group(2)) if match else None


def day(text: str | None, what: str, url: str) -> dt.date | None:
    """A date; None when blank or masked. Raises LayoutChanged for another text."""
    try:
        return date_of(text)
    except ValueError:
        raise LayoutChanged(url, what, "MM/DD/YYYY", text) from None


def must_day(text: str | None, what: str, url: str) -> dt.date:
    """A date that must stand there; raises LayoutChanged otherwise."""
    value = day(text, what, url)
    if value is None:
        raise LayoutChanged(url, what, "MM/DD/YYYY", text)
    return value


def amount(text: str | None, what: str, url: str) -> int | None:
    """Cents; None when blank. Raises LayoutChanged for what is no money."""
    try:
        return cents(text)
    except ValueError:
        raise LayoutChanged(url, what, "an amount of money", text) from None


def birth_date(text: str | None) -> dt.date | None:
    """A birth date where a full one is printed; masks and other texts give None (they confirm nobody)."""
    try:
        return date_of(text)
    except ValueError:
        return None


def own_rows(table: Tag) -> list[Tag]:
    """The body rows of a table, without those of tables inside it."""
    return [
        row
        for row in table.find_all("tr")
        if row.find_parent("table") is table and row.find("td", recursive=False)
    ]


def headers_of(table: Tag) -> list[str]:
    """The header cells' texts, lower case, blank ones kept. Of several header rows the first counts."""
    own = [head for head in table.find_all("th") if head.find_parent("table") is table]
    heads = [head for head in own if head.parent is own[0].parent]
    return [(clean(str(head.get("data-title") or "")) or words(head) or "").lower() for head in heads]


def detail_of(row: Tag) -> Tag | None:
    """The detail row that belongs to a master row."""
    after = row.find_next_sibling("tr")
    return after if isinstance(after, Tag) and "k-detail-row" in (after.get("class") or ()) else None
