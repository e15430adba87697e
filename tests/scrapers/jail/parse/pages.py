"""Pages for the tests of the parsers: saved ones, changed ones, and ones built from the outline of
a real page, its values filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement, tostring

from scrapers.jail.parse import Asked, Detail, Listing, detail_page, list_page
from scrapers.jail.saved import detail_of, listing_of
from scrapers.markup import page_of
from scrapers.sites import Site, site_of

FIXTURES = Path(__file__).parents[3] / "fixtures" / "jail"
DATA = Path(__file__).parents[3] / "data"
HANDED = DATA / "handed" / "iml"
URL = "http://127.0.0.1/IML"


def html_of(page: str) -> str:
    return (FIXTURES / page / "page.html").read_bytes().decode("iso-8859-1")


def golden_of(page: str) -> Any:
    return json.loads((FIXTURES / page / "record.json").read_text(encoding="utf-8"))


def about_of(page: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FIXTURES / page / "about.json").read_text(encoding="utf-8"))
    return told


def handed(page: str) -> str:
    return (HANDED / f"{page}.html").read_text(encoding="utf-8")


def detail(html: str, county: str = "shelby-tn", asked: Asked | None = None) -> Detail:
    """A booking's page of that county."""
    site = site_of(county)
    assert site.jail is not None
    return detail_page(html, URL, site.jail, site.zone, asked)


def listing(html: str, county: str = "shelby-tn") -> Listing:
    """A page of that county's roster."""
    jail = site_of(county).jail
    assert jail is not None
    return list_page(html, URL, jail)


def read(page: str, html: str) -> dict[str, Any]:
    """A saved booking's page, changed, as plain JSON."""
    about = about_of(page)
    asked = Asked(about["asked"], about.get("name", "")) if about.get("asked") else None
    return detail_of(detail(html, page.partition("/")[0], asked))


def read_list(page: str, html: str) -> dict[str, Any]:
    """A saved page of a roster, changed, as plain JSON."""
    return listing_of(listing(html, page.partition("/")[0]))


def changed(html: str, change: Callable[[HtmlElement], None]) -> str:
    """The page after a change in its tree."""
    root = page_of(html)
    change(root)
    return str(tostring(root, encoding="unicode"))


def own_site(site: str, **jail: Any) -> Site:
    """A county whose entry says something else."""
    found = site_of(site)
    assert found.jail is not None
    return found.model_copy(update={"jail": found.jail.model_copy(update=jail)})


# -- from an outline -------------------------------------------------------------------------------

_LINE = re.compile(
    r"(?P<indent> *)(?P<tag>[a-z0-9]+)(?P<id>#\w+)?(?P<classes>(?:\.[\w-]+)*)"
    r"(?P<attributes>(?:\[[^\]]*\])*)(?: «(?P<text>.*)»)?(?:   x(?P<times>\d+))?$"
)
_VOID = {"br", "area", "img", "input"}


def built(outline: str, fill: Callable[[str, str | None], str]) -> str:
    """HTML of an outline (`tests/data/outlines`). ``fill`` gives the text for a kind of value
    (``DATE``, ``WORDS(2)``, "" for a blank cell) behind a label; labels stay as they are."""
    lines = (DATA / "outlines" / outline).read_text(encoding="utf-8").splitlines()
    root = (-1, "", [])  # type: ignore[var-annotated]
    stack: list[tuple[int, str, list[str]]] = [root]
    label: str | None = None
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue  # a word about repeats
        depth = len(found["indent"])
        while stack[-1][0] >= depth:
            _close(stack)
        text = found["text"] or ""
        if text.endswith((":", "Information")) or text in _HEADERS:
            label = text if text.endswith(":") else None
            shown = text
        else:
            shown = fill(text, label) if found["tag"] in ("td", "span", "font", "div", "a") else ""
            if found["tag"] == "td":
                label = None
        begin = f"<{found['tag']}{_attributes(found)}>{escape(shown)}"
        for _ in range(int(found["times"] or 1) - 1):
            stack[-1][2].append(begin + f"</{found['tag']}>")
        stack.append((depth, found["tag"], [begin]))
    while len(stack) > 1:
        _close(stack)
    return f"<html><head><title>Inmate Lookup Tool</title></head>{''.join(root[2])}</html>"


_HEADERS = {"Case #", "Offense Date", "Code", "Description", "Grade", "Degree"} | {
    "There is no detainer information for this inmate."
}


def _attributes(found: re.Match[str]) -> str:
    said = f' id="{found["id"][1:]}"' if found["id"] else ""
    classes = found["classes"].strip(".").replace(".", " ")
    said += f' class="{classes}"' if classes else ""
    for name, value in re.findall(r"\[(\w+)=([^\]]*)\]", found["attributes"]):
        said += f' {name}="{value}"'
    return said


def _close(stack: list[tuple[int, str, list[str]]]) -> None:
    _, tag, parts = stack.pop()
    stack[-1][2].append("".join(parts) + ("" if tag in _VOID else f"</{tag}>"))


def texts_of(root: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Every visible text of a page: the element, and whether it is its ``text`` or ``tail``."""
    for element in root.iter():
        if element.tag in ("html", "head", "title", "meta"):
            continue
        if any(one.tag == "head" for one in element.iterancestors()):
            continue
        for kind in ("text", "tail"):
            if (getattr(element, kind) or "").strip("\xa0 \n\t\r"):
                yield element, kind
