"""The cells of a result row (odyssey.md, sections 4.1 and 4.2).

Cells are read by class, by ``data-label`` or by header, never by place: columns may be hidden and
differ by county."""

from __future__ import annotations

import datetime as dt

from lxml.html import HtmlElement

from scrapers.markup import first, own, select, within, words
from scrapers.values import clean, date_of

_CELLS = {
    "caseid": ("party-case-caseid", ("case number",)),
    "style": ("party-case-style", ("style / defendant", "style")),
    "filedate": ("party-case-filedate", ("file date",)),
    "status": ("party-case-status", ("status", "case status")),
    "type": ("party-case-type", ("type", "case type")),
    "location": ("party-case-location", ("location", "court")),
    "partyname": ("party-case-partyname", ("party name", "defendant name")),
    "birth": ("party-case-dob", ("date of birth", "dob", "birth date")),
}
_UNUSED = frozenset({"party type"})
"""What is known and no record holds."""
_NAMES = frozenset({"", "name", "party name", "party"})
"""How the cell of a group's name may be labelled."""
LINK = "a.caseLink, a[data-url]"


def own_of(grid: HtmlElement, css: str) -> list[HtmlElement]:
    """Elements of this grid that stand in no detail row of it."""
    found = []
    for tag in select(grid, css):
        row = within(tag, "k-detail-row", "tr")
        if row is None or grid not in row.iterancestors():
            found.append(tag)
    return found


def heads_of(tags: list[HtmlElement]) -> list[str]:
    """The titles of header cells, in small letters."""
    return [_small(tag.get("data-title") or words(tag)) for tag in tags]


def day_of(text: str | None) -> dt.date | None:
    """A date where the cell holds one; portals put other texts into date cells."""
    if not text or "/" not in text:
        return None
    try:
        return date_of(text)
    except ValueError:
        return None


class Cells:
    """The cells of one row, by what they hold. ``heads`` are the titles of its table, empty where
    it has none."""

    def __init__(self, row: HtmlElement, heads: list[str]) -> None:
        self._cells = own(row, "td")
        self._classes = [(cell.get("class") or "").split() for cell in self._cells]
        self._labels = [_small(cell.get("data-label")).rstrip(":") for cell in self._cells]
        fit = len(heads) == len(self._cells)
        self._heads = [
            head if fit and not cell.get("data-label") else ""
            for head, cell in zip(
                heads if fit else [""] * len(self._cells), self._cells, strict=True
            )
        ]
        self._places = {name: self._place(*known) for name, known in _CELLS.items()}

    def __len__(self) -> int:
        return len(self._cells)

    def text(self, name: str) -> str | None:
        """What that column says; None where it is blank or is not there."""
        place = self._places[name]
        return None if place is None else words(self._cells[place])

    def name_of_group(self) -> str | None:
        """The name in the row of a party: the first text without a label, or labelled as a name."""
        return next((text for place in self._naming() if (text := words(self._cells[place]))), None)

    def strange(self, *, group: bool = False) -> dict[str, tuple[str, ...]]:
        """The texts of cells that nobody reads, by label, title or class; the key is blank where
        they bear none."""
        read = {place for place in self._places.values() if place is not None}
        if group:
            named = (place for place in self._naming() if words(self._cells[place]))
            read.add(next(named, -1))
        found: dict[str, tuple[str, ...]] = {}
        for place, cell in enumerate(self._cells):
            label, head = self._labels[place], self._heads[place]
            if (
                place in read
                or {label, head} & _UNUSED
                or "k-hierarchy-cell" in self._classes[place]
            ):
                continue
            text = words(cell)
            if text and first(cell, LINK) is None:
                title = label or head or " ".join(self._classes[place])
                found[title] = (*found.get(title, ()), text)
        return found

    def _naming(self) -> list[int]:
        return [
            place
            for place, label in enumerate(self._labels)
            if label in _NAMES and "k-hierarchy-cell" not in self._classes[place]
        ]

    def _place(self, css: str, labels: tuple[str, ...]) -> int | None:
        for fits in (
            [css in classes for classes in self._classes],
            [label in labels for label in self._labels],
            [head in labels for head in self._heads],
        ):
            if True in fits:
                return fits.index(True)
        return None


def _small(text: str | None) -> str:
    return (clean(text) or "").lower()
