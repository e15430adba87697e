"""One booking's page (docs/portals/iml.md, 2.4), in every layout and dialect that is known.

The page is refused only when it cannot be proved to be the booking that was asked for, was cut
short, or is another page. Everything else is read as far as it can be; the ledger tells the
rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from scrapers.entry_words import DETAILS, GRAND_TOTAL
from scrapers.jail.fields import ENTRIES, PARTS
from scrapers.jail.parse.end import check_end, is_copyright
from scrapers.jail.parse.furniture import FURNITURE
from scrapers.jail.parse.grid import Grid, grid_of, text_of
from scrapers.jail.parse.labels import EXPECTED, PHOTO, PHYSICAL, Vocabulary, key, vocabulary
from scrapers.jail.parse.names import name_of
from scrapers.jail.parse.proof import LIST_FIELD, SEARCH_FIELD, Asked, not_expected, prove
from scrapers.jail.parse.read import Findings, day_of, looks_misplaced, money_of
from scrapers.jail.parse.rows import Entry, Pair, entries_of, pairs_of
from scrapers.jail.records import Booking
from scrapers.ledger import Ledger
from scrapers.markup import first, page_of
from scrapers.record import Doubt, Labeled, RecordModel, Unread
from scrapers.sites import JailSite

_DATES: Final = frozenset({"post_date", "set_date", "comp_date", "offense_date"})
_MONEY: Final = frozenset({"amount_cents", "additional_cents", "total_cents"})
_FREE: Final = frozenset({"percent", "description"})
_BOOKING_DATES: Final = ("commitment_date", "release_date", "projected_release_date")


@dataclass(frozen=True)
class Detail:
    """What a booking's page says. ``booking`` lacks what only the list knows.

    ``unread``: texts that nobody could read, where they stood. ``doubts``: what looks misread, by
    its path in the booking."""

    booking: Booking
    name: str | None
    permanent_id: str | None
    date_of_birth: dt.date | None
    unread: tuple[Unread, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def detail_page(
    html: str, url: str, site: JailSite, zone: ZoneInfo, asked: Asked | None = None
) -> Detail:
    """Reads the page of the booking that was ``asked`` for (None: whatever booking it is about).

    Raises SearchLost for the empty template of a session that is not armed (or for another page of
    the product), WrongRecord for another booking or one that cannot be proved, Dropped for a page
    that was cut short, LayoutChanged for what is no page of a booking."""
    root = page_of(html)
    reader = _Reader(root, vocabulary(site), zone)
    if not any(section.name not in (None, "physical") for section in reader.grid.sections):
        raise not_expected(
            root,
            html,
            url,
            "sections of a booking's page",
            "at least one known title, such as Bond Information",
            others=(SEARCH_FIELD, LIST_FIELD),
        )
    check_end(html, url)
    return reader.read(url, asked)


@dataclass
class _Reader:
    root: HtmlElement
    words: Vocabulary
    zone: ZoneInfo
    plain: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """The label that each plain field was read under."""
    details: list[Labeled] = field(default_factory=list)
    grand_totals: list[str] = field(default_factory=list)
    met: dict[str, set[str]] = field(default_factory=dict)
    """By part of the page, the fields whose labels it shows."""
    taken: list[HtmlElement] = field(default_factory=list)
    places: dict[HtmlElement, str | None] = field(default_factory=dict)
    """Labels of the cells that were left."""

    def __post_init__(self) -> None:
        self.grid: Grid = grid_of(self.root, self.words.titles)
        self.findings = Findings(self.words.date_formats)

    def read(self, url: str, asked: Asked | None) -> Detail:
        name = self._name()
        said_empty = self._sections()
        plain, found = self.plain, self.findings
        born = found.date(
            plain.get("date_of_birth"), "date_of_birth", self._label("date_of_birth"), self.details
        )
        number = plain.get("booking_number")
        prove(asked, number, name, born, plain.values(), self.words, url)
        if asked is not None and asked.name and name and not asked.is_called(name):
            found.doubt("name", asked.name, name, "mismatch")
        values: dict[str, Any] = {
            part: model(
                **{
                    path[len(part) + 1 :]: text
                    for path, text in plain.items()
                    if path.startswith(part) and path[len(part)] == "."
                }
            )
            for part, model in PARTS.items()
        }
        for path in _BOOKING_DATES:
            values[path] = found.date(plain.get(path), path, self._label(path), self.details)
        _after(values, found, plain)
        for part in ENTRIES:
            values[part] = tuple(self._entries(part))
            if part in said_empty and values[part]:
                count = f"{len(values[part])} entries"
                found.doubt(part, "none, as the page says", count, "mismatch")
        values["bond_grand_total_cents"] = self._grand_total()
        self._missing(said_empty)
        booking = Booking(
            booking_number=number or (asked.booking_number if asked is not None else ""),
            as_printed=tuple(found.as_printed),
            details=tuple(self.details),
            **values,
        )
        return Detail(
            booking=booking,
            name=name,
            permanent_id=plain.get("permanent_id"),
            date_of_birth=born,
            unread=self._left(),
            doubts=tuple(found.doubts),
        )

    # -- the parts that are labels and values ------------------------------------------------------

    def _label(self, path: str) -> str:
        return self.labels.get(path, path)

    def _name(self) -> str | None:
        """The name over the block beside the photo."""
        for section in self.grid.sections:
            if section.name != "physical":
                continue
            shown = first(section.cell, ".bodywhite")
            if shown is None:
                self.taken.append(section.cell)
                return (text_of(section.cell) or "").removeprefix("Name:").strip() or None
            self.taken.append(shown)
            self.taken.extend(one for one in section.cell.iter() if text_of(one) == "Name:")
            return text_of(shown)
        return None

    def _sections(self) -> set[str]:
        """Reads what stands once; gives the sections that say that they are empty."""
        empty: set[str] = set()
        pairs: list[Iterable[Pair]] = []
        plain = self.words.plain
        for section in self.grid.sections:
            if section.name is None:
                pairs.extend(
                    (one,) if isinstance(one, Pair) else one.pairs
                    for one in entries_of(section.rows, {})
                )
                continue
            if section.name != "physical":
                self.taken.append(section.cell)
            rows = []
            for row in section.rows:
                full = row.full()
                notice = (
                    self.words.notices.get((row.texts[full[0]] or "").lower())
                    if len(full) == 1
                    else None
                )
                if notice is not None and notice == section.name:
                    empty.add(notice)
                    self.taken.append(row.cells[full[0]])
                else:
                    rows.append(row)
            section.rows[:] = rows
            if section.name not in ENTRIES:
                pairs.extend(pairs_of(row, plain) for row in rows)
        nameless = all(section.name != "physical" for section in self.grid.sections)
        known = plain if nameless else {}
        pairs.extend(pairs_of(row, known) for row in self.grid.outside)
        for found in pairs:
            for pair in found:
                if pair.means is not None:
                    self._plain(pair)
                else:
                    self._strange(pair)
        return empty

    def _plain(self, pair: Pair) -> None:
        path, text = pair.means or "", pair.text
        self._take(pair)
        if path == DETAILS:
            if text is not None:
                self.details.append(Labeled(label=pair.name, text=text))
            return
        self.met.setdefault("plain", set()).add(path)
        if text is None:
            return
        before = self.plain.get(path)
        if before is None:
            self.plain[path] = text
            self.labels[path] = pair.name
        elif before != text:
            self.details.append(Labeled(label=pair.name, text=text))
            self.findings.doubt(path, before, text, "duplicate")

    def _take(self, pair: Pair) -> None:
        if pair.label is not None:
            self.taken.append(pair.label)
        if pair.value is not None:
            self.taken.append(pair.value)

    def _strange(self, pair: Pair) -> None:
        """Leaves a value to the ledger, with the label before it."""
        if pair.label is None and pair.text == PHOTO:
            self._take(pair)
            self.details.append(Labeled(label="Photo", text=PHOTO))
            return
        if pair.value is not None and pair.text is not None:
            self.places[pair.value] = pair.name or None
            if pair.label is not None:
                self.taken.append(pair.label)

    # -- the parts that are lists of entries -------------------------------------------------------

    def _entries(self, part: str) -> Iterable[RecordModel]:
        known = self.words.entries[part]
        made: list[RecordModel] = []
        labels: set[str] | None = None
        for section in self.grid.sections:
            if section.name != part:
                continue
            for one in entries_of(section.rows, known):
                if isinstance(one, Pair):
                    self._alone(one, part)
                    continue
                self._fit(one, part, len(made))
                has = {pair.means for pair in one.pairs if pair.means}
                if labels is not None and one.misfit is None and not labels <= has:
                    self.findings.doubt(
                        f"{part}.{len(made)}",
                        f"the labels of the entries before ({', '.join(sorted(labels))})",
                        f"no {', '.join(sorted(labels - has))}",
                        "label_missing",
                    )
                labels = labels or has
                entry = self._entry(one, part, len(made))
                if entry is not None:
                    made.append(entry)
        return made

    def _alone(self, pair: Pair, part: str) -> None:
        """A header's cell, a total, or a text that belongs to no entry."""
        if pair.means is None:
            title, colon, amount = (pair.text or "").partition(":")
            if (
                pair.label is None
                and colon
                and self.words.entries[part].get(key(title)) == (GRAND_TOTAL)
            ):
                self._take(pair)  # label and amount in one cell
                self.grand_totals.append(amount.strip())
            else:
                self._strange(pair)
            return
        self._take(pair)
        if pair.means == GRAND_TOTAL:
            if pair.text is not None:
                self.grand_totals.append(pair.text)
        else:
            self.met.setdefault(part, set()).add(pair.means)

    def _fit(self, entry: Entry, part: str, index: int) -> None:
        """Leaves a row of another number of cells unread, unless its dates and amounts stand under
        the headers of dates and amounts."""
        if entry.misfit is None:
            return
        self.findings.doubt(
            f"{part}.{index}", "a cell under every header", entry.misfit, "mismatch"
        )
        if not _fits(entry.pairs, self.words.date_formats):
            for pair in entry.pairs:
                if pair.value is not None:
                    self.places[pair.value] = None
            entry.pairs.clear()

    def _entry(self, entry: Entry, part: str, index: int) -> RecordModel | None:
        values: dict[str, Any] = {}
        details: list[Labeled] = []
        path = f"{part}.{index}"
        for pair in entry.pairs:
            means, text = pair.means, pair.text
            if means is None:
                self._strange(pair)
                continue
            self._take(pair)
            self.met.setdefault(part, set()).add(means)
            if text is None:
                continue
            if means == DETAILS:
                details.append(Labeled(label=pair.name, text=text))
            elif means in values:
                details.append(Labeled(label=pair.name, text=text))
                self.findings.doubt(f"{path}.{means}", "one value", text, "duplicate")
            elif means in _MONEY:
                values[means] = self.findings.money(text, f"{path}.{means}")
            elif means in _DATES:
                values[means] = self.findings.date(text, f"{path}.{means}", pair.name, details)
            elif part == "hearings" and means == "date":
                day, moment = self.findings.moment(text, self.zone, path)
                values["date"], values["starts_at"] = day, moment
            elif part == "aliases" and means == "name":
                values.update(_alias(text, pair.name, details))
            else:
                values[means] = text
                if means not in _FREE and looks_misplaced(text):
                    expected = f"no date or amount under {pair.name}"
                    self.findings.doubt(f"{path}.{means}", expected, text, "implausible")
        if not values and not details:
            return None
        return ENTRIES[part].model_validate({**values, "details": tuple(details)})

    def _grand_total(self) -> int | None:
        """The bonds' last line; another total before it is kept and doubted."""
        if not self.grand_totals:
            return None
        *others, last = self.grand_totals
        for text in others:
            if text != last:
                self.details.append(Labeled(label="Grand Total", text=text))
                self.findings.doubt("bond_grand_total_cents", last, text, "duplicate")
        return self.findings.money(last, "bond_grand_total_cents")

    # -- what is missing, and what is left ---------------------------------------------------------

    def _missing(self, said_empty: set[str]) -> None:
        """Doubts where a label or a section of the product is missing that the county's entry does
        not say it lacks."""
        shown = {section.name for section in self.grid.sections}
        lacks = self.words.lacks
        for name in ("inmate", "incarceration", *ENTRIES):
            if name not in shown and name not in lacks:
                self._doubt_missing(name, f"a section {name}")
        for part, fields in EXPECTED.items():
            met = self.met.get(part)
            if part != "plain" and (not met or "name" in met):
                continue
            for name, label in fields.items():
                if name in (met or ()) or self.words.lacking(part, name):
                    continue
                if name == "commitment_date" and "incarceration" in said_empty | lacks:
                    continue
                self._doubt_missing(
                    name if part == "plain" else f"{part}.{name}", f"the label {label}"
                )

    def _doubt_missing(self, path: str, expected: str) -> None:
        self.findings.doubt(path, expected, "nothing", "label_missing")

    def _left(self) -> tuple[Unread, ...]:
        ledger = Ledger(self.root, FURNITURE, self._where)
        ledger.take(*self.taken)
        left = [
            one for one in ledger.left() if one.section is not None or not is_copyright(one.text)
        ]
        titles = {section.title for section in self.grid.sections if section.name is None}
        named = {one.section for one in left}
        return tuple(
            one for one in left if one.section is not None or one.text not in titles & named
        )

    def _where(self, element: HtmlElement) -> tuple[str | None, str | None]:
        section = self.grid.section_of(element)
        title = None if section is None else section.title
        for one in (element, *element.iterancestors()):
            if one in self.places:
                return title, self.places[one]
            if section is not None and one is section.cell:
                return (PHYSICAL, "Name") if section.name == "physical" else (None, None)
        return title, None


