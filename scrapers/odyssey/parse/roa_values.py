"""Reading values out of the services' JSON: tolerant about nulls and about numbers that come as
text, and crossing off what is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from resilience.faults import Blocked, Dropped
from scrapers.ledger import Json, JsonLedger
from scrapers.odyssey.parse.roa_keys import PLUMBING
from scrapers.record import Labeled
from scrapers.values import clean, loaded

Object = Mapping[str, Json]
_CODED = ("Description", "FormattedName", "Word")
_NO: Object = {}


def json_of(body: str, url: str | None) -> Any:
    """A service's answer. Raises Blocked for a page in its place, Dropped for one that is cut short
    (or nested beyond reason)."""
    try:
        return loaded(body)
    except (ValueError, RecursionError):
        if body.lstrip().startswith("<"):
            raise Blocked("a page came where a service answers JSON", url=url) from None
        raise Dropped("a service's answer is cut short", url=url) from None


class Answers:
    """The services' answers about one case, with their ledger. Each of its ways to read a key
    crosses it off; a value of another type than is read is left, and so told."""

    def __init__(self) -> None:
        self.ledger = JsonLedger(PLUMBING)

    def text(self, holder: Object, *keys: str) -> str | None:
        """The first of those keys that holds a text or a number, as clean text."""
        for key in keys:
            value = holder.get(key)
            if isinstance(value, bool):
                continue
            if isinstance(value, str | int | float) or not value:
                self.ledger.take(holder, key)
                if value is not None and (said := clean(str(value))):
                    return said
        return None

    def coded(self, holder: Object, *keys: str) -> str | None:
        """The first of those keys that says something: the description of a coded value, its word
        where it has no description, or a plain text. ``0`` stands where no code is."""
        for key in keys:
            value = holder.get(key)
            if isinstance(value, str) or not value:
                self.ledger.take(holder, key)
                said = clean(value) if isinstance(value, str) else None
            elif isinstance(value, Mapping):
                said = self.text(value, *_CODED)
            else:
                said = None
            if said:
                return said
        return None

    def flag(self, holder: Object, key: str) -> bool:
        """Whether a key is true, also as a text or a number."""
        value = holder.get(key)
        if isinstance(value, bool | int | str):
            self.ledger.take(holder, key)
        return value is True or str(value).strip().lower() in ("true", "1", "yes", "y")

    def inner(self, holder: Object, key: str) -> Object:
        """The object under a key; an empty one where there is none."""
        value = holder.get(key)
        return value if isinstance(value, Mapping) else _NO

    def rows(self, holder: Object, key: str) -> list[Object]:
        """The objects of a list; those that are none are left, and so told."""
        value = holder.get(key)
        return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []

    def details(self, holder: Object, keys: Iterable[str], prefix: str = "") -> list[Labeled]:
        """All that stands under those keys, as labeled texts, crossed off."""
        found = []
        for key in keys:
            if key in holder:
                found += self.everything({key: holder[key]}, prefix)
                self.ledger.take(holder, key)
        return found

    def everything(self, holder: Object, prefix: str = "") -> list[Labeled]:
        """All that an object says, as labeled texts. Nothing is crossed off."""
        return [
            Labeled(label=_short(label), text=text)
            for label, text in self.ledger.leaves(dict(holder), prefix)
        ]

    def untaken(self, holder: Object) -> list[Labeled]:
        """All that an object says under keys that were not crossed off, which they are now."""
        found = [
            Labeled(label=_short(one.label or ""), text=one.text)
            for one in self.ledger.left("", holder)
        ]
        self.ledger.take(holder, *holder)
        return found

    def twin(self, holder: Object, other: Object) -> None:
        """Cross off what an object says exactly as another one, which is read."""
        for key, value in holder.items():
            mate = other.get(key)
            if value == mate:
                self.ledger.take(holder, key)
            elif isinstance(value, Mapping) and isinstance(mate, Mapping):
                self.twin(value, mate)


def _short(label: str) -> str:
    """The path to a coded value ends where its description stands."""
    for word in _CODED:
        if label.endswith(f".{word}"):
            return label[: -len(word) - 1]
    return label
