"""Pages as bare lxml trees, for the parsers of pages that come by the thousand (docs/speed.md has
the profile).

The tree is the one that BeautifulSoup on lxml shows (tests/scrapers/test_markup.py compares the two
on every fixture), at a fifth of the cost. Pages that come once in a session stay with
BeautifulSoup, whose ways are kinder: `scrapers.values.soup_of`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cssselect import HTMLTranslator
from lxml.etree import (
    Comment,
    ElementDefaultClassLookup,
    ParserError,
    XPath,
    iterwalk,
    strip_elements,
)
from lxml.html import HtmlComment, HtmlElement, HTMLParser, document_fromstring

from resilience.faults import LayoutChanged
from scrapers.values import DEEPEST, LONGEST, clean, decoded

_NOTHING = b"<html></html>"
_CLASSES = ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment)
"""One class for every element; `lxml.html` asks a function in Python for each, which was 6 % of a
jail page under a profiler."""
_NESTED = re.compile(r"<(/?)(?:div|table)\b")


def page_of(html: str, *, scripts: bool = False) -> HtmlElement:
    """The page as a tree, without comments, styles and (unless ``scripts``) scripts: what is left
    is what a person sees.

    Raises LayoutChanged for a page long or nested beyond reason, over which every parser would take
    for ever."""
    if len(html) > LONGEST:
        raise LayoutChanged(None, "page", f"at most {LONGEST:,} characters", f"{len(html):,}")
    text = decoded(html)
    # A parser for each page: one is not for several threads at once. Its own limits are off, as
    # ours are checked.
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = document_fromstring(text, parser=parser)
    except ParserError:  # it has no element at all
        root = document_fromstring(_NOTHING, parser=parser)
    for behind in list(root.itersiblings("*")):
        root.append(behind)  # what stands behind a "</html>" that came too early
    if html.count("<") - html.count("</") > DEEPEST and (deep := _depth(root)) > DEEPEST:
        raise LayoutChanged(None, "page", f"at most {DEEPEST} elements within each other", deep)
    strip_elements(root, Comment, "style", *(() if scripts else ("script",)), with_tail=False)
    return root


def _depth(root: HtmlElement) -> int:
    deepest = depth = 0
    for event, _ in iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def ended(html: str) -> bool:
    """Whether every ``div``, ``table`` and ``script`` that was begun was ended: their ends are
    never left out.

    A browser writes HTML out with all its ends; a part of a page that the portal sends lacks some
    of them when it is cut short."""
    open_, place, small = 0, 0, html.lower()
    while True:
        start = small.find("<script", place)
        for found in _NESTED.finditer(small, place, len(small) if start < 0 else start):
            open_ += -1 if found[1] else 1
        if start < 0:
            return open_ <= 0
        place = small.find("</script", start)
        if place < 0:
            return False


# -- finding
# --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _path(css: str) -> XPath:
    return XPath(HTMLTranslator().css_to_xpath(css, prefix="descendant::"))


@lru_cache(maxsize=1)
def _ids() -> tuple[XPath, XPath]:
    return XPath("id($name)"), XPath("descendant-or-self::*[@id=$name]")


def select(box: HtmlElement, css: str) -> list[HtmlElement]:
    """Every element below ``box`` that fits the selector, in page order. All of the selector is
    looked for below it."""
    return list(_path(css)(box))


def first(box: HtmlElement, css: str) -> HtmlElement | None:
    """The first of `select`, None where nothing fits."""
    return next(iter(_path(css)(box)), None)


def by_id(root: HtmlElement, name: str) -> HtmlElement | None:
    """The first element with that id, ``root`` itself or below it."""
    known, searched = _ids()
    found = next(iter(known(root, name=name)), None)  # from the document's table of ids
    if found is None or found is root or root in found.iterancestors():
        return found
    return next(iter(searched(root, name=name)), None)


def own(box: HtmlElement, *names: str) -> list[HtmlElement]:
    """The children of those names; all children without a name."""
    return [child for child in box if not names or child.tag in names]


def below(box: HtmlElement, *names: str) -> list[HtmlElement]:
    """Every element of those names below ``box``, in page order."""
    return list(box.iterdescendants(*names))


def closest(tag: HtmlElement, *names: str) -> HtmlElement | None:
    """The nearest ancestor of one of those names."""
    return next(tag.iterancestors(*names), None)


def within(tag: HtmlElement, marked: str, *names: str) -> HtmlElement | None:
    """The nearest ancestor (of one of those names, if any) of that class."""
    return next((one for one in tag.iterancestors(*names) if has(one, marked)), None)


def after(tag: HtmlElement, *names: str) -> Iterator[HtmlElement]:
    """The siblings behind it, of those names."""
    return tag.itersiblings(*names)


def has(tag: HtmlElement, *marked: str) -> bool:
    """Whether it bears one of those classes."""
    classes = tag.get("class")
    return classes is not None and not set(marked).isdisjoint(classes.split())


def without(root: HtmlElement, *names: str) -> HtmlElement:
    """The same tree, every element of those names taken out of it (for good)."""
    strip_elements(root, *names, with_tail=False)
    return root


# -- reading
# --------------------------------------------------------------------------------------------------


def words(tag: HtmlElement | None) -> str | None:
    """The visible words below it, white space collapsed; None for none, or no tag."""
    return None if tag is None else clean(" ".join(tag.itertext()))


def rest(tag: HtmlElement, but: HtmlElement) -> str | None:
    """The words of ``tag`` without those of one of its children."""
    parts = [tag.text or ""]
    for child in tag:
        if child is not but:
            parts.extend(child.itertext())
        parts.append(child.tail or "")
    return clean(" ".join(parts))


def lines(tag: HtmlElement) -> tuple[str, ...]:
    """The text between the ``<br>`` of a paragraph."""
    parts = [tag.text or ""]
    for piece in tag.iterdescendants():
        if piece.tag == "br":
            parts.append("")
        else:
            parts[-1] += piece.text or ""
        parts[-1] += piece.tail or ""
    return tuple(line for line in map(clean, parts) if line)
