"""Whether a page came whole: what is cut short lacks its last rows in silence, or has half a number
in the last of them."""

from __future__ import annotations

import re

from resilience.faults import Dropped

_END = re.compile(r"</(?:body|html)\s*>|(?:&copy;|&#169;|©|\(c\))\s*Copyright\b", re.I)
_CELL = re.compile(
    r"<t[dh]\b[^<>]*>(?:\s|&nbsp;|<(?!/?t[dhr]\b)[^<>]*>)*(?:[^\s<&]|&(?!nbsp;))", re.I
)


def came_whole(html: str) -> bool:
    """Whether something stands at the end of the page that only its end has, and no cell with words
    behind it.

    That is the product's copyright line or the tag that closes the document (iml.md, section 2.2);
    either is enough, as no source says that every county prints both. A browser closes every
    document itself, so of its pages this says nothing: there the window tells that a document never
    came to its end."""
    ends = [found.end() for found in _END.finditer(html)]
    return bool(ends) and _CELL.search(html, ends[-1]) is None


def check_end(html: str, url: str) -> None:
    """Raises Dropped for a page that was cut short."""
    if not came_whole(html):
        raise Dropped(
            "the page ends before its end: neither copyright line nor closing tag", url=url
        )
