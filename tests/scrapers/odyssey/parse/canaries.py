"""Words put into a page at one place, to see where a reader puts them. Knows nothing of readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import Element
from lxml.html import HtmlElement, fromstring, tostring

CANARY = "Zzcanary"
_SECTIONS = (
    "caseInformationDiv",
    "CasePartiesPrintSection",
    "DispositionEventsPrintSection",
    "OtherEventsPrintSection",
    "divFinancialInformation_body",
)


@dataclass(frozen=True)
class Spoiled:
    """A page with a canary in it. ``section`` is the heading that it stands under, None for none;
    ``label`` the label of the value that it took the place of, None for another text."""

    html: str
    where: str
    section: str | None
    label: str | None = None
    heading: bool = False
    number: bool = False


def in_texts(html: str, *, behind: bool = False) -> Iterator[Spoiled]:
    """The page with one of its texts a canary, or (``behind``) with a canary at its end; each text
    once, the sidebar left out."""
    tree = fromstring(html)
    for text in [one for one in tree.xpath("descendant::text()") if one.strip()]:
        element, is_tail = text.getparent(), text.is_tail
        holder = element.getparent() if is_tail else element
        if _within(holder, "nav"):
            continue
        old = element.tail if is_tail else element.text
        label = _label(holder) if is_tail else None
        _put(element, is_tail, f"{old.rstrip()} {CANARY}" if behind else CANARY)
        yield Spoiled(
            tostring(tree, encoding="unicode"),
            f"{holder.tag}: {old.strip()}",
            _section(holder),
            label=label,
            heading=holder.tag == "h1",
            number=label == "Case Number",
        )
        _put(element, is_tail, old)


def between(html: str, tag: str | None, step: int = 1, start: int = 0) -> Iterator[Spoiled]:
    """The page with a canary behind every ``step``-th element: bare, or in an element ``tag``."""
    tree = fromstring(html)
    elements = [one for one in tree.iter() if isinstance(one.tag, str) and one is not tree]
    for element in elements[start::step]:
        holder = element.getparent()
        if _within(holder, "nav"):
            continue
        old, new = element.tail, None
        if tag is None:
            element.tail = f" {CANARY} {old or ''}"
        else:
            new = Element(tag)
            new.text, new.tail, element.tail = CANARY, old, None
            holder.insert(holder.index(element) + 1, new)
        label = _label(holder)
        yield Spoiled(
            tostring(tree, encoding="unicode"),
            f"behind {element.tag}.{element.get('class')} {(element.text or '').strip()}",
            _section(holder),
            number=label == "Case Number" and holder.tag in ("p", "span"),
        )
        if new is not None:
            new.tail = None
            holder.remove(new)
        element.tail = old


def _put(element: HtmlElement, is_tail: bool, text: str) -> None:
    if is_tail:
        element.tail = text
    else:
        element.text = text


def _within(element: HtmlElement, tag: str) -> bool:
    return element.tag == tag or any(True for _ in element.iterancestors(tag))


def _section(holder: HtmlElement) -> str | None:
    box = next(
        (one for one in (holder, *holder.iterancestors()) if one.get("id") in _SECTIONS), None
    )
    heads = [] if box is None else box.xpath("descendant::h1")
    return heads[0].text if heads else None


def _label(holder: HtmlElement) -> str | None:
    labels = holder.xpath("span[contains(@class, 'muted')]")
    return labels[0].text if labels else None
