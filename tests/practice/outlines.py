"""The outline of a page: its elements with ids, classes and labels, every value replaced by its
kind. The handed outlines of real pages (``tests/data/outlines``) were made in the same way, so that
a page of the practice portals can be held against them.

A line is an element or a text, indented by its depth. Of an element: tag, id, classes, the few
attributes that say something of the layout, and its own first words. A label is kept as it is; a
value becomes ``VALUE``, whatever its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

FOLDER = Path(__file__).parents[1] / "data" / "outlines"
KNOWN = frozenset((FOLDER / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
"""Words of the portals that are no label by their place alone."""
_DROPPED = re.compile(
    "script|style|link|meta|noscript|svg|path|img|input|button|select|option|textarea"
)
_KIND = re.compile(
    r"^(DATE-?|TIME|MONEY|NUMBER|CASENO|WORDS\(\d+\)|DATE (?:TIME|WORDS\(\d+\)|CASENO|NUMBER))$"
)
_TIMES = re.compile(r"   x\d+$")


@dataclass
class Node:
    """An element or a text of an outline, with what stands in it."""

    says: str
    inside: list[Node] = field(default_factory=list)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The outline again, a line a node."""
        yield "  " * depth + self.says
        for one in self.inside:
            yield from one.lines(depth + 1)

    def folded(self) -> Node:
        """The same, neighbors that are equal told once."""
        inside: list[Node] = []
        for one in self.inside:
            folded = one.folded()
            if not inside or list(inside[-1].lines()) != list(folded.lines()):
                inside.append(folded)
        return Node(self.says, inside)

    def paths(self, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        """Every node with all that stands above it."""
        own = (*above, self.says)
        yield own
        for one in self.inside:
            yield from one.paths(own)


def of_page(page: str, css: str) -> list[Node]:
    """The outlines of what the selector finds on a page, folded."""
    document = html.fromstring(page)
    return [_node(element).folded() for element in document.cssselect(css)]


def handed(name: str) -> list[Node]:
    """The outlines in one of the handed files, folded."""
    roots: list[Node] = []
    stack: list[tuple[int, Node]] = []
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith("("):
            continue
        depth = len(line) - len(line.lstrip())
        node = Node(_value_free(_TIMES.sub("", text)))
        while stack and stack[-1][0] >= depth:
            stack.pop()
        (stack[-1][1].inside if stack else roots).append(node)
        stack.append((depth, node))
    return [root.folded() for root in roots]


def _value_free(text: str) -> str:
    before, mark, rest = text.partition("«")
    if not mark:
        return text
    words = rest.removesuffix("»")
    if _KIND.match(words):
        words = "VALUE"
    elif words.startswith("DATE "):
        words = f"VALUE {words.removeprefix('DATE ')}" if words[5:] in KNOWN else "VALUE"
    return f"{before}«{words}»"


def _node(element: HtmlElement) -> Node:
    name = element.tag
    if element.get("id"):
        own = re.sub(r"docLink_.*", "docLink_N", element.get("id", ""))
        name += "#" + re.sub(r"\d{3,}", "N", own)
    name += "".join("." + one for one in (element.get("class") or "").split())
    for attribute in ("data-label", "style", "colspan", "name"):
        if element.get(attribute):
            value = re.sub(r"\d{3,}", "N", element.get(attribute, ""))[:40]
            name += f"[{attribute}={value}]"
    node = Node(name)
    text = " ".join((element.text or "").split())
    if text:
        node.says += f" «{text if _labels(element, text) else _kind(text)}»"
    for child in element:
        if isinstance(child.tag, str) and not _DROPPED.fullmatch(child.tag):
            node.inside.append(_node(child))
        tail = " ".join((child.tail or "").split())
        if tail:
            node.inside.append(Node(f"«{_kind(tail)}»"))
    return node


def _labels(element: HtmlElement, text: str) -> bool:
    if re.search(r"\d{3}", text):
        return False
    classes = element.get("class") or ""
    return (
        "text-muted" in classes
        or element.tag in ("th", "h1", "h2", "h3", "h4", "h5")
        or text.endswith((":", "Information"))
    )


def _kind(text: str) -> str:
    if text in KNOWN:
        return text
    dated = re.match(r"^\d{1,2}/\d{1,2}/\d{2,4}\s+(.*)$", text, re.DOTALL)
    if dated and dated[1] in KNOWN:
        return f"VALUE {dated[1]}"
    return "VALUE"
