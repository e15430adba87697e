"""Whether a page came whole: what is cut short lacks its last rows in silence, or has half a number
in the last of them."""

from __future__ import annotations

import re

from resilience.faults import Dropped
from scrapers.markup import ended

_TAG_END = re.compile(r"</(?:body|html)\s*>")
_COPYRIGHT = re.compile(r"(?:&copy;|&#169;|©|\(c\))\s*copyright\b")
_CELL = re.compile(
    r"<t[dh]\b[^<>]*>(?:\s|&nbsp;|<(?!/?t[dhr]\b)[^<>]*>)*(?:[^\s<&]|&(?!nbsp;))", re.I
)
_LINE = re.compile(
    r"(?:©|\(c\)) Copyright \d{4}, [A-Za-z-]+(?: [A-Za-z-]+)*, Inc\.(?: All Rights Reserved)?"
)


def is_copyright(text: str) -> bool:
    """Whether a text is the product's copyright line and nothing else, with whatever vendor's
    name: what proves a page's end is no person's word."""
    return _LINE.fullmatch(text) is not None


def came_whole(html: str) -> bool:
    """Whether something stands at the end of the page that only its end has, and no cell with words
    behind it.

    That is the product's copyright line or the tag that closes the document (docs/portals/iml.md,
    2.2); either is enough, as no source says that every county prints both. A browser closes every
    document itself, so of its pages this says nothing: there the window tells that a document never
    came to its end."""
    small = html.lower()
    end = max(_last(_TAG_END, small, ("</body", "</html")), _last(_COPYRIGHT, small, _SIGNS))
    return end > 0 and _CELL.search(html, end) is None


_SIGNS = ("&copy;", "&#169;", "©", "(c)")


def _last(pattern: re.Pattern[str], text: str, begins: tuple[str, ...]) -> int:
    """Where the last match ends, which begins with one of these; 0 for none."""
    ends = [0]
    for begin in begins:
        place = text.rfind(begin)
        while place >= 0:
            if found := pattern.match(text, place):
                ends.append(found.end())
                break
            place = text.rfind(begin, 0, place)
    return max(ends)


def check_end(html: str, url: str) -> None:
    """Raises Dropped for a page that was cut short. A part of a page, saved from a browser, has no
    end of its own: there every table that begins must end."""
    if not (came_whole(html) if "<html" in html.lower() else ended(html)):
        raise Dropped(
            "the page ends before its end: neither copyright line nor closing tag", url=url
        )
