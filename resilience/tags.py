"""Where the tags of a page begin and end, in one walk: its time grows with the page alone, whatever
a portal sends.

A pattern such as ``<input[^>]*>`` looks to the end of the page from each of a thousand tags that
are never closed; here nothing is looked at twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_NEXT = re.compile(r">|=\s*([\"'])")
_HIDDEN_TEXT = re.compile(r"<!--|<(script|style|noscript|template)(?=[\s/>])", re.I)


class Tag(NamedTuple):
    """A tag from its ``<`` to behind its ``>``, which may stand in a quoted value too. One that is
    never closed goes to the end of the page."""

    start: int
    end: int


def tags(html: str, *names: str) -> Iterator[Tag]:
    """The opening tags of these names, in the order of the page."""
    opening = re.compile(rf"<(?:{'|'.join(names)})(?=[\s/>])", re.I)
    unclosed: set[str] = set()
    position = 0
    while (found := opening.search(html, position)) is not None:
        position = _end(html, found.end(), unclosed)
        yield Tag(found.start(), position)


def _end(html: str, position: int, unclosed: set[str]) -> int:
    while (found := _NEXT.search(html, position)) is not None:
        position = found.end()
        quote = found[1]
        if quote is None:
            return position
        if quote not in unclosed:
            close = html.find(quote, position)
            if close >= 0:
                position = close + 1
            else:
                unclosed.add(quote)  # nor behind any later one
    return len(html)


def replace_tags(html: str, names: tuple[str, ...], change: Callable[[str], str]) -> str:
    """The page with each of these tags as ``change`` gives it."""
    parts, position = [], 0
    for tag in tags(html, *names):
        parts += [html[position : tag.start], change(html[tag.start : tag.end])]
        position = tag.end
    return "".join([*parts, html[position:]])


def replace_contents(html: str, name: str, change: Callable[[str, str], str]) -> str:
    """The page with the text inside each element of that name as ``change(tag, text)`` gives it.
    For elements that hold no other of their kind (script, textarea)."""
    closing = re.compile(rf"</{name}(?=[\s/>])", re.I)
    parts, position = [], 0
    for tag in tags(html, name):
        if tag.start < position:
            continue  # text of the element before
        found = closing.search(html, tag.end)
        end = found.start() if found is not None else len(html)
        text = change(html[tag.start : tag.end], html[tag.end : end])
        parts += [html[position : tag.end], text]
        position = end
        if found is None:
            break
    return "".join([*parts, html[position:]])


def without_hidden(html: str) -> str:
    """The page without comments, scripts, styles and the like; what is never closed goes to the
    end, as in a browser."""
    parts, position = [], 0
    while (found := _HIDDEN_TEXT.search(html, position)) is not None:
        parts.append(html[position : found.start()])
        if found[1] is None:
            end = html.find("-->", found.end())
            position = end + 3 if end >= 0 else len(html)
        else:
            close = _closing(found[1]).search(html, found.end())
            end = html.find(">", close.end()) if close is not None else -1
            position = end + 1 if end >= 0 else len(html)
    return " ".join([*parts, html[position:]])


def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[\s/>])", re.I)
