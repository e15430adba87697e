"""The ledger of a page: every visible text is read into a field, is known furniture, or is told.

A reader takes elements (or single texts) out of the ledger when it reads them. One walk at the end,
`Ledger.left`, gives every visible text that nobody took, with the section and label it stands
under. So no reader can lose a text by forgetting it (docs/laws.md, law 9).

`JsonLedger` does the same for the answers of services, by object and key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from lxml.etree import XPath
from lxml.html import HtmlElement

from scrapers.markup import select, words
from scrapers.record import Unread
from scrapers.values import clean

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "title", "meta", "link"})
"""Elements whose text no browser shows."""
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TEXTS = XPath("descendant-or-self::*/text()[normalize-space()]")
_SIMPLE = re.compile(r"([a-z0-9]*)\.([\w-]+)")
_EMPTY: tuple[Json, ...] = (None, "", 0, False)

Node: TypeAlias = "tuple[HtmlElement, bool]"
"""One text of a page: that before an element's first child, or (True) that right behind it."""
Where: TypeAlias = Callable[[HtmlElement], tuple[str | None, str | None]]
"""Section and label that an element stands under; a parser knows its page's."""


@dataclass(frozen=True)
class Furniture:
    """Texts that a product prints on everybody's page. They say nothing of a person.

    ``texts``: exact whole texts, each with its source. ``regions``: CSS selectors of parts that no
    field stands in (a footer, a help row). Never a pattern, never inside a section with fields."""

    texts: Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()


class Ledger:
    """The visible texts of one page (or a part of it), and which of them were read.

    ``hidden_classes`` and (with ``hidden_styles``) ``display: none`` hide a text; a panel that can
    be opened is read whole, without them."""

    def __init__(
        self,
        root: HtmlElement,
        furniture: Furniture,
        where: Where,
        *,
        hidden_classes: Iterable[str] = ("ng-hide",),
        hidden_styles: bool = True,
    ) -> None:
        self.root = root
        self._furniture = furniture
        self._where = where
        self._hidden_classes = frozenset(hidden_classes)
        self._hidden_styles = hidden_styles
        self._whole: set[HtmlElement] = set()
        self._texts: set[HtmlElement] = set()
        self._tails: set[HtmlElement] = set()
        self._boxes: set[HtmlElement] | None = None

    def take(self, *elements: HtmlElement | None) -> None:
        """Cross off everything below the elements: their texts and those of all within them."""
        self._whole.update(element for element in elements if element is not None)

    def take_text(self, element: HtmlElement) -> str | None:
        """Cross off and give the text before an element's first child; None for none."""
        self._texts.add(element)
        return clean(element.text)

    def take_tail(self, element: HtmlElement) -> str | None:
        """Cross off and give the text right behind an element; None for none."""
        self._tails.add(element)
        return clean(element.tail)

    def take_own(self, element: HtmlElement) -> str | None:
        """Cross off and give an element's own texts, without those of its children."""
        self._texts.add(element)
        parts = [element.text or ""]
        for child in element:
            self._tails.add(child)
            parts.append(child.tail or "")
        return clean(" ".join(parts))

    def take_nodes(self, nodes: Iterable[Node]) -> None:
        """Cross off single texts."""
        for element, is_tail in nodes:
            (self._tails if is_tail else self._texts).add(element)

    def words(self, element: HtmlElement | None) -> str | None:
        """Cross off an element and give its words, white space collapsed; None for none."""
        self.take(element)
        return words(element)

    def left(self) -> tuple[Unread, ...]:
        """Every visible text that was not taken and is no furniture, in page order."""
        return tuple(self._left())

    def regions_seen(self) -> Counter[str]:
        """The texts that stand in regions of furniture, for a crawl to compare with its last."""
        seen: Counter[str] = Counter()
        for css in self._furniture.regions:
            for box in select(self.root, css):
                seen.update(filter(None, map(clean, box.itertext())))
        return seen

    def _left(self) -> Iterator[Unread]:
        """Goes through the texts alone, not through every element: most of a page has none."""
        known = self._furniture.texts
        passed: dict[HtmlElement, bool] = {}
        told: set[tuple[HtmlElement, bool]] = set()
        for node in _TEXTS(self.root):
            element, is_tail = node.getparent(), node.is_tail
            if element in (self._tails if is_tail else self._texts):
                continue
            holder = element.getparent() if is_tail else element
            if holder is None or holder in self._whole or holder.getparent() in self._whole:
                continue  # mostly: a cell, or a link in a cell
            if self._passed(holder, passed) or (element, is_tail) in told:
                continue
            told.add((element, is_tail))  # a comment may have parted one text into several nodes
            shown = clean(element.tail if is_tail else element.text)
            if not shown or shown in known:
                continue
            if not self._is_furniture(holder):
                yield self._unread(holder, shown)

    def _is_furniture(self, holder: HtmlElement) -> bool:
        """Whether a text stands in a region of furniture."""
        simple, others = _regions(self._furniture.regions)
        if self._boxes is None:
            self._boxes = {box for css in others for box in select(self.root, css)}
        for one in (holder, *holder.iterancestors()):
            if one in self._boxes:
                return True
            classes = one.get("class")
            if classes and any(
                tag in ("", one.tag) and marked in classes.split() for tag, marked in simple
            ):
                return True
        return False

    def _passed(self, element: HtmlElement, passed: dict[HtmlElement, bool]) -> bool:
        """Whether the element, or one around it, was taken or cannot be seen."""
        path = []
        found = False
        one: HtmlElement | None = element
        while one is not None:
            if one in passed:
                found = passed[one]
                break
            path.append(one)
            if self._skipped(one):
                found = True
                break
            one = None if one is self.root else one.getparent()
        passed.update(dict.fromkeys(path, found))
        return found

    def _skipped(self, element: HtmlElement) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in UNSEEN:
            return True
        if element in self._whole:
            return True
        if not element.attrib:
            return False
        classes = element.get("class")
        if classes and not self._hidden_classes.isdisjoint(classes.split()):
            return True
        style = element.get("style") if self._hidden_styles else None
        return style is not None and _HIDDEN.search(style) is not None

    def _unread(self, element: HtmlElement, text: str) -> Unread:
        section, label = self._where(element)
        return Unread(section=section, label=label, text=text)


