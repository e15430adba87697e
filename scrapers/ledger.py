"""The ledger of a page: every visible text is read into a field, is known furniture, or is told.

A reader takes elements (or single texts) out of the ledger when it reads them. One walk at the end,
`Ledger.left`, gives every visible text that nobody took, with the section and label it stands
under. So no reader can lose a text by forgetting it (docs/laws.md, law 9).

`JsonLedger` does the same for an answer of a service, by path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml.html import HtmlElement

from scrapers.markup import select, words
from scrapers.record import Unread
from scrapers.values import clean

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "title", "meta", "link"})
"""Elements whose text no browser shows."""
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
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
        regions = {box for css in self._furniture.regions for box in select(self.root, css)}
        return tuple(self._left(regions))

    def regions_seen(self) -> Counter[str]:
        """The texts that stand in regions of furniture, for a crawl to compare with its last."""
        seen: Counter[str] = Counter()
        for css in self._furniture.regions:
            for box in select(self.root, css):
                seen.update(filter(None, map(clean, box.itertext())))
        return seen

    def _left(self, regions: set[HtmlElement]) -> Iterator[Unread]:
        known = self._furniture.texts
        stack: list[tuple[HtmlElement, bool]] = [(self.root, False)]
        while stack:
            element, is_tail = stack.pop()
            if is_tail:
                text = element.tail
                holder = element.getparent()
                if not text or text.isspace() or element in self._tails or holder is None:
                    continue
                shown = clean(text)
                if shown and shown not in known:
                    yield self._unread(holder, shown)
                continue
            if self._skipped(element, regions):
                continue
            for child in reversed(element):
                stack.append((child, True))
                stack.append((child, False))
            text = element.text
            if text and not text.isspace() and element not in self._texts:
                shown = clean(text)
                if shown and shown not in known:
                    yield self._unread(element, shown)

    def _skipped(self, element: HtmlElement, regions: set[HtmlElement]) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in UNSEEN:
            return True
        if element in self._whole or element in regions:
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


class JsonLedger:
    """The keys of a service's answer, and which of them were read. Paths are dotted, from the
    answer's own name (``Charges.0.ChargeOffense.Statute``)."""

    def __init__(self, name: str, answer: Json) -> None:
        self.name = name
        self._answer = answer
        self._taken: set[str] = set()
        self.empty: Counter[str] = Counter()
        """After `left`: unknown keys whose value says nothing, by name, counted."""

    def take(self, *paths: str) -> None:
        """Cross off a path and everything below it."""
        self._taken.update(paths)

    def left(self, known: Callable[[str], bool]) -> tuple[Unread, ...]:
        """Every value under a key that was not taken and is not ``known`` (by the path without
        list positions), in the answer's order; values that say nothing are only counted."""
        return tuple(self._left(self.name, self.name, self._answer, known))

    def _left(
        self, path: str, bare: str, value: Json, known: Callable[[str], bool]
    ) -> Iterator[Unread]:
        if path in self._taken or known(bare):
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from self._left(f"{path}.{key}", f"{bare}.{key}", inner, known)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from self._left(f"{path}.{index}", bare, inner, known)
        elif value in _EMPTY:
            self.empty[bare] += 1
        else:
            section, _, label = bare.partition(".")
            yield Unread(section=section, label=label or None, text=str(value))
