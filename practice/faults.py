"""Misbehaviour on order: which fault strikes which request.

``name=p`` is drawn from (seed, fault, person, page kind) and strikes at most once per such triple, remembered across
restarts in a file, so that it depends neither on the order of requests nor on timing. ``name@40`` strikes once, at the
fortieth request of the portal.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path

NAMES = ("slow", "busy", "lost-session", "moved-roster", "silent-empty")
"""Faults the portals can do so far."""


class BadFault(ValueError):
    """The text of ``--faults`` is not understood; the message says what would be."""


@dataclass(frozen=True)
class Order:
    """One ordered fault: a probability, or the number of a request."""

    name: str
    probability: float = 0.0
    at: int | None = None


def parse(text: str) -> tuple[Order, ...]:
    """``"slow=0.05,busy@40"`` as orders; raises BadFault."""
    orders = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, mark, value = part.partition("@") if "@" in part else part.partition("=")
        if name not in NAMES:
            raise BadFault(f"unknown fault {name!r}; known are: {', '.join(NAMES)}")
        try:
            order = Order(name, at=int(value)) if mark == "@" else Order(name, probability=float(value))
        except ValueError:
            raise BadFault(
                f"fault {part!r}: write name=0.05 (a probability) or name@40 (a request's number)"
            ) from None
        if not 0.0 <= order.probability <= 1.0 or (order.at is not None and order.at < 1):
            raise BadFault(f"fault {part!r}: a probability is from 0 to 1, a request's number from 1")
        orders.append(order)
    return tuple(orders)


class Faults:
    """Decides, and remembers, which fault strikes."""

    def __init__(self, orders: tuple[Order, ...] = (), *, seed: int = 0, memory: Path | None = None) -> None:
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

    def strikes(self, name: str, person: str | None, page: str) -> bool:
        """Whether the fault strikes this request: ``person`` is a roster key ('' where the page is about nobody)."""
        return any(self._one(order, person or "", page) for order in self.orders if order.name == name)

    def has(self, name: str) -> bool:
        """Whether the fault was ordered at all."""
        return any(order.name == name for order in self.orders)

    def active(self, name: str, person: str | None) -> bool:
        """For faults that are a state rather than a strike (silent-empty): drawn by person, or on from the Nth request on."""
        for order in self.orders:
            if order.name != name:
                continue
            if order.at is not None:
                return self._requests >= order.at
            if self._draw(name, person or "", "") < order.probability:
                return True
        return False

    def _one(self, order: Order, person: str, page: str) -> bool:
        if order.at is not None:
            mark, due = f"{order.name}@{order.at}", self._requests >= order.at
        else:
            mark = f"{order.name}|{person}|{page}"
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
