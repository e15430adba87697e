"""Changes to saved pages, one at a time, and what a parser may make of each of them.

Whatever is done to a page, the parser gives the same record or a named fault. Two exceptions, each counted apart: what
was taken away with its value (a row, an optional value) is gone from the record, that one thing and nothing else; and
what was only renamed may stand in ``extra`` instead. No value ever changes or turns up somewhere else.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bs4 import BeautifulSoup, Tag

from proof.harness_parsing import SERVICES, Page
from scrapers.page import clean, soup_of

Verdict = Literal["same", "fault", "gone", "extra", "wrong"]
Kind = Literal["remove", "container", "rename", "twice", "columns", "sections", "cut"]
_CONTAINERS = frozenset({"table", "tbody", "thead", "ul", "form"})
_ATTRIBUTES = ("id", "class", "data-label", "data-title", "name", "type")
_ROWS = "tr, li.list-group-item"
_DERIVED = frozenset(
    {"pretrial", "dispositions", "announced", "assessed_cents", "payments_and_credits_cents"}
)
"""What follows from other parts of a record, and goes with them (sums of fees, outcomes joined to their charges)."""
_UNUSED = {"detail": "name", "sign-in": "terms"}
"""What no record holds: the name on a booking's page (the roster's counts); whether there is a box to tick."""


@dataclass(frozen=True)
class Mutation:
    """One change: what was done to what, the page afterwards, and the words that were taken away."""

    kind: Kind
    what: str
    text: str
    words: str = ""


class Moved(Exception):
    """A value is other than before, or stands where it did not stand."""


# -- the changes --------------------------------------------------------------------------------------------------


def mutations(page: Page) -> Iterator[Mutation]:
    """Every change of that page that the proof makes, but for cuts."""
    return _json_changes(page.text) if page.kind in SERVICES else _html_changes(page.text)


def some(page: Page, chance: random.Random, count: int) -> Iterator[Mutation]:
    """Changes of that many elements drawn by chance, for whom all of them take too long."""
    places = range(len(_elements(soup_of(page.text))))
    for place in chance.sample(places, min(count, len(places))):
        yield from _of_element(page.text, place)


def _elements(soup: BeautifulSoup) -> list[Tag]:
    root = soup.body or soup
    return [tag for tag in root.find_all(True) if tag.name not in ("script", "style", "br", "hr", "img")]


def _html_changes(text: str) -> Iterator[Mutation]:
    count = len(_elements(soup_of(text)))
    for place in range(count):
        yield from _of_element(text, place)
    yield from _columns(text)
    yield from _sections(text)


def _of_element(text: str, place: int) -> Iterator[Mutation]:
    soup = soup_of(text)
    tag = _elements(soup)[place]
    name, words = _named(tag), clean(tag.get_text(" ")) or ""
    own = clean("".join(tag.find_all(string=True, recursive=False)))
    container = tag.name in _CONTAINERS or (bool(tag.get("id")) and tag.name not in ("tr", "td", "a"))
    attributes = [key for key in _ATTRIBUTES if tag.get(key)]
    row = tag.name in ("tr", "li") and not tag.find(["table", "tr", "li"])
    tag.decompose()
    yield Mutation("container" if container else "remove", name, str(soup), words)
    for key in attributes:
        soup = soup_of(text)
        _elements(soup)[place][key] = "renamed"
        yield Mutation("rename", f"{name}[{key}]", str(soup))
    if own and re.search(r"[A-Za-z]{2}", own) and (own.endswith(":") or _is_title(text, place)):
        soup = soup_of(text)
        _elements(soup)[place].string = "Renamed Thing" + (":" if own.endswith(":") else "")
        yield Mutation("rename", f"{name}[words {own[:30]!r}]", str(soup))
    if row:
        soup = soup_of(text)
        found = _elements(soup)[place]
        found.insert_after(copy.copy(found))
        yield Mutation("twice", name, str(soup), words)


def _is_title(text: str, place: int) -> bool:
    tag = _elements(soup_of(text))[place]
    row = tag.find_parent("tr")
    classes = {*(tag.get("class") or ()), *((row.get("class") or ()) if row is not None else ())}
    return tag.name in ("th", "h1", "span", "label") or bool(
        classes & {"header", "bodysmallbold", "bodybold"}
    )


def _named(tag: Tag) -> str:
    classes = ".".join(tag.get("class") or ())
    words = clean(tag.get_text(" ")) or ""
    return f"{tag.name}{'#' + str(tag['id']) if tag.get('id') else ''}{'.' + classes if classes else ''} {words[:30]!r}"


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
    titled = [cell.find_parent("table", width="720") for cell in soup.find_all("td", class_="header")]
    portal = [
        tag
        for tag in soup.select(".section, #chargeInformationDiv, #settingInformationDiv")
        if not tag.find_parent(class_="section")
    ]
    return [tag for tag in [*titled, *portal] if isinstance(tag, Tag)]


def _json_changes(text: str) -> Iterator[Mutation]:
    whole = json.loads(text)
    for path in _paths(whole):
        for name, change in (("remove", _removed), ("rename", _renamed), ("twice", _doubled)):
            other = copy.deepcopy(whole)
            said = change(other, path)
            if said is not None:
                place = ".".join(map(str, path))
                yield Mutation(name, place, json.dumps(other), said)  # type: ignore[arg-type]
    yield Mutation("columns", "keys in another order", json.dumps(_turned(whole)))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
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
    return page.text[:place] + "".join(chr(chance.randrange(1, 0x2FF)) for _ in range(40)) + page.text[place:]


_OPTIONAL = (
    "date|statute|degree|sex|race|style|court|case_type|kind|receipt|description|comment|judicial_officer"
    "|starts_at|result|party|text|amount_cents|address|attorneys|transactions|cross_references"
)
KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"\.(born|day)\b",
        "a birth date under another label is missed: the case page confirms the party, or it stays unverified",
    ),
    (
        r"CaseStatuses",
        "the newest status is what is left of a list: with its line gone the one before it is newest",
    ),
    (
        r"results .*was not there",
        "the rows are gone, the embedded JSON still tells the parties, without the printed birth date",
    ),
    (r"words 'Defendant'|words 'State'|words 'Plaintiff'", "a role is a value: it is kept as it is printed"),
    (
        r"(HearingTime|Addresses|Amount|SettingDate|IsLead|ConfidentialAddress|HideCharge|IsDeleted)",
        "a value of a service that others are made of (a time, a line of an address, a flag) is missing as if it were null",
    ),
    (
        r"party-case-(style|location|type|status|filedate)",
        "an optional cell of a result row under another class: the case page has it",
    ),
    (r"doubled: \[\d+\]", "a party's heading doubled: its cases are merged again"),
    (
        rf"^odyssey/sample-nc/.*renamed, lost: [^;]*({_OPTIONAL})",
        "an optional key of a service under another name reads as null",
    ),
)
"""What may be lost without a fault, by the words about it, and why it says nothing false. Counted and listed as known."""


def known(place: str, word: str) -> str | None:
    """Why this loss is known and borne; None if it is not."""
    return next((why for pattern, why in KNOWN if re.search(pattern, f"{place} {word}", re.S)), None)


# -- what may come of them ----------------------------------------------------------------------------------------


def judge(page: Page, mutation: Mutation, after: dict[str, Any]) -> tuple[Verdict, str]:
    """What came of a change, and a word about it if it is wrong."""
    before, unused = page.record, _UNUSED.get(page.kind)
    if after == before or (unused and {**after, unused: 0} == {**before, unused: 0}):
        return "same", ""
    if "fault" in after or after.get("shape") == "loading":
        return "fault", ""  # a grid without a row that can be read is SearchLost
    if "fault" in before:
        return "wrong", f"a page that is {before['fault']} became a record"
    if page.kind == "list":
        rows = after["end"] - after["start"] + 1 if after["total"] else 0
        if len(after["rows"]) != rows:
            return "fault", ""  # the scan counts the rows of every page: RosterMoved
    if page.kind == "results" and mutation.kind != "remove" and before["pager"] and not after["pager"]:
        return "wrong", "the pager is lost, and with it the further pages"
    old, new = _facts(before), _facts(after)
    try:
        lost = taken(old, new) if mutation.kind != "twice" else taken(new, old)
    except Moved as moved:
        return "wrong", str(moved)
    return _judged(mutation, before, after, lost)


def _judged(
    mutation: Mutation, before: dict[str, Any], after: dict[str, Any], lost: list[tuple[str, Any]]
) -> tuple[Verdict, str]:
    told = "; ".join(place for place, _ in lost) or "derived values only"
    items = [place for place, _ in lost if place.endswith("]")]
    kept = before.get("extra") != after.get("extra")
    if mutation.kind == "twice":
        whole = len(items) == len(lost) <= 1
        return ("gone", "") if whole or (kept and not lost) else ("wrong", f"doubled: {told}")
    if kept and mutation.kind in ("rename", "remove") and _answer(before) == _answer(after):
        return "extra", ""
    if not lost and _answer(before) == _answer(after):
        return ("extra", "") if kept else ("same", "")
    if mutation.kind == "rename":
        return "wrong", f"renamed, lost: {told}"
    if mutation.kind != "remove":
        return "wrong", f"lost: {told}"
    if len({place.rpartition("[")[0] for place in items}) > 1 or _many(before, items):
        return "wrong", f"more than one item gone: {told}"
    strange = [place for place, value in lost if not _held(value, mutation.words)]
    return ("wrong", f"gone although it was left on the page: {strange}") if strange else ("gone", "")


def _many(before: dict[str, Any], items: list[str]) -> bool:
    """Whether several things of their own went at once; the lines of one address are one thing."""
    return len(items) > 1 and not all(".address[" in place for place in items)


def _answer(record: dict[str, Any]) -> Any:
    return record.get("case", {}).get("pretrial")


def _held(value: Any, words: str) -> bool:
    """Whether the words taken away hold the first text of a value, as the portals print it."""
    texts = [text for text in _texts(value) if text]
    bare = re.sub(r"[^a-z0-9]", "", words.lower())
    return not texts or any(_printed(text, bare) for text in texts)


def _printed(text: str, bare: str) -> bool:
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(T.*)?", text)
    forms = (
        [f"{day[2]}{day[3]}{day[1]}", f"{day[1]}{day[2]}{day[3]}"]
        if day
        else [re.sub(r"[^a-z0-9]", "", text.lower())]
    )
    number = re.fullmatch(r"-?(\d+?)(00)?", text)
    return any(form in bare for form in (*forms, *([number[1]] if number else [])))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _facts(record: dict[str, Any]) -> Any:
    """The record without what follows from other parts, and without ``extra``; of results one line for every case."""
    if "parties" in record and "shape" in record:
        lines = [
            {
                **case,
                "name": party["name"],
                "born": party["printed_birth_date"],
                "day": party["date_of_birth"],
            }
            for party in record["parties"]
            for case in party["cases"] or [{}]
        ]
        return sorted(lines, key=lambda line: str(line.get("url")))
    return _bare({key: value for key, value in record.items() if key != "extra"})


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        told = {key: _bare(inner) for key, inner in value.items() if key not in _DERIVED}
        if "bond_settings" in told:  # they stand by date; without one a setting goes to the front
            told["bond_settings"].sort(key=lambda one: json.dumps([one["comment"], one["text"]]))
        return told
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def taken(before: Any, after: Any, place: str = "") -> list[tuple[str, Any]]:
    """What ``before`` has and ``after`` has not: places with values. Raises `Moved` if ``after`` has anything else."""
    if before == after:
        return []
    if after in (None, "", [], {}, ()) and before not in (None, "", [], {}):
        if isinstance(before, list):
            return [(f"{place}[{at}]", value) for at, value in enumerate(before)]
        return [(place, before)]
    if isinstance(before, dict) and isinstance(after, dict):
        new = [
            key
            for key, value in after.items()
            if value not in (None, "", [], {}) and before.get(key) in (None, "", [], {})
        ]
        if new:
            raise Moved(f"{place}: new {new}")
        found: list[tuple[str, Any]] = []
        for key, value in before.items():
            found += taken(value, after.get(key), f"{place}.{key}")
        return found
    if isinstance(before, list) and isinstance(after, list):
        return _aligned(before, after, place)
    raise Moved(f"{place}: {_short(before)} became {_short(after)}")


def _aligned(before: list[Any], after: list[Any], place: str) -> list[tuple[str, Any]]:
    """``after`` in the order of ``before``, some items missing or with less in them."""
    lost: list[tuple[str, Any]] = []
    at = 0
    for value in after:
        near = _next(before, at, value)
        if near is None:
            raise Moved(f"{place}: {_short(value)} was not there")
        lost += [(f"{place}[{gap}]", before[gap]) for gap in range(at, near)]
        lost += taken(before[near], value, f"{place}[{near}].") if before[near] != value else []
        at = near + 1
    return lost + [(f"{place}[{gap}]", before[gap]) for gap in range(at, len(before))]


def _next(before: list[Any], start: int, value: Any) -> int | None:
    for test in (lambda one: one == value, lambda one: _within(one, value)):  # type: Callable[[Any], bool]
        for at in range(start, len(before)):
            if test(before[at]):
                return at
    return None


def _within(before: Any, after: Any) -> bool:
    try:
        taken(before, after)
    except Moved:
        return False
    return True


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 120 else text[:120] + "..."