@lru_cache(maxsize=16)
def _regions(selectors: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The selectors that are a tag and a class, which need no search, and the others."""
    simple = tuple(found.groups() for css in selectors if (found := _SIMPLE.fullmatch(css)))
    others = tuple(css for css in selectors if not _SIMPLE.fullmatch(css))
    return tuple((tag, marked) for tag, marked in simple), others


class JsonLedger:
    """The keys of services' answers, and which of them were read. A key is read of one object; what
    was not read is told at any depth, with its path."""

    def __init__(self, plumbing: Container[str] = ()) -> None:
        """``plumbing``: keys that mean nothing to a person wherever they stand (ids, counters)."""
        self._plumbing = plumbing
        self._taken: dict[int, set[str]] = {}
        self.empty: Counter[str] = Counter()
        """After `left`: unknown keys whose value says nothing, by path, counted."""

    def take(self, holder: Mapping[str, Json], *keys: str) -> None:
        """Cross off keys of an object, each with all that stands below it."""
        self._taken.setdefault(id(holder), set()).update(keys)

    def left(self, name: str, answer: Json | Mapping[str, Json]) -> tuple[Unread, ...]:
        """Every value of a service's answer under a key that was not taken and is no plumbing, in
        the answer's order. ``section`` is the service, ``label`` the path without list positions
        (``Charges.ChargeOffense.Statute``). Values that say nothing are only counted."""
        return tuple(
            Unread(section=name, label=label or None, text=text)
            for label, text in self._left("", answer, name)
        )

    def leaves(
        self, value: Json | Mapping[str, Json], label: str = ""
    ) -> Iterator[tuple[str, str]]:
        """The texts below a value, each with its path below it; nothing is crossed off."""
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if isinstance(inner, (Mapping, list)) or not self._means_nothing(key):
                    yield from self.leaves(inner, f"{label}.{key}" if label else key)
        elif isinstance(value, list):
            for inner in value:
                yield from self.leaves(inner, label)
        elif value not in _EMPTY and (text := clean(_worded(value))):
            yield label, text

    def _left(
        self, label: str, value: Json | Mapping[str, Json], name: str
    ) -> Iterator[tuple[str, str]]:
        if isinstance(value, Mapping):
            taken = self._taken.get(id(value), ())
            for key, inner in value.items():
                if key in taken:
                    continue
                below = f"{label}.{key}" if label else key
                if isinstance(inner, (Mapping, list)) and inner:
                    yield from self._left(below, inner, name)
                elif self._means_nothing(key):
                    continue
                elif inner in _EMPTY or isinstance(inner, (Mapping, list)):
                    self.empty[f"{name}.{below}"] += 1
                elif text := clean(_worded(inner)):
                    yield below, text
        elif isinstance(value, list):
            for inner in value:
                yield from self._left(label, inner, name)
        elif value not in _EMPTY and (text := clean(_worded(value))):
            yield label, text

    def _means_nothing(self, key: str) -> bool:
        return key in self._plumbing or key.startswith("@odata.")


def _worded(value: Json) -> str:
    return "true" if value is True else str(value)
