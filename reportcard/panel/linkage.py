"""Which bookings are one person's.

Permanent ids change and are sometimes blank, so there are two answers. The *low* one joins bookings
by permanent id (every value that a booking has been listed with) unless both show birth dates and
they differ; the *high* one also by full name and birth date. The truth lies between them as long as
no two people share a name and a birth date (docs/measures.md, "Returns")."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping


class Groups:
    """Disjoint sets of bookings (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, one: str) -> str:
        """The set's name."""
        parent = self._parent
        root = one
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[one] != root:
            parent[one], one = root, parent[one]
        return root

    def join(self, one: str, other: str) -> None:
        """Make them one set, named by the lower of the two names."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low


def by_id(
    bookings: Iterable[str],
    ids: Mapping[str, Iterable[str]],
    births: Mapping[str, dt.date | None],
) -> Groups:
    """Bookings joined by permanent id, two different birth dates never."""
    groups = Groups()
    first: dict[tuple[str, dt.date | None], str] = {}
    unborn: dict[str, str] = {}
    known: dict[str, list[dt.date]] = {}
    for booking in bookings:
        groups.find(booking)
        born = births.get(booking)
        for number in ids.get(booking, ()):
            if born is None:
                unborn.setdefault(number, booking)
                groups.join(unborn[number], booking)
            else:
                if (number, born) not in first:
                    first[number, born] = booking
                    known.setdefault(number, []).append(born)
                groups.join(first[number, born], booking)
    # Without a birth date it can only be told whose booking it is where the id has one.
    for number, booking in unborn.items():
        if len(known.get(number, ())) == 1:
            groups.join(booking, first[number, known[number][0]])
    return groups


def by_name(
    low: Groups,
    bookings: Iterable[str],
    names: Mapping[str, str],
    births: Mapping[str, dt.date | None],
) -> Groups:
    """The low linkage, and also bookings of one full name and birth date."""
    groups, first = Groups(), dict[tuple[str, dt.date], str]()
    for booking in bookings:
        groups.join(low.find(booking), booking)
        born, name = births.get(booking), same(names.get(booking, ""))
        if born is not None and name:
            groups.join(first.setdefault((name, born), booking), booking)
    return groups


def same(name: str) -> str:
    """A name as it is compared: one case, one kind of blank, one Unicode form."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace(",", " , ").split())
