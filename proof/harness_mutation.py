"""Changes to saved pages, one at a time, and what a parser may make of each of them.

Whatever is done to a page, the parser gives the same record or a named fault. Two exceptions, each
counted apart: what was taken away with its value (a row, an optional value) is gone from the
record, that one thing and nothing else; and what was only renamed may stand in ``extra`` instead.
No value ever changes or turns up somewhere else."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

from proof.harness_parsing import SERVICES, Page
from scrapers.values import clean, soup_of

Kind = Literal["remove", "container", "rename", "twice", "columns", "sections", "cut"]
_CONTAINERS = frozenset({"table", "tbody", "thead", "ul", "form"})
_ATTRIBUTES = ("id", "class", "data-label", "data-title", "name", "type")
_ROWS = "tr, li.list-group-item"


@dataclass(frozen=True)
class Mutation:
    """One change: what was done to what, the page afterwards, and the words that were taken
    away."""

    kind: Kind
    what: str
    text: str
    words: str = ""


# -- the changes
# --------------------------------------------------------------------------------------------------


def mutations(page: Page) -> Iterator[Mutation]:
    """Every change of that page that the proof makes, but for cuts."""
    return _json_changes(page.text) if page.kind in SERVICES else _html_changes(page.text)


def some(page: Page, chance: random.Random, count: int) -> Iterator[Mutation]:
    """Changes of that many elements drawn by chance, for whom all of them take too long."""
    tree = _Tree(page.text)
    places = range(len(tree.elements))
    for place in chance.sample(places, min(count, len(places))):
        yield from _of_element(tree, place)


class _Tree:
    """A page as BeautifulSoup writes it out, and where each of its elements stands in that text.

    So a change of one element is a change of its part of the text, and the page is parsed once for
    all of them."""

    def __init__(self, html: str) -> None:
        soup = soup_of(html)
        self.text = str(soup)
        root = soup.body or soup
        hidden = ("script", "style", "br", "hr", "img")
        self.elements = [tag for tag in root.find_all(True) if tag.name not in hidden]
        self._starts: dict[int, int] = {}
        self._place(soup, 0)

    def with_(self, place: int, instead: str) -> str:
        """The page with that text in the place of an element."""
        tag = self.elements[place]
        start = self._starts[id(tag)]
        return self.text[:start] + instead + self.text[start + len(str(tag)) :]

    def _place(self, tag: Tag, start: int) -> None:
        """Notes where a tag and everything below it stands; a tag is written as its head, its
        children, its end."""
        self._starts[id(tag)] = start
        inner = [_written(child) for child in tag.contents]
        end = 0 if tag.hidden or tag.is_empty_element else len(f"</{tag.name}>")
        at = start + len(str(tag)) - sum(map(len, inner)) - end
        for child, text in zip(tag.contents, inner, strict=True):
            if isinstance(child, Tag):
                self._place(child, at)
            at += len(text)


def _written(child: PageElement) -> str:
    if isinstance(child, Tag):
        return str(child)
    assert isinstance(child, NavigableString)
    return child.output_ready("minimal")


def _html_changes(text: str) -> Iterator[Mutation]:
    tree = _Tree(text)
    for place in range(len(tree.elements)):
        yield from _of_element(tree, place)
    yield from _columns(text)
    yield from _sections(text)


def _of_element(tree: _Tree, place: int) -> Iterator[Mutation]:
    tag = tree.elements[place]
    name, words, whole = _named(tag), clean(tag.get_text(" ")) or "", str(tag)
    own = clean("".join(tag.find_all(string=True, recursive=False)))
    container = tag.name in _CONTAINERS or (
        bool(tag.get("id")) and tag.name not in ("tr", "td", "a")
    )
    yield Mutation("container" if container else "remove", name, tree.with_(place, ""), words)
    for key in [key for key in _ATTRIBUTES if tag.get(key)]:
        value = tag[key]
        tag[key] = "renamed"
        other = str(tag)
        tag[key] = value
        yield Mutation("rename", f"{name}[{key}]", tree.with_(place, other))
    if own and re.search(r"[A-Za-z]{2}", own) and (own.endswith(":") or _is_title(tag)):
        other = copy.copy(tag)
        other.string = "Renamed Thing" + (":" if own.endswith(":") else "")
        yield Mutation("rename", f"{name}[words {own[:30]!r}]", tree.with_(place, str(other)))
    if tag.name in ("tr", "li") and not tag.find(["table", "tr", "li"]):
        yield Mutation("twice", name, tree.with_(place, whole + whole), words)


def _is_title(tag: Tag) -> bool:
    row = tag.find_parent("tr")
    classes = {*(tag.get("class") or ()), *((row.get("class") or ()) if row is not None else ())}
    return tag.name in ("th", "h1", "span", "label") or bool(
        classes & {"header", "bodysmallbold", "bodybold"}
    )


def _named(tag: Tag) -> str:
    classes = ".".join(tag.get("class") or ())
    words = clean(tag.get_text(" ")) or ""
    name = f"{tag.name}{'#' + str(tag['id']) if tag.get('id') else ''}"
    return f"{name}{'.' + classes if classes else ''} {words[:30]!r}"


def _columns(text: str) -> Iterator[Mutation]:
    """Two neighbouring columns of every table with a header change places, in all its rows."""
    count = len(soup_of(text).find_all("table"))
    for number in range(count):
        soup = soup_of(text)
        lines = _grid(soup.find_all("table")[number])
        if lines is None:
            continue
        for first in range(len(lines[0]) - 1):
            soup = soup_of(text)
            grid = _grid(soup.find_all("table")[number])
            assert grid is not None
            for cells in grid:
                cells[first].insert_before(cells[first + 1].extract())
            yield Mutation("columns", f"table {number}, columns {first} and {first + 1}", str(soup))


def _grid(table: Tag) -> list[list[Tag]] | None:
    """The cells of a table that has a header row and rows as wide; None for another table."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    lines = [row.find_all(["td", "th"], recursive=False) for row in rows]
    lines = [cells for cells in lines if len(cells) > 2]
    heads = [cells for cells in lines if all(cell.name == "th" for cell in cells)]
    if (
        not heads
        or len({len(cells) for cells in lines}) != 1
        or any(cell.get("colspan") for cells in lines for cell in cells)
    ):
        return None
    return lines


