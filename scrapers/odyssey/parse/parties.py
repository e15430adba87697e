"""The parties of a classic case page with their attorneys (docs/portals/odyssey.md, sections 5 and
5.0, items 1 and 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from scrapers.ledger import Node
from scrapers.markup import has
from scrapers.odyssey.parse.casepage import CasePage
from scrapers.odyssey.parse.flow import Piece
from scrapers.odyssey.parse.words import COUNSEL_HEADS, COUNSEL_LABELS
from scrapers.odyssey.records import Attorney, Party
from scrapers.odyssey.rules.names import bare_role
from scrapers.record import Labeled

ROLES = frozenset(
    {
        "claimant",
        "counter defendant",
        "cross defendant",
        "defendant",
        "petitioner",
        "plaintiff",
        "prosecuting attorney",
        "respondent",
        "state",
        "surety",
        "victim",
        "witness",
    }
)
"""Roles that are known where nothing marks them as such."""
_COUNSEL = re.compile(r"\b(attorney|counsel|public defender)\b", re.I)
_UNREPRESENTED = re.compile(r"^(pro se|self.represented|unrepresented|no attorney)\b", re.I)


def read_parties(page: CasePage) -> list[Party]:
    """All parties in page order."""
    found: list[Party] = []
    for box in page.section("parties"):
        reader = _Parties(page)
        for piece in page.pieces(box):
            reader.read(piece)
        found += reader.done()
    return found


@dataclass
class _Open:
    """The party that is being read."""

    head: Piece
    values: dict[str, str] = field(default_factory=dict)
    address: tuple[str, ...] = ()
    attorneys: list[Attorney] = field(default_factory=list)
    details: list[Labeled] = field(default_factory=list)


class _Parties:
    def __init__(self, page: CasePage) -> None:
        self._page = page
        self._found: list[Party] = []
        self._open: _Open | None = None
        self._counsel = ""
        self._attorney: HtmlElement | None = None
        self._of_counsel = False

    def read(self, piece: Piece) -> None:
        if piece.kind == "head":
            self._head(piece)
        elif piece.kind == "pair":
            self._pair(piece)
        elif piece.kind == "text":
            self._text(piece)
        else:
            self._attorney = None

    def done(self) -> list[Party]:
        self._close()
        return self._found

    # -- pieces

    def _head(self, piece: Piece) -> None:
        text = (piece.text or "").lower()
        around = piece.element.getparent()
        if piece.element.tag == "span" or bare_role(text) in ROLES:
            self._begin(piece)
        elif text.rstrip(":") in COUNSEL_HEADS:
            self._page.take(piece)
            self._counsel, self._of_counsel = "", True
        elif _COUNSEL.search(text) and self._open is not None:  # such as Inactive Attorneys
            self._counsel = self._page.take(piece) or ""
            self._of_counsel = True
        elif self._open is None and around is not None:
            self._begin(piece)
        self._attorney = None

    def _pair(self, piece: Piece) -> None:
        here = self._open
        name = self._page.words.party.get(piece.key)
        if name is None and bare_role(piece.key) in ROLES and piece.text:
            self._begin(piece)
            self._named(piece.text, piece)
        elif here is None or "name" not in here.values:
            return
        elif name is not None and not self._of_counsel:
            if name in here.values:
                here.details.append(self._page.twice(name, here.values[name], piece))
                return
            here.values[name] = text = self._page.take(piece) or ""
            if name == "address" and text:
                here.address = piece.lines
        elif _COUNSEL.search(piece.label):
            self._counselor(piece, here)
        else:
            here.details.append(self._page.labeled(piece))

    def _counselor(self, piece: Piece, here: _Open) -> None:
        """An attorney: a label, a name, and in a paragraph of its own how they were retained."""
        names, kinds = _parted(piece)
        name = " ".join(text for text, _ in names)
        if not name or self._counsel:
            label = f"{self._counsel}: {piece.label}" if self._counsel else piece.label
            if name or kinds:
                here.details.append(Labeled(label=label, text=self._page.take(piece) or ""))
            else:
                self._page.take(piece)
            return
        if piece.key not in COUNSEL_LABELS:
            here.details.append(Labeled(label=piece.label, text=name))
        used = [node for _, node in (*names, *kinds[:1])]
        self._page.ledger.take_nodes([*piece.nodes[: len(piece.nodes) - len(piece.value)], *used])
        here.attorneys.append(
            Attorney(
                name=name,
                lead="lead" in piece.key,
                kind=kinds[0][0] if kinds else None,
            )
        )
        self._attorney = None if kinds else piece.element

    def _text(self, piece: Piece) -> None:
        here, text = self._open, piece.text
        if here is None or text is None:
            return
        if "name" not in here.values:
            self._named(text, piece)
        elif _UNREPRESENTED.match(text) or (
            self._of_counsel and has(piece.element, "tyler-bold") and self._attorney is None
        ):
            if "represented" in here.values:
                return
            here.values["represented"] = self._page.take(piece) or ""
        elif self._attorney is not None and here.attorneys:
            self._page.take(piece)
            here.attorneys[-1] = here.attorneys[-1].model_copy(update={"kind": text})
            self._attorney = None

    # -- one party

    def _begin(self, head: Piece) -> None:
        self._close()
        self._open = _Open(head)
        self._counsel, self._of_counsel = "", False

    def _named(self, name: str, piece: Piece) -> None:
        assert self._open is not None
        self._page.take(piece)
        self._open.values["name"] = name

    def _close(self) -> None:
        here, self._open = self._open, None
        if here is None or "name" not in here.values:
            return  # left, and so told as unread
        values, margin = here.values, self._page.margin
        self._page.take(here.head)
        role = here.head.label or here.head.text
        born = margin.day(values.get("date_of_birth") or None, "date_of_birth", birth=True)
        last = self._found[-1] if self._found else None
        if last is not None and role and self._again(last, here, values["name"]):
            self._found[-1] = last.model_copy(update={"roles": (*last.roles, role)})
            return
        party = Party(
            role=role,
            name=values["name"],
            date_of_birth=born,
            race=values.get("race") or None,
            sex=values.get("sex") or None,
            address=here.address,
            attorneys=tuple(here.attorneys),
            represented=values.get("represented"),
            details=tuple(here.details),
        )
        margin.of(party)
        self._found.append(party)
        self._row = _row_of(here.head)

    def _again(self, last: Party, here: _Open, name: str) -> bool:
        """Whether this is a further role of the party before it: the same name in the same row, and
        nothing else said."""
        bare = len(here.values) == 1 and not here.attorneys and not here.details
        row = _row_of(here.head)
        return bare and last.name == name and row is not None and row is self._row

    _row: HtmlElement | None = None


_Texts = list[tuple[str, Node]]


def _parted(piece: Piece) -> tuple[_Texts, _Texts]:
    """The texts of an attorney's name, and those in paragraphs of their own."""
    own = piece.element.getparent()
    names: _Texts = []
    kinds: _Texts = []
    for text, node in piece.value:
        element, is_tail = node
        holder = element.getparent() if is_tail else element
        while holder is not None and holder.tag not in ("p", "div"):
            holder = holder.getparent()
        apart = holder is not None and holder.tag == "p" and holder is not own
        (kinds if apart else names).append((text, node))
    return names, kinds


def _row_of(head: Piece) -> HtmlElement | None:
    return next((one for one in head.element.iterancestors("div") if has(one, "row")), None)
