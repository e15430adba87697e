"""Forms as a browser sends them: which fields go along, and where to. Pure; for pages that are read without a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from bs4 import BeautifulSoup, SoupStrainer, Tag

_NO_FIELDS = {"submit", "button", "image", "reset", "file"}


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, the fields that would be sent as it stands, and the boxes that can be ticked, by name.

    Of several fields with one name the first counts, as it does for the servers met here (a ticked box before the hidden
    field that stands for "not ticked").
    """

    url: str
    fields: Mapping[str, str]
    boxes: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def form_with(html: str, url: str, name: str) -> Form | None:
    """The form around the first field of that name; None where no form has one."""
    if name not in html:
        return None
    soup = _forms(html)
    found = soup.find(["input", "select", "textarea", "button"], attrs={"name": name})
    form = found.find_parent("form") if isinstance(found, Tag) else None
    return form_of(form, soup, url) if isinstance(form, Tag) else None


def form_like(html: str, url: str, css: str) -> Form | None:
    """The first form that fits the selector; None where none does."""
    soup = _forms(html)
    found = soup.select_one(css)
    return form_of(found, soup, url) if isinstance(found, Tag) else None


def _forms(html: str) -> BeautifulSoup:
    """The page's forms alone: reading a whole page twice would double its cost."""
    return BeautifulSoup(html, "lxml", parse_only=SoupStrainer(["form", "base"]))


def form_of(form: Tag, soup: BeautifulSoup, url: str) -> Form:
    """What that form of the page at ``url`` would send."""
    base = soup.find("base", href=True)
    place = urljoin(url, str(base["href"])) if isinstance(base, Tag) else url
    action = str(form.get("action") or "").strip()
    fields: dict[str, str] = {}
    boxes: dict[str, str] = {}
    names = set()
    for control, key, value in _controls(form):
        names.add(key)
        if control.name == "input" and _kind(control) == "checkbox" and not control.has_attr("disabled"):
            boxes.setdefault(key, value)
        if _sent(control):
            fields.setdefault(key, value)
    return Form(urljoin(place, action) if action else url, fields, boxes, frozenset(names))


def _controls(form: Tag) -> Iterator[tuple[Tag, str, str]]:
    for control in form.find_all(["input", "select", "textarea"]):
        key = str(control.get("name") or "")
        if key and _kind(control) not in _NO_FIELDS:
            yield control, key, _value(control)


def _kind(control: Tag) -> str:
    return str(control.get("type") or "text").lower() if control.name == "input" else ""


def _value(control: Tag) -> str:
    if control.name == "textarea":
        return control.get_text().removeprefix("\n")
    if control.name == "select":
        options = control.find_all("option")
        chosen = next((one for one in options if one.has_attr("selected")), options[0] if options else None)
        if chosen is None:
            return ""
        return str(chosen["value"]) if chosen.has_attr("value") else chosen.get_text(" ", strip=True)
    value = control.get("value")
    return str(value) if value is not None else ("on" if _kind(control) in ("checkbox", "radio") else "")


def _sent(control: Tag) -> bool:
    if control.has_attr("disabled") or (control.name == "select" and not control.find("option")):
        return False
    return _kind(control) not in ("checkbox", "radio") or control.has_attr("checked")