def _sections(text: str) -> Iterator[Mutation]:
    """Neighbouring sections change places."""
    soup = soup_of(text)
    for number in range(len(_section_tags(soup)) - 1):
        soup = soup_of(text)
        one, two = _section_tags(soup)[number : number + 2]
        if one in two.parents or two in one.parents:
            continue
        one.insert_before(two.extract())
        yield Mutation("sections", f"sections {number} and {number + 1}", str(soup))


def _section_tags(soup: BeautifulSoup) -> list[Tag]:
    titled = [
        cell.find_parent("table", width="720") for cell in soup.find_all("td", class_="header")
    ]
    portal = [
        tag
        for tag in soup.select(".section, #chargeInformationDiv, #settingInformationDiv")
        if not tag.find_parent(class_="section")
    ]
    return [tag for tag in [*titled, *portal] if isinstance(tag, Tag)]


def _json_changes(text: str) -> Iterator[Mutation]:
    try:
        whole = json.loads(text)
    except ValueError:
        return  # it is saved cut short
    for path in _paths(whole):
        for name, change in (("remove", _removed), ("rename", _renamed), ("twice", _doubled)):
            other = copy.deepcopy(whole)
            said = change(other, path)
            if said is not None:
                place = ".".join(map(str, path))
                yield Mutation(name, place, json.dumps(other), said)  # type: ignore[arg-type]
    yield Mutation("columns", "keys in another order", json.dumps(_turned(whole)))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in list(items):
        yield (*path, key)
        yield from _paths(inner, (*path, key))


def _holder(whole: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        whole = whole[key]
    return whole


def _removed(whole: Any, path: tuple[Any, ...]) -> str | None:
    return json.dumps(_holder(whole, path).pop(path[-1]))


def _renamed(whole: Any, path: tuple[Any, ...]) -> str | None:
    holder = _holder(whole, path)
    if not isinstance(holder, dict) or holder[path[-1]] in (None, "", [], {}, 0, False):
        return None
    holder[f"renamed{path[-1]}"] = holder.pop(path[-1])
    return ""


def _doubled(whole: Any, path: tuple[Any, ...]) -> str | None:
    holder = _holder(whole, path)
    if not isinstance(holder, list):
        return None
    holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
    return json.dumps(holder[path[-1]])


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(inner) for key, inner in reversed(list(value.items()))}
    return [_turned(inner) for inner in value] if isinstance(value, list) else value


def cuts(page: Page, step: int) -> Iterator[Mutation]:
    """The page cut off after every ``step`` characters."""
    for end in range(step, len(page.text.rstrip()), step):
        yield Mutation("cut", f"after {end} of {len(page.text)}", page.text[:end])


def noise(page: Page, chance: random.Random) -> str:
    """The page with forty characters of any kind put in somewhere."""
    place = chance.randrange(len(page.text) + 1)
    return (
        page.text[:place]
        + "".join(chr(chance.randrange(1, 0x2FF)) for _ in range(40))
        + page.text[place:]
    )
