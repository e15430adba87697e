"""Two readings of one person, compared field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from scrapers.halves import PersonFile

ABSENT = object()
"""Stands for a value where there is none on that side."""
COMPARED = {
    "schema_version",
    "outcome",
    "record",
    "extra",
    "doubts",
    "tried",
    "candidates",
    "unread_parts",
}
"""What a reading is; the provenance says only how it was got."""
_NAMES = ("case_number", "booking_number", "number", "search")
_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Change:
    """One field. ``path`` is ``record.cases[C2600001].charges[2].degree``: rows of a list by the
    number that names them, where there is one, else by their place. A side without the field is
    `ABSENT`."""

    path: str
    before: Any
    after: Any

    @property
    def field(self) -> str:
        """The path without the rows: ``record.cases[].charges[].degree``."""
        return _INDEX.sub("[]", self.path)

    def told(self) -> dict[str, Any]:
        """As plain data; a side without the field is left out."""
        sides = {"before": self.before, "after": self.after}
        return {"path": self.path} | {
            side: value for side, value in sides.items() if value is not ABSENT
        }


def differences(before: PersonFile, after: PersonFile) -> tuple[Change, ...]:
    """What differs between the readings, in the order of the fields."""
    sides = [file.model_dump(mode="json", include=COMPARED) for file in (before, after)]
    return tuple(_between(sides[0], sides[1], ""))


def _between(before: Any, after: Any, path: str) -> Iterator[Change]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            inner = f"{path}.{name}" if path else str(name)
            yield from _between(before.get(name, ABSENT), after.get(name, ABSENT), inner)
    elif isinstance(before, list) and isinstance(after, list):
        if sorted(map(_text, before)) == sorted(map(_text, after)):
            yield Change(path, before, after)  # only the order is another
            return
        for place, old, new in _rows(before, after):
            yield from _between(old, new, f"{path}[{place}]")
    else:
        yield Change(path, before, after)


def _rows(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[str, Any, Any]]:
    """The rows that belong together: by the number that names them, else the equal ones and those
    in between."""
    for name in _NAMES:
        old, new = _by_name(before, name), _by_name(after, name)
        if old is not None and new is not None:
            for key in dict.fromkeys([*old, *new]):
                yield key, old.get(key, ABSENT), new.get(key, ABSENT)
            return
    match = SequenceMatcher(
        None, [_text(row) for row in before], [_text(row) for row in after], autojunk=False
    )
    for tag, start, end, new_start, new_end in match.get_opcodes():
        if tag != "equal":
            pairs = zip_longest(range(start, end), range(new_start, new_end))
            for here, there in pairs:
                yield (
                    str(here if there is None else there),
                    ABSENT if here is None else before[here],
                    ABSENT if there is None else after[there],
                )


def _by_name(rows: Sequence[Any], name: str) -> dict[str, Any] | None:
    """The rows by that field, None where it does not name each of them."""
    found = {
        str(row[name]): row for row in rows if isinstance(row, dict) and row.get(name) is not None
    }
    return found if len(found) == len(rows) else None


def _text(row: Any) -> str:
    return json.dumps(row, sort_keys=True)
