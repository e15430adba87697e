"""Misbehaviour on order: which fault strikes which request. What the faults are stands in
`practice.misbehave_kinds`.

An order is ``name=p`` or ``name@N``, where the name may be narrowed to a page (``busy:detail=1``,
``hang:iml:list@3``) or to one person of the roster (``dead[00400007]=1``) and a length may follow
(``hang=0.05/3``: three seconds).

``name=p`` is drawn from (seed, fault, person, page kind) and strikes at most once per such triple,
remembered across restarts in a file, so that it depends neither on the order of requests nor on
timing. ``name@40`` strikes once, at the fortieth request of the portal. Faults that stay
(`practice.misbehave_kinds.Kind.draw`) are drawn in the same way, but met by every try; by number
they begin at that request and end never."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from practice.misbehave_kinds import BY_NAME, covers

NAMES = tuple(BY_NAME)
"""Faults the portals can do."""


class BadFaultError(ValueError):
    """The text of ``--faults`` is not understood; the message says what would be."""


@dataclass(frozen=True)
class Order:
    """One ordered fault: a probability, or the number of a request. ``page``: only there;
    ``person``: only for them; ``seconds``: so long."""

    name: str
    probability: float = 0.0
    at: int | None = None
    page: str = ""
    seconds: float | None = None
    person: str = ""

    def means(self, name: str, person: str | None, portal: str, page: str) -> bool:
        """Whether it is an order for that fault, that person and that page."""
        return (
            self.name == name
            and self.person in ("", person)
            and (not self.page or covers(self.page, f"{portal}:{page}"))
        )


def parse(text: str) -> tuple[Order, ...]:
    """``"slow=0.05,busy@40"`` as orders; raises BadFaultError."""
    orders = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        what, mark, value = part.partition("@") if "@" in part else part.partition("=")
        what, bracket, person = what.partition("[")
        name, _, page = what.partition(":")
        number, slash, length = value.partition("/")
        if name not in BY_NAME:
            raise BadFaultError(f"unknown fault {name!r}; known are: {', '.join(NAMES)}")
        try:
            seconds = float(length) if slash else None
            order = (
                Order(name, at=int(number), page=page, seconds=seconds)
                if mark == "@"
                else Order(name, probability=float(number), page=page, seconds=seconds)
            )
            if bracket:
                if not person.endswith("]"):
                    raise ValueError(person)
                order = replace(order, person=person.removesuffix("]"))
        except ValueError:
            raise BadFaultError(
                f"fault {part!r}: write name=0.05 (a probability) or name@40 (a request's number),"
                " with /3 behind it for three seconds"
            ) from None
        if not 0.0 <= order.probability <= 1.0 or (order.at is not None and order.at < 1):
            raise BadFaultError(
                f"fault {part!r}: a probability is from 0 to 1, a request's number from 1"
            )
        if order.seconds is not None and not 0.0 <= order.seconds <= 3600.0:
            raise BadFaultError(f"fault {part!r}: a length is from 0 to 3600 seconds")
        if name == "portal-dies" and order.at is None:
            raise BadFaultError("portal-dies is ordered by number: portal-dies@200")
        orders.append(order)
    return tuple(orders)


class Faults:
    """Decides, and remembers, which fault strikes."""

    def __init__(
        self, orders: tuple[Order, ...] = (), *, seed: int = 0, memory: Path | None = None
    ) -> None:
        self.orders = orders
        self._seed = seed
        self._memory = memory
        self._lock = threading.Lock()
        self._struck: set[str] = set()
        self._requests = 0
        if memory is not None and memory.exists():
            self._struck = set(memory.read_text(encoding="utf-8").split("\n")) - {""}

    def request(self) -> None:
        """Counts one request of a portal, for ``name@N``."""
        with self._lock:
            self._requests += 1

    def strikes(self, name: str, person: str | None, page: str, portal: str = "") -> bool:
        """Whether the fault strikes this request: ``person`` is a roster key ('' where the page is
        about nobody)."""
        return any(
            self._one(order, person or "", page, portal)
            for order in self.orders
            if order.means(name, person, portal, page)
        )

    def has(self, name: str) -> bool:
        """Whether the fault was ordered at all."""
        return any(order.name == name for order in self.orders)

    def seconds(self, name: str, otherwise: float | None = None) -> float:
        """How long the fault lasts: as ordered, else ``otherwise``, else as long as is usual for
        it."""
        for order in self.orders:
            if order.name == name and order.seconds is not None:
                return order.seconds
        return BY_NAME[name].seconds if otherwise is None else otherwise

    def active(self, name: str, person: str | None) -> bool:
        """For faults that are a state rather than a strike (silent-empty): drawn by person, or on
        from the Nth request on."""
        return any(
            self._stands(order, person or "", "")
            for order in self.orders
            if order.name == name and order.person in ("", person)
        )

    def stands(self, name: str, person: str | None, page: str, portal: str) -> bool:
        """The same for faults that stay on certain pages. Drawn with a chance below 1 they strike
        only pages about
        somebody: else one draw would take the search form, and everybody with it."""
        drawn_on = "" if BY_NAME[name].draw == "person" else page
        return any(
            self._stands(order, person or "", drawn_on)
            for order in self.orders
            if order.means(name, person, portal, page)
            and (person or order.at is not None or order.probability == 1.0)
        )

    def _stands(self, order: Order, person: str, page: str) -> bool:
        if order.at is not None:
            return self._requests >= order.at
        return self._draw(order.name, person, page) < order.probability

    def _one(self, order: Order, person: str, page: str, portal: str) -> bool:
        if order.at is not None:
            mark, due = (
                f"{order.name}{order.page and ':' + order.page}{order.person}@{order.at}",
                self._requests >= order.at,
            )
        else:
            mark = f"{order.name}|{person}|{portal and portal + ':'}{page}"
            due = self._draw(order.name, person, page) < order.probability
        if not due:
            return False
        with self._lock:
            if mark in self._struck:
                return False
            self._struck.add(mark)
            if self._memory is not None:
                with self._memory.open("a", encoding="utf-8") as memory:
                    memory.write(mark + "\n")
        return True

    def _draw(self, name: str, person: str, page: str) -> float:
        digest = hashlib.sha256(f"{self._seed}|{name}|{person}|{page}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64
