"""Rows as labels with values, and as tables under a header (docs/portals/iml.md, 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from scrapers.entry_words import GRAND_TOTAL
from scrapers.jail.parse.grid import Row
from scrapers.jail.parse.labels import key, printed

BOLD = frozenset({"bodysmallbold", "bodybold"})
"""Classes of label cells, and of rows that are headers."""


def is_bold(tag: HtmlElement) -> bool:
    """Whether a cell is a label's, or a row a header's, by its class."""
    marked = tag.get("class")
    return marked is not None and (marked in BOLD or not BOLD.isdisjoint(marked.split()))


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with the cell behind it. ``label`` None: a text that no label stands before.

    ``means``: the field, None for a label that nobody knows."""

    label: HtmlElement | None
    name: str
    means: str | None
    value: HtmlElement | None
    text: str | None


@dataclass(slots=True)
class Entry:
    """One entry of a section: its pairs, or a row of its table. ``misfit``: its row has another
    number of cells than the header."""

    pairs: list[Pair] = field(default_factory=list)
    misfit: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One cell of a header: where it begins, how far it reaches, and what it means."""

    cell: HtmlElement
    name: str
    means: str | None
    start: int
    end: int


def pairs_of(row: Row, known: Mapping[str, str]) -> Iterator[Pair]:
    """Labels with the cell behind each; texts that stand behind no label by themselves.

    A value may end with a colon too. It is a value where a label stands before it, unless its cell
    is a label's by class, or nothing but its words tells the two apart and it is a known label."""
    cells, texts = row.cells, row.texts
    place, last = 0, len(cells)
    while place < last:
        text = texts[place]
        cell = cells[place]
        place += 1
        if text is None:
            continue
        colon = text[-1] == ":"
        means = known.get(key(text))
        if not (colon or means or is_bold(cell)):
            yield Pair(None, "", None, cell, text)
            continue
        value: HtmlElement | None = None
        words: str | None = None
        if place < last:
            words = texts[place]
            if words is None or not _is_label(cells[place], words, cell, colon, known):
                value = cells[place]
                place += 1
            else:
                words = None
        yield Pair(cell, printed(text), means, value, words)


def _is_label(
    cell: HtmlElement, text: str, before: HtmlElement, after_colon: bool, known: Mapping[str, str]
) -> bool:
    """Whether the cell behind a label is another label, so that the first has no value."""
    if text[-1] != ":":
        return not after_colon and is_bold(cell)
    return is_bold(cell) or (not is_bold(before) and key(text) in known)


def entries_of(rows: Sequence[Row], known: Mapping[str, str]) -> Iterator[Entry | Pair]:
    """The entries of a section in page order, and by themselves its totals and the texts that
    belong to no entry.

    A group of pairs ends before the row (or, in one row, the label) that repeats one of its
    labels. Rows under a header are entries of their own."""
    header: list[Column] | None = None
    group = Entry()
    seen: set[str] = set()
    for row in rows:
        full = row.full()
        if _is_header(row, full, known, header is not None):
            if group.pairs:
                yield group
                group, seen = Entry(), set()
            header = columns_of(row, known)
            for column in header:
                yield Pair(column.cell, column.name, column.means, None, None)
            continue
        if header is not None:
            total = _total(row, full, known)
            if total is not None:
                yield total
                continue
            if not _begins_with_label(row, full, known):
                yield _under(header, row)
                continue
        pairs = list(pairs_of(row, known))
        names = [key(pair.name) for pair in pairs if pair.value is not None]
        if group.pairs and not seen.isdisjoint(names):
            yield group
            group, seen = Entry(), set()
        for pair in pairs:
            if pair.label is None or pair.means == GRAND_TOTAL:
                yield pair
                continue
            name = key(pair.name)
            if pair.value is not None:  # a label without a cell begins nothing
                if name in seen:
                    yield group
                    group, seen = Entry(), set()
                seen.add(name)
            group.pairs.append(pair)
    if group.pairs:
        yield group


def _is_header(row: Row, full: list[int], known: Mapping[str, str], again: bool) -> bool:
    """Whether the row names columns: known labels side by side, or (the first time) a row of the
    class of headers."""
    texts = [row.texts[place] or "" for place in full]
    colons = sum(text[-1] == ":" for text in texts)
    names = sum(key(text) in known for text in texts)
    if colons:
        return 1 < len(full) == len(row.cells) == colons and names * 2 > len(full)
    if is_bold(row.line) or all(
        row.cells[place].tag == "th" or is_bold(row.cells[place]) for place in full
    ):
        return names > 0 if again else len(full) > 1 or names > 0
    return (names > 1 and names * 2 >= len(full)) or (
        names == len(full) and not again and known.get(key(texts[0])) == "name"
    )


def _begins_with_label(row: Row, full: list[int], known: Mapping[str, str]) -> bool:
    first = row.texts[full[0]] or ""
    if first[-1] == ":" and key(first) in known:
        return True
    bold = [is_bold(row.cells[place]) for place in full]
    return bold[0] and not all(bold)


def _total(row: Row, full: list[int], known: Mapping[str, str]) -> Pair | None:
    """The line under a table of money: its label is the first word, its amount the last."""
    first = row.texts[full[0]] or ""
    means = known.get(key(first))
    title, colon, _ = first.partition(":")
    if len(full) == 1 and colon and known.get(key(title)) == GRAND_TOTAL and means is None:
        return Pair(None, "", None, row.cells[full[0]], first)  # label and amount in one cell
    if means == GRAND_TOTAL or (means == "total_cents" and len(full) == 2):
        value = full[1] if len(full) == 2 else None
        return Pair(
            row.cells[full[0]],
            printed(first),
            GRAND_TOTAL,
            None if value is None else row.cells[value],
            None if value is None else row.texts[value],
        )
    return None


def columns_of(row: Row, known: Mapping[str, str]) -> list[Column]:
    """The columns that a header names; a nameless one has the name ""."""
    columns = []
    start = 0
    for cell, text in zip(row.cells, row.texts, strict=True):
        end = start + span_of(cell)
        name = printed(text) if text else ""
        columns.append(Column(cell, name, known.get(key(name)) if name else None, start, end))
        start = end
    return columns


def _under(header: list[Column], row: Row) -> Entry:
    """A row of the table. Cells that no column can be told for stand without a label."""
    cells, texts = row.cells, row.texts
    if len(cells) == len(header):
        owners: list[Column | None] = list(header)
    else:
        owners = _by_place(header, cells)
    pairs = [
        Pair(None, "", None, cell, text)
        if column is None
        else Pair(column.cell if column.name else None, column.name, column.means, cell, text)
        for column, cell, text in zip(owners, cells, texts, strict=True)
        if text is not None or column is not None
    ]
    wide = sum(map(span_of, cells))
    fits = len(cells) == len(header) or wide == header[-1].end
    return Entry(pairs, None if fits else f"{len(cells)} cells under {len(header)} headers")


def _by_place(header: list[Column], cells: list[HtmlElement]) -> list[Column | None]:
    owners: list[Column | None] = []
    start = 0
    for cell in cells:
        owners.append(next((one for one in header if one.start <= start < one.end), None))
        start += span_of(cell)
    return owners


_MOST_COLUMNS = 1000
"""The most columns that a cell reaches over (HTML standard, 4.9.11)."""


def span_of(cell: HtmlElement) -> int:
    """How many columns a cell reaches over."""
    text = (cell.get("colspan") or "1").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return 1
    return min(max(int(text), 1), _MOST_COLUMNS)