def _after(values: dict[str, Any], found: Findings, plain: Mapping[str, str]) -> None:
    """A release before the commitment is none."""
    begun = values["commitment_date"]
    for path in ("release_date", "projected_release_date"):
        ends = values[path]
        if begun is not None and ends is not None and ends < begun:
            values[path] = None
            found.keep(path, plain[path])
            found.doubt(path, f"on or after the commitment of {begun}", plain[path], "implausible")


def _fits(pairs: Iterable[Pair], formats: tuple[str, ...]) -> bool:
    """Whether every text stands under a header, and its dates and amounts are such."""
    proofs = 0
    for pair in pairs:
        if pair.text is None:
            continue
        if pair.means is None and not pair.name:
            return False
        try:
            if pair.means in _MONEY:
                money_of(pair.text)
            elif pair.means in _DATES:
                day_of(pair.text, formats)
            else:
                continue
        except ValueError:
            return False
        proofs += 1
    return proofs > 0


def _alias(text: str, label: str, details: list[Labeled]) -> dict[str, str | None]:
    """The parts of an alias in one column. A suffix has no field of its own, so the whole is kept
    too."""
    name = name_of(text)
    if name.suffix is not None:
        details.append(Labeled(label=label, text=text))
    return {"last": name.last, "first": name.first, "middle": name.middle}
