"""Forms as a browser sends them: which fields go along, and where to. Pure; for pages that are read
without a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml.html import HtmlElement

from scrapers.markup import below, closest, first, page_of
from scrapers.values import clean

_CONTROLS = ("input", "select", "textarea")
_NO_FIELDS = {"submit", "button", "image", "reset", "file"}


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, the fields that would be sent as it stands, and the boxes
    that can be ticked, by name.

    Of several fields with one name the first counts, as it does for the servers met here (a ticked
    box before the hidden field that stands for "not ticked")."""

    url: str
    fields: Mapping[str, str]
    boxes: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def form_with(html: str, url: str, name: str) -> Form | None:
    """The form around the first field of that name; None where no form has one."""
    if name not in html:
        return None
    root = page_of(html)
    found = (one for one in below(root, *_CONTROLS, "button") if one.get("name") == name)
    field = next(found, None)
    form = closest(field, "form") if field is not None else None
    return form_of(form, root, url) if form is not None else None


def form_like(html: str, url: str, css: str) -> Form | None:
    """The first form that fits the selector; None where none does."""
    root = page_of(html)
    found = first(root, css)
    return form_of(found, root, url) if found is not None else None


def form_of(form: HtmlElement, root: HtmlElement, url: str) -> Form:
    """What that form of the page at ``url`` would send."""
    base = first(root, "base[href]")
    place = urljoin(url, base.get("href")) if base is not None else url
    action = (form.get("action") or "").strip()
    fields: dict[str, str] = {}
    boxes: dict[str, str] = {}
    names = set()
    for control, key, value in _controls(form):
        names.add(key)
        if _kind(control) == "checkbox" and "disabled" not in control.attrib:
            boxes.setdefault(key, value)
        if _sent(control):
            fields.setdefault(key, value)
    return Form(urljoin(place, action) if action else url, fields, boxes, frozenset(names))


def _controls(form: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    for control in below(form, *_CONTROLS):
        key = control.get("name") or ""
        if key and _kind(control) not in _NO_FIELDS:
            yield control, key, _value(control)


def _kind(control: HtmlElement) -> str:
    return (control.get("type") or "text").lower() if control.tag == "input" else ""


def _value(control: HtmlElement) -> str:
    if control.tag == "textarea":
        return "".join(control.itertext()).removeprefix("\n")
    if control.tag == "select":
        options = below(control, "option")
        chosen = next(
            (one for one in options if "selected" in one.attrib), options[0] if options else None
        )
        if chosen is None:
            return ""
        value = chosen.get("value")
        return value if value is not None else clean("".join(chosen.itertext())) or ""
    value = control.get("value")
    return value if value is not None else ("on" if _kind(control) in ("checkbox", "radio") else "")


def _sent(control: HtmlElement) -> bool:
    if "disabled" in control.attrib or (control.tag == "select" and not below(control, "option")):
        return False
    return _kind(control) not in ("checkbox", "radio") or "checked" in control.attrib
