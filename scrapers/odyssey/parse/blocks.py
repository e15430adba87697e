"""Reading the blocks that classic case pages are made of: labels with values, dated headings,
tables by header."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import after, below, closest, has, own, rest, words
from scrapers.values import cents, clean, date_of

_DATED = re.compile(r"^(\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d\d-\d\d)\s*(.*)$", re.ASCII | re.S)


def labelled(box: HtmlElement) -> Iterator[tuple[str, str | None]]:
    """Every ``<p><span>Label</span><br>value</p>`` below the box, in page order. Headings
    (``text-primary``) are none."""
    for paragraph in below(box, "p"):
        span = next(paragraph.iterchildren("span"), None)
        if span is None or has(span, "text-primary"):
            continue
        label = words(span)
        if label:
            yield label.rstrip(":"), rest(paragraph, span)


def unlabelled(box: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Every paragraph below the box that says something without a label or a heading: a label that
    was there may be gone."""
    for paragraph in below(box, "p"):
        if has(paragraph, "text-primary") or next(paragraph.iter("span"), None) is not None:
            continue
        if text := words(paragraph):
            yield paragraph, text


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
    """A birth date where a full one is printed; masks and other texts give None (they confirm
    nobody)."""
    try:
        return date_of(text)
    except ValueError:
        return None


def own_rows(table: HtmlElement) -> list[HtmlElement]:
    """The body rows of a table, without those of tables inside it."""
    return [row for row in below(table, "tr") if closest(row, "table") is table and own(row, "td")]


def headers_of(table: HtmlElement) -> list[str]:
    """The header cells' texts, lower case, blank ones kept. Of several header rows the first
    counts."""
    heads = [head for head in below(table, "th") if closest(head, "table") is table]
    heads = [head for head in heads if head.getparent() is heads[0].getparent()]
    return [(clean(head.get("data-title")) or words(head) or "").lower() for head in heads]


def detail_of(row: HtmlElement) -> HtmlElement | None:
    """The detail row that belongs to a master row."""
    follower = next(after(row, "tr"), None)
    return follower if follower is not None and has(follower, "k-detail-row") else None
