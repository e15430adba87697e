"""A part of a classic case page as a person reads it: headings, labels with their values, and
texts, in page order (docs/portals/odyssey.md, section 5.0).

Portals nest the same label and value in many ways: both in one paragraph, the value in the next
element, in a division of its own, or behind a line break. So this reads the order of the texts and
who contains whom, and depends on no single nesting. Every text of the part ends in exactly one
piece; a reader that uses a piece takes its texts out of the ledger."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from lxml.etree import XPath
from lxml.html import HtmlElement

from scrapers.ledger import Node
from scrapers.values import clean

Kind = Literal["head", "pair", "text", "rule", "table"]
_Role: TypeAlias = Literal["label", "head", "skip", "link", ""]

_NODES = XPath("descendant::text()[normalize-space()] | descendant::hr | descendant::table")
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "div", "li", "td", "th", "tr", "table", "ul", "form", "body"})
_CELL = re.compile(r"\bcol-[a-z]+-\d")
_LONGEST_LABEL = 60


@dataclass(slots=True, eq=False)
class Piece:
    """A heading, a label with its value, a text without a label, a rule (``hr``), or a table that
    is read in another way.

    ``element`` is what marks it: the heading's or the label's element, the block of a text. Of a
    pair ``label`` is what is printed, without its colon, and ``value`` the texts under it."""

    kind: Kind
    element: HtmlElement
    label: str = ""
    value: list[tuple[str, Node]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    @property
    def text(self) -> str | None:
        """The words of its value; None for a label that has none."""
        if len(self.value) == 1:
            return self.value[0][0]
        return clean(" ".join(text for text, _ in self.value))

    @property
    def key(self) -> str:
        """The label in small letters."""
        return self.label.lower()

    @property
    def lines(self) -> tuple[str, ...]:
        """The value as its printed lines."""
        found: list[str] = []
        last = None
        for text, (element, is_tail) in self.value:
            block = element.getparent() if is_tail else element
            if found and block is last and not (is_tail and element.tag == "br"):
                found[-1] = f"{found[-1]} {text}"
            else:
                found.append(text)
            last = block
        return tuple(found)


def pieces(box: HtmlElement, tables: Collection[HtmlElement] = ()) -> list[Piece]:
    """All pieces of a part, in page order. ``tables`` are told as one piece each; other tables are
    read as what stands in them."""
    return _Flow(box, tables).read()


class _Flow:
    def __init__(self, box: HtmlElement, tables: Collection[HtmlElement]) -> None:
        self._box = box
        self._found: list[Piece] = []
        self._roles: dict[HtmlElement, tuple[_Role, HtmlElement]] = {
            table: ("skip", table) for table in tables
        }
        self._open: Piece | None = None
        self._scope: HtmlElement = box
        self._wide = False

    def read(self) -> list[Piece]:
        for node in _NODES(self._box):
            if isinstance(node, str):
                text = clean(node)
                if text:
                    self._text(text, node.getparent(), node.is_tail)  # type: ignore[attr-defined]
            elif node.tag == "hr":
                self._open = None
                self._found.append(Piece("rule", node))
            elif self._roles.get(node, ("",))[0] == "skip":
                self._open = None
                self._found.append(Piece("table", node))
        return self._found

    def _text(self, text: str, element: HtmlElement, is_tail: bool) -> None:
        holder = element.getparent() if is_tail else element
        if holder is None:
            return
        role, marked = self._role(holder)
        if role == "skip":
            self._open = None
            return
        node = (element, is_tail)
        if role == "head":
            self._head(text, node, marked)
            return
        pair = self._open
        inside = pair is not None and self._inside(holder)
        if role == "link":
            self._label(text, node, marked, wide=False)
        elif role == "label" and pair is not None and pair.element is marked:
            pair.label = f"{pair.label} {text}".rstrip(": ")
            pair.nodes.append(node)
        elif role == "label" and not (inside and self._is_link(pair)):
            self._label(text, node, marked)
        elif inside and pair is not None:
            pair.value.append((text, node))
            pair.nodes.append(node)
        elif self._bare_label(text, holder, is_tail):
            self._label(text, node, holder, wide=holder.tag != "p" or not len(holder))
            if len(holder):
                self._scope = holder
        else:
            self._open = None
            self._plain(text, node, holder)

    # -- headings, labels, texts

    def _head(self, text: str, node: Node, marked: HtmlElement) -> None:
        last = self._found[-1] if self._found else None
        self._open = None
        if last is None or last.kind != "head" or last.element is not marked:
            last = Piece("head", marked)
            self._found.append(last)
        last.value.append((text, node))
        last.nodes.append(node)

    def _label(
        self, text: str, node: Node, marked: HtmlElement, *, wide: bool | None = None
    ) -> None:
        pair = Piece("pair", marked, label=text.rstrip(": ") or text, nodes=[node])
        self._found.append(pair)
        self._open = pair
        around = marked.getparent()
        self._scope = self._box if around is None else around
        # A label alone in its element: its value stands in the element behind that one.
        alone = around is not None and len(around) == 1 and not _said(around, marked)
        self._wide = alone if wide is None else wide and alone

    def _plain(self, text: str, node: Node, holder: HtmlElement) -> None:
        block: HtmlElement | None = holder
        while block is not None and block.tag not in _BLOCKS and block is not self._box:
            block = block.getparent()
        here = self._box if block is None else block
        last = self._found[-1] if self._found else None
        if last is None or last.kind != "text" or last.element is not here:
            last = Piece("text", here)
            self._found.append(last)
        last.value.append((text, node))
        last.nodes.append(node)

    # -- who contains whom

    def _inside(self, holder: HtmlElement) -> bool:
        """Whether a text belongs to the open label. A label alone in its element has the first
        element behind that one, and nothing after it."""
        scope, here = self._scope, holder
        while here is not scope:
            around = here.getparent()
            if here is self._box or around is None:
                break
            here = around
        else:
            return True
        if not self._wide:
            return False
        outer = scope.getparent()
        if scope is self._box or outer is None:
            return False
        child, step = holder, holder
        while step is not outer:
            above = step.getparent()
            if step is self._box or above is None:
                return False
            step, child = above, step
        self._wide = False
        self._scope = outer if child is outer else child
        return True

    def _role(self, element: HtmlElement) -> tuple[_Role, HtmlElement]:
        roles = self._roles
        known = roles.get(element)
        if known is not None:
            return known
        path: list[HtmlElement] = []
        step: HtmlElement | None = element
        while step is not None:
            known = roles.get(step)
            if known is not None:
                break
            path.append(step)
            own = _own_role(step)
            if own:
                known = (own, step)
                break
            if step is self._box:
                break
            step = step.getparent()
        known = known or ("", self._box)
        for one in path:
            roles[one] = known
        return known

    def _bare_label(self, text: str, holder: HtmlElement, is_tail: bool) -> bool:
        """A label without an element of its own: the first line of a cell (``Action`` over its
        value), or an element that ends with a colon."""
        if is_tail:
            return False
        if len(holder):
            cell = holder.get("class")
            lines = holder.tag == "p" and all(child.tag == "br" for child in holder)
            return bool(lines and cell and _CELL.search(cell))
        return text.endswith(":") and len(text) <= _LONGEST_LABEL

    @staticmethod
    def _is_link(pair: Piece | None) -> bool:
        return pair is not None and pair.element.tag == "a"


def is_label(element: HtmlElement) -> bool:
    """Whether an element marks a label."""
    return _own_role(element) == "label"


def is_head(element: HtmlElement) -> bool:
    """Whether an element marks a heading."""
    return _own_role(element) == "head"


def _own_role(element: HtmlElement) -> _Role:
    tag = element.tag
    if tag in _HEADS:
        return "head"
    classes = element.get("class") or ""
    if "text-primary" in classes:
        return "head"
    if "muted" in classes or tag == "dt" or tag == "label":
        return "label"
    if tag == "a" and "document-download" in classes:
        return "link"
    if tag == "span":
        around = element.getparent()
        if around is not None and around.tag == "p" and around[0] is element:
            said = (around.text or "").strip()
            behind = element.getnext() is not None or (element.tail or "").strip()
            if not said and behind:
                return "label"
    return ""


def _said(around: HtmlElement, label: HtmlElement) -> bool:
    """Whether an element says more than its label."""
    return bool((around.text or "").strip() or (label.tail or "").strip())
